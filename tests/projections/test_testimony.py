"""What was imported is stored whole on either database, and no view of what was decided takes notice of it."""

from datetime import date
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from domain.act import Act
from domain.cases import mandates_stream
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed, KeyRegistered, RegisterKey
from domain.testimony import TESTIMONY
from domain.testimony_facts import ROWS_MAX, ImportedRow, stream_of_testimony
from imports.checking import Checked
from imports.reading import Source
from imports.recording import Signer, record, signed_import
from projections.cases import cases
from projections.runner import catch_up, parked
from projections.statement_read import statement, years
from projections.views import VIEWS
from simulation.keys import public_hex
from tests.domain.given import noon
from tests.story import Story, open_county

DAY = date(2023, 12, 1)
YEAR = 2023  # The story's own year: what is testimony must be in none of its sums.
STREAM = stream_of_testimony("sample", YEAR)


def bring(ledger: Ledger, person: str, count: int) -> int:
    """Bring one file of *count* receipts in, as a person; return how many facts came of it."""
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    rows = tuple(
        ImportedRow(n, "receipt", f"样例财〔2023〕{n}号", amount_fen=10**9, note="样例" * 50)
        for n in range(2, count + 2)
    )
    file = Source("旧账.xlsx", b"", "a" * 64)
    signer = Signer(person, "finance_section", f"k-{person}", key, "cli")
    message = signed_import("sample", file, Checked(YEAR, rows, ()), signer, noon(DAY))
    return len(record(ledger, message, rows, noon(DAY)))


def prepare(ledger: Ledger) -> None:
    """Give two people the post and their keys."""
    stream = mandates_stream("sample")
    public = public_hex(Ed25519PrivateKey.from_private_bytes(b"k" * 32))
    for person in ("li", "wang"):
        act = Act(person, person, "operator", "operator", "operator", "cli", DAY, noon(DAY))
        key = KeyRegistered(act, "sample", f"k-{person}", public, "cli", person)
        ledger.execute(Step(stream, RegisterKey(act, key)))
        act = msgspec.structs.replace(act, command_id=f"{person}:post")
        held = Appointed(act, "sample", person, "finance_section", "", DAY, None)
        ledger.execute(Step(stream, Appoint(act, held)))


def test_the_largest_file_is_stored_on_either_database(store: str) -> None:
    with Ledger(store) as ledger:
        open_county(Story(ledger))
        prepare(ledger)
        assert bring(ledger, "li", ROWS_MAX) == 102
    with Ledger(store) as again:
        state = again.state(TESTIMONY, STREAM)
        assert (len(state.files), len(state.places)) == (1, ROWS_MAX)


def test_two_who_bring_the_same_file_at_once_seal_it_once(store: str) -> None:
    with Ledger(store) as one, Ledger(store) as other:
        open_county(Story(one))
        prepare(one)
        assert other.state(TESTIMONY, STREAM).files == {}
        assert bring(one, "li", 3) == 3
        # The other has looked before that: what it saw no longer holds, and it looks again.
        assert bring(other, "wang", 3) == 0
        assert {fact.act.person for fact in other.facts(STREAM)} == {"li"}


def test_an_import_that_was_cut_off_goes_on_and_counts_only_then(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger(store) as ledger:
        open_county(Story(ledger))
        prepare(ledger)
        save, left = ledger.save, iter(range(3))

        def save_some(*facts: Any) -> Any:
            if next(left, None) is None:
                raise ConnectionAbortedError
            return save(*facts)

        monkeypatch.setattr(ledger, "save", save_some)
        with pytest.raises(ConnectionAbortedError):
            bring(ledger, "li", 500)
        monkeypatch.undo()
    with Ledger(store) as ledger:
        cut_off = ledger.state(TESTIMONY, STREAM)
        assert (len(ledger.facts(STREAM)), cut_off.files, cut_off.places) == (3, {}, {})
        assert bring(ledger, "li", 500) == 2
        assert (len(ledger.facts(STREAM)), len(ledger.state(TESTIMONY, STREAM).places)) == (5, 500)
        assert bring(ledger, "li", 500) == 0


def test_no_view_of_what_was_decided_holds_a_row_of_it(ledger: Ledger, engine: Engine) -> None:
    catch_up(ledger, engine, VIEWS)
    before = (statement(engine, "sample", YEAR), years(engine), [cases(engine, kind) for kind in ("fund", "project")])
    assert before[0] is not None
    prepare(ledger)
    assert bring(ledger, "li", 50) == 3
    catch_up(ledger, engine, VIEWS)
    assert parked(engine) == []
    after = (statement(engine, "sample", YEAR), years(engine), [cases(engine, kind) for kind in ("fund", "project")])
    assert after == before
