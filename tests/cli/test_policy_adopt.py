"""`policy adopt` as an operator types it: what is stored, what is refused, and that a refusal stores nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.policies import POLICIES, app
from domain.calendar import SHANGHAI
from domain.cases import county_stream
from domain.county import COUNTY, PolicyAdopted
from domain.disclosure_facts import DisclosureArose
from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.policy import load, load_engine
from doors.clock import wall_now
from tests.places import SAMPLES
from tests.story import Story, open_county

OFFICE = SAMPLES / "meilan-2023" / "office.toml"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


def run(*arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(app, ["adopt", *arguments], env={"BRIDGEFUND_LANG": language})


def facts(url: str) -> list[PolicyAdopted]:
    with Ledger(url) as ledger:
        return [entry.fact for entry in ledger.log(of=(PolicyAdopted,))]


def entries(url: str) -> list[DisclosureArose]:
    """Return what the adoptions brought in the disclosure register."""
    with Ledger(url) as ledger:
        return [entry.fact for entry in ledger.log(of=(DisclosureArose,))]


def refused(url: str, *arguments: str) -> str:
    result = run(*arguments, "--store", url, "--new")
    assert (result.exit_code, result.stdout) == (2, "")
    assert not Path(url.removeprefix("sqlite:///")).exists()
    return result.stderr


def test_a_policy_is_stored_to_the_byte_by_the_operator(url: str) -> None:
    result = run("jiashi", "--store", url, "--new", "--on", "2022-01-10")
    assert (result.exit_code, result.stderr) == (0, "")
    policy, engine = load(POLICIES / "jiashi.toml"), load_engine(POLICIES / "engine.toml")
    assert f"policy sha256 {policy.digest}" in result.stdout
    assert "- retention (" not in result.stdout.splitlines()[0]
    assert "- retention" in result.stdout
    [fact] = facts(url)
    assert (fact.policy.profile, fact.policy.engine, fact.policy.office) == (policy.digest, engine.digest, ())
    assert (fact.profile_text, fact.engine_text) == (policy.text, engine.text)
    act = fact.act
    assert (act.person, act.post, act.unit, act.door) == ("operator", "operator", "operator", "cli")
    assert str(act.occurred_on) == "2022-01-10"
    assert act.recorded_at.date() == wall_now().astimezone(SHANGHAI).date()


def test_an_unchanged_policy_says_so_and_stores_nothing(url: str) -> None:
    run("jiashi", "--store", url, "--new", "--on", "2022-01-10")
    result = run("jiashi", "--store", url)
    assert result.exit_code == 0
    assert result.stdout.startswith("unchanged, nothing stored: Jiashi County")
    assert "2022-01-10" in result.stdout
    assert len(facts(url)) == 1
    assert len(entries(url)) == 1


def test_a_policy_that_was_replaced_may_be_adopted_again(url: str, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text((POLICIES / "jiashi.toml").read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    for file in (POLICIES / "jiashi.toml", other, POLICIES / "jiashi.toml", other):
        assert run("jiashi", "--file", str(file), "--store", url, "--new").stdout.startswith("adopted")
    stored = facts(url)
    assert [fact.profile_text.endswith("# changed\n") for fact in stored] == [False, True, False, True]
    with Ledger(url) as ledger:
        assert ledger.state(COUNTY, county_stream("jiashi")).current == stored[-1].policy
    # Each adoption is disclosable, also one of rules that were in force before.
    assert [(fact.act.command_id, fact.terms.policy) for fact in entries(url)] == [
        (fact.act.command_id, fact.policy) for fact in stored
    ]
    assert len({fact.entry for fact in entries(url)}) == len(stored)


@pytest.mark.row("DS-01", "JS")
def test_adopting_rules_is_disclosable_in_the_same_moment_with_its_days(url: str) -> None:
    run("jiashi", "--store", url, "--new", "--on", "2022-01-10")
    [adopted], [entry] = facts(url), entries(url)
    assert (entry.what, entry.of_stream, entry.of_fact) == (
        "policy_adopted",
        "jiashi/county",
        "county.policy-adopted/1",
    )
    assert (entry.act.occurred_on, entry.act.command_id) == (adopted.act.occurred_on, adopted.act.command_id)
    with Ledger(url) as ledger:
        clock = ledger.state(OBLIGATION, f"jiashi/obligation/disclosure-{entry.entry}").opened
    assert clock is not None
    assert (str(clock.trigger_on), str(clock.due_on), clock.case) == (
        "2022-01-10",
        "2022-01-30",
        f"jiashi/disclosure/{entry.entry}",
    )


def test_a_county_whose_text_asks_for_no_policies_gets_no_entry_of_one(url: str) -> None:
    run("guangfeng", "--store", url, "--new")
    assert entries(url) == []


def test_an_office_decision_is_adopted_with_it_and_fills_what_is_not_set(url: str) -> None:
    bare = run("meilan", "--store", url, "--new").stdout
    filled = run("meilan", "--office", str(OFFICE), "--store", url).stdout
    [first, second] = facts(url)
    assert (first.office_texts, second.office_texts) == ((), (OFFICE.read_bytes().decode(),))
    assert len(second.policy.office) == 1
    assert second.policy.office[0] in filled
    gone = {line for line in bare.splitlines() if line.startswith("- ")} - set(filled.splitlines())
    assert any("plan.approvals" in line for line in gone)
    assert "these rules are a SAMPLE, and this store is none" in filled
    assert "SAMPLE" not in bare


def test_a_sample_store_takes_its_own_clock(url: str) -> None:
    with Ledger(url) as ledger:
        open_county(Story(ledger))
    result = run("jiashi", "--store", url)
    assert result.exit_code == 0
    assert "this store is none" not in run("sample", "--store", url).stdout


def test_a_store_that_is_not_there_needs_new(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    result = run("jiashi", "--store", url)
    assert result.exit_code == 2
    assert "no such store" in result.stderr
    assert "no such folder" in refused(f"sqlite:///{tmp_path}/none/ledger.db", "jiashi")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BRIDGEFUND_STORE", raising=False)
    unnamed = run("jiashi", "--new")
    assert unnamed.exit_code == 2
    assert "name the new store" in unnamed.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_bad_file_is_refused_and_nothing_is_stored(url: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text((POLICIES / "sample.toml").read_text(encoding="utf-8").replace("basis =", "bassis ="), "utf-8")
    assert "did you mean 'basis'" in refused(url, "sample", "--file", str(bad))
    assert "it is of meilan, not of jiashi" in refused(url, "jiashi", "--file", str(POLICIES / "meilan.toml"))
    assert "none.toml" in refused(url, "jiashi", "--file", "none.toml")
    assert "there are: " in refused(url, "nowhere")


def test_a_bad_office_decision_is_refused_and_nothing_is_stored(url: str, tmp_path: Path) -> None:
    assert "decision.county" in refused(url, "jiashi", "--office", str(OFFICE))
    assert "given twice" in refused(url, "meilan", "--office", str(OFFICE), "--office", str(OFFICE))
    assert "none.toml" in refused(url, "meilan", "--office", "none.toml")
    against = tmp_path / "against.toml"
    head = OFFICE.read_text(encoding="utf-8").partition("[profile")[0]
    against.write_text(head + "[profile.county]\nzh = '别处'\n", encoding="utf-8")
    assert "the text says" in refused(url, "meilan", "--office", str(against))
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    assert "not UTF-8" in refused(url, "meilan", "--office", str(binary))


def test_days_that_cannot_be_are_refused(url: str) -> None:
    with Ledger(url):
        pass
    tomorrow = (wall_now().astimezone(SHANGHAI) + timedelta(days=1)).date()
    late = run("jiashi", "--store", url, "--on", str(tomorrow))
    assert late.exit_code == 2
    assert "lies after today" in late.stderr
    early = run("meilan", "--office", str(OFFICE), "--store", url, "--on", "2022-12-31")
    assert early.exit_code == 2
    assert "after the day of adoption" in early.stderr
    assert run("jiashi", "--store", url, "--on", "1.1.2022").exit_code == 2
    assert facts(url) == []


def test_in_chinese(url: str) -> None:
    result = run("jiashi", "--store", url, "--new", language="zh")
    assert result.stdout.startswith("已采纳 伽师县 2022")
    assert run("jiashi", "--store", url, language="zh").stdout.startswith("没有变化，未存入：伽师县 2022")
