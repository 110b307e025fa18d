"""What a sample leaves open once its year is played: asked through the cases' workflows, as people ask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from temporalio.client import Client

from activities.processes import shift_s
from domain.cases import case_id
from domain.errors import BadInputError
from domain.ledger import Ledger
from simulation.keys import sample_key
from simulation.sample_model import Samples
from simulation.year import DOOR
from workflows.client import Door, RequestRefusedError


@dataclass(frozen=True)
class NotLeft:
    """An act that the engine refused: samples that somebody changed may leave no room for it."""

    case: str
    why: RequestRefusedError


async def leave_open(
    client: Client, task_queue: str, ledger: Ledger, samples: Samples, now: Callable[[], datetime]
) -> list[NotLeft]:
    """Ask for all that a county's sample leaves open, each at business time *now*, and return what was refused.

    A worker must be running on *task_queue*. Asked again, nothing happens twice.

    Raises:
        BadInputError: If nobody holds a post.
        NoAnswerError: If the server or its workers do not answer.
    """
    county = samples.head.county
    key_id, key = sample_key(ledger, county, DOOR)
    door = Door(client, task_queue, DOOR, key_id, key, shift_s(ledger))
    refused = []
    for number, act in enumerate(samples.left_open, start=1):
        case, person = case_id(county, act.kind, act.no), _holder(samples, act.post, decides=act.decides)
        try:
            await door.ask(
                case, act.request, command_id=f"{case}:open:{number}", person=person, post=act.post, now=now()
            )
        except RequestRefusedError as no:
            refused.append(NotLeft(case, no))
    return refused


def _holder(samples: Samples, post: str, *, decides: bool) -> str:
    """Return who of a post asks: of several the first prepares and the last *decides*."""
    holders = [one.person for one in samples.people if one.post == post]
    if not holders:
        raise BadInputError("people.csv: post", f"nobody holds {post!r}")
    return holders[-1 if decides else 0]
