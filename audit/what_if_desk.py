"""A desk under other rules: the ledger as it stood before each act, the real procedures asked, nothing stored.

What a rule refuses is a finding; then it goes on as if that had been granted, and asks again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar, cast

import msgspec

from audit.what_if_found import Findings, Found
from domain.act import Act, CaseState, Decider
from domain.calendar import WorkCalendar
from domain.cases import CaseId, county_stream, kind_of
from domain.claim_facts import ClaimLodged, ClaimMoved
from domain.county import COUNTY, CountyState, PolicyAdopted
from domain.errors import BadInputError, BridgefundError, RefusedError
from domain.fund_facts import FundAnnounced, FundMoved, FundReceived
from domain.ledger import Ledger, Step
from domain.plan_facts import PlanDrafted, PlanMoved
from domain.policy import Profile
from domain.policy.office import Office
from domain.policy.reading import Policy
from domain.procedures import funds, projects
from domain.procedures.asking import Asking, NoRuleStatedError, Rules, rules_of
from domain.project_facts import ProjectMoved, ProjectRegistered
from domain.registry import BY_KIND, DECIDER_OF
from domain.terms import PolicyRef
from domain.words import Both

S = TypeVar("S", bound=CaseState)
# Attests what the other text says nobody attests: without it the whole step could not be asked.
UNSTATED = "unstated"
GRANTS_MAX = 40  # One act may break many rules: each is granted once, and there are no more than that.
_WITH_TERMS = (FundReceived, FundAnnounced, PlanDrafted, ProjectRegistered, ClaimLodged)
_MOVES = (FundMoved, PlanMoved, ProjectMoved, ClaimMoved)

Procedure = Callable[[Asking, Any], Iterator[Step]]


@dataclass(frozen=True)
class Other:
    """The rules that a case is looked at under: a policy with the office decisions that fill its gaps."""

    policy: Policy
    profile: Profile
    offices: tuple[Office, ...] = ()


def _somebody_attests(profile: Profile) -> Profile:
    bans = tuple(
        ban.model_copy(update={"attested_by": UNSTATED}) if ban.check == "attested" and not ban.attested_by else ban
        for ban in profile.bans
    )
    return profile.model_copy(update={"bans": bans})


class Event(NamedTuple):
    """A fact of a stream in its place in the one log."""

    position: int
    stream: str
    fact: Any


class Asked(NamedTuple):
    """An act and what it asks; a grant gives another one."""

    act: Act
    request: Any


@dataclass(frozen=True)
class Elsewhere(Asking):
    """An asking whose post is told to whoever compares posts, and never refused: each text names its own."""

    post_told: Callable[[Act, CaseId, str, str, str], None] | None = None
    there: Rules | None = None

    def rules(self, ref: PolicyRef | None = None) -> Rules:
        """Return the other rules, where they are asked for; else those of the version."""
        return self.there if self.there is not None and ref in (None, self.there.ref) else super().rules(ref)

    def needs_post(self, post: str | None, what: str, clause: str) -> None:
        """Tell which post the other text names, "" where it names none."""
        if self.post_told is not None and self.act.post != post:
            self.post_told(self.act, self.case, post or "", what, clause)


class Refusal(NamedTuple):
    """A refusal that is to be granted: by whom, of which case, of what."""

    error: BridgefundError
    case: CaseId
    asked: Asked


@dataclass
class _AsOf:
    """A stream's state after so many of its facts."""

    state: Any
    folded: int = 0


@dataclass
class Desk:
    """The streams as they were before an act, some of them folded under the other rules."""

    ledger: Ledger
    county: str
    here: Rules
    there: Rules
    calendar: WorkCalendar
    found: Findings
    states: dict[str, Any] = field(default_factory=dict)
    now: int = 0
    post_told: Callable[[Act, CaseId, str, str, str], None] | None = None
    _facts: dict[str, list[Event]] = field(default_factory=dict)
    _as_of: dict[str, _AsOf] = field(default_factory=dict)
    _texts: CountyState = field(default_factory=CountyState)

    @classmethod
    def of(cls, ledger: Ledger, county: str, here: PolicyRef, other: Other, calendar: WorkCalendar) -> "Desk":
        """Return the desk for a county's cases of the version *here*, with the engine's rules that they run under."""
        known = ledger.state(COUNTY, county_stream(county))
        own = known.texts[here]
        digests = tuple(office.digest for office in other.offices)
        ref = PolicyRef(other.profile.version, other.policy.digest, here.engine, digests)
        texts = tuple(office.text for office in other.offices)
        adopted = PolicyAdopted(own.act, county, ref, other.policy.text, own.engine_text, texts)
        state = CountyState(current=ref, texts={**known.texts, ref: adopted}, since=known.since)
        rules_here = rules_of(ledger.state, county, here)
        rules = Rules(ref, _somebody_attests(other.profile), rules_here.engine)
        return cls(ledger, county, rules_here, rules, calendar, Findings(), _texts=state)

    @property
    def same(self) -> bool:
        """Return whether the other rules are the case's own."""
        return self.here.ref == self.there.ref

    def events(self, stream: str) -> list[Event]:
        """Return the facts of a stream, each in its place."""
        if stream not in self._facts:
            facts = self.ledger.facts(stream)
            self._facts[stream] = [Event(self.ledger.position(stream, n), stream, f) for n, f in enumerate(facts, 1)]
        return self._facts[stream]

    def read(self, decider: Decider[S], stream: str) -> S:
        """Return a stream's state before the act that is looked at: under the other rules."""
        if stream == county_stream(self.county):
            return cast("S", self._texts)
        if stream in self.states:
            return cast("S", self.states[stream])
        if decider.kind == "obligation":
            # Whatever runs here: there its clocks are its own.
            return decider.initial()
        return self._before(decider, stream)

    def _before(self, decider: Decider[S], stream: str) -> S:
        """Return a stream's state by its own facts before the act; only the version that it names is another."""
        known = self._as_of.get(stream)
        events = self.events(stream)
        if known is None or (known.folded and events[known.folded - 1].position >= self.now):
            known = self._as_of[stream] = _AsOf(decider.initial())
        self._fold_on(decider, stream, known)
        return cast("S", known.state)

    def _fold_on(self, decider: Decider[Any], stream: str, known: _AsOf) -> None:
        events = self.events(stream)
        while known.folded < len(events) and events[known.folded].position < self.now:
            decider.evolve(known.state, self._moved(events[known.folded].fact))
            known.folded += 1

    def _moved(self, fact: Any) -> Any:
        if self.same or not isinstance(fact, (*_WITH_TERMS, *_MOVES)):
            return fact
        terms: Any = msgspec.structs.replace(fact.terms, policy=self.there.ref)
        if isinstance(fact, ProjectRegistered | ProjectMoved):
            terms = msgspec.structs.replace(terms, retention=self._of_projects(terms.retention))
        if isinstance(fact, FundReceived | FundAnnounced | FundMoved):
            terms = self.fund_terms(terms)
        return msgspec.structs.replace(fact, terms=terms)

    def fund_terms(self, terms: Any) -> Any:
        """Return the terms of a fund there; where the text says nothing of receipts, its own, of that version."""
        try:
            return funds.terms_of(self.there)
        except NoRuleStatedError:
            return msgspec.structs.replace(terms, policy=self.there.ref, release=None)

    def _of_projects(self, retention: Any) -> Any:
        try:
            return projects.terms_of(self.there).retention
        except NoRuleStatedError:
            return retention

    def asking(self, case: CaseId, act: Act) -> Asking:
        """Return what a procedure asks with."""
        return Elsewhere(act, case, self.read, self.calendar, self.post_told, self.there)

    def ask(
        self,
        case: CaseId,
        asked: Asked,
        procedure: Procedure,
        grant: Callable[[Refusal], Asked | None],
    ) -> bool:
        """Ask a procedure until nothing is refused any more, or what is cannot be granted; say which."""
        for _ in range(GRANTS_MAX):
            self.found.compared["asked"] += 1
            asking = self.asking(case, asked.act)
            try:
                self.take(asking.own, list(procedure(asking, asked.request)))
            except (RefusedError, BadInputError) as no:
                again = grant(Refusal(no, case, asked))
                if again is None:
                    return False
                asked = again
            else:
                return True
        return False

    def take(self, own: str, taken: list[Step]) -> None:
        """Fold what a procedure yields for the case itself, if it is replayed, and for clocks; others have facts."""
        for step in taken:
            decider = DECIDER_OF[type(step.command)]
            is_own = step.stream == own and own in self.states
            if not is_own and kind_of(step.stream) != "obligation":
                continue
            state = self.states.setdefault(step.stream, decider.initial())
            for fact in decider.decide(state, step.command):
                decider.evolve(state, fact)

    def begin(self, stream: str) -> Any:
        """Return the empty state from which a stream is replayed."""
        return self.states.setdefault(stream, BY_KIND[kind_of(stream)].initial())

    def fold(self, stream: str, fact: Any) -> None:
        """Fold a fact into a stream as if it had been granted; one that is not replayed goes on by its own facts."""
        decider = BY_KIND[kind_of(stream)]
        decider.evolve(self.states[stream] if stream in self.states else self._before(decider, stream), fact)

    def add(self, group: Any, case: str, rule: str, clause: str, says: Both, **more: Any) -> None:
        """Note a finding."""
        self.found.add(Found(group, case, rule, clause, says, **more))
