"""What the page of any case shows: what waits and for whom, what may be asked, its signatures, and its history."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from console.decisions import AT_A_CARD, words_for, words_of
from console.forms.asked import asked_words
from console.handing import handing
from console.history_view import Cut, history_of
from console.house import House
from console.nonces import fresh
from console.offers import Offer, ask_url, askers_of, offers
from console.visitor import Seat, Visitor
from domain.cases import CaseId, case_id
from domain.errors import BadInputError
from domain.procedures.signatures import content_of, signed_as, signer_views
from domain.signing import said as changes_said
from doors.figure_lines import MONEY
from doors.names import Names
from doors.texts import t
from doors.waiting import may_text, person_said, stands_in, why_not_text
from projections.cases import Case
from projections.inbox_read import Asked, Waiting, waiting

_SIGNED_KINDS = frozenset({"claim", "plan", "project", "surplus"})


def money_of(row: Case) -> list[tuple[str, int]]:
    """Return the sums of a case in fen, each with what it is called."""
    return [(t(*MONEY[name.removesuffix("_fen")]), fen) for name, fen in row.money.items()]


def steps_of(house: House, visitor: Visitor, case: CaseId, offered: list[Offer]) -> list[dict[str, Any]]:
    """Return each step that waits: who may take it, or why not, and what the visitor may do about it."""
    names = house.names(case.county)
    rows = {(row.step, row.post): row for row in waiting(house.engine, Asked(case=case_id(*case)))}
    ordered = groupby((one for one in offered if one.waits), key=lambda one: (one.step, one.post))
    return [
        {**_step(house, visitor, names, list(of), rows.get(key)), "handing": handing(house, visitor, case, key)}
        for key, of in ordered
    ]


def _step(house: House, visitor: Visitor, names: Names, of: list[Offer], row: Waiting | None) -> dict[str, Any]:
    first, own = of[0], [one for one in of[0].who if one.person == visitor.person]
    mine = any(one.why_not is None for one in own)
    refused = [why_not_text(one.why_not, names) for one in own if one.why_not is not None]
    other = t(f"由 {names.named('post', first.post)} 办理", f"it is for {names.named('post', first.post)}")
    deciding = next((one for one in of if one.request in AT_A_CARD), None)
    seat = next((one for one in visitor.seats_in(first.case.county) if one.post == first.post and first.may(one)), None)
    return {
        "id": first.step,
        "decide": decide_form(house, deciding, seat) if deciding and seat and mine else None,
        "name": names.step(first.step),
        "post": names.named("post", first.post),
        "who": [(person_said(one.person, names) + stands_in(one), may_text(one, names)) for one in first.who],
        "mine": mine,
        "acts": [(t(*asked_words(one.request)), ask_url(one)) for one in of] if mine else [],
        "why_not": "" if mine else "；".join(refused) or other,
        "due_in": row.due_in(house.today()) if row else None,
        "due_on": row.due_on if row else None,
        "paused": row.paused if row else False,
    }


def decide_form(house: House, offer: Offer, seat: Seat) -> dict[str, Any]:
    """Return what the form of a decision carries: the desk, what it is decided on, and what the decision may be."""
    content = content_of(house.ledger.shared, offer.case, signed_as(offer.step))
    return {
        "step": offer.step,
        "seat": seat,
        "seen": content.digest if content and content.parts else "",
        "nonce": fresh(),
        "may": {word: words_of(offer, word) for word in words_for(offer)},
    }


@dataclass(frozen=True)
class Other:
    """What may be asked at any time: in words, the address of its form, which posts may; *why_not* the visitor."""

    words: str
    url: str
    posts: str
    why_not: str = ""


def others_of(house: House, visitor: Visitor, offered: list[Offer]) -> list[Other]:
    """Return what may be asked at any time, each with who may ask for it."""
    return [_other(house, visitor, one) for one in offered if not one.waits]


def _other(house: House, visitor: Visitor, offer: Offer) -> Other:
    names = house.names(offer.case.county)
    found = askers_of(house, offer)
    posts = t("、", ", ").join(names.named("post", post) for post in found.posts)
    why_not = why_not_text(found.why_nobody, names) if found.why_nobody else ""
    if found.posts and not {seat.post for seat in visitor.seats_in(offer.case.county)} & set(found.posts):
        why_not = t(f"由 {posts} 提出，您不任该岗位", f"for {posts} to ask: you hold no such post")
    return Other(t(*asked_words(offer.request)), ask_url(offer), posts, why_not)


def signatures_of(house: House, case: CaseId) -> list[dict[str, Any]]:
    """Return every signature, whether it stands, and what changed since."""
    if case.kind not in _SIGNED_KINDS:
        return []
    names = house.names(case.county)
    found = []
    try:
        views = list(signer_views(house.read, case))
    except BadInputError:
        return []
    for view in views:
        act, changed = view.signature.act, changes_said(view.changes)
        fell = t(f"已失效（{view.fell_by.occurred_on}）", f"fell on {view.fell_by.occurred_on}") if view.fell_by else ""
        words = "：".join(part for part in (fell, t(changed.zh, changed.en)) if part)
        found.append(
            {
                "person": person_said(act.person, names),
                "post": names.named("post", act.post),
                "day": act.occurred_on,
                "what": names.signed(view.signature.step),
                "behalf": person_said(act.on_behalf_of, names) if act.on_behalf_of else None,
                "changed": words or None,
            }
        )
    return found


def view_of(
    house: House, visitor: Visitor, case: CaseId, *, told: bool = True, number: int | None = None
) -> dict[str, Any]:
    """Return all of it: the history only where it is to be *told*, page *number* of it, or its last facts."""
    offered = offers(house, case)
    cut = Cut.of(house, case, number) if told else Cut(case_id(*case), None, 0)
    return {
        "case": case,
        "case_id": case_id(*case),
        "steps": steps_of(house, visitor, case, offered),
        "others": others_of(house, visitor, offered),
        "signatures": signatures_of(house, case),
        "missing": {},
        "brought": (),
        "history": history_of(house, cut) if told else [],
        "history_cut": cut,
        "seats": visitor.seats_in(case.county),
    }
