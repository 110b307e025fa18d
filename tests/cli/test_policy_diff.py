import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.policies import POLICIES, app

COUNTIES = sorted(path.stem for path in POLICIES.glob("*.toml") if path.stem != "engine")


def run(*arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(app, ["diff", *arguments], env={"BRIDGEFUND_LANG": language})


def changed(folder: Path, *changes: tuple[str, str]) -> str:
    """A copy of the sample policy with some of its text replaced, each piece once."""
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "changed.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def rows(*arguments: str) -> dict[str, dict[str, Any]]:
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert found["same"] is (found["count"] == 0)
    made = {row["key"]: row for part in found["parts"] for row in part["differences"]}
    assert found["count"] == sum(len(part["differences"]) for part in found["parts"])
    return made


@pytest.mark.parametrize("county", COUNTIES)
def test_a_policy_does_not_differ_from_itself(county: str) -> None:
    result = run(county, str(POLICIES / f"{county}.toml"))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[2:] == ["no difference: the same rules"]


@pytest.mark.parametrize("other", [county for county in COUNTIES if county != "jiashi"])
def test_between_counties_every_side_has_its_line_or_no_rule_stated(other: str) -> None:
    for row in rows("jiashi", other).values():
        assert row["a"] or row["b"], row
        for side in (row["a"], row["b"]):
            resting = row["key"] != "version" and not row["words"][-1].endswith("order")
            assert side is None or not resting or side["source"], row
    text = run("jiashi", other, language="zh").stdout
    assert "## 报账支付" in text
    assert "：未规定" in text
    assert "〔JS L16；我方解读 A-01, A-19" in text


def test_one_changed_deadline_is_one_difference_with_both_lines(tmp_path: Path) -> None:
    other = changed(tmp_path, ("count = 2\n", "count = 9\n"))
    [row] = rows("sample", other).values()
    assert row["key"].endswith(".deadline")
    assert (row["a"]["value"]["count"], row["b"]["value"]["count"]) == (2, 9)
    assert row["a"]["source"] == row["b"]["source"]
    text = run("sample", other).stdout
    assert "differences: 1" in text
    assert "  A: within 2 " in text
    assert "  B: within 9 " in text


def test_what_only_one_side_rules_is_no_rule_stated_on_the_other(tmp_path: Path) -> None:
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    assert "\n[retention]\n" in text
    before, _, rest = text.partition("\n[retention]\n")
    file = tmp_path / "without.toml"
    file.write_text(before + "\n" + rest[rest.index("\n[") :], encoding="utf-8")
    row = rows("sample", str(file))["retention"]
    assert row["b"] is None
    assert row["a"]["source"]
    shown = run("sample", str(file)).stdout
    part = shown[shown.index("## retention money") :]
    assert "  B: no rule stated" in part
    assert rows(str(file), "sample")["retention"]["a"] is None


def test_another_source_line_is_a_difference_within_one_county_only(tmp_path: Path) -> None:
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    source = next(line for line in text[text.index("\n[release]\n") :].splitlines() if line.startswith("source"))
    other = changed(tmp_path, (f"{source}\n", 'source = "another line"\n'))
    found = rows("sample", other)
    assert all(key.endswith("source") or row["b"]["source"] == "another line" for key, row in found.items())
    assert any(row["b"]["source"] == "another line" for row in found.values())
    assert not any(key.endswith(".source") for key in rows("sample", "jiashi"))


def test_another_order_of_gates_is_said() -> None:
    gates = rows("jiashi", "maojian")["claims.gates"]
    assert gates["words"][-1] == "order"
    assert gates["a"]["value"] != gates["b"]["value"]
    assert "→" in gates["a"]["text"]


@pytest.mark.parametrize("bad", ["nowhere", "engine"])
def test_an_unknown_county_exits_with_2(bad: str) -> None:
    for arguments in ((bad, "jiashi"), ("jiashi", bad)):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "there are: " in result.stderr


def test_a_bad_file_exits_with_2_and_names_its_line(tmp_path: Path) -> None:
    result = run("sample", changed(tmp_path, ("count = 2\n", "count = -2\n")))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "-2 is not at least 1" in result.stderr


def test_a_sample_is_marked() -> None:
    assert "样例" in run("jiashi", "sample", language="zh").stdout.splitlines()[1]
    assert json.loads(run("jiashi", "sample", "--json").stdout)["b"]["sample"] is True
