import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from itertools import pairwise

import psycopg
import pytest

from domain.act import Act
from domain.balances import Bucket
from domain.errors import BadInputError, ContendedError, RefusedError, UnreadableFactError
from domain.fund import FUND
from domain.fund_facts import Allot, MoneyAllotted, Register, Report, Share
from domain.fund_refusals import NoSuchFundError, ShortfallError
from domain.ledger import (
    APPEND_ATTEMPTS_MAX,
    BYTES_PER_APPEND_MAX,
    FACTS_PER_APPEND_MAX,
    Ledger,
    Read,
    Step,
    TooMuchAtOnceError,
)
from domain.mandate_facts import Appoint, Appointed
from domain.store_address import store_settings
from domain.stored_facts import canonical
from tests.domain.given import DAY, WAN, by, noon, receipt, received

F1, F2 = "sample/fund/F1", "sample/fund/F2"
Opening = Callable[[], Ledger]


@pytest.fixture
def opening(store: str) -> Iterator[Opening]:
    """Open the one store as often as asked, as so many processes would."""
    opened: list[Ledger] = []

    def another() -> Ledger:
        opened.append(Ledger(store))
        return opened[-1]

    yield another
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(opening: Opening) -> Ledger:
    return opening()


def arrives(amount_fen: int = 300 * WAN, command_id: str = "") -> Register:
    return receipt(("integrated", amount_fen), act=by("li", command_id=command_id))


def allots(plan_no: str, amount_fen: int, fund_no: str = "F1") -> Allot:
    return Allot(by("group"), fund_no, plan_no, (Share("integrated", "A01", amount_fen),))


def appoints(person: str, act: Act | None = None) -> Appoint:
    act = act or by("clerk")
    return Appoint(act, Appointed(act, "sample", person, "finance_section", "", date(2022, 1, 1), None))


def appointments(count: int, act: Act | None = None) -> list[Step]:
    """Return steps that store one fact each, each in a stream of its own."""
    return [Step(f"county-{n}/mandates", appoints("li", act)) for n in range(count)]


# Appending and reading


def test_facts_are_kept_in_their_streams_and_in_order(ledger: Ledger, opening: Opening) -> None:
    register, allot = arrives(), allots("P1", 200 * WAN)
    assert [r.originator_version for r in ledger.execute(Step(F1, register))] == [1]
    assert [r.originator_version for r in ledger.execute(Step(F1, allot))] == [2]
    for reader in (ledger, opening()):
        assert reader.facts(F1) == [received(register), MoneyAllotted(allot.act, "P1", allot.shares)]
        assert reader.state(FUND, F1).balances.portions["integrated"].allotted == 200 * WAN


def test_log_holds_all_streams_in_one_order(ledger: Ledger) -> None:
    streams = [f"sample/fund/F{n}" for n in range(3)]
    for stream in streams:
        ledger.execute(Step(stream, arrives(1)))
    for stream in streams:
        ledger.execute(Step(stream, Report(by("li"), "F")))
    ledger.execute(Step(F1, allots("P", 1)))
    entries = list(ledger.log(batch=2))
    assert [(e.stream, e.version) for e in entries] == [
        ("sample/fund/F0", 1),
        ("sample/fund/F1", 1),
        ("sample/fund/F2", 1),
        ("sample/fund/F0", 2),
        ("sample/fund/F1", 2),
        ("sample/fund/F2", 2),
        ("sample/fund/F1", 3),
    ]
    assert all(a.position < b.position for a, b in pairwise(entries))
    assert ledger.entries(entries[3].position, 2) == entries[4:6]
    assert ledger.entries(entries[-1].position) == []


def test_steps_of_one_request_stand_together(ledger: Ledger) -> None:
    recorded = ledger.execute(Step(F1, arrives()), Step(F2, arrives()))
    assert [(r.originator_id, r.originator_version) for r in recorded] == [(F1, 1), (F2, 1)]
    assert [e.stream for e in ledger.entries()] == [F1, F2]


def test_one_refused_step_stores_nothing_of_the_others(ledger: Ledger) -> None:
    ledger.execute(Step(F1, arrives()), Step(F2, arrives(1)))
    with pytest.raises(ShortfallError):
        ledger.execute(Step(F1, allots("P1", 5)), Step(F2, allots("P1", 5)))
    assert len(ledger.entries()) == 2
    assert ledger.state(FUND, F1).plans == {}


def test_repeated_command_adds_nothing_to_the_log(ledger: Ledger, opening: Opening) -> None:
    steps = (Step(F1, arrives()), Step(F2, arrives()))
    ledger.execute(*steps)
    assert ledger.execute(*steps) == []
    assert opening().execute(*steps) == []
    assert len(ledger.entries()) == 2


def test_half_repeated_request_adds_only_the_other_half(ledger: Ledger) -> None:
    register = arrives()
    ledger.execute(Step(F1, register))
    assert [r.originator_id for r in ledger.execute(Step(F1, register), Step(F2, arrives()))] == [F2]


def test_stream_nobody_wrote_to_is_empty(ledger: Ledger) -> None:
    assert ledger.facts("sample/fund/F9") == []
    assert ledger.state(FUND, "sample/fund/F9").received is None
    assert ledger.entries() == []


def test_state_of_many_streams_is_found_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.ledger.STATES_KEPT_MAX", 2)
    for n in range(5):
        ledger.execute(Step(f"sample/fund/F{n}", arrives(n + 1)))
    for n in range(5):
        ledger.execute(Step(f"sample/fund/F{n}", allots("P1", n + 1)))
        assert ledger.state(FUND, f"sample/fund/F{n}").balances.portions["integrated"].allotted == n + 1


# Two who write


def test_writer_that_comes_second_decides_afresh(ledger: Ledger, opening: Opening) -> None:
    other = opening()
    ledger.execute(Step(F1, arrives(300)))
    seen: list[int] = []

    def all_that_is_free(read: Read) -> list[Step]:
        free = read(FUND, F1).balances.portions["integrated"].buckets[Bucket.FREE]
        if not seen:
            other.execute(Step(F1, allots("P1", 100)))
        seen.append(free)
        return [Step(F1, allots("P2", free))]

    ledger.transact(all_that_is_free)
    assert seen == [300, 200]
    assert {plan: shares[0].amount_fen for plan, shares in other.state(FUND, F1).plans.items()} == {
        "P1": 100,
        "P2": 200,
    }


def test_second_stream_taken_meanwhile_undoes_the_first(ledger: Ledger, opening: Opening) -> None:
    other = opening()
    ledger.execute(Step(F1, arrives(300)), Step(F2, arrives(300)))
    both = [Step(F2, allots("P1", 300)), Step(F1, allots("P1", 300))]
    tries: list[int] = []

    def steps(read: Read) -> list[Step]:
        read(FUND, F2)
        if not tries:
            other.execute(Step(F2, allots("P9", 1)))
        tries.append(1)
        return both

    with pytest.raises(ShortfallError):
        ledger.transact(steps)
    assert len(tries) == 2
    assert ledger.state(FUND, F1).plans == {}
    assert len(ledger.entries()) == 3


def test_writer_that_always_loses_says_which_stream(ledger: Ledger, opening: Opening) -> None:
    other = opening()
    ledger.execute(Step(F1, arrives()))
    plans = iter(range(100))

    def steps(read: Read) -> list[Step]:
        read(FUND, F1)
        other.execute(Step(F1, allots(f"P{next(plans)}", 1)))
        return [Step(F1, allots("mine", 1))]

    with pytest.raises(ContendedError, match=rf"{APPEND_ATTEMPTS_MAX} appends lost .*{F1}") as caught:
        ledger.transact(steps)
    assert not isinstance(caught.value, RefusedError)
    assert "mine" not in other.state(FUND, F1).plans
    ledger.execute(Step(F1, allots("mine", 1)))
    assert "mine" in other.state(FUND, F1).plans


# Looking back


def test_command_finds_its_own_facts_again(ledger: Ledger) -> None:
    act = by("li", command_id="c-recalled")
    register = receipt(("integrated", 5), act=act)
    stored = ledger.execute(Step(F1, register), Step(F2, register))
    for n in range(3):
        ledger.execute(Step(F1, Report(by("li"), "F1")) if n == 0 else Step(f"c{n}/mandates", appoints("li")))
    assert ledger.recall("c-recalled") == stored
    assert ledger.recall("c-never") == []


def test_command_across_a_long_log_is_found_whole(ledger: Ledger) -> None:
    act = by("clerk", command_id="c-long")
    stored = ledger.execute(*appointments(FACTS_PER_APPEND_MAX, act))
    ledger.execute(Step(F1, arrives()))
    assert ledger.recall("c-long") == stored


def test_append_holds_only_so_many_facts(ledger: Ledger) -> None:
    with pytest.raises(TooMuchAtOnceError, match=str(FACTS_PER_APPEND_MAX + 1)):
        ledger.execute(*appointments(FACTS_PER_APPEND_MAX + 1))
    assert ledger.entries() == []
    assert len(ledger.execute(*appointments(FACTS_PER_APPEND_MAX))) == FACTS_PER_APPEND_MAX


def test_append_holds_only_so_many_bytes(ledger: Ledger) -> None:
    act = by("li")
    long = "长" * (BYTES_PER_APPEND_MAX // 3)
    with pytest.raises(TooMuchAtOnceError, match=str(BYTES_PER_APPEND_MAX)):
        ledger.execute(Step(F1, receipt((long, 5), act=act)))
    assert ledger.entries() == []


def test_request_touches_each_stream_once(ledger: Ledger) -> None:
    with pytest.raises(AssertionError, match=F1):
        ledger.execute(Step(F1, arrives()), Step(F1, arrives()))
    assert ledger.entries() == []


# What this build cannot read


def tamper(store: str, column: str, value: str | bytes) -> None:
    change = f"UPDATE {{}} SET {column} = {{}} WHERE originator_version = 2"  # noqa: S608
    if store.startswith("sqlite"):
        with closing(sqlite3.connect(store.removeprefix("sqlite:///"))) as file, file:
            changed = file.execute(change.format("stored_events", "?"), (value,)).rowcount
    else:
        with psycopg.connect(store) as database:
            changed = database.execute(change.format("ledger_events", "%s").encode(), (value,)).rowcount
    assert changed == 1


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("topic", "fund.reported/9", "fund.reported/9 is not known to this build"),
        ("state", b'{"type":"fund.reported/1"}', "missing required field `act`"),
        ("state", b'{"type":"fund.rep', "fund.reported/1: "),
        ("state", b"\xff\xfe", "fund.reported/1: "),
    ],
    ids=["newer name", "missing field", "cut off", "not text"],
)
def test_unreadable_fact_stops_every_reader_at_its_place(
    store: str, ledger: Ledger, opening: Opening, column: str, value: str | bytes, told: str
) -> None:
    ledger.execute(Step(F1, arrives()))
    ledger.execute(Step(F1, Report(by("li"), "F1")))
    ledger.execute(Step(F2, arrives()))
    tamper(store, column, value)
    reader = opening()
    for reads in (
        lambda: reader.state(FUND, F1),
        lambda: reader.facts(F1),
        lambda: list(reader.log()),
        lambda: reader.execute(Step(F1, allots("P1", 1))),
        lambda: reader.recall("c-any"),
    ):
        with pytest.raises(UnreadableFactError) as caught:
            reads()
        assert f"{F1}#2" in str(caught.value)
        assert told in str(caught.value)
    assert reader.state(FUND, F2).received is not None


# Where it is kept


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("sqlite:///ledger.db", {"SQLITE_DBNAME": "ledger.db"}),
        ("sqlite:////var/lib/ledger.db", {"SQLITE_DBNAME": "/var/lib/ledger.db"}),
        (
            "postgresql://li:s%40crt@db.example:5433/bridgefund",
            {
                "POSTGRES_HOST": "db.example",
                "POSTGRES_PORT": "5433",
                "POSTGRES_USER": "li",
                "POSTGRES_PASSWORD": "s@crt",
                "POSTGRES_DBNAME": "bridgefund",
            },
        ),
        ("postgres:///bridgefund", {"POSTGRES_HOST": "127.0.0.1", "POSTGRES_PORT": "5432"}),
    ],
)
def test_address_says_where_the_store_is(url: str, kept: dict[str, str]) -> None:
    settings = store_settings(url)
    assert {name: settings[name] for name in kept} == kept


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ledger.db",
        "mysql://x/y",
        "postgresql://host",
        "sqlite://host/x",
        "postgresql://host:many/x",
        "sqlite://[x/y",
    ],
)
def test_address_that_is_no_store_is_told(url: str) -> None:
    with pytest.raises(BadInputError, match=r"store: .* is neither"):
        store_settings(url)


def test_ledger_in_memory_works_alike() -> None:
    ledger = Ledger("sqlite://")
    ledger.execute(Step(F1, arrives()))
    with pytest.raises(NoSuchFundError):
        ledger.execute(Step(F2, Report(by("li"), "F2")))
    assert [e.stream for e in ledger.entries()] == [F1]
    ledger.close()


def test_canonical_fact_tells_days_not_moments() -> None:
    fact = received(receipt(("integrated", 5), act=by("li", recorded=noon(DAY), command_id="c-1")))
    later = received(receipt(("integrated", 5), act=by("li", recorded=noon(DAY).replace(minute=7), command_id="c-1")))
    other = received(receipt(("integrated", 6), act=by("li", recorded=noon(DAY), command_id="c-1")))
    assert canonical(fact) == canonical(later) != canonical(other)
    assert canonical(fact)["fact"] == "fund.received/1"
