import re
from pathlib import Path

import pytest

from domain.testimony_facts import ROWS_MAX
from imports.faults import NotReadableError
from imports.template import example_rows, write_template
from tests.imports.files import YEAR, checked, rules, told

HEAD = "类别,年度,文号,项目编号,名称,来源,金额（万元）,日期\n"
ROW = "支付,2021,样例财〔2021〕1号,样例-1,样例项目,province,12.5,2021-03-15\n"


def csv_file(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "旧账.csv"
    path.write_bytes("".join((HEAD, *lines)).encode(encoding))
    return path


def refused(path: Path) -> str:
    with pytest.raises(NotReadableError) as error:
        checked(path)
    return error.value.text("en")


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".toml"])
@pytest.mark.parametrize("county", ["sample", "jiashi", "guangfeng", "jinghe", "maojian", "meilan"])
def test_the_example_says_the_same_in_each_kind_of_file(tmp_path: Path, suffix: str, county: str) -> None:
    path = tmp_path / f"样例{suffix}"
    write_template(path, rules(county), YEAR, 20)
    found = checked(path, county)
    assert (found.year, len(found.rows)) == (YEAR, 20)
    rows = list(example_rows(rules(county), YEAR, 20))
    assert [row.amount_fen for row in found.rows] == [int(row["amount"] * 1_000_000) for row in rows]  # type: ignore[operator]
    assert [row.stated_on for row in found.rows] == [row["day"] for row in rows]
    assert all("样例" in row.document_no and "样例" in row.name for row in found.rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_of_utf_8_is_read_with_or_without_a_mark(tmp_path: Path, encoding: str) -> None:
    found = checked(csv_file(tmp_path, ROW, encoding=encoding))
    assert (found.rows[0].name, found.rows[0].amount_fen, found.notes) == ("样例项目", 12_500_000, ())


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_a_csv_of_gbk_is_read_and_said_to_be_one(tmp_path: Path, encoding: str) -> None:
    found = checked(csv_file(tmp_path, ROW, encoding=encoding))
    assert found.rows[0].name == "样例项目"
    assert [note.en for note in found.notes] == ["not UTF-8: read as GBK"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEAD.encode("utf-16"), "it is UTF-16"),
        (HEAD.encode() + b"\x00", "it is no text"),
        (HEAD.encode() + b"\xff\xff\xff", "neither UTF-8 nor GBK"),
        (b"", "the file is empty"),
        (HEAD.encode(), "it has no rows"),
        ((HEAD + '"open,2021\n').encode(), "line 2 is no CSV"),
        ((HEAD + '"a"b,2021\n').encode(), "line 2 is no CSV"),
        ((HEAD + "," * 100).encode(), "at most 20000 rows and 64 columns"),
        ((HEAD + ROW * (ROWS_MAX + 1)).encode(), "row 20002: at most 20000 rows"),
        ((HEAD + '"' + "长" * 140_000 + '"').encode(), "line 2 is no CSV: field larger than"),
    ],
)
def test_what_is_no_csv_says_so(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "旧账.csv"
    path.write_bytes(content)
    assert reason in refused(path)


def test_rows_of_a_csv_are_told_by_the_line_on_which_they_begin(tmp_path: Path) -> None:
    long = ROW.replace("样例项目", '"样例\n项目"')
    path = csv_file(tmp_path, "\n", ROW, ",,,\n", long, ROW.replace("12.5", "=1+1"), ROW.replace("12.5", "1,2"), ROW)
    assert told(path) == [
        "旧账.csv row 5 column E (名称): a character that cannot be stored, or a line break: '样例\\n项目'",
        "旧账.csv row 7 column G: a formula: put its value in its place",
        "旧账.csv row 8: 9 cells under 8 headings",
        "旧账.csv row 8 column H (日期): 2 is not a day; write 2021-03-15",
        "旧账.csv row 9: it is the same as row 3",
    ]


def test_a_short_row_lacks_what_it_lacks(tmp_path: Path) -> None:
    assert told(csv_file(tmp_path, "支付,2021,文,1,名,province,3\n")) == [
        "旧账.csv row 2 column H (日期): a payment needs it"
    ]


TOML_ROW = """
[[row]]
kind = "支付"
year = 2021
document_no = "样例财〔2021〕1号"
project_no = "样例-1"
name = "样例项目"
source = "province"
amount = 12.5
unit = "万元"
day = 2021-03-15
"""


def toml_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "旧账.toml"
    path.write_bytes(text.encode())
    return path


def test_an_amount_in_toml_is_read_as_it_is_written(tmp_path: Path) -> None:
    exact = TOML_ROW.replace("12.5", "900719925.474099")
    assert checked(toml_file(tmp_path, exact)).rows[0].amount_fen == 900_719_925_474_099


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("12.5", "nan", "旧账.toml row 1 column amount (amount): NaN is not a finite number"),
        ("12.5", "-inf", "旧账.toml row 1 column amount (amount): -Infinity is not a finite number"),
        ("12.5", "true", "旧账.toml row 1 column amount: True is nothing for a cell"),
        ("12.5", "[1]", "旧账.toml row 1 column amount: [1] is nothing for a cell"),
        ("12.5", "0x" + "f" * 5000, "旧账.toml row 1 column amount: … is nothing for a cell"),
        ("12.5", "-12.5", "旧账.toml row 1 column amount (amount): -12.5 must be above zero"),
        ("2021-03-15", "2021-03-15T08:00:00Z", "旧账.toml row 1 column day: 2021-03-15 08:00:00+00:00 is nothing"),
        ("2021-03-15", "08:00:00", "旧账.toml row 1 column day: 08:00:00 is nothing for a cell"),
        ('unit = "万元"', "", "旧账.toml row 1 column amount (amount): its unit is not stated"),
        (
            "project_no",
            "projectno",
            "旧账.toml row 1 column projectno (projectno): there is no such column; did you mean",
        ),
    ],
)
def test_a_fault_in_toml_is_told_by_row_and_key(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert told(toml_file(tmp_path, TOML_ROW.replace(old, new)))[0].startswith(fault)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[row]]\nkind = ", "not TOML"),
        ("title = 'x'" + TOML_ROW, "[[row]] tables and nothing else"),
        ("row = [1, 2]", "[[row]] tables and nothing else"),
        ("row = 3", "[[row]] tables and nothing else"),
        ("", "[[row]] tables and nothing else"),
        ("a = " + "[" * 5000, "not TOML"),
        ("a = " + "9" * 5000, "not TOML"),
        ("[[row]]\nkind = 'x'\n" * (ROWS_MAX + 1), "20001 rows, at most 20000"),
    ],
)
def test_what_is_no_list_of_rows_says_so(tmp_path: Path, text: str, reason: str) -> None:
    assert reason in refused(toml_file(tmp_path, text))


def test_toml_is_utf_8_and_has_rows(tmp_path: Path) -> None:
    assert told(toml_file(tmp_path, "row = []"))[0].startswith("旧账.toml row 1: the first row must hold the headings")
    path = tmp_path / "latin.toml"
    path.write_bytes(b"a = '\xff'")
    assert "not UTF-8 at byte 5" in refused(path)


def test_a_county_that_names_no_classes_knows_none(tmp_path: Path) -> None:
    text = TOML_ROW.replace("province", "bridging") + 'class = "产业"\n'
    [fault] = told(toml_file(tmp_path, text), "jiashi")
    assert fault == "旧账.toml row 1 column class (class): the county's rules have no '产业'; there are: -"


def test_an_example_is_not_written_over_a_file_and_not_as_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "样例.csv"
    write_template(path, rules(), YEAR)
    before = path.read_bytes()
    with pytest.raises(NotReadableError, match="File exists"):
        write_template(path, rules(), YEAR)
    assert path.read_bytes() == before
    with pytest.raises(NotReadableError, match=re.escape(".xlsx .csv .toml")):
        write_template(tmp_path / "样例.ods", rules(), YEAR)
