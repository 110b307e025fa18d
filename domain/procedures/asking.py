"""One request on its way: who asks, for which case, under which rules, on which calendar."""

from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from domain.act import Act, CaseState, Command, Decider, RepeatDiffersError
from domain.calendar import WorkCalendar
from domain.cases import CaseId, case_id, county_stream
from domain.county import COUNTY, NoPolicyError
from domain.errors import RefusedError
from domain.ledger import Read
from domain.policy import Deadline, EngineRules, Profile, parse_engine
from domain.policy.engine import BulkRule
from domain.policy.office import adopted
from domain.terms import DeadlineTerm, PolicyRef

S = TypeVar("S", bound=CaseState)


class WrongPostError(RefusedError):
    """A request by a post that is not the one for it."""

    zh = "“{what}”由 {needed} 办理，{post} 不能办理（{clause}）"
    en = "{what} is for the post {needed}, not for {post} ({clause})"


class NoRuleStatedError(RefusedError):
    """The county's text does not say; an office decision must."""

    zh = "未规定：{question}（{key}）；须先采纳一份有日期和出处的办理规定"
    en = "no rule stated: {question} ({key}); adopt an office decision with its own date and source first"


@dataclass(frozen=True)
class Rules:
    """The rules in force for a case."""

    ref: PolicyRef
    profile: Profile
    engine: EngineRules

    def keeps(self, *, begins_anew: bool) -> bool:
        """Return whether signatures stand while what they cover is the same, unless the county's text begins anew."""
        return self.engine.signatures is not None and self.engine.signatures.keep and not begins_anew


@dataclass(frozen=True)
class Asking:
    """What every procedure needs to know."""

    act: Act
    case: CaseId
    read: Read
    calendar: WorkCalendar

    def stream(self, kind: str, no: str) -> str:
        """Return the case of the same county with this kind and number."""
        return case_id(self.case.county, kind, no)

    @property
    def own(self) -> str:
        """Return the stream of the case that is asked about."""
        return self.stream(self.case.kind, self.case.no)

    def took_effect(self, decider: Decider[Any], stream: str) -> bool:
        """Return whether this very command took effect in the stream that it is for: its case's, or its papers'.

        Raises:
            RepeatDiffersError: If the command id did, with another content.
        """
        digest = self.read(decider, stream).done.get(self.act.command_id)
        if digest is not None and digest != self.act.digest:
            raise RepeatDiffersError(key=self.act.command_id, recorded=digest[:12], asked=self.act.digest[:12])
        return digest is not None

    def check_untouched(self, stream: str, decider: Decider[Any]) -> None:
        """Check that a command that is new to its case is new to *stream*: there it would be taken for a repeat.

        Raises:
            RepeatDiffersError: If its id took effect there, for another case.
        """
        if self.act.command_id in self.read(decider, stream).done:
            raise RepeatDiffersError(key=self.act.command_id, recorded=stream, asked=self.own)

    def rules(self, ref: PolicyRef | None = None) -> Rules:
        """Return the rules that a case began under, or the county's current ones.

        Raises:
            NoPolicyError: If the county has adopted none.
        """
        return rules_of(self.read, self.case.county, ref)

    def after(self, decider: Decider[S], stream: str, command: Command) -> S:
        """Return what the state of *stream* will be once *command* took effect.

        Raises:
            RefusedError: If a rule says no.
        """
        state = deepcopy(self.read(decider, stream))
        for fact in decider.decide(state, command):
            decider.evolve(state, fact)
        return state

    def needs_post(self, post: str | None, what: str, clause: str) -> None:
        """Check that the one who asks acts for *post*.

        Raises:
            NoRuleStatedError: If the county's text names nobody.
            WrongPostError: If it names another.
        """
        if not post:
            raise NoRuleStatedError(question=f"who: {what}?", key=clause)
        if self.act.post != post:
            raise WrongPostError(what=what, needed=post, post=self.act.post, clause=clause)


def rules_of(read: Read, county: str, ref: PolicyRef | None = None) -> Rules:
    """Return a county's rules of a version, or its current ones.

    Raises:
        NoPolicyError: If the county has adopted none.
    """
    state = read(COUNTY, county_stream(county))
    ref = ref or state.current
    if ref is None:
        raise NoPolicyError(county=county)
    rules = state.texts[ref]
    return Rules(ref, adopted(rules.profile_text, rules.office_texts), _engine(rules.engine_text))


def bulk_rule(read: Read, county: str) -> BulkRule:
    """Return the rule under which a county's decisions may be asked in bulk.

    Raises:
        NoRuleStatedError: If the engine's rules that it adopted are older than that.
    """
    if (rule := rules_of(read, county).engine.bulk) is None:
        raise NoRuleStatedError(question="may one sign for many decisions at once?", key="bulk")
    return rule


@lru_cache(maxsize=8)
def _engine(text: str) -> EngineRules:
    return parse_engine(text, "adopted engine rules").rules


def counted(deadline: Deadline | None, conditions: tuple[str, ...], responsible: str | None) -> DeadlineTerm | None:
    """Return the term of a counted deadline, or None: "prompt" and "within the limit" make no timer (A-04).

    *conditions* are all that whoever asks can meet; of what the rules say, the rest would keep the clock open for ever.
    """
    if deadline is None or deadline.count is None or deadline.unit is None:
        return None
    return DeadlineTerm(
        id=deadline.id,
        count=deadline.count,
        unit=deadline.unit,
        responsible=deadline.responsible or responsible or "",
        clause=deadline.clause,
        conditions=tuple(c for c in deadline.conditions if c in conditions) or conditions,
        ladder=deadline.ladder or "",
    )
