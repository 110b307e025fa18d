from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from domain.act import RepeatDiffersError
from domain.duties import SamePersonError
from domain.project import (
    PROJECT,
    NoSuchProjectError,
    RecordMissingError,
    ReturnError,
    StepOrderError,
)
from domain.project_facts import (
    Answer,
    ClaimNoted,
    ClaimUnnoted,
    ContractSigned,
    Include,
    NoteClaim,
    NotePayment,
    NoteRefund,
    NoteRelease,
    PaymentNoted,
    PlanIncluded,
    ProjectClosed,
    ProjectCommand,
    RefundNoted,
    Register,
    ReleaseArrived,
    StepPassed,
    StepReturned,
    UnnoteClaim,
)
from domain.project_money import BelowClaimedError, OverContractError, OverReleaseError, TooEarlyError
from tests.domain.given import DAY, STEPS, WAN, by, fold, given, registered

ACCEPTED_ON = date(2022, 8, 1)
PAPER = "e" * 64
DECLARED = (registered(by("village")), StepPassed(by("village"), "declare"))
REVIEWED = (*DECLARED, StepPassed(by("town"), "review"))
SURVEYED = (*REVIEWED, StepPassed(by("team"), "survey", "可行", PAPER))
PLANNED = (*SURVEYED, PlanIncluded(by("group"), "P1", 200 * WAN), StepPassed(by("group"), "plan"))
RELEASED = (*PLANNED, ReleaseArrived(by("li"), "P1", "F1", 200 * WAN), StepPassed(by("li"), "release"))
SIGNED = (*RELEASED, ContractSigned(by("unit"), "建筑公司", 180 * WAN), StepPassed(by("unit"), "contract", "", PAPER))
BUILT = (*SIGNED, StepPassed(by("unit"), "build"))
ACCEPTED = (*BUILT, StepPassed(by("judge", ACCEPTED_ON), "accept", "", PAPER))
ACT = by("someone")


def passes(step: str, person: str = "someone", record: str = "") -> Answer:
    return Answer(by(person), step, approve=True, record=record)


def returns(step: str, to: str, reason: str = "地类不符") -> Answer:
    return Answer(by("someone"), step, approve=False, opinion=reason, return_to=to)


def claims(amount_fen: int, kind: str = "progress", on: date = DAY, no: str = "A01-9") -> NoteClaim:
    return NoteClaim(by("unit", on), no, kind, amount_fen)


# From its first paper


def test_project_is_declared_with_its_first_step() -> None:
    given().when(Register(ACT, registered(ACT), "需要", "")).then(registered(ACT), StepPassed(ACT, "declare", "需要"))


def test_first_step_needs_its_paper_too() -> None:
    steps = (STEPS[2], *STEPS[3:])
    given().when(Register(ACT, registered(ACT, steps=steps))).refuses(RecordMissingError, "A01", "survey_opinion")


def test_project_declared_again_alike_is_one_project() -> None:
    given(*DECLARED).when(Register(ACT, registered(ACT))).then()


def test_other_project_under_the_same_number_is_refused() -> None:
    given(*DECLARED).when(Register(ACT, registered(ACT, name="排水沟"))).refuses(
        RepeatDiffersError, "A01", "食用菌大棚", "排水沟"
    )


def test_steps_are_passed_in_the_countys_order() -> None:
    command = passes("review")
    given(*DECLARED).when(command).then(StepPassed(command.act, "review"))
    given(*DECLARED).when(passes("survey", record=PAPER)).refuses(StepOrderError, "A01", "review", "survey", "GF L24")


def test_step_passed_once_is_not_answered_again() -> None:
    given(*REVIEWED).when(passes("review")).refuses(StepOrderError, "survey", "review")


def test_survey_without_its_opinion_paper_is_refused() -> None:
    given(*REVIEWED).when(passes("survey")).refuses(RecordMissingError, "A01", "survey_opinion", "GF L24")


@pytest.mark.parametrize("step", ["plan", "release", "payments"])
def test_step_that_money_passes_takes_no_answer(step: str) -> None:
    facts = {"plan": SURVEYED, "release": PLANNED, "payments": ACCEPTED}[step]
    given(*facts).when(passes(step)).refuses(StepOrderError, "A01", step)


@pytest.mark.parametrize("to", ["declare", "review"])
def test_survey_sends_the_project_back(to: str) -> None:
    command = returns("survey", to)
    given(*REVIEWED).when(command).then(StepReturned(command.act, "survey", to, "地类不符"))
    state = fold(PROJECT, (*REVIEWED, StepReturned(command.act, "survey", to, "地类不符")))
    assert PROJECT.stage(state) == to


@pytest.mark.parametrize(("to", "reason"), [("survey", "地类不符"), ("build", "x"), ("", "x"), ("review", " ")])
def test_return_elsewhere_or_without_reason_is_refused(to: str, reason: str) -> None:
    given(*REVIEWED).when(returns("survey", to, reason)).refuses(ReturnError, "A01", "survey", "declare, review")


def test_step_without_returns_sends_nothing_back() -> None:
    given(*RELEASED).when(returns("contract", "survey")).refuses(ReturnError, "contract", "survey")


# Who does what


def test_declarer_reviews_nothing_of_the_project() -> None:
    given(*DECLARED).when(passes("review", "village")).refuses(SamePersonError, "village", "declare", "review")


def test_builder_does_not_accept_the_building() -> None:
    given(*BUILT).when(passes("accept", "unit", PAPER)).refuses(SamePersonError, "unit", "contract", "accept")


def test_reviewer_who_built_later_does_not_accept() -> None:
    facts = (*SIGNED, StepPassed(by("town"), "build"))
    given(*facts).when(passes("accept", "town", PAPER)).refuses(SamePersonError, "town", "build", "accept")


def test_reviewer_who_prepared_nothing_may_accept() -> None:
    command = passes("accept", "town", PAPER)
    given(*BUILT).when(command).then(StepPassed(command.act, "accept", "", PAPER))


def test_duties_are_not_separated_where_switched_off() -> None:
    loose = (registered(by("village"), separate=False), DECLARED[1])
    command = passes("review", "village")
    given(*loose).when(command).then(StepPassed(command.act, "review"))


# Money that other cases bring


def test_plan_in_force_passes_the_plan_step() -> None:
    given(*SURVEYED).when(Include(ACT, "P1", 200 * WAN)).then(
        PlanIncluded(ACT, "P1", 200 * WAN), StepPassed(ACT.under("JS L15"), "plan")
    )


def test_plan_for_a_project_not_surveyed_is_refused() -> None:
    given(*REVIEWED).when(Include(ACT, "P1", 200 * WAN)).refuses(StepOrderError, "A01", "survey", "plan")


def test_release_step_waits_for_the_last_fund() -> None:
    given(*PLANNED).when(NoteRelease(ACT, "P1", "F1", 200 * WAN - 1)).then(
        ReleaseArrived(ACT, "P1", "F1", 200 * WAN - 1)
    )
    first = ReleaseArrived(by("li"), "P1", "F1", 200 * WAN - 1)
    given(*PLANNED, first).when(NoteRelease(ACT, "P1", "F2", 1)).then(
        ReleaseArrived(ACT, "P1", "F2", 1), StepPassed(ACT.under("JS L16"), "release")
    )


def test_contract_is_signed_with_its_amount() -> None:
    signed = Answer(ACT, "contract", approve=True, record=PAPER, contractor="建筑公司", amount_fen=180 * WAN)
    given(*RELEASED).when(signed).then(
        ContractSigned(ACT, "建筑公司", 180 * WAN), StepPassed(ACT, "contract", "", PAPER)
    )


@pytest.mark.parametrize(("contractor", "amount_fen"), [("建筑公司", 0), ("建筑公司", -1), ("", 5)])
def test_contract_without_party_or_amount_is_refused(contractor: str, amount_fen: int) -> None:
    unsigned = Answer(ACT, "contract", approve=True, record=PAPER, contractor=contractor, amount_fen=amount_fen)
    given(*RELEASED).when(unsigned).refuses(RecordMissingError, "A01", "contract", "amount_fen")


def test_last_payment_closes_a_project_with_payments() -> None:
    whole = (*ACCEPTED, ClaimNoted(by("unit"), "A01-1", "settlement", 200 * WAN))
    given(*whole).when(NotePayment(ACT, "A01-1")).then(
        PaymentNoted(ACT, "A01-1"), StepPassed(ACT.under("JS L18"), "payments"), ProjectClosed(ACT)
    )
    assert PROJECT.closed(
        fold(PROJECT, (*whole, PaymentNoted(ACT, "A01-1"), StepPassed(ACT, "payments"), ProjectClosed(ACT)))
    )


# Bounds on claims


def test_claim_inside_release_and_contract_is_noted() -> None:
    command = claims(50 * WAN)
    given(*SIGNED).when(command).then(ClaimNoted(command.act, "A01-9", "progress", 50 * WAN))


def test_claim_over_what_was_released_is_refused() -> None:
    steps = tuple(s for s in STEPS if s.kind not in ("contract", "build", "accept"))
    facts = (registered(by("village"), steps=steps, retention=None), *RELEASED[1:])
    noted = ClaimNoted(by("unit"), "A01-1", "progress", 150 * WAN)
    given(*facts, noted).when(claims(50 * WAN + 1)).refuses(
        OverReleaseError, "A01-9", 50 * WAN + 1, 50 * WAN, 200 * WAN, 150 * WAN
    )
    command = claims(50 * WAN)
    given(*facts, noted).when(command).then(ClaimNoted(command.act, "A01-9", "progress", 50 * WAN))


def test_claim_before_the_contract_is_refused() -> None:
    given(*RELEASED).when(claims(1)).refuses(TooEarlyError, "A01-9", "MJ L7")


def test_settlement_before_acceptance_is_refused() -> None:
    given(*BUILT).when(claims(1, "settlement")).refuses(TooEarlyError, "A01-9", "settlement", "ML L22")
    given(*BUILT).when(claims(1, "retention")).refuses(TooEarlyError, "A01-9", "retention", "ML L22")


def test_claims_stop_at_contract_less_retention() -> None:
    # 180 万 less 3 % is 174.6 万.
    noted = ClaimNoted(by("unit"), "A01-1", "progress", 100 * WAN)
    given(*ACCEPTED, noted).when(claims(74_600_001, "settlement")).refuses(
        OverContractError, "A01-9", 174_600_001, 174_600_000, "sample L1"
    )
    command = claims(74_600_000, "settlement")
    given(*ACCEPTED, noted).when(command).then(ClaimNoted(command.act, "A01-9", "settlement", 74_600_000))


def test_retention_before_its_day_is_refused() -> None:
    payable_on = ACCEPTED_ON + timedelta(days=60)
    early = claims(5_400_000, "retention", payable_on - timedelta(days=1))
    given(*ACCEPTED).when(early).refuses(TooEarlyError, "A01-9", "2022-09-30", "sample L1")
    command = claims(5_400_000, "retention", payable_on)
    given(*ACCEPTED).when(command).then(ClaimNoted(command.act, "A01-9", "retention", 5_400_000))


def test_retention_over_its_share_is_refused() -> None:
    later = ACCEPTED_ON + timedelta(days=60)
    given(*ACCEPTED).when(claims(5_400_001, "retention", later)).refuses(
        OverContractError, "A01-9", 5_400_001, 5_400_000, "sample L1"
    )


def test_two_retention_claims_share_what_is_held_back() -> None:
    later = ACCEPTED_ON + timedelta(days=60)
    noted = ClaimNoted(by("unit", later), "A01-1", "retention", 5_000_000)
    given(*ACCEPTED, noted).when(claims(400_001, "retention", later)).refuses(
        OverContractError, "A01-9", 5_400_001, 5_400_000
    )


def test_contract_without_retention_is_claimed_to_the_full() -> None:
    facts = (registered(by("village"), retention=None), *ACCEPTED[1:])
    given(*facts).when(claims(180 * WAN + 1, "settlement")).refuses(OverContractError, 180 * WAN + 1, 180 * WAN)
    command = claims(180 * WAN, "settlement")
    given(*facts).when(command).then(ClaimNoted(command.act, "A01-9", "settlement", 180 * WAN))


def test_returned_or_refunded_claim_leaves_room_again() -> None:
    noted = ClaimNoted(by("unit"), "A01-1", "progress", 174_600_000)
    unnoted, paid, refunded = ClaimUnnoted(ACT, "A01-1"), PaymentNoted(by("li"), "A01-1"), RefundNoted(ACT, "A01-1")
    given(*SIGNED, noted).when(claims(1)).refuses(OverContractError, 174_600_001)
    given(*SIGNED, noted).when(UnnoteClaim(ACT, "A01-1")).then(unnoted)
    given(*SIGNED, noted, paid).when(NoteRefund(ACT, "A01-1")).then(refunded)
    for back in ((unnoted,), (paid, refunded)):
        command = claims(174_600_000)
        given(*SIGNED, noted, *back).when(command).then(ClaimNoted(command.act, "A01-9", "progress", 174_600_000))


# Sent back from behind the contract or the acceptance, as a county's order may have it

LOOSE = (*STEPS[:6], replace(STEPS[6], returns_to=("contract",)), STEPS[7], replace(STEPS[8], kind="title", post="rrb"))
TO_TITLE = (registered(by("village"), steps=(*LOOSE[:8], replace(LOOSE[8], returns_to=("accept",)))), *ACCEPTED[1:])
TO_BUILD = (registered(by("village"), steps=LOOSE), *SIGNED[1:])


def signs(amount_fen: int) -> Answer:
    return Answer(ACT, "contract", approve=True, record=PAPER, contractor="建筑公司", amount_fen=amount_fen)


def test_contract_signed_anew_covers_what_is_claimed() -> None:
    back = StepReturned(by("unit"), "build", "contract", "变更")
    noted = ClaimNoted(by("unit"), "A01-1", "progress", 97 * WAN)
    # 100 万 less 3 % is 97 万, half a fen up.
    given(*TO_BUILD, noted, back).when(signs(100 * WAN - 1)).refuses(
        BelowClaimedError, "A01", 100 * WAN - 1, 97 * WAN, 97 * WAN - 1, "MJ L7"
    )
    command = signs(100 * WAN)
    signed = ContractSigned(command.act, "建筑公司", 100 * WAN)
    given(*TO_BUILD, noted, back).when(command).then(signed, StepPassed(command.act, "contract", "", PAPER))


def test_contract_signed_anew_covers_the_retention_that_is_claimed() -> None:
    later = ACCEPTED_ON + timedelta(days=60)
    noted = ClaimNoted(by("unit", later), "A01-9", "retention", 5_400_000)
    steps = (*LOOSE[:8], replace(LOOSE[8], returns_to=("contract",)))
    facts = (registered(by("village"), steps=steps), *ACCEPTED[1:], noted)
    back = StepReturned(by("li"), "payments", "contract", "变更")
    given(*facts, back).when(signs(179 * WAN)).refuses(BelowClaimedError, "A01", 5_400_000, 5_370_000)


def test_acceptance_that_was_sent_back_is_none() -> None:
    back = StepReturned(by("rrb"), "payments", "accept", "渗水")
    given(*TO_TITLE, back).when(claims(1, "settlement")).refuses(TooEarlyError, "A01-9", "settlement", "ML L22")
    again = StepPassed(by("judge", ACCEPTED_ON + timedelta(days=30)), "accept", "", PAPER)
    early = claims(1, "retention", ACCEPTED_ON + timedelta(days=60))
    given(*TO_TITLE, back, again).when(early).refuses(TooEarlyError, "A01-9", "2022-10-30", "sample L1")
    given(*TO_TITLE, back, again).when(command := claims(1, "settlement")).then(
        ClaimNoted(command.act, "A01-9", "settlement", 1)
    )


@pytest.mark.parametrize(
    "command",
    [
        passes("declare"),
        Include(ACT, "P1", 1),
        NoteRelease(ACT, "P1", "F1", 1),
        claims(1),
        UnnoteClaim(ACT, "A01-1"),
        NotePayment(ACT, "A01-1"),
        NoteRefund(ACT, "A01-1"),
    ],
    ids=lambda c: type(c).__name__,
)
def test_nothing_happens_to_a_project_never_declared(command: ProjectCommand) -> None:
    given().when(command).refuses(NoSuchProjectError)


def test_project_waits_only_for_people() -> None:
    stories = [DECLARED, REVIEWED, SURVEYED, PLANNED, RELEASED, SIGNED, BUILT, ACCEPTED]
    waits = [[(s.id, s.post) for s in PROJECT.open_steps(fold(PROJECT, story))] for story in stories]
    assert waits == [
        [("review", "township_office")],
        [("survey", "field_team")],
        [],
        [],
        [("contract", "implementing_unit")],
        [("build", "implementing_unit")],
        [("accept", "competent_department")],
        [],
    ]
