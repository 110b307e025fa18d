"""A yes or a no to a step that waits, where that is all that is asked."""

from collections.abc import Sequence

from console.acting import Asked, command_id, seat_of
from console.errors import NotHereError
from console.house import House
from console.offers import Offer, offers
from console.visitor import Visitor
from domain.cases import case_id, parse_case
from domain.errors import BadInputError
from domain.requests import AgreeSurplus, AnswerGate, AnswerStep, AnyRequest, ApproveSurplus, CosignPlan, CosignStep
from doors.texts import t

APPROVE, RETURN, REJECT = "approve", "return", "reject"
# Of which steps a word sends the case back, and of which it ends it.
_MAY_RETURN = (AnswerGate, AnswerStep, ApproveSurplus)
_MAY_REJECT = (AnswerGate, AnswerStep)
AT_A_CARD = (AnswerGate, AnswerStep, CosignStep, CosignPlan, AgreeSurplus, ApproveSurplus)


def words_for(offer: Offer) -> tuple[str, ...]:
    """Return the words by which a step can be decided."""
    found: tuple[str, ...] = (APPROVE,) if offer.request in AT_A_CARD else ()
    found += (RETURN,) if offer.request in _MAY_RETURN else ()
    return found + ((REJECT,) if offer.request in _MAY_REJECT else ())


def words_of(offer: Offer, word: str) -> str:
    """Return what the button of a word says."""
    approve = t("同意", "Approve") if offer.request in _MAY_RETURN else t("会签", "Co-sign")
    return {APPROVE: approve, RETURN: t("退回", "Return"), REJECT: t("驳回", "Reject")}[word]


def decision(offer: Offer, word: str, opinion: str, seen: str) -> AnyRequest | None:
    """Return the request that a word at a card is, or None where the step wants more than a word.

    Raises:
        BadInputError: If it is sent back or rejected without a reason.
    """
    if word not in words_for(offer):
        return None
    approve, end = word == APPROVE, word == REJECT
    if not approve and not opinion.strip():
        why = (
            t("驳回须写明理由", "to reject it, say why")
            if end
            else t("退回须写明要改什么", "to return it, say what is to be changed")
        )
        raise BadInputError(t("意见", "opinion"), why)
    said = opinion.strip()
    if offer.request is AnswerGate:
        return AnswerGate(gate=offer.step, approve=approve, opinion=said, end=end, seen=seen)
    if offer.request is AnswerStep:
        return AnswerStep(step=offer.step, approve=approve, opinion=said, end=end, seen=seen)
    if offer.request is ApproveSurplus:
        return ApproveSurplus(approve=approve, opinion=said, seen=seen)
    if offer.request is CosignStep:
        return CosignStep(step=str(offer.fixed["step"]), opinion=said, seen=seen)
    if offer.request is CosignPlan:
        return CosignPlan(opinion=said, seen=seen)
    return AgreeSurplus(party=str(offer.fixed["party"]), seen=seen)


def asked_in_a_word(house: House, visitor: Visitor, parts: Sequence[str], do: str, opinion: str, nonce: str) -> Asked:
    """Return the decision that a form asks for with one word; *parts* are case, step, desk, and what was seen.

    Raises:
        NotHereError: If there is no such case, or not in the visitor's counties.
        BadInputError: If it cannot be decided at a card.
    """
    case, step, seat_id, seen = parts
    try:
        parsed = parse_case(case)
    except BadInputError as e:
        raise NotHereError from e
    if parsed.county not in visitor.counties:
        raise NotHereError
    seat = seat_of(visitor, parsed.county, seat_id)
    offer = next(
        (one for one in offers(house, parsed) if one.waits and (one.step, one.post) == (step, seat.post)), None
    )
    request = decision(offer, do, opinion, seen) if offer else None
    if request is None:
        raise BadInputError(
            "step", t("这一环节已经不在等待，或不能在这里决定", "the step waits no longer, or cannot be decided here")
        )
    return Asked(case_id(*parsed), request, seat, command_id(case, step, seat, nonce))
