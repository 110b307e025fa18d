"""Given facts, when a command, then facts or a refusal; and the acts and terms that the samples are made of."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import count
from typing import Any

import msgspec

from domain.act import Act, Command, Decider
from domain.calendar import SHANGHAI
from domain.claim_facts import ClaimLodged, ClaimTerms
from domain.disclosure_facts import DisclosureArose, DisclosureTerms, PublicityTerm
from domain.errors import RefusedError
from domain.fund_facts import Announce, FundAnnounced, FundReceived, FundTerms, PortionReceived, Register
from domain.plan_facts import PlanDrafted, PlanTerms
from domain.project_facts import ProjectRegistered, ProjectTerms
from domain.registry import DECIDER_OF, READERS, stored_name
from domain.terms import DeadlineTerm, GateTerm, Line, PolicyRef, RetentionTerm, StageTerm, StepTerm

WAN = 1_000_000  # fen
DAY = date(2022, 3, 10)
REF = PolicyRef("2022.1", "a" * 64, "b" * 64)
_numbers = count(1)


def noon(day: date) -> datetime:
    """Return noon of a day in Asia/Shanghai."""
    return datetime.combine(day, time(12), SHANGHAI)


def by(person: str, on: date = DAY, *, recorded: datetime | None = None, command_id: str = "") -> Act:
    """Return an act of *person* stated for a day, and recorded at its noon; each has a command id of its own."""
    no = command_id or f"c-{next(_numbers)}"
    return Act(no, f"digest of {no}", person, "finance_section", "finance_bureau", "cli", on, recorded or noon(on))


@dataclass(frozen=True)
class Outcome:
    """What a command brought about: facts, or a refusal."""

    facts: tuple[Any, ...]
    refusal: RefusedError | None

    def then(self, *facts: Any) -> None:
        """Check that exactly *facts* came of it."""
        if self.refusal:
            raise self.refusal
        assert self.facts == facts

    def refuses(self, error: type[RefusedError], *numbers: object) -> None:
        """Check that the rule *error* said no, and told *numbers* in both languages."""
        assert type(self.refusal) is error, self.refusal or self.facts
        for language in ("zh", "en"):
            for number in numbers:
                assert str(number) in self.refusal.text(language)


@dataclass(frozen=True)
class Given:
    """A stream's facts so far."""

    facts: tuple[Any, ...]

    def when(self, command: Command) -> Outcome:
        """Decide. On the way: deciding changes nothing, facts can be stored, and a repeat asks for nothing new."""
        decider = DECIDER_OF[type(command)]
        state, untouched = fold(decider, self.facts), fold(decider, self.facts)
        try:
            facts = decider.decide(state, command)
        except RefusedError as e:
            assert state == untouched
            return Outcome((), e)
        assert state == untouched
        for fact in facts:
            assert READERS[stored_name(type(fact))].decode(msgspec.json.encode(fact)) == fact
            decider.evolve(state, fact)
        assert decider.decide(deepcopy(state), command) == ()
        return Outcome(facts, None)


def given(*facts: Any) -> Given:
    """Return a stream with these facts."""
    return Given(facts)


def fold(decider: Decider[Any], facts: tuple[Any, ...]) -> Any:
    """Return the state that *facts* make."""
    state = decider.initial()
    for fact in facts:
        state = decider.evolve(state, fact)
    return state


# Samples: a fund of 300 万 in two pools, a plan, a project with steps of every kind that matters, and claims on it.

FUND_TERMS = FundTerms(
    policy=REF,
    reporter="finance_section",
    notifier="finance_section",
    releaser="finance_section",
    form="transfer",
    release=DeadlineTerm("release", 5, "calendar", "finance_section", "JS L16", ("release",)),
)


def receipt(*portions: tuple[str, int], act: Act | None = None, document_no: str = "财农〔2022〕1号") -> Register:
    """Return the entry of a receipt F1, item 1, with portions in fen by pool."""
    return Register(
        act=act or by("li"),
        fund_no="F1",
        county="sample",
        document_no=document_no,
        item_no="1",
        source="central",
        tier="central",
        fiscal_year=2022,
        portions=tuple(PortionReceived(pool, amount_fen) for pool, amount_fen in portions),
        terms=FUND_TERMS,
    )


def received(register: Register) -> FundReceived:
    """Return the fact that the entry of a receipt is."""
    return FundReceived(
        register.act,
        register.county,
        register.fund_no,
        register.document_no,
        register.item_no,
        register.source,
        register.tier,
        register.fiscal_year,
        register.portions,
        register.terms,
    )


def announcement(*portions: tuple[str, int], act: Act | None = None) -> Announce:
    """Return the entry of an announcement F1, item 1, with portions in fen by pool."""
    return Announce(**vars(receipt(*portions, act=act)))


def announced(announce: Announce) -> FundAnnounced:
    """Return the fact that the entry of an announcement is."""
    return FundAnnounced(*msgspec.structs.astuple(received(Register(**vars(announce)))))


MINUTED = StageTerm("leading_group", "leading_group", "JS L15", "minutes")
UNMINUTED = StageTerm("government", "county_government", "JS L15")


def line(amount_fen: int, project_no: str = "A01", pool: str = "integrated", fund_no: str = "F1") -> Line:
    """Return a line of fund F1."""
    return Line(fund_no, pool, project_no, amount_fen)


def drafted(
    act: Act, *lines: Line, stages: tuple[StageTerm, ...] = (MINUTED,), version: int = 1, separate: bool = True
) -> PlanDrafted:
    """Return the draft of plan P1."""
    return PlanDrafted(act, "sample", "P1", version, 2022, "年度计划", lines, PlanTerms(REF, "rrb", stages, separate))


STEPS = (
    StepTerm("declare", "declare", "village_committee", "GF L24"),
    StepTerm("review", "review", "township_office", "GF L24", returns_to=("declare",)),
    StepTerm("survey", "survey", "field_team", "GF L24", "survey_opinion", ("declare", "review")),
    StepTerm("plan", "plan", "", "JS L15"),
    StepTerm("release", "release", "", "JS L16"),
    StepTerm("contract", "contract", "implementing_unit", "MJ L7", "contract"),
    StepTerm("build", "build", "implementing_unit", "ML L20"),
    StepTerm("accept", "accept", "competent_department", "ML L22", "acceptance_report", ("build",)),
    StepTerm("payments", "payments", "", "JS L18"),
)
RETENTION = RetentionTerm(300, 60, 10, "payment_centre", "sample L1")


def registered(
    act: Act,
    *,
    name: str = "食用菌大棚",
    steps: tuple[StepTerm, ...] = STEPS,
    retention: RetentionTerm | None = RETENTION,
    separate: bool = True,
) -> ProjectRegistered:
    """Return the registration of project A01."""
    terms = ProjectTerms(REF, steps, retention, separate)
    return ProjectRegistered(act, "sample", "A01", name, "一村", "甲乡", "甲乡人民政府", "industry", 250 * WAN, terms)


GATES = (
    GateTerm("section", "finance_section", "review", "JS L18"),
    GateTerm("centre", "payment_centre", "review", "JS L18"),
    GateTerm("deputy", "deputy_director", "recheck", "JS L18"),
)


def lodged(
    act: Act,
    *lines: Line,
    version: int = 1,
    kind: str = "progress",
    payee: str = "施工单位",
    vouchers: tuple[str, ...] = ("c" * 64,),
    separate: bool = True,
) -> ClaimLodged:
    """Return the lodging of claim A01-1."""
    terms = ClaimTerms(REF, "unit", GATES, "payment_centre", "treasury_officer", "contractor", "JS L18", separate)
    return ClaimLodged(act, "sample", "A01-1", version, "A01", kind, lines, payee, vouchers, terms)


PLACES = ("县级平台", "村级平台")


def arose(
    act: Act,
    *,
    what: str = "project_arranged",
    places: tuple[str, ...] = PLACES,
    days: int = 0,
    mandatory: bool = False,
    blocks: bool = False,
) -> DisclosureArose:
    """Return an entry D1 of the disclosure register; *days* are those of publicity."""
    publicity = PublicityTerm(days, "calendar", "sample, made up") if days else None
    terms = DisclosureTerms(
        REF, "projects", "rrb", places, "GF L26", publicity=publicity, mandatory=mandatory, blocks=blocks
    )
    return DisclosureArose(
        act, "sample", "D1", what, terms, "sample/project/A01", "project.plan-included/1", "说明" * (what == "by_hand")
    )
