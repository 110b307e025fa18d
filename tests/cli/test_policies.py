import json
import re
import typing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.policies import POLICIES, app
from domain.policy import Profile
from domain.policy.base import Model
from domain.policy.shapes import model_in
from doors.policy_keys import KEYS
from doors.policy_values import VALUES

COUNTIES = sorted(path.stem for path in POLICIES.glob("*.toml") if path.stem != "engine")


def run(*arguments: str, language: str = "zh") -> Result:
    return CliRunner().invoke(app, arguments, env={"BRIDGEFUND_LANG": language})


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("county", COUNTIES)
def test_show_draws_the_lifecycle_and_holds_every_rule_with_its_source(county: str, language: str) -> None:
    result = run("show", county, language=language)
    assert result.exit_code == 0
    text = (POLICIES / f"{county}.toml").read_text(encoding="utf-8")
    for source in re.findall(r'^source = "(.*)"$', text, re.MULTILINE):
        assert f"〔{source}" in result.stdout


def test_show_says_the_six_gates_in_order_with_their_lines() -> None:
    lines = run("show", "jiashi").stdout.splitlines()
    drawn = [line for line in lines if re.match(r" ?\d+\. .*(审核|复核)｜", line)]
    assert [line.split("｜")[0].strip() for line in drawn] == [
        "7. 扶贫股审核",
        "8. 盯办岗审核",
        "9. 支付中心审核",
        "10. 乡财股复核",
        "11. 分管领导复核",
        "12. 主要领导复核",
    ]
    assert all("〔JS L" in line for line in drawn)


def test_show_says_deadlines_with_our_readings() -> None:
    shown = run("show", "jiashi", language="en").stdout
    assert "within 3 calendar days of receipt of the fund document; in the same limit: report, notice" in shown
    assert "〔JS L15; our reading A-01, A-18: calendar days from the finance bureau's receipt" in shown
    assert "within 5 calendar days of the filing of the minutes" in shown


def test_show_ends_with_what_is_not_set() -> None:
    shown = run("show", "jiashi").stdout
    assert "未规定 / no rule stated" in shown
    assert "- retention（质保金）" in shown
    assert "- claims.gates.director.deadline（时限）" in shown


def test_show_mermaid_links_the_money_to_the_projects_waiting_steps() -> None:
    lines = run("show", "sample", "--mermaid").stdout.splitlines()
    assert lines[:4] == ["---", 'title: "样例县 2023 · 版本 2023.1【样例，虚构】"', "---", "flowchart TD"]
    assert "    p_village_declaration --> p_township_review" in lines
    assert "  p_township_review -. 退回 .-> p_village_declaration" in lines
    assert "  m_approval_leading_group -.-> p_plan" in lines
    assert "  m_release -.-> p_release" in lines


def grouped(folder: Path) -> str:
    """Return a file of the sample county's rules in which the second gate is open together with the first."""
    text = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    second = 'post = "payment_centre"\nkind = "review"\n'
    assert text.count(second) == 1
    file = folder / "grouped.toml"
    file.write_text(text.replace(second, f"{second}with_former = true\n"), encoding="utf-8")
    return str(file)


def test_gates_that_are_open_together_are_drawn_side_by_side(tmp_path: Path) -> None:
    file = grouped(tmp_path)
    arrows = [line.strip() for line in run("show", file, "--mermaid").stdout.splitlines() if "--> m_" in line]
    assert [arrow for arrow in arrows if "gate_" in arrow] == [
        "m_claim --> m_gate_finance_section",
        "m_claim --> m_gate_payment_centre",
        "m_gate_finance_section --> m_gate_deputy_director",
        "m_gate_payment_centre --> m_gate_deputy_director",
        "m_gate_deputy_director --> m_payment",
    ]
    for language, together, key in (
        ("zh", "   ∥ 并行，先后不限", "与前一关口并行：是"),
        ("en", "   ∥ together, in any order", "open together with the gate before: yes"),
    ):
        lines = run("show", file, language=language).stdout.splitlines()
        at = lines.index(together)
        assert "业务股审核" in lines[at - 1] or "business section" in lines[at - 1]
        assert "支付中心审核" in lines[at + 1] or "payment centre" in lines[at + 1]
        assert lines.count(together) == 1
        assert any(key in line for line in lines)
    # Where nothing stands side by side the drawing is a chain as before.
    assert "∥" not in run("show", "sample").stdout
    alone = [line for line in run("show", "sample", "--mermaid").stdout.splitlines() if "--> m_gate" in line]
    assert len(alone) == 3


def test_check_and_diff_know_of_gates_that_are_open_together(tmp_path: Path) -> None:
    file = grouped(tmp_path)
    assert run("check", file).exit_code == 0
    assert "open together with the gate before" in run("diff", "sample", file, language="en").stdout


def test_show_json_holds_the_profile_its_digest_and_what_is_not_set() -> None:
    shown = json.loads(run("show", "jiashi", "--json").stdout)
    assert (shown["county"], shown["sample"], len(shown["digest"])) == ("jiashi", False, 64)
    assert shown["profile"]["release"]["deadline"]["count"] == 5
    assert "retention" in shown["not_set"]
    assert "retention" not in shown["profile"]


def test_a_sample_is_marked_in_every_output() -> None:
    assert "样例" in run("show", "sample").stdout.splitlines()[0]
    assert "SAMPLE" in run("show", "sample", language="en").stdout.splitlines()[0]
    assert "样例" in run("show", "sample", "--mermaid").stdout
    assert json.loads(run("show", "sample", "--json").stdout)["sample"] is True
    assert "样例" in run("check", str(POLICIES / "sample.toml")).stdout


def test_a_county_may_be_given_as_a_file(tmp_path: Path) -> None:
    copy = tmp_path / "other.toml"
    copy.write_bytes((POLICIES / "jiashi.toml").read_bytes())
    assert run("show", str(copy)).stdout == run("show", "jiashi").stdout


@pytest.mark.parametrize("county", ["nowhere", "engine", "../README"])
def test_an_unknown_county_exits_with_2_and_names_those_there_are(county: str) -> None:
    result = run("show", county, language="en")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there are: " in result.stderr
    assert "jiashi" in result.stderr


def test_check_passes_all_policies_and_says_what_is_not_set() -> None:
    result = run("check", *(str(path) for path in sorted(POLICIES.glob("*.toml"))))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("未规定 / no rule stated") == len(COUNTIES)


def test_check_names_every_fault_of_every_file_and_exits_with_2(tmp_path: Path) -> None:
    good = (POLICIES / "sample.toml").read_text(encoding="utf-8")
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(good.replace("count = 2\n", "count = -1\n").replace("basis =", "bassis ="), encoding="utf-8")
    two.write_text(good.replace('post = "payment_centre"\nkind', 'post = "nobody"\nkind'), encoding="utf-8")
    result = run("check", str(one), str(POLICIES / "jiashi.toml"), str(two), language="en")
    assert result.exit_code == 2
    assert "jiashi.toml: correct" in result.stdout
    faults = result.stderr.splitlines()
    assert len(faults) == 3
    assert faults[0].endswith("release.bassis: unknown key; did you mean 'basis'?")
    assert re.match(rf"{re.escape(str(one))}:\d+: claims\.gates\.3\.deadline\.count: -1 is not at least 1$", faults[1])
    assert faults[2].endswith("claims.gates.2.post: 'nobody' is not in posts")


def test_check_of_a_missing_file_exits_with_2() -> None:
    result = run("check", "none.toml")
    assert result.exit_code == 2
    assert "none.toml" in result.stderr


def models(model: type[Model]) -> set[type[Model]]:
    inner = [found for field in model.model_fields.values() if (found := model_in(field))]
    return {model}.union(*(models(found) for found in inner))


def literals(annotation: object) -> set[str]:
    if typing.get_origin(annotation) is typing.Literal:
        return {value for value in typing.get_args(annotation) if isinstance(value, str)}
    return set().union(*(literals(part) for part in typing.get_args(annotation)))


def test_every_key_and_value_of_the_model_has_its_word_in_both_languages() -> None:
    fields = {name: field for model in models(Profile) for name, field in model.model_fields.items()}
    in_names = {"id", "zh", "en", "regime_zh", "regime_en", "proposal_zh", "proposal_en", "source", "reading"}
    assert set(fields) - in_names - set(KEYS) == set()
    said = {
        value
        for model in models(Profile)
        for field in model.model_fields.values()
        for value in literals(field.annotation)
    }
    assert said - set(VALUES) == set()
