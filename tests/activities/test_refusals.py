"""What the deciding activity refuses, where that is put on record, and what leaves no trace at all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from temporalio.exceptions import ApplicationError

from activities.calendars import load_calendars
from activities.deciding import DecideInput, Deciding, Decision
from domain.act import Act
from domain.attempts import ATTEMPTS, RECORDED_MAX, AttemptRefused, AttemptsCapped
from domain.calendar import SHANGHAI
from domain.cases import attempts_stream, mandates_stream
from domain.fund import FUND
from domain.fund_facts import PortionReceived
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed, KeyRegistered, RegisterKey, RevokeKey
from domain.project import PROJECT
from domain.requests import AnswerStep, AnyRequest, NotifyDepartment, RegisterReceipt, ReportReceipt
from domain.signature import SignedMessage, digest_of, sign
from simulation.keys import public_hex, sample_key
from simulation.opening import open_county, open_store
from simulation.samples import load
from simulation.year import SECRET
from tests.databases import ON_SQLITE
from tests.places import SAMPLE_COUNTY
from tests.workflows.office import COUNTY, OPENS, WAN, project
from worker import CALENDARS
from workflows.messages import make_message

FUND_CASE, PROJECT_CASE = "sample/fund/F1", "sample/project/P1"
NOTICE = NotifyDepartment(department="competent_department")
REVIEW = AnswerStep(step="township_review", approve=True)


def receipt(amount_fen: int = 200 * WAN) -> RegisterReceipt:
    return RegisterReceipt(
        document_no="样例文〔2022〕1号",
        item_no="1",
        source="central",
        tier="central",
        fiscal_year=2022,
        portions=(PortionReceived("integrated", amount_fen),),
    )


@dataclass
class Desk:
    """The activity, and a door that signs for it."""

    ledger: Ledger
    deciding: Deciding
    people: dict[str, str]
    now: datetime = OPENS

    def message(
        self, case: str, request: AnyRequest, post: str, command_id: str, door: str = "simulation"
    ) -> SignedMessage:
        """Sign a request of the post's holder."""
        key_id, key = sample_key(self.ledger, COUNTY, door)
        person = self.people[post]
        return make_message(
            case,
            request,
            command_id=command_id,
            person=person,
            post=post,
            door=door,
            key_id=key_id,
            key=key,
            now=self.now,
        )

    def signed(self, message: SignedMessage) -> SignedMessage:
        """Sign a message that was changed: with a good key it says just what it says."""
        return sign(message, sample_key(self.ledger, COUNTY, "simulation")[1])

    def decide(self, message: SignedMessage) -> Decision:
        """Do what the worker does."""
        return self.deciding.decide(DecideInput(message, self.now))

    def ask(self, case: str, request: AnyRequest, post: str, command_id: str) -> Decision:
        """Sign and decide."""
        return self.decide(self.message(case, request, post, command_id))

    def refusal(self, message: SignedMessage) -> ApplicationError:
        """Return why *message* is refused, for good."""
        with pytest.raises(ApplicationError) as caught:
            self.decide(message)
        assert caught.value.non_retryable
        return caught.value

    def rule(self, message: SignedMessage) -> str | None:
        """Return by which rule *message* is refused."""
        return self.refusal(message).type

    def attempts(self, person: str) -> dict[str, AttemptRefused]:
        """Return what is on record as refused to a person today, by command id."""
        stream = attempts_stream(COUNTY, person, self.now.date().isoformat())
        return self.ledger.state(ATTEMPTS, stream).refused

    def facts(self) -> int:
        """Return how many facts the ledger has."""
        return sum(1 for _ in self.ledger.log())

    def execute(self, command: Callable[[Act], Appoint | RegisterKey | RevokeKey]) -> None:
        """Change the county's posts or keys."""
        command_id = f"clerk-{self.facts()}"
        act = Act(command_id, digest_of(command_id), "clerk", "clerk", "clerk", "cli", self.now.date(), self.now)
        self.ledger.execute(Step(mandates_stream(COUNTY), command(act)))

    def appoint(self, person: str, post: str, first: date, last: date | None) -> None:
        """Appoint a person."""
        self.execute(lambda act: Appoint(act, Appointed(act, COUNTY, person, post, post, first, last)))


@pytest.fixture
def desk(store: str) -> Iterator[Desk]:
    samples = load(SAMPLE_COUNTY)
    with Ledger(store) as ledger:
        open_store(ledger, SECRET, OPENS, 0.0)
        open_county(ledger, samples, SECRET, OPENS)
        yield Desk(ledger, Deciding(ledger, load_calendars(CALENDARS)), {p.post: p.person for p in samples.people})


@pytest.fixture
def with_fund(desk: Desk) -> Desk:
    desk.ask(FUND_CASE, receipt(), "finance_section", "arrival")
    return desk


@pytest.fixture
def with_project(desk: Desk) -> Desk:
    desk.ask(PROJECT_CASE, project("P1"), "village_committee", "declaration")
    return desk


def test_a_forged_message_is_recorded_as_nobodys(with_fund: Desk) -> None:
    message = with_fund.message(FUND_CASE, ReportReceipt(), "finance_section", "report-1")
    forged = replace(message, person=with_fund.people["rrb"])
    assert with_fund.rule(forged) == "ForgedError"
    assert list(with_fund.attempts("unverified")) == ["report-1"]
    for person in (message.person, forged.person):
        assert not with_fund.attempts(person)


def test_a_body_that_was_changed_on_its_way_is_forged(with_fund: Desk) -> None:
    message = with_fund.message(FUND_CASE, NOTICE, "finance_section", "notice-1")
    changed = replace(message, body=message.body.replace("competent_department", "another_department"))
    assert with_fund.rule(changed) == "ForgedError"
    digest_too = replace(changed, digest=digest_of(changed.body))
    assert with_fund.rule(digest_too) == "ForgedError"


@ON_SQLITE
@pytest.mark.parametrize("signature", ["", "00", "not hex", "00" * 64])
def test_a_signature_that_is_none_is_forged(with_fund: Desk, signature: str) -> None:
    message = with_fund.message(FUND_CASE, ReportReceipt(), "finance_section", "report-1")
    assert with_fund.rule(replace(message, signature=signature)) == "ForgedError"


def test_a_refused_attempt_says_who_asked_what_when_and_which_rule_said_no(with_project: Desk) -> None:
    person = with_project.people["rrb"]
    error = with_project.refusal(with_project.message(PROJECT_CASE, REVIEW, "rrb", "review-1"))
    refused = with_project.attempts(person)["review-1"]
    assert (refused.case, refused.request, refused.rule) == (PROJECT_CASE, "township_review", "WrongPostError")
    assert (refused.act.person, refused.act.post, refused.act.door) == (person, "rrb", "simulation")
    assert refused.act.recorded_at == OPENS
    assert list(error.details) == [{"zh": refused.zh, "en": refused.en}]
    assert with_project.ledger.state(PROJECT, PROJECT_CASE).at == 1


def test_the_hundredth_refusal_of_a_day_is_the_last_on_record_and_the_next_is_still_refused(with_fund: Desk) -> None:
    person = with_fund.people["rrb"]
    for n in range(RECORDED_MAX):
        assert with_fund.rule(with_fund.message(FUND_CASE, ReportReceipt(), "rrb", f"knock-{n}")) == "WrongPostError"
    stream = attempts_stream(COUNTY, person, OPENS.date().isoformat())
    capped = with_fund.ledger.facts(stream)[-1]
    assert isinstance(capped, AttemptsCapped)
    assert (capped.count, len(with_fund.attempts(person))) == (RECORDED_MAX, RECORDED_MAX)
    facts = with_fund.facts()
    assert with_fund.rule(with_fund.message(FUND_CASE, ReportReceipt(), "rrb", "knock-on")) == "WrongPostError"
    assert with_fund.facts() == facts


def test_the_next_day_has_a_record_of_its_own(with_fund: Desk) -> None:
    for n in range(RECORDED_MAX):
        with_fund.rule(with_fund.message(FUND_CASE, ReportReceipt(), "rrb", f"knock-{n}"))
    with_fund.now += timedelta(days=1)
    with_fund.rule(with_fund.message(FUND_CASE, ReportReceipt(), "rrb", "tomorrow"))
    assert list(with_fund.attempts(with_fund.people["rrb"])) == ["tomorrow"]


def test_who_knocks_under_many_names_with_no_key_fills_one_record_only(with_fund: Desk) -> None:
    message = with_fund.message(FUND_CASE, ReportReceipt(), "finance_section", "knock")
    for n in range(RECORDED_MAX + 10):
        named = replace(message, person=f"p-{n}", key_id=f"key-{n}", command_id=f"knock-{n}")
        assert with_fund.rule(named) == "UnknownKeyError"
    streams = {entry.stream for entry in with_fund.ledger.log() if "/attempts/" in entry.stream}
    assert streams == {attempts_stream(COUNTY, "unverified", "2022-01-01")}
    assert len(with_fund.attempts("unverified")) == RECORDED_MAX


def test_a_refusal_whose_answer_was_lost_stands_though_the_rule_would_say_yes_by_now(with_project: Desk) -> None:
    message = with_project.message(PROJECT_CASE, REVIEW, "township_office", "review-1")
    survey = AnswerStep(step="field_survey", approve=True, record=digest_of("survey"))
    early = with_project.message(PROJECT_CASE, survey, "field_team", "survey-1")
    first = with_project.refusal(early)
    assert first.type == "StepOrderError"
    with_project.decide(message)
    facts = with_project.facts()
    again = with_project.refusal(early)
    assert (again.type, again.message, again.details) == (first.type, first.message, first.details)
    assert with_project.facts() == facts
    # Asked anew, it is a new attempt.
    with_project.ask(PROJECT_CASE, survey, "field_team", "survey-2")
    assert with_project.ledger.state(PROJECT, PROJECT_CASE).at == 3


def test_a_refusal_found_again_after_midnight_is_the_same(with_fund: Desk) -> None:
    message = with_fund.message(FUND_CASE, ReportReceipt(), "rrb", "late-1")
    assert with_fund.rule(message) == "WrongPostError"
    facts = with_fund.facts()
    with_fund.now += timedelta(days=1)
    assert with_fund.rule(message) == "WrongPostError"
    assert with_fund.facts() == facts


def test_a_refused_commands_id_does_not_taint_another_body(with_fund: Desk) -> None:
    assert with_fund.rule(with_fund.message(FUND_CASE, ReportReceipt(), "rrb", "x-1")) == "WrongPostError"
    with_fund.people["rrb"] = with_fund.people["finance_section"]
    with_fund.ask(FUND_CASE, NOTICE, "finance_section", "x-1")
    assert with_fund.ledger.state(FUND, FUND_CASE).notified_on == OPENS.date()


def test_two_refused_bodies_under_one_command_id_are_both_on_record(with_fund: Desk) -> None:
    for request in (ReportReceipt(), NOTICE, ReportReceipt(), NOTICE):
        assert with_fund.rule(with_fund.message(FUND_CASE, request, "rrb", "x-1")) == "WrongPostError"
    refused = with_fund.attempts(with_fund.people["rrb"])
    assert [refusal.request for refusal in refused.values()] == ["report", "notify"]
    assert next(iter(refused)) == "x-1"


def test_two_forged_bodies_under_one_command_id_do_not_stop_the_case(with_fund: Desk) -> None:
    for request in (ReportReceipt(), NOTICE):
        message = with_fund.message(FUND_CASE, request, "finance_section", "x-1")
        assert with_fund.rule(replace(message, signature="00" * 64)) == "ForgedError"
    assert len(with_fund.attempts("unverified")) == 2
    with_fund.ask(FUND_CASE, ReportReceipt(), "finance_section", "x-1")


def test_a_refusal_for_one_case_says_nothing_about_another(with_fund: Desk) -> None:
    other = receipt()
    second = replace(
        with_fund.message("sample/fund/F2", other, "finance_section", "arrival-2"),
        body=with_fund.message(FUND_CASE, other, "finance_section", "").body.replace("1号", "2号"),
    )
    asked = with_fund.message("sample/fund/F2", ReportReceipt(), "finance_section", "x-1")
    assert with_fund.rule(asked) == "NoSuchFundError"
    with_fund.decide(with_fund.signed(second))
    with_fund.ask(FUND_CASE, ReportReceipt(), "finance_section", "x-1")
    assert with_fund.ledger.state(FUND, FUND_CASE).reported_on == OPENS.date()


def test_a_command_that_took_effect_is_refused_with_another_body(with_fund: Desk) -> None:
    with_fund.ask(FUND_CASE, ReportReceipt(), "finance_section", "x-1")
    assert with_fund.rule(with_fund.message(FUND_CASE, NOTICE, "finance_section", "x-1")) == "RepeatDiffersError"
    assert with_fund.ledger.state(FUND, FUND_CASE).notified_on is None
    # The first one may be repeated all the same.
    facts = with_fund.facts()
    with_fund.ask(FUND_CASE, ReportReceipt(), "finance_section", "x-1")
    assert with_fund.facts() == facts


@ON_SQLITE
@pytest.mark.parametrize(
    "body",
    [
        "",
        "no request",
        "[]",
        "{}",
        '{"type": "fund.report/1"',
        '{"type": "fund.vanish/1"}',
        '{"type": "fund.notify/1"}',
        '{"type": "fund.notify/1", "department": 7}',
        '{"type": "fund.report/1", "occurred_on": "2022-13-01"}',
        '{"type": "fund.report/1", "evidence": "\\ud800"}',
    ],
)
def test_a_body_that_is_no_request_changes_nothing_and_records_nothing(with_fund: Desk, body: str) -> None:
    facts = with_fund.facts()
    message = with_fund.message(FUND_CASE, ReportReceipt(), "finance_section", "x-1")
    error = with_fund.refusal(with_fund.signed(replace(message, body=body)))
    assert error.type == "BadInputError"
    assert "request" in error.message
    assert with_fund.facts() == facts


@ON_SQLITE
@pytest.mark.parametrize("amount_fen", [2**63, 10**30, -1, 0])
def test_an_amount_that_no_ledger_holds_is_refused(desk: Desk, amount_fen: int) -> None:
    message = desk.message(FUND_CASE, receipt(), "finance_section", "x-1")
    body = message.body.replace(str(200 * WAN), str(amount_fen))
    assert desk.refusal(desk.signed(replace(message, body=body))).type
    assert desk.ledger.facts(FUND_CASE) == []


@ON_SQLITE
@pytest.mark.parametrize("field", ["case", "command_id", "person", "post", "door", "key_id", "body", "issued_at"])
@pytest.mark.parametrize("text", ["\ud800", "\x00"])
def test_what_cannot_be_written_down_is_refused_and_never_tried_again(with_fund: Desk, field: str, text: str) -> None:
    facts = with_fund.facts()
    message = with_fund.message(FUND_CASE, ReportReceipt(), "finance_section", "x-1")
    fields = {field: getattr(message, field) + text}
    assert with_fund.rule(replace(message, **fields)) == "BadInputError"
    assert with_fund.facts() == facts


def test_a_step_that_is_not_the_one_of_the_body_changes_nothing_and_records_nothing(with_fund: Desk) -> None:
    facts = with_fund.facts()
    message = with_fund.message(FUND_CASE, ReportReceipt(), "finance_section", "x-1")
    error = with_fund.refusal(with_fund.signed(replace(message, step="notify")))
    assert error.type == "BadInputError"
    assert "notify" in error.message
    assert "report" in error.message
    assert with_fund.facts() == facts


def test_a_request_for_another_kind_of_case_changes_nothing_and_records_nothing(with_fund: Desk) -> None:
    facts = with_fund.facts()
    error = with_fund.refusal(with_fund.message(PROJECT_CASE, ReportReceipt(), "finance_section", "x-1"))
    assert error.type == "BadInputError"
    assert "ReportReceipt is not for a project" in error.message
    assert with_fund.facts() == facts


@ON_SQLITE
@pytest.mark.parametrize("case", ["", "F1", "sample/fund", "sample/county", "Sample/fund/F1", "sample/fund/F 1"])
def test_what_is_no_case_changes_nothing_and_records_nothing(with_fund: Desk, case: str) -> None:
    facts = with_fund.facts()
    message = with_fund.message(FUND_CASE, ReportReceipt(), "finance_section", "x-1")
    error = with_fund.refusal(with_fund.signed(replace(message, case=case)))
    assert error.type == "BadInputError"
    assert "case" in error.message
    assert with_fund.facts() == facts


def test_a_stated_day_that_has_not_come_is_refused(with_fund: Desk) -> None:
    tomorrow = ReportReceipt(occurred_on=OPENS.date() + timedelta(days=1))
    error = with_fund.refusal(with_fund.message(FUND_CASE, tomorrow, "finance_section", "x-1"))
    assert error.type == "NotYetError"
    assert "2022-01-02" in error.message
    assert "2022-01-01" in error.message
    assert with_fund.ledger.state(FUND, FUND_CASE).reported_on is None


def test_the_stated_day_is_told_from_shanghais_day_and_not_from_greenwichs(with_fund: Desk) -> None:
    with_fund.now = datetime(2022, 1, 1, 23, 30, tzinfo=UTC)  # 07:30 of the 2nd in Shanghai.
    second = ReportReceipt(occurred_on=date(2022, 1, 2))
    with_fund.ask(FUND_CASE, second, "finance_section", "x-1")
    assert with_fund.ledger.state(FUND, FUND_CASE).reported_on == date(2022, 1, 2)


def test_who_does_not_hold_the_post_that_day_is_refused_and_told_who_does(with_fund: Desk) -> None:
    person = with_fund.people["rrb"]
    message = with_fund.message(FUND_CASE, ReportReceipt(), "rrb", "x-1")
    error = with_fund.refusal(with_fund.signed(replace(message, post="finance_section")))
    assert error.type == "NotHolderError"
    assert with_fund.people["finance_section"] in error.message
    assert list(with_fund.attempts(person)) == ["x-1"]


def test_a_term_of_office_holds_from_its_first_day_to_its_last(with_fund: Desk) -> None:
    with_fund.appoint("p-900", "finance_section", date(2022, 1, 3), date(2022, 1, 4))
    rules = []
    for day, request in ((2, NOTICE), (3, NOTICE), (4, ReportReceipt()), (5, ReportReceipt())):
        with_fund.now = datetime(2022, 1, day, 9, tzinfo=SHANGHAI)
        message = with_fund.message(FUND_CASE, request, "finance_section", f"x-{day}")
        named = with_fund.signed(replace(message, person="p-900"))
        try:
            with_fund.decide(named)
        except ApplicationError as e:
            rules.append(e.type)
        else:
            rules.append("yes")
    assert rules == ["NotHolderError", "yes", "yes", "NotHolderError"]


def test_a_revoked_key_signs_no_more(with_fund: Desk) -> None:
    message = with_fund.message(FUND_CASE, ReportReceipt(), "finance_section", "x-1")
    with_fund.execute(lambda act: RevokeKey(act, message.key_id, "lost"))
    error = with_fund.refusal(message)
    assert error.type == "UnknownKeyError"
    assert "revoked" in error.message
    assert list(with_fund.attempts("unverified")) == ["x-1"]
    assert with_fund.ledger.state(FUND, FUND_CASE).reported_on is None


def test_another_doors_key_does_not_sign_here(with_fund: Desk) -> None:
    cli_id, cli_key = sample_key(with_fund.ledger, COUNTY, "cli")
    message = with_fund.message(FUND_CASE, ReportReceipt(), "finance_section", "x-1")
    error = with_fund.refusal(sign(replace(message, key_id=cli_id), cli_key))
    assert error.type == "UnknownKeyError"
    assert "it is the key of door cli" in error.message
    # At its own door it does.
    with_fund.decide(with_fund.message(FUND_CASE, ReportReceipt(), "finance_section", "x-2", door="cli"))


def test_another_persons_key_does_not_sign_for_one(with_fund: Desk) -> None:
    own = Ed25519PrivateKey.generate()
    registered = ("own", public_hex(own), "simulation", with_fund.people["rrb"])
    with_fund.execute(lambda act: RegisterKey(act, KeyRegistered(act, COUNTY, *registered)))
    message = with_fund.message(FUND_CASE, ReportReceipt(), "finance_section", "x-1")
    error = with_fund.refusal(sign(replace(message, key_id="own"), own))
    assert error.type == "UnknownKeyError"
    assert with_fund.people["rrb"] in error.message
