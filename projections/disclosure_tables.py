"""View `disclosures` (公开公示台账): each entry, where it is public, its days and objections; reports; trainings."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, MetaData, String, Table

from domain.calendar import day_of
from domain.cases import case_id, kind_of
from domain.disclosure import DISCLOSURE, DisclosureState
from domain.disclosure_facts import (
    DisclosurePublished,
    ObjectionRaised,
    ObjectionRuled,
    PublicityBegan,
    PublicityEnded,
    PublicityRecounted,
    PublicityResumed,
)
from domain.hotline import HOTLINE, HotlineState
from domain.procedures.disclosures import clock_no
from domain.training import TrainingState
from projections.batch import Batch, Logged
from projections.book import Book
from projections.view import View

TABLES = MetaData()


def _of_year() -> list[Column[Any]]:
    """Return what says to which county's year a row belongs, and when it was entered."""
    return [
        Column("county", String, nullable=False, index=True),
        Column("year", Integer, nullable=False),  # Of the stated day.
        Column("position", BigInteger, nullable=False),
    ]


ENTRIES = Table(
    "view_disclosures",
    TABLES,
    Column("case", String, primary_key=True),
    *_of_year(),
    Column("entry", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("what", String, nullable=False),
    Column("of", String, nullable=False),
    Column("words", String, nullable=False),
    Column("arose_on", Date, nullable=False),
    Column("clock", String, nullable=False),  # The deadline by which it is to be public, if one was opened.
    Column("stage", String, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("post", String, nullable=False),
    Column("places", JSON, nullable=False),
    Column("reference", String, nullable=False),
    Column("before", String, nullable=False),
    Column("blocks", Boolean, nullable=False),
    Column("mandatory", Boolean, nullable=False),
    Column("public_on", Date),  # The stated day on which the last place was reached.
    Column("shown_on", Date),  # The day on which the last first publication was entered.
    Column("public_until", Date),
    Column("clause", String, nullable=False),
)
PUBLISHED = Table(
    "view_disclosure_published",
    TABLES,
    Column("case", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("place", String, nullable=False),
    Column("on", Date, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Column("record", String, nullable=False),
    Column("address", String, nullable=False),
    Column("corrects", Integer, nullable=False),
)
OBJECTIONS = Table(
    "view_disclosure_objections",
    TABLES,
    Column("case", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("channel", String, nullable=False),
    Column("words", String, nullable=False),
    Column("on", Date, nullable=False),
    Column("upheld", Boolean),
    Column("reason", String, nullable=False, default=""),
    Column("ruled_on", Date),
)
# What happened to the days of publicity (公示期): began, stopped by an objection, resumed, counted anew, ended.
PERIODS = Table(
    "view_disclosure_periods",
    TABLES,
    Column("case", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("what", String, nullable=False),
    Column("on", Date, nullable=False),
    Column("until", Date),
    Column("provisional", Boolean, nullable=False, default=False),
    Column("days_left", Integer),
)
REPORTS = Table(
    "view_disclosure_reports",
    TABLES,
    Column("case", String, primary_key=True),
    *_of_year(),
    Column("report", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("words", String, nullable=False),
    Column("about", String, nullable=False),
    Column("post", String, nullable=False),
    Column("on", Date, nullable=False),
    Column("stage", String, nullable=False),
    Column("founded", Boolean),
    Column("answer", String, nullable=False),
    Column("answered_on", Date),
)
TRAININGS = Table(
    "view_disclosure_trainings",
    TABLES,
    Column("case", String, primary_key=True),
    *_of_year(),
    Column("training", String, nullable=False),
    Column("on", Date, nullable=False),
    Column("levels", JSON, nullable=False),
    Column("form", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("posts", JSON, nullable=False),
    Column("attended", Integer, nullable=False),
    Column("record", String, nullable=False),
    Column("corrects", String, nullable=False),
    Column("by", String, nullable=False),
    Column("clause", String, nullable=False),
)


def take(book: Book, batch: Batch) -> None:
    """Write down each case as it stands, and what happened to an entry, fact by fact."""
    for entry in batch.entries:
        _note(book, entry)
    for stream in batch.streams():
        table, row_of = _ROWS[kind_of(stream)]
        known = book.get(table, stream)
        position = known["position"] if known else batch.entries_of(stream)[0].position
        if row := row_of(batch.state(stream)):
            book.put(table, {"case": stream, "position": position, **row})


def _entry(state: DisclosureState) -> dict[str, Any]:
    arose = state.arose
    assert arose is not None
    terms = arose.terms
    first = [one for one in state.published if not one.corrects]  # A correction makes nothing late.
    everywhere = bool(first) and set(terms.places) <= {one.place for one in first}
    return {
        "county": arose.county,
        "year": arose.act.occurred_on.year,
        "entry": arose.entry,
        "rule": terms.rule,
        "what": arose.what,
        "of": arose.of_stream,
        "words": arose.words,
        "arose_on": arose.act.occurred_on,
        "clock": case_id(arose.county, "obligation", clock_no(arose.entry)),
        "stage": DISCLOSURE.stage(state),
        "closed": DISCLOSURE.closed(state),
        "withdrawn": state.withdrawn is not None,
        "post": terms.post,
        "places": list(terms.places),
        "reference": terms.reference,
        "before": terms.before,
        "blocks": terms.blocks,
        "mandatory": terms.mandatory,
        "public_on": max(one.act.occurred_on for one in first) if everywhere else None,
        "shown_on": max((day_of(one.act.recorded_at) for one in first), default=None),
        "public_until": state.stops_at,
        "clause": arose.act.clause,
    }


def _report(state: HotlineState) -> dict[str, Any]:
    taken, answered = state.taken, state.answered
    assert taken is not None
    return {
        "county": taken.county,
        "year": taken.act.occurred_on.year,
        "report": taken.report_no,
        "channel": taken.channel,
        "words": taken.words,
        "about": taken.about,
        "post": taken.post,
        "on": taken.act.occurred_on,
        "stage": HOTLINE.stage(state),
        "founded": answered.founded if answered else None,
        "answer": answered.answer if answered else "",
        "answered_on": answered.act.occurred_on if answered else None,
    }


def _training(state: TrainingState) -> dict[str, Any]:
    held = state.held
    assert held is not None
    return {
        "county": held.county,
        "year": held.act.occurred_on.year,
        "training": held.training_no,
        "on": held.act.occurred_on,
        "levels": list(held.levels),
        "form": held.form,
        "topic": held.topic,
        "posts": list(held.posts),
        "attended": held.attended,
        "record": held.record,
        "corrects": held.corrects,
        "by": held.act.post,
        "clause": held.act.clause,
    }


_ROWS: dict[str, tuple[Table, Callable[[Any], dict[str, Any]]]] = {
    "disclosure": (ENTRIES, _entry),
    "hotline": (REPORTS, _report),
    "training": (TRAININGS, _training),
}
VIEW = View("disclosures", 1, TABLES, frozenset(_ROWS), take)


def _note(book: Book, entry: Logged) -> None:
    case, fact = entry.stream, entry.fact
    on = fact.act.occurred_on
    match fact:
        case DisclosurePublished(number=number, place=place, corrects=corrects):
            shown = {"record": fact.record, "address": fact.address, "recorded_on": day_of(fact.act.recorded_at)}
            book.put(
                PUBLISHED, {"case": case, "number": number, "place": place, "on": on, "corrects": corrects, **shown}
            )
        case ObjectionRaised(number=number, channel=channel, words=words):
            book.put(OBJECTIONS, {"case": case, "number": number, "channel": channel, "words": words, "on": on})
            if fact.stops:
                _note_days(book, entry, "stopped", days_left=fact.days_left)
        case ObjectionRuled(number=number, upheld=upheld, reason=reason):
            book.change(OBJECTIONS, case, number, upheld=upheld, reason=reason, ruled_on=on)
        case PublicityBegan(until=until, provisional=provisional):
            _note_days(book, entry, "began", until=until, provisional=provisional)
        case PublicityResumed(until=until, provisional=provisional):
            _note_days(book, entry, "resumed", until=until, provisional=provisional)
        case PublicityRecounted(until=until, provisional=provisional):
            _note_days(book, entry, "counted anew", until=until, provisional=provisional)
        case PublicityEnded():
            _note_days(book, entry, "ended")
        case _:
            pass


def _note_days(book: Book, entry: Logged, what: str, **days: Any) -> None:
    on: date = day_of(entry.fact.act.recorded_at)
    book.add(PERIODS, {"case": entry.stream, "version": entry.version, "what": what, "on": on, **days})
