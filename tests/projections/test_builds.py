"""Whoever cannot read a fact is told which build wrote it."""

import threading
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import msgspec
import pytest
from eventsourcing.persistence import OperationalError

from domain import builds
from domain.errors import AnotherBuildError, UnreadableFactError
from domain.ledger import Ledger, Step
from domain.registry import READERS
from tests.domain.test_ledger import F1, F2, appoints, arrives

NEWER = "9.0.0+feedbeef"


@pytest.fixture
def ledger(store: str) -> Iterator[Ledger]:
    with Ledger(store) as opened:
        yield opened


def notes(ledger: Ledger) -> list[tuple[Any, ...]]:
    return ledger.stored.look("SELECT since_position, build FROM ledger_builds ORDER BY since_position", ())


def test_a_build_has_its_version_and_what_it_can_read() -> None:
    here = builds.build_of(READERS)
    assert here.startswith(version("bridgefund") + "+")
    assert here == builds.build_of(reversed(list(READERS)))
    assert here != builds.build_of([*READERS, "fund.received/2"])


def test_a_build_notes_itself_once_when_it_first_appends(store: str, ledger: Ledger) -> None:
    assert ledger.written_by(1) == ""
    ledger.execute(Step(F1, arrives()))
    ledger.execute(Step(F2, arrives()))
    with Ledger(store) as another_process:
        another_process.execute(Step("c/mandates", appoints("li")))
    assert notes(ledger) == [(1, ledger.build)]


def test_who_wrote_a_place_is_the_last_that_noted_itself(store: str, ledger: Ledger) -> None:
    ledger.execute(Step(F1, arrives()))
    with Ledger(store) as newer:
        newer.build = NEWER
        newer.execute(Step(F2, arrives()))
    with Ledger(store) as older_again:
        older_again.execute(Step("c/mandates", appoints("li")))
    written = [ledger.written_by(entry.position) for entry in ledger.log()]
    assert written == [ledger.build, NEWER, ledger.build]


def test_an_unreadable_fact_names_the_build_that_wrote_it(
    store: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger(store) as newer:
        newer.build = NEWER
        newer.execute(Step(F1, arrives()))
    monkeypatch.delitem(READERS, "fund.received/1")
    for reads in (lambda: ledger.facts(F1), ledger.entries, lambda: list(ledger.log())):
        with pytest.raises(AnotherBuildError) as caught:
            reads()
        for language in ("zh", "en"):
            told = caught.value.text(language)
            assert all(word in told for word in (f"{F1}#1", "fund.received/1", NEWER, ledger.build))


def test_what_this_build_wrote_and_cannot_read_is_told_without_another(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.execute(Step(F1, arrives()))
    monkeypatch.setitem(READERS, "fund.received/1", msgspec.json.Decoder(int))
    with pytest.raises(UnreadableFactError) as caught:
        ledger.facts(F1)
    assert type(caught.value) is UnreadableFactError


def test_an_older_store_without_notes_is_read_as_before(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.ledger.note", lambda *_: None)
    ledger.execute(Step(F1, arrives()))
    monkeypatch.delitem(READERS, "fund.received/1")
    with pytest.raises(UnreadableFactError, match=r"fund.received/1 is not known to this build$"):
        ledger.facts(F1)
    assert ledger.written_by(1) == ""


def test_an_append_stands_though_its_note_fails_and_the_next_tries_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr("domain.ledger.note", busy)
        assert ledger.execute(Step(F1, arrives()))
    assert ledger.written_by(1) == ""
    ledger.execute(Step(F2, arrives()))
    assert notes(ledger) == [(2, ledger.build)]


def test_processes_that_begin_at_once_all_append(store: str) -> None:
    ledgers = [Ledger(store) for _ in range(4)]
    threads = [
        threading.Thread(target=ledger.execute, args=(Step(f"c{n}/mandates", appoints("li")),))
        for n, ledger in enumerate(ledgers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ledgers[0].entries()) == len(ledgers)
    assert {build for _, build in notes(ledgers[0])} == {ledgers[0].build}
    for ledger in ledgers:
        ledger.close()
