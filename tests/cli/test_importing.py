"""`import` and `report testimony` as people type them, on a sample store and on a real one; nothing half stored."""

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from cli.main import door
from domain.act import Act
from domain.calendar import SHANGHAI
from domain.cases import mandates_stream
from domain.ledger import Ledger, Step
from domain.mandate import MANDATE
from domain.mandate_facts import Appoint, Appointed, RevokeKey
from domain.signature import check_signature
from domain.testimony_facts import ImportOpened, ImportSealed, RowsImported, digest_of_rows, stream_of_testimony
from doors.clock import wall_now
from imports.template import write_template
from tests.imports.files import rules
from tests.places import SAMPLES

SAMPLE = SAMPLES / "import" / "jiashi-2021.xlsx"
REGISTRAR = "poverty_section"
TODAY = wall_now().astimezone(SHANGHAI).date()


def run(*words: str, language: str = "en") -> Result:
    return CliRunner().invoke(door(words), list(words), env={"BRIDGEFUND_LANG": language, "COLUMNS": "200"})


@dataclass(frozen=True)
class Office:
    """A store that is no sample: a county with its rules, a registrar with a key of their own, and another post."""

    folder: Path

    @property
    def url(self) -> str:
        """Return its address."""
        return f"sqlite:///{self.folder}/ledger.db"

    def key(self, person: str) -> str:
        """Return a person's key file."""
        return str(self.folder / f"{person}.key")

    def bring(self, file: Path, *words: str, person: str = "li", language: str = "en") -> Result:
        """Import a file as a person."""
        return run(
            "import", "jiashi", str(file), "--key", self.key(person), "--store", self.url, *words, language=language
        )

    def facts(self, year: int = 2021) -> list[ImportOpened | RowsImported | ImportSealed]:
        """Return what is stored of a year."""
        with Ledger(self.url) as ledger:
            return ledger.facts(stream_of_testimony("jiashi", year))

    def end(self) -> int:
        """Return how long the log is."""
        with Ledger(self.url) as ledger:
            return len(list(ledger.log()))

    def execute(self, command: Appoint | RevokeKey) -> None:
        """Change a mandate."""
        with Ledger(self.url) as ledger:
            ledger.execute(Step(mandates_stream("jiashi"), command))


def operator(command_id: str) -> Act:
    """Return an act of the operator."""
    return Act(command_id, command_id, "operator", "operator", "operator", "cli", TODAY, wall_now())


def appoint(office: Office, person: str, post: str, last: date | None = None) -> None:
    """Give somebody a post."""
    act = operator(f"appoint:{person}:{post}")
    held = Appointed(act, "jiashi", person, post, "finance_bureau", date(2020, 1, 1), last)
    office.execute(Appoint(act, held))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    assert run("policy", "adopt", "jiashi", "--store", office.url, "--new").exit_code == 0
    for person in ("li", "wang"):
        run("key", "new", office.key(person), "--person", person)
    assert run("key", "register", "jiashi", office.key("li"), "--store", office.url).exit_code == 0
    appoint(office, "li", REGISTRAR)
    return office


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "一万行.xlsx"
    write_template(path, rules("jiashi"), 2021, 10_000)
    return path


@pytest.fixture
def big(tmp_path: Path, written: Path) -> Path:
    return Path(shutil.copy(written, tmp_path))


def test_a_year_comes_in_signed_and_on_the_day_of_the_import(office: Office) -> None:
    result = office.bring(SAMPLE)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("imported 36 rows of 2021\nimported from jiashi-2021.xlsx sha256 ")
    opened, rows, sealed = office.facts()
    assert isinstance(opened, ImportOpened)
    assert isinstance(rows, RowsImported)
    act = opened.act
    assert (act.person, act.post, act.unit, act.door) == ("li", REGISTRAR, "finance_bureau", "cli")
    assert act.occurred_on == act.recorded_at.astimezone(SHANGHAI).date() >= TODAY
    assert act.clause.startswith("JS L15")
    assert opened.file_digest in act.evidence
    assert isinstance(sealed, ImportSealed)
    assert msgspec.structs.replace(rows.act, command_id=act.command_id) == act
    assert {row.stated_on.year for row in rows.rows if row.stated_on} == {2021}
    # Years later anybody can check it again: signature, rows, file.
    with Ledger(office.url) as ledger:
        public = ledger.state(MANDATE, mandates_stream("jiashi")).keys[opened.key_id].public_key
    check_signature(opened.message(), public)
    said = json.loads(opened.statement)
    assert (said["rows_digest"], said["file_digest"]) == (digest_of_rows(rows.rows), opened.file_digest)


def test_the_same_file_twice_stores_nothing_new_under_any_name(office: Office, tmp_path: Path) -> None:
    office.bring(SAMPLE)
    before = office.end()
    copy = tmp_path / "副本.xlsx"
    copy.write_bytes(SAMPLE.read_bytes())
    for file in (SAMPLE, copy):
        result = office.bring(file)
        assert (result.exit_code, office.end()) == (0, before)
        assert result.stdout.startswith("imported before: nothing new is stored\nimported from jiashi-2021.xlsx")
    data = json.loads(office.bring(copy, "--json").stdout)
    assert (data["stored"], data["new"], data["rows"], data["file"]) == (0, False, 36, "jiashi-2021.xlsx")


def test_a_sheet_that_was_only_saved_anew_is_known_by_its_rows(office: Office, tmp_path: Path) -> None:
    office.bring(SAMPLE)
    before = office.end()
    anew = tmp_path / "另存.xlsx"
    book = load_workbook(SAMPLE)
    book["说明"]["A40"] = "另存"
    book.save(anew)
    result = office.bring(anew)
    assert (result.exit_code, office.end()) == (2, before)
    assert "36 rows were imported before; row 2 is row 2 of jiashi-2021.xlsx" in result.stderr


def test_ten_thousand_rows_come_in_whole(office: Office, big: Path) -> None:
    result = office.bring(big, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["stored"] == 10_000
    facts = office.facts()
    assert len(facts) == 52
    assert sum(len(fact.rows) for fact in facts if isinstance(fact, RowsImported)) == 10_000


def test_three_bad_rows_among_ten_thousand_are_told_and_nothing_is_stored(office: Office, big: Path) -> None:
    book = load_workbook(big)
    sheet = book["数据"]
    sheet["L17"], sheet["M5000"], sheet["F10001"] = -1, "3/5/2021", "彩票"
    book.save(big)
    before = office.end()
    result = office.bring(big)
    assert (result.exit_code, result.stdout, office.end()) == (2, "", before)
    assert [line.partition(" column ")[0] for line in result.stderr.splitlines()] == [
        "一万行.xlsx: 3 faults, nothing is stored",
        "数据 row 17",
        "数据 row 5000",
        "数据 row 10001",
    ]
    told = json.loads(office.bring(big, "--json").stdout)
    assert told["stored"] == 0
    assert [(f["sheet"], f["row"], f["column"], f["heading"]) for f in told["faults"]] == [
        ("数据", 17, "L", "金额（万元）"),
        ("数据", 5000, "M", "日期"),
        ("数据", 10001, "F", "来源"),
    ]
    zh = office.bring(big, language="zh").stderr
    assert "3 处有误，没有存入任何内容" in zh
    assert "数据 第17行 L列（金额（万元））：-1 须大于零" in zh


def test_very_many_faults_are_counted_and_the_first_told(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "错.csv"
    write_template(path, rules("jiashi"), 2021, 300)
    path.write_text(path.read_text("utf-8-sig").replace("2021-", "二〇二一-"), "utf-8")
    lines = office.bring(path).stderr.splitlines()
    assert lines[0] == "错.csv: 300 faults, nothing is stored"
    assert (len(lines), lines[-1]) == (52, "… and 250 more")


def test_who_may_import_is_what_the_rules_say_of_receipts(office: Office) -> None:
    before = office.end()
    # A key that nobody registered, a holder of another post, one whose term is over, a key that was revoked.
    assert "not registered" in office.bring(SAMPLE, person="wang").stderr
    with Ledger(office.url) as ledger:
        [key_id] = ledger.state(MANDATE, mandates_stream("jiashi")).keys
    assert office.end() == before
    act = operator("revoke")
    office.execute(RevokeKey(act, key_id, "lost"))
    result = office.bring(SAMPLE)
    assert (result.exit_code, office.facts()) == (2, [])
    assert "revoked" in result.stderr


@pytest.mark.parametrize("last", [None, date(2020, 12, 31)])
def test_a_person_without_the_post_is_refused(tmp_path: Path, last: date | None) -> None:
    office = Office(tmp_path)
    run("policy", "adopt", "jiashi", "--store", office.url, "--new")
    run("key", "new", office.key("li"), "--person", "li")
    run("key", "register", "jiashi", office.key("li"), "--store", office.url)
    appoint(office, "li", "director" if last is None else REGISTRAR, last)
    result = office.bring(SAMPLE)
    assert (result.exit_code, office.facts()) == (2, [])
    assert f"li does not hold {REGISTRAR}" in result.stderr


def test_on_a_real_store_nobody_signs_for_others(office: Office) -> None:
    result = run("import", "jiashi", str(SAMPLE), "--store", office.url)
    assert (result.exit_code, office.facts()) == (2, [])
    assert "the importer's own key is needed" in result.stderr


def test_where_the_rules_name_no_registrar_no_rule_is_stated(tmp_path: Path) -> None:
    office = Office(tmp_path)
    run("policy", "adopt", "meilan", "--store", office.url, "--new")
    run("key", "new", office.key("li"), "--person", "li")
    words = ("import", "meilan", str(SAMPLE), "--key", office.key("li"), "--store", office.url)
    result = run(*words)
    assert result.exit_code == 2
    assert "no rule stated: who enters a receipt?" in result.stderr
    assert "未规定" in run(*words, language="zh").stderr


def test_a_county_without_rules_and_a_file_that_is_not_there_say_so(office: Office, tmp_path: Path) -> None:
    words = ("--key", office.key("li"), "--store", office.url)
    assert "has adopted no policy" in run("import", "sample", str(SAMPLE), *words).stderr
    assert "No such file" in office.bring(tmp_path / "none.xlsx").stderr
    assert "name a county and a file" in run("import").stderr
    assert run("import", "jiashi").exit_code == 2
    locked = tmp_path / "密.xlsx"
    locked.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512))
    result = office.bring(locked, language="zh")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "有密码或是旧版 .xls" in result.stderr


def test_the_template_is_an_example_that_can_be_imported(office: Office, tmp_path: Path) -> None:
    for suffix in ("xlsx", "csv", "toml"):
        made = tmp_path / f"样例.{suffix}"
        result = run("import", "jiashi", "--template", str(made))
        assert (result.exit_code, result.stdout) == (0, f"wrote an example to {made} (2021, 36 rows)\n")
    assert office.bring(tmp_path / "样例.csv").exit_code == 0
    # The committed sample is the same example.
    assert "36 rows were imported before" in office.bring(SAMPLE).stderr
    assert run("import", "--template", str(tmp_path / "县.xlsx")).exit_code == 0
    again = run("import", "jiashi", "--template", str(tmp_path / "样例.csv"))
    assert (again.exit_code, "File exists" in again.stderr) == (2, True)
    both = run("import", "jiashi", str(SAMPLE), "--template", str(tmp_path / "b.csv"))
    assert (both.exit_code, "no file is imported" in both.stderr) == (2, True)


def test_the_report_says_from_which_file_by_whom_and_on_which_day(office: Office) -> None:
    office.bring(SAMPLE)
    report = run("report", "testimony", "jiashi", "2021", "--store", office.url).stdout
    act = office.facts()[0].act
    assert "in no other report" in report
    assert f"by {REGISTRAR} li, on {act.occurred_on}; not decided here" in report
    assert "special bridging funds" in report
    data = json.loads(run("report", "testimony", "jiashi", "2021", "--store", office.url, "--json").stdout)
    [file] = data["files"]
    stored = [row for fact in office.facts() if isinstance(fact, RowsImported) for row in fact.rows]
    assert sum(group["amount_fen"] for group in file["sums"]) == sum(row.amount_fen or 0 for row in stored)
    receipts = [group for group in file["sums"] if group["kind"] == "receipt" and group["source"] == "bridging"]
    assert sum(group["amount_fen"] for group in receipts) == sum(
        row.amount_fen or 0 for row in stored if (row.kind, row.source) == ("receipt", "bridging")
    )
    assert (file["imported_by"], file["rows"]) == ("li", 36)


def test_no_decided_figure_adds_what_was_imported(office: Office) -> None:
    office.bring(SAMPLE)
    statement = run("report", "sources-and-uses", "jiashi", "2021", "--store", office.url)
    assert statement.exit_code == 2
    assert "no money of jiashi 2021" in statement.stderr
    for kind in ("fund", "project"):
        assert json.loads(run(kind, "list", "--store", office.url, "--json").stdout)["items"] == []


def test_a_year_of_which_nothing_was_imported_is_told_what_there_is(office: Office) -> None:
    office.bring(SAMPLE)
    result = run("report", "testimony", "jiashi", "2020", "--store", office.url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is: jiashi 2021" in result.stderr
