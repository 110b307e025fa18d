"""A claim that waits for a person's word, through a real server: refused, attested, lodged."""

from pathlib import Path

import pytest
from temporalio.client import Client

from domain.attempts import ATTEMPTS
from domain.cases import attempts_stream
from domain.claim import CLAIM
from domain.ledger import Ledger
from domain.policy import load
from domain.project import PROJECT
from domain.requests import AttestBan
from simulation.opening import POLICIES, adopt
from tests.workflows.office import COUNTY, OPENS, QUEUE, living_office
from worker import build_worker
from workflows.client import RequestRefusedError

BAN = """
[[bans]]
id = "show_places"
zh = "形象工程"
en = "image projects"
check = "attested"
attested_by = "rrb"
at = "payment"
source = "sample, after MJ L6"
"""


@pytest.mark.row("FD-15", "MJ")
async def test_a_claim_is_refused_until_the_named_post_attests(dev_client: Client, tmp_path: Path) -> None:
    rules = tmp_path / "sample.toml"
    rules.write_text((POLICIES / "sample.toml").read_text(encoding="utf-8") + BAN, encoding="utf-8")
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            office = await living_office(dev_client, ledger)
            adopt(ledger, COUNTY, load(rules), OPENS)
            await office.up_to_contract()
            with pytest.raises(RequestRefusedError) as caught:
                await office.lodge("C1")
            assert caught.value.rule == "NotAttestedError"
            for language, words in (("zh", "形象工程"), ("en", "image projects")):
                text = caught.value.text(language)
                assert words in text
                assert "sample, after MJ L6" in text
                assert "bridgefund act sample/project/P1 attest --ban show_places" in text
            assert ledger.facts("sample/claim/C1") == []
            # The project waits for its building, and takes the word all the same.
            clear = AttestBan(ban="show_places", clear=True, opinion="样例：村级设施")
            view = await office.ask("project", "P1", clear, "rrb")
            assert [step.id for step in view.open_steps] == ["build"]
            assert "attest" in view.also_allowed
            await office.lodge("C1")
        assert ledger.state(CLAIM, "sample/claim/C1").waits_for == "finance_section"
        attested = ledger.state(PROJECT, "sample/project/P1").checks.attested
        assert attested["show_places"].act.person == office.people["rrb"]
        day = (await office.now()).date().isoformat()
        attempts = ledger.state(ATTEMPTS, attempts_stream(COUNTY, office.people["implementing_unit"], day))
        assert [refusal.rule for refusal in attempts.refused.values()] == ["NotAttestedError"]


async def test_a_closed_project_takes_no_attestation(dev_client: Client, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            office = await living_office(dev_client, ledger)
            await office.up_to_contract()
            await office.up_to_the_keeper()
            before = ledger.facts("sample/project/P1")
            with pytest.raises(RequestRefusedError) as caught:
                await office.ask("project", "P1", AttestBan(ban="duplicate", clear=True), "field_team")
            assert caught.value.rule in {"CaseClosed", "ClosedProjectError"}
        assert ledger.facts("sample/project/P1") == before
