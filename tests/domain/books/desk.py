"""The desk where all is asked: each request goes through the real procedures, and the clerk writes down what came."""

import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import msgspec

from domain.act import Act
from domain.errors import BadInputError, BridgefundError, RefusedError
from domain.fund import FUND
from domain.ledger import Ledger
from domain.policy import parse
from domain.project import PROJECT
from domain.registry import BY_KIND, stored_name
from domain.requests import AnyRequest, to_body
from tests.domain.books import clerk
from tests.domain.books.kept import BUCKETS, CLAIMED, Books
from tests.domain.books.texts import texts
from tests.domain.county import County

OURS = {"engine A-53", "engine LC-19"}


@dataclass(frozen=True)
class Asked:
    """What was asked, and whether anything came of it."""

    kind: str
    no: str
    request: AnyRequest
    act: Act
    took_effect: bool


class Desk:
    """One county's ledger in memory, and the books beside it."""

    def __init__(self, text: str) -> None:
        """Open an empty ledger, and adopt the text of that name."""
        self.facts: Counter[str] = Counter()
        self.refusals: list[BridgefundError] = []
        self.asked: list[Asked] = []
        self.ledger = Ledger("sqlite://")
        assert not self.ledger.entries(), "left over"
        try:
            self._open(text)
        except BaseException:
            self.ledger.close()  # In memory: the next to open it would find what is in it.
            raise

    def _open(self, text: str) -> None:
        self.county = County(self.ledger, "sample")
        self.county.adopt(parse(texts()[text], text))
        self.books = Books(tomllib.loads(texts()[text]))
        self._sources = {line.split('"')[1] for line in texts()[text].splitlines() if line.startswith("source = ")}
        for entry in self.ledger.entries():
            clerk.enter(self.books, entry.stream, stored_name(type(entry.fact)), msgspec.to_builtins(entry.fact))
        self.books.balance()
        self._read_to = self._end
        self._sound = True

    @property
    def today(self) -> date:
        """Return the day."""
        return self.county.today

    def wait_until(self, day: date) -> None:
        """Let days pass; they never run backward."""
        self.county.today = max(self.today, day)

    @property
    def _end(self) -> int:
        return self.ledger.recorder.max_notification_id() or 0

    def ask(self, kind: str, no: str, request: AnyRequest, post: str, person: str = "", on: date | None = None) -> bool:
        """Ask for something new; return whether anything came of it."""
        act = self.county.act(to_body(request), post, person)
        if on is not None:
            act = msgspec.structs.replace(act, occurred_on=on)
        return self.put(Asked(kind, no, request, act, took_effect=False))

    def put(self, asked: Asked) -> bool:
        """Put a request with its act; what took effect is put again at once, and nothing comes of it."""
        self._sound = False
        took_effect = self._put(asked)
        self._sound = True
        return took_effect

    def _put(self, asked: Asked) -> bool:
        try:
            recorded = self.county.run(asked.kind, asked.no, asked.request, asked.act)
        except (RefusedError, BadInputError) as e:
            assert self._end == self._read_to, "refused, and yet something was stored"
            self._hear(e)
            return False
        entries = self.ledger.entries(self._read_to)
        assert [(e.stream, e.version, e.fact) for e in entries] == [
            (r.originator_id, r.originator_version, r.fact) for r in recorded
        ]
        self._read_to = self._end
        for entry in entries:
            name = stored_name(type(entry.fact))
            self.facts[name] += 1
            clerk.enter(self.books, entry.stream, name, msgspec.to_builtins(entry.fact))
        self.books.balance()
        self.compare(self.ledger)
        self.asked.append(replace(asked, took_effect=bool(recorded)))
        if recorded:
            assert self.county.run(asked.kind, asked.no, asked.request, asked.act) == []
            assert self._end == self._read_to
        return bool(recorded)

    def _hear(self, refusal: BridgefundError) -> None:
        """Check that a refusal can be read in both languages, and that the line it names stands in the text."""
        self.refusals.append(refusal)
        for language in ("zh", "en"):
            words = refusal.text(language)
            assert words
            assert not set("{}") & set(words)
        for name in ("clause", "rule"):
            if name in refusal.numbers:
                said = str(refusal.numbers[name])
                assert any(source in said for source in self._sources | OURS), (
                    refusal,
                    said,
                )

    def compare(self, ledger: Ledger) -> None:
        """Check that the engine's sums are the books'.

        Raises:
            AssertionError: If one is not.
        """
        books = self.books
        for no in books.years:
            balances = ledger.state(FUND, f"{books.county}/fund/{no}").balances
            for pool, portion in balances.portions.items():
                key = (no, pool)
                buckets = {b: books.bucket(key, b) for b in BUCKETS}
                assert {b.value: fen for b, fen in portion.buckets.items()} == {"free": books.free(key), **buckets}
                assert (portion.received, portion.withdrawn) == (books.received[key], books.withdrawn[key])
                assert portion.allotted == sum(buckets.values())
                assert portion.released == portion.allotted - buckets["unreleased"]
            mine = {line[1:]: counted for line, counted in books.lines.items() if line[0] == no}
            theirs = {k: Counter({b.value: fen for b, fen in line.items()}) for k, line in balances.lines.items()}
            assert theirs == mine
        for no, project in books.projects.items():
            money = ledger.state(PROJECT, f"{books.county}/project/{no}").money
            assert (money.allotted, money.released, money.paid) == (project.given, project.released, project.paid)
            assert money.claimed == books.of_project(no, *CLAIMED)

    def recount(self) -> None:
        """Check that the log alone, read by a new ledger and a new clerk, says what the living ones say.

        Raises:
            AssertionError: If it does not.
        """
        if not self._sound:  # A failure is on its way already.
            return
        again, books = Ledger(self.ledger.url), Books(self.books.text)
        streams = set()
        try:
            for entry in again.log():
                streams.add(entry.stream)
                clerk.enter(books, entry.stream, stored_name(type(entry.fact)), msgspec.to_builtins(entry.fact))
            assert books == self.books
            for stream in sorted(streams):
                decider: Any = BY_KIND[stream.split("/")[1]]
                assert again.state(decider, stream) == self.ledger.state(decider, stream), stream
            self.compare(again)
        finally:
            again.close()

    def close(self) -> None:
        """Close the ledger; nothing of it is left."""
        self.ledger.close()
