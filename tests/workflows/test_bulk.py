"""Bulk decisions through a real server: each item by itself, the whole handed in as often as need be."""

from pathlib import Path

from temporalio.client import Client

from domain.attempts import ATTEMPTS
from domain.bulk import Asked
from domain.cases import attempts_stream
from domain.ledger import Ledger
from domain.project import PROJECT, open_steps
from domain.requests import AnswerStep
from domain.signature import SignedMessage
from tests.workflows.office import COUNTY, QUEUE, Office, living_office
from worker import build_worker
from workflows.client import RequestRefusedError, decide
from workflows.messages import make_list

REVIEWS = AnswerStep(step="township_review", approve=True)
BACK = AnswerStep(step="township_review", approve=False, opinion="样例：重复", return_to="village_declaration")
NO_REASON = AnswerStep(step="township_review", approve=False, return_to="village_declaration")
POST = "township_office"
PROJECTS = ("P1", "P2", "P3", "P4")


async def signed(office: Office) -> list[SignedMessage]:
    door, decisions = office.door, (REVIEWS, NO_REASON, BACK, REVIEWS)
    asked = [Asked(f"sample/project/{no}", request) for no, request in zip(PROJECTS, decisions, strict=True)]
    who = {"person": office.people[POST], "post": POST, "door": door.name, "key_id": door.key_id, "key": door.key}
    return make_list("L1", asked, now=await office.now(), **who)


async def outcome(office: Office, message: SignedMessage) -> str:
    try:
        await decide(office.door.client, QUEUE, message, office.door.shift_s)
    except RequestRefusedError as refused:
        return refused.rule
    return ""


async def test_a_list_that_broke_off_is_handed_in_whole_again(dev_client: Client, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        async with build_worker(dev_client, ledger, QUEUE):
            office = await living_office(dev_client, ledger)
            for no in PROJECTS:
                await office.declare(no)
            messages = await signed(office)
            seen = [await outcome(office, message) for message in messages[:2]]
            assert seen == ["", "ReturnError"]
            # Signed anew under the same number, as after a crash.
            seen = [await outcome(office, message) for message in await signed(office)]
            assert seen == ["", "ReturnError", "", ""]
            count = sum(1 for _ in ledger.log())
            assert [await outcome(office, message) for message in await signed(office)] == seen
            assert sum(1 for _ in ledger.log()) == count
            steps = [open_steps(ledger.state(PROJECT, f"sample/project/{no}"))[0].id for no in PROJECTS]
            assert steps == ["field_survey", "township_review", "village_declaration", "field_survey"]
            day = messages[0].issued_at[:10]
            attempts = ledger.state(ATTEMPTS, attempts_stream(COUNTY, office.people[POST], day)).refused
            assert [(one.case, one.rule) for one in attempts.values()] == [("sample/project/P2", "ReturnError")]
