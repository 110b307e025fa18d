"""The disclosure register (公开公示台账) and the public's reports of a year, read from the ledger's facts."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.calendar import day_of
from domain.cases import case_id
from domain.disclosure import DISCLOSURE, DisclosureState, stage
from domain.disclosure_facts import DisclosureArose, ObjectionRaised, ObjectionRuled
from domain.hotline import HOTLINE, ReportTaken
from domain.hotline import stage as stage_of_report
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.procedures.disclosures import clock_no
from domain.training import TrainingHeld


@dataclass(frozen=True)
class Published:
    """Where it was made public, on which stated day, with what shows it."""

    number: int
    place: str
    on: date
    recorded_on: date
    record: str
    address: str
    corrects: int


@dataclass
class Objection:
    """What was objected, and how it was ruled on; *upheld* is None while it is open."""

    number: int
    channel: str
    words: str
    on: date
    upheld: bool | None = None
    reason: str = ""
    ruled_on: date | None = None


@dataclass(frozen=True)
class Disclosed:
    """One entry: what arose, by when it is due (None: no rule stated), where it is public, what was objected.

    `days_late` of an entry that is not public yet counts to *today*; None where no days are counted.
    """

    entry: str
    rule: str
    what: str
    of: str
    words: str
    arose_on: date
    due_on: date | None
    stage: str
    post: str
    places: list[str]
    reference: str
    before: str
    blocks: bool
    mandatory: bool
    published: list[Published]
    public_on: date | None
    public_until: date | None
    objections: list[Objection]
    days_late: int | None
    clause: str


@dataclass(frozen=True)
class Reported:
    """What the public reported, and what came of it."""

    report: str
    channel: str
    words: str
    about: str
    on: date
    stage: str
    founded: bool | None
    answer: str


@dataclass(frozen=True)
class Register:
    """A county's year."""

    entries: list[Disclosed] = field(default_factory=list)
    reports: list[Reported] = field(default_factory=list)


def register(ledger: Ledger, county: str, year: int, today: date) -> Register:
    """Return the entries of what arose in a year, in the order in which it was entered, and the year's reports."""
    of = (DisclosureArose, ReportTaken, ObjectionRaised, ObjectionRuled)
    found, objections = Register(), dict[str, list[Objection]]()
    begun: list[DisclosureArose] = []
    for entry in ledger.log(of=of):
        fact = entry.fact
        match fact:
            case DisclosureArose() if (fact.county, fact.act.occurred_on.year) == (county, year):
                begun.append(fact)
            case ReportTaken() if (fact.county, fact.act.occurred_on.year) == (county, year):
                found.reports.append(_reported(ledger, entry.stream, fact))
            case ObjectionRaised(act=act, number=number, channel=channel, words=words):
                raised = Objection(number, channel, words, act.occurred_on)
                objections.setdefault(entry.stream, []).append(raised)
            case ObjectionRuled():
                _rule(objections[entry.stream][fact.number - 1], fact)
    for arose in begun:
        stream = case_id(county, "disclosure", arose.entry)
        found.entries.append(_disclosed(ledger, arose, objections.get(stream, []), today))
    return found


def trainings(ledger: Ledger, county: str, year: int) -> list[TrainingHeld]:
    """Return the trainings of a year that no other record takes the place of, in the order of their entry."""
    facts = [e.fact for e in ledger.log(of=(TrainingHeld,)) if e.fact.county == county]
    corrected = {fact.corrects for fact in facts}
    return [f for f in facts if f.training_no not in corrected and f.act.occurred_on.year == year]


def _rule(objection: Objection, ruled: ObjectionRuled) -> None:
    objection.upheld, objection.reason, objection.ruled_on = ruled.upheld, ruled.reason, ruled.act.occurred_on


def _reported(ledger: Ledger, stream: str, taken: ReportTaken) -> Reported:
    state = ledger.state(HOTLINE, stream)
    answered = state.answered
    return Reported(
        report=taken.report_no,
        channel=taken.channel,
        words=taken.words,
        about=taken.about,
        on=taken.act.occurred_on,
        stage=stage_of_report(state),
        founded=answered.founded if answered else None,
        answer=answered.answer if answered else "",
    )


def _disclosed(ledger: Ledger, arose: DisclosureArose, objections: list[Objection], today: date) -> Disclosed:
    state = ledger.state(DISCLOSURE, case_id(arose.county, "disclosure", arose.entry))
    terms = arose.terms
    watched = ledger.state(OBLIGATION, case_id(arose.county, "obligation", clock_no(arose.entry)))
    clock, public_on = watched.opened, _public_on(state)
    recorded = max((day_of(p.act.recorded_at) for p in _first(state)), default=today)
    # What is waived grows no later.
    waived_on = watched.ended_on if watched.ended == "waived" and watched.ended_on else date.max
    late = watched.days_late(min(recorded if public_on else today, waived_on)) if clock else None
    return Disclosed(
        entry=arose.entry,
        rule=terms.rule,
        what=arose.what,
        of=arose.of_stream,
        words=arose.words,
        arose_on=arose.act.occurred_on,
        due_on=clock.due_on if clock else None,
        stage=stage(state),
        post=terms.post,
        places=list(terms.places),
        reference=terms.reference,
        before=terms.before,
        blocks=terms.blocks,
        mandatory=terms.mandatory,
        published=[
            Published(p.number, p.place, p.act.occurred_on, day_of(p.act.recorded_at), p.record, p.address, p.corrects)
            for p in state.published
        ],
        public_on=public_on,
        public_until=state.stops_at,
        objections=objections,
        days_late=None if state.withdrawn else late,
        clause=arose.act.clause,
    )


def _first(state: DisclosureState) -> list[Any]:
    """Return the first publication at each place: a correction makes nothing late."""
    return [p for p in state.published if not p.corrects]


def _public_on(state: DisclosureState) -> date | None:
    """Return the stated day on which the last place was reached, or None while one is not."""
    first = _first(state)
    places = state.arose.terms.places if state.arose else ()
    reached = {p.place for p in first}
    return max(p.act.occurred_on for p in first) if reached and set(places) <= reached else None
