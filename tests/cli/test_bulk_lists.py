"""Lists of decisions as clerks make them: what is read of a file, what is refused, and what each item asks for."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from activities.calendars import load_calendars
from activities.deciding import take_effect
from cli.asked import Word
from cli.bulk_asking import requests_of
from cli.bulk_files import Row, keep, read_rows
from domain.bulk import Asked
from domain.cases import mandates_stream
from domain.correcting_requests import CorrectClaim
from domain.errors import BadInputError, BridgefundError
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appointed, Found, KeyRegistered
from domain.policy import load
from domain.requests import AnswerGate
from doors.rehearsed import WOULD, done_before, rehearsed
from simulation.keys import public_hex
from tests.domain.county import CALENDAR, DAY, POLICIES, County, line
from tests.domain.given import WAN, noon
from worker import CALENDARS
from workflows.messages import make_list

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
CLAIM = "sample/claim/S04-2"
HEAD = "案件,决定,意见\n"
PASSES = Row(CLAIM, Word.APPROVE, "核无误")


def file(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(folder: Path, change: Callable[[Worksheet], object] = lambda _: None) -> Path:
    """Return a workbook as a spreadsheet program makes one: its only sheet is called Sheet1."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Sheet1"
    for row in (("案件", "决定", "意见"), (CLAIM, "同意", "核无误"), ("sample/claim/S05-1", "同意", "核无误")):
        sheet.append(row)
    change(sheet)
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def refused(path: Path) -> str:
    with pytest.raises(BridgefundError) as caught:
        read_rows(path)
    assert caught.value.text("zh")
    return caught.value.text("en")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_list_is_read_as_spreadsheets_save_it(tmp_path: Path, encoding: str) -> None:
    text = f"{HEAD}{CLAIM},同意,核无误\n"
    assert read_rows(file(tmp_path, "list.csv", text.encode(encoding))) == ("", [PASSES])


def test_the_only_sheet_of_a_workbook_is_read_whatever_its_name(tmp_path: Path) -> None:
    assert read_rows(workbook(tmp_path))[1][0] == PASSES
    assert "B2:B3" in refused(workbook(tmp_path, lambda sheet: sheet.merge_cells("B2:B3")))
    assert "formula" in refused(workbook(tmp_path, lambda sheet: sheet.cell(2, 3, "=1+1")))
    second = refused(workbook(tmp_path, lambda sheet: sheet.parent and sheet.parent.create_sheet("旧表")))
    assert "Sheet1" in second


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nul.csv", f"{HEAD}{CLAIM},同意,核\0无误\n", "nul.csv"),
        ("wide.csv", f"案件，决定，意见\n{CLAIM}，同意，核无误\n", "there is no column case"),
        ("twice.csv", f"案件,决定,意见,opinion\n{CLAIM},同意,核无误,发票不符\n", "opinion"),
        ("formula.csv", f"{HEAD}=A1,同意,核无误\n", "row 2"),
        ("null.json", json.dumps([{"case": CLAIM, "decision": "return", "opinion": None}]), "opinion"),
        ("list.json", json.dumps([{"case": CLAIM, "decision": "return", "opinion": ["x"]}]), "opinion"),
        ("paper.json", json.dumps([{"case": CLAIM, "decision": "approve", "paper": "a\0"}]), "paper"),
        ("blank.json", json.dumps({"list": "\u3000", "items": [{"case": CLAIM, "decision": "approve"}]}), "list"),
        ("number.json", json.dumps({"list": None, "items": [{"case": CLAIM, "decision": "approve"}]}), "list"),
    ],
)
def test_what_cannot_be_read_for_certain_is_refused(tmp_path: Path, name: str, content: str, said: str) -> None:
    text = refused(file(tmp_path, name, content))
    assert said in text
    assert "Unreadable" not in text


def test_a_list_that_was_kept_is_read_as_it_was_signed_and_not_written_over(tmp_path: Path) -> None:
    asked = Asked(CLAIM, AnswerGate(gate="payment_centre", approve=True, opinion="核无误"))
    now = noon(DAY)
    kept = keep(file(tmp_path, "list.csv", HEAD), "L1", [asked], now)
    assert read_rows(kept) == ("L1", [Row(CLAIM, request=asked.request)])
    with pytest.raises(BadInputError, match="exists"):
        keep(tmp_path / "list.csv", "L2", [asked], now)


def test_an_item_is_bound_to_what_its_case_said_when_the_list_was_made() -> None:
    """The claim is corrected before the list is handed in again: as by a single decision it must be looked at anew."""
    sample = County(Ledger("sqlite://"), "sample")
    sample.adopt(load(POLICIES / "sample.toml"))
    sample.receives()
    sample.banks("A01")
    sample.plans("P1", line(200 * WAN))
    sample.releases("F1", "P1")
    sample.signs("A01", 180 * WAN)
    sample.lodges("C1", line(50 * WAN))
    act = sample.act("key", "opener")
    known = KeyRegistered(act, "sample", "k", public_hex(KEY), "cli", "li")
    held = Appointed(act, "sample", "li", "finance_section", "finance_bureau", DAY, None)
    sample.ledger.execute(Step(mandates_stream("sample"), Found(act, held, known)))
    asked, refused = requests_of(sample.ledger, [Row("sample/claim/C1", Word.APPROVE)], "finance_section", DAY)
    assert refused == {}
    now = noon(sample.today)
    who = {"person": "li", "post": "finance_section", "door": "cli", "key_id": "k", "key": KEY, "now": now}
    messages = make_list("L1", asked, **who)
    assert [one.outcome for one in rehearsed(sample.ledger, messages, now, load_calendars(CALENDARS)).values()] == [
        WOULD
    ]
    sample.ask("claim", "C1", CorrectClaim(reason="少报", lines=(line(60 * WAN),)), "implementing_unit")
    told = rehearsed(sample.ledger, messages, now, load_calendars(CALENDARS))
    assert [one.rule for one in told.values()] == ["StaleSignatureError"]
    assert not done_before(sample.ledger, messages[0])
    (again,) = make_list("L2", [Asked("sample/claim/C1", AnswerGate(gate="finance_section", approve=True))], **who)
    take_effect(sample.ledger, CALENDAR, again, now)
    assert done_before(sample.ledger, again)
