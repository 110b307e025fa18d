"""Who signed what: nothing is stored of an import whose signature, rows, time, door or post do not hold."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.act import Act
from domain.cases import mandates_stream
from domain.errors import BadInputError, RefusedError
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed, KeyRegistered, RegisterKey
from domain.mandate_refusals import NotHolderError, UnknownKeyError
from domain.procedures.asking import WrongPostError
from domain.signature import ExpiredError, ForgedError, SignedMessage, sign
from domain.testimony_facts import ImportStatement, stream_of_testimony
from imports.checking import Checked
from imports.reading import open_source
from imports.recording import Signer, record, signed_import
from imports.template import write_template
from simulation.keys import public_hex
from tests.domain.given import noon
from tests.imports.files import YEAR, checked, rules
from tests.story import Story, open_county

DAY = date(2023, 6, 1)
NOW = noon(DAY)
KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
LI = Signer("li", "finance_section", "k-li", KEY, "cli")


@dataclass(frozen=True)
class Desk:
    """A county's ledger, and a file that Li of the finance section brings."""

    ledger: Ledger
    path: Path
    checked: Checked

    def message(self, signer: Signer = LI, now: datetime = NOW) -> SignedMessage:
        """Return the signed import."""
        return signed_import("sample", open_source(self.path), self.checked, signer, now)

    def end(self) -> int:
        """Return how long the log is."""
        return len(list(self.ledger.log()))


@pytest.fixture
def desk(tmp_path: Path, store: str) -> Iterator[Desk]:
    ledger = Ledger(store)
    open_county(Story(ledger))
    stream = mandates_stream("sample")
    act = Act("key", "key", "operator", "operator", "operator", "cli", DAY, NOW)
    ledger.execute(Step(stream, RegisterKey(act, KeyRegistered(act, "sample", "k-li", public_hex(KEY), "cli", "li"))))
    for post in ("finance_section", "village_committee"):
        act = Act(post, post, "operator", "operator", "operator", "cli", DAY, NOW)
        ledger.execute(Step(stream, Appoint(act, Appointed(act, "sample", "li", post, "", DAY, None))))
    path = tmp_path / "旧账.csv"
    write_template(path, rules(), YEAR)
    yield Desk(ledger, path, checked(path))
    ledger.close()


def stated(**other: object) -> Callable[[SignedMessage], SignedMessage]:
    """Return a change of the statement, signed anew."""

    def change(message: SignedMessage) -> SignedMessage:
        said = msgspec.structs.replace(msgspec.json.decode(message.body, type=ImportStatement), **other)
        return sign(replace(message, body=msgspec.json.encode(said).decode()), KEY)

    return change


def test_what_li_signed_is_stored(desk: Desk) -> None:
    assert len(record(desk.ledger, desk.message(), desk.checked.rows, NOW)) == 3
    before = desk.end()
    # Asked again a day later, by a new message: the file is there.
    later = NOW + timedelta(days=1)
    assert record(desk.ledger, desk.message(now=later), desk.checked.rows, later) == []
    assert desk.end() == before


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda m: replace(m, body=m.body.replace("旧账", "新账")), ForgedError),
        (lambda m: replace(m, signature="00" * 64), ForgedError),
        (lambda m: sign(m, OTHER), ForgedError),
        (lambda m: sign(replace(m, person="wang"), KEY), UnknownKeyError),
        (lambda m: sign(replace(m, key_id="k-wang"), KEY), UnknownKeyError),
        (lambda m: sign(replace(m, door="console"), KEY), UnknownKeyError),
        (lambda m: sign(replace(m, post="deputy_director"), KEY), NotHolderError),
        (lambda m: sign(replace(m, post="village_committee"), KEY), WrongPostError),
        (lambda m: sign(replace(m, issued_at=(NOW - timedelta(hours=1)).isoformat()), KEY), ExpiredError),
        (stated(rows_digest="0" * 64), ForgedError),
        (stated(rows=35), ForgedError),
        (stated(year=2020), BadInputError),
        (stated(county="jiashi"), BadInputError),
        (lambda m: sign(replace(m, body="{}"), KEY), BadInputError),
        (lambda m: sign(replace(m, step="approve"), KEY), BadInputError),
    ],
)
def test_what_does_not_hold_is_refused_and_nothing_is_stored(
    desk: Desk, change: Callable[[SignedMessage], SignedMessage], error: type[RefusedError | BadInputError]
) -> None:
    before = desk.end()
    with pytest.raises(error):
        record(desk.ledger, change(desk.message()), desk.checked.rows, NOW)
    assert desk.end() == before
    assert desk.ledger.facts(stream_of_testimony("sample", YEAR)) == []


def test_rows_that_were_not_signed_are_not_stored(desk: Desk) -> None:
    rows = (*desk.checked.rows[:-1], msgspec.structs.replace(desk.checked.rows[-1], amount_fen=1))
    with pytest.raises(ForgedError, match="the rows are not those that were signed"):
        record(desk.ledger, desk.message(), rows, NOW)
    assert desk.ledger.facts(stream_of_testimony("sample", YEAR)) == []


def test_a_wrong_post_is_told_who_may_and_by_which_line(desk: Desk) -> None:
    message = sign(replace(desk.message(), post="village_committee"), KEY)
    with pytest.raises(WrongPostError) as refused:
        record(desk.ledger, message, desk.checked.rows, NOW)
    assert "“导入旧账”由 finance_section 办理，village_committee 不能办理" in refused.value.text("zh")
    assert "finance_section" in refused.value.text("en")


def test_a_files_name_that_is_no_text_is_still_told(desk: Desk) -> None:
    odd = desk.path.with_name("\udcff.csv")
    odd.write_bytes(desk.path.read_bytes())
    assert open_source(odd).name == "?.csv"
