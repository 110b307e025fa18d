"""Which facts bring a notice, and to whom: one table, pure. In words it stands in docs/notices.md."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from domain.absence import AbsenceEnded, Deputy
from domain.act import Act
from domain.cases import kind_of, parse_case
from domain.claim_facts import ClaimReturned, PaymentBounced
from domain.dispatch_facts import CircularIssued, ReferralDrafted, RungTaken
from domain.emergency import EmergencyReported
from domain.handling import HandlingState
from domain.handling_facts import OpinionGiven, StepAssigned, StepForwarded
from domain.ledger import Entry
from domain.obligation_facts import (
    Breached,
    ObligationExtended,
    ObligationOpened,
    ObligationPaused,
    ObligationRecomputed,
    ObligationResumed,
    ObligationWaived,
    Reminded,
    RungClimbed,
)
from domain.plan_facts import PlanReturned
from domain.project_facts import StepReturned
from domain.surplus_facts import SurplusReturned
from domain.watch_facts import AnomalyFound, AnomalyRungTaken
from notices.happened import Change, Happened

# The kinds of sentence, the most urgent first: of several in one notice the first gives the subject.
KINDS = (
    "breached",
    "climbed",
    "returned",
    "bounced",
    "referral",
    "rung",
    "circular",
    "anomaly",
    "emergency",
    "reminded",
    "recomputed",
    "extended",
    "resumed",
    "paused",
    "waived",
    "deputy",
    "back",
    "assigned",
    "asked",
    "advised",
    "deadline",
    "waits",
)


# What an obligation waits for, its case waits for too; and a meeting's minutes the plan that it decided on.
WAITED_FOR_ELSEWHERE = ("obligation", "meeting")


@dataclass(frozen=True)
class Sentence:
    """One thing that is told to one recipient: a post, and who held it ("" if nobody); with what stands in it."""

    kind: str
    post: str
    person: str
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """All that one act lets one recipient know of one case. *entry* is its fact: the act's last in that stream.

    A deputy has what the one has who is absent, the *principal*, as far as the deputy was named for it.
    """

    entry: Entry
    case: str
    post: str
    person: str
    sentences: tuple[Sentence, ...]
    principal: str = ""

    @property
    def kind(self) -> str:
        """Return the kind of its first sentence."""
        return self.sentences[0].kind


def notices_of(happened: Happened) -> list[Notice]:
    """Return the notices that one act brings: one for each case, or obligation, and recipient."""
    found = []
    for change in happened.changes:
        by_recipient: dict[tuple[str, str], list[Sentence]] = {}
        for sentence in _sentences(change, happened):
            by_recipient.setdefault((sentence.post, sentence.person), []).append(sentence)
        for (post, person), told in by_recipient.items():
            said = tuple(sorted(told, key=lambda sentence: KINDS.index(sentence.kind)))
            notice = Notice(change.entries[-1], _case(change), post, person, said)
            found += [notice, *_to_deputies(notice, by_recipient, happened)]
    return found


def _to_deputies(notice: Notice, told: Container[tuple[str, str]], happened: Happened) -> Iterator[Notice]:
    county, kind, _ = parse_case(notice.case)
    for one in happened.deputies(county, notice.person, notice.post):
        if (notice.post, one.deputy) in told or (one.kinds and kind not in one.kinds):
            continue
        said = tuple(s for s in notice.sentences if s.kind != "waits" or _is_for(one, s.told["step"]))
        if said:
            yield replace(notice, person=one.deputy, sentences=said, principal=one.person)


def _is_for(deputy: Deputy, step: str) -> bool:
    head, _, rest = step.partition(":")
    return not deputy.steps or bool({step, head, rest} & set(deputy.steps))


def _sentences(change: Change, happened: Happened) -> Iterator[Sentence]:
    for entry in change.entries:
        tell = BRINGS.get(type(entry.fact))
        if tell is not None:
            yield from tell(entry.fact, change, happened)
    if kind_of(change.case) in WAITED_FOR_ELSEWHERE:
        return
    for step in change.waits:
        due = _due(change, step.post, happened)
        told = {"step": step.id, "due_on": due.due_on if due else None, "clause": due.act.clause if due else ""}
        for post, person in _holders(change, step.post, happened):
            yield Sentence("waits", post, person, told)


def _due(change: Change, post: str, happened: Happened) -> ObligationOpened | None:
    """Return the clock that this act started for what *post* is waited for in this case."""
    opened: list[ObligationOpened] = happened.facts(ObligationOpened)
    return next((one for one in opened if one.case == change.case and one.responsible == post), None)


def _case(change: Change) -> str:
    if kind_of(change.case) == "obligation":
        opened: ObligationOpened = change.state.opened
        return opened.case
    if kind_of(change.case) == "handling":
        handling: HandlingState = change.state
        return handling.of_case
    return change.case


def _holders(change: Change, post: str, happened: Happened) -> list[tuple[str, str]]:
    return [(post, person) for person in happened.holders(parse_case(change.case).county, post)]


def _of_clock(change: Change) -> dict[str, Any]:
    opened: ObligationOpened = change.state.opened
    return {
        "conditions": [one for one in opened.conditions if one not in change.state.fulfilled],
        "due_on": opened.due_on,
        "responsible": opened.responsible,
        "clause": opened.act.clause,
    }


def _opened(fact: ObligationOpened, change: Change, happened: Happened) -> Iterator[Sentence]:
    waited = (one for one in happened.changes if one.case == fact.case)
    if change.state.ended or any(step.post == fact.responsible for one in waited for step in one.waits):
        return  # Met at once; or the case's own notice says by when.
    for post, person in _holders(change, fact.responsible, happened):
        yield Sentence("deadline", post, person, _of_clock(change))


def _reminded(fact: Reminded, change: Change, _: Happened) -> Iterator[Sentence]:
    yield Sentence("reminded", fact.post, fact.person, _of_clock(change))


def _breached(fact: Breached, change: Change, _: Happened) -> Iterator[Sentence]:
    yield Sentence("breached", fact.post, fact.person, _of_clock(change))


def _climbed(fact: RungClimbed, change: Change, happened: Happened) -> Iterator[Sentence]:
    told = {**_of_clock(change), "clause": fact.act.clause, "rung": fact.rung, "effect": fact.effect}
    to = [(fact.post, fact.person), *((one.post, one.person) for one in fact.also)]
    if fact.actor:  # Whose hand the measure is.
        to += _holders(change, fact.actor, happened)
    for post, person in dict.fromkeys(to):
        yield Sentence("climbed", post, person, told)


def _recomputed(fact: ObligationRecomputed, change: Change, happened: Happened) -> Iterator[Sentence]:
    told = {**_of_clock(change), "due_before": fact.due_before, "due_on": fact.due_on}
    for post, person in _holders(change, change.state.opened.responsible, happened):
        yield Sentence("recomputed", post, person, told)


def _changed(kind: str) -> Callable[[Any, Change, Happened], Iterator[Sentence]]:
    """Tell nobody but who answers for the deadline (R41): it was changed for one case."""

    def tell(fact: Any, change: Change, _: Happened) -> Iterator[Sentence]:
        told = {**_of_clock(change), "reason": fact.reason, "due_before": getattr(fact, "due_before", None)}
        yield Sentence(kind, fact.post, fact.person, told)

    return tell


def _returned(by: Callable[[Any], tuple[str, str]]) -> Callable[[Any, Change, Happened], Iterator[Sentence]]:
    """Tell whoever handed it in, and whoever must act now; *by* gives the step that sent it back, and the reason."""

    def tell(fact: Any, change: Change, happened: Happened) -> Iterator[Sentence]:
        step, reason = by(fact)
        told = {"step": step, "reason": reason, "by": fact.act.post}
        handed_in = _handed_in(change.state)
        to = [(handed_in.post, handed_in.person)]
        to += [one for step in change.waits for one in _holders(change, step.post, happened)]
        for post, person in dict.fromkeys(to):
            yield Sentence("returned", post, person, told)

    return tell


def _handed_in(state: Any) -> Act:
    """Return the act that handed a claim, plan, project or list in."""
    fields = ("lodged", "drafted", "registered", "found")
    fact = next(fact for name in fields if (fact := getattr(state, name, None)) is not None)
    act: Act = fact.act
    return act


def _bounced(fact: PaymentBounced, change: Change, happened: Happened) -> Iterator[Sentence]:
    handed_in = _handed_in(change.state)
    to = [(handed_in.post, handed_in.person)]
    to += [one for step in change.waits for one in _holders(change, step.post, happened)]
    for post, person in dict.fromkeys(to):
        yield Sentence("bounced", post, person, {"reason": fact.reason})


def _referral(fact: ReferralDrafted, change: Change, happened: Happened) -> Iterator[Sentence]:
    # Whoever may hand it over. Those to whom it would go hear of it from them, or not at all.
    for step in change.waits:
        if step.id == "hand-over":
            told = {"units": [unit.subject for unit in fact.units]}
            for post, person in _holders(change, step.post, happened):
                yield Sentence("referral", post, person, told)


def _to_posts(kind: str) -> Callable[[Any, Change, Happened], Iterator[Sentence]]:
    def tell(fact: Any, change: Change, happened: Happened) -> Iterator[Sentence]:
        told = {"effect": getattr(fact, "effect", ""), "subject": getattr(fact, "subject", ""), "said": fact.said}
        for to in dict.fromkeys(fact.to):
            for post, person in _holders(change, to, happened):
                yield Sentence(kind, post, person, told)

    return tell


def _anomaly(fact: AnomalyFound, change: Change, happened: Happened) -> Iterator[Sentence]:
    told = {"subject": fact.subject, "said": fact.said}
    for post, person in _holders(change, fact.responsible, happened):
        yield Sentence("anomaly", post, person, told)


def _deputy(fact: Deputy, _: Change, __: Happened) -> Iterator[Sentence]:
    yield Sentence("deputy", fact.post, fact.deputy, {"who": fact.person, "first": fact.first, "last": fact.last})


def _back(_: AbsenceEnded, change: Change, __: Happened) -> Iterator[Sentence]:
    was: Deputy = change.state.deputy
    yield Sentence("back", was.post, was.deputy, {"who": was.person})


def _emergency(fact: EmergencyReported, change: Change, happened: Happened) -> Iterator[Sentence]:
    told = {"subject": fact.case, "step": fact.step, "effect": fact.outcome, "who": fact.first, "second": fact.second}
    told["reason"] = change.state.opened.ground
    for post, person in _holders(change, fact.auditor, happened) if fact.auditor else ():
        yield Sentence("emergency", post, person, told)


def _assigned(fact: StepAssigned, _: Change, __: Happened) -> Iterator[Sentence]:
    yield Sentence("assigned", fact.post, fact.to, {"step": fact.step, "who": fact.act.person, "reason": fact.reason})


def _asked(fact: StepForwarded, change: Change, happened: Happened) -> Iterator[Sentence]:
    post = happened.a_post_of(parse_case(change.case).county, fact.to)
    yield Sentence("asked", post, fact.to, {"step": fact.step, "who": fact.holder, "reason": fact.question})


def _advised(fact: OpinionGiven, change: Change, happened: Happened) -> Iterator[Sentence]:
    post = happened.a_post_of(parse_case(change.case).county, fact.holder)
    told = {"step": fact.step, "who": fact.act.person, "reason": fact.opinion}
    yield Sentence("advised", post, fact.holder, told)


# Besides these, every step that newly waits for a post.
BRINGS: dict[type, Callable[[Any, Change, Happened], Iterator[Sentence]]] = {
    ObligationOpened: _opened,
    Reminded: _reminded,
    Breached: _breached,
    RungClimbed: _climbed,
    ObligationRecomputed: _recomputed,
    ObligationExtended: _changed("extended"),
    ObligationPaused: _changed("paused"),
    ObligationResumed: _changed("resumed"),
    ObligationWaived: _changed("waived"),
    Deputy: _deputy,
    AbsenceEnded: _back,
    StepAssigned: _assigned,
    StepForwarded: _asked,
    OpinionGiven: _advised,
    ClaimReturned: _returned(lambda fact: (fact.gate, fact.reason)),
    PlanReturned: _returned(lambda fact: (fact.stage, fact.opinion)),
    StepReturned: _returned(lambda fact: (fact.step, fact.reason)),
    SurplusReturned: _returned(lambda fact: ("approve", fact.reason)),
    PaymentBounced: _bounced,
    ReferralDrafted: _referral,
    CircularIssued: _to_posts("circular"),
    RungTaken: _to_posts("rung"),
    AnomalyFound: _anomaly,
    AnomalyRungTaken: _to_posts("rung"),
    EmergencyReported: _emergency,
}
