"""An emergency of the sample county, through a real server: a project's review that nobody can answer, and two keys."""

from dataclasses import replace
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from activities.deciding import CaseView
from domain.act import Act
from domain.calendar import day_of
from domain.cases import case_id, mandates_stream
from domain.emergency_requests import ConfirmEmergency, EmergencyRequest, OpenEmergency
from domain.ledger import Step
from domain.mandate_facts import KeyRegistered, RegisterKey
from domain.requests import AnswerStep, to_body
from domain.signature import digest_of
from simulation.keys import public_hex
from tests.workflows.office import COUNTY, Office

FIRST, SECOND = "chief_watch_post", "director"
REVIEW = AnswerStep(step="township_review", approve=True, opinion="样例：汛期")


async def with_own_keys(office: Office) -> None:
    """Register a key of their own for whoever holds the two posts."""
    now = await office.now()
    for post in (FIRST, SECOND):
        act = Act(f"key {post}", post, "operator", "operator", "operator", "cli", day_of(now), now)
        fact = KeyRegistered(
            act, COUNTY, f"own-{post}", public_hex(own_key(post)), office.door.name, office.people[post]
        )
        office.ledger.execute(Step(mandates_stream(COUNTY), RegisterKey(act, fact)))


def own_key(post: str) -> Ed25519PrivateKey:
    """Return the key of whoever holds a post."""
    return Ed25519PrivateKey.from_private_bytes(post.encode().ljust(32, b"."))


async def opening(office: Office, project_no: str, hours: int = 24) -> OpenEmergency:
    """Return what the first key asks for: a project's review by the township."""
    until = await office.now() + timedelta(hours=hours)
    return OpenEmergency(
        case=case_id(COUNTY, "project", project_no),
        decision=to_body(REVIEW),
        ground="样例：汛期抢险",
        absent="样例：下乡失联",
        second_post=SECOND,
        until=until,
    )


async def turns(office: Office, no: str, request: EmergencyRequest, post: str) -> CaseView:
    """Let whoever holds a post turn a key of an emergency decision: the person's own."""
    door = replace(office.door, key_id=f"own-{post}", key=own_key(post))
    return await replace(office, door=door).ask("emergency", no, request, post)


CONFIRMS = ConfirmEmergency(decision=digest_of(to_body(REVIEW)), opinion="样例：同意")
