"""Who signs at this door, for which post, and how a signed request is sent: for commands with words of their own."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import Client

from activities.processes import shift_s
from cli.acting import Signer, signer_of, standing_in_for
from cli.keys import DOOR
from cli.whereabouts import temporal_address
from domain.act import Act
from domain.calendar import day_of
from domain.cases import CaseId, case_id, mandates_stream
from domain.ledger import Ledger
from domain.mandate import MANDATE
from domain.requests import AnyRequest, answered_step, to_body
from domain.signature import digest_of
from doors.clock import business_now
from doors.key_files import read_key
from doors.stores import open_store
from doors.texts import t
from doors.vault import sealed_request
from settings import Settings
from workflows.client import Door, NoAnswerError, connect

FOR = Annotated[
    str, typer.Option("--for", metavar="PERSON", help=t("代理某人办理", "stand in for a person, as the deputy"))
]
POST = Annotated[str, typer.Option(help=t("用密钥时的岗位，默认本人的岗位", "your post, with --key; default your own"))]
COMMAND_ID = Annotated[str, typer.Option(help=t("命令编号，重发不重复", "id of the command, safe to repeat"))]
JSON = Annotated[bool, typer.Option("--json", help=t("以 JSON 输出", "print as JSON"))]


@dataclass(frozen=True)
class Desk:
    """A store, and the Temporal server at which its requests are handed in."""

    ledger: Ledger
    settings: Settings
    address: str

    @property
    def now(self) -> datetime:
        """Return the business moment."""
        return business_now(self.ledger)

    async def door(self, signer: Signer, client: Client | None = None) -> Door:
        """Return the door at which a signer's requests go in.

        Raises:
            NoAnswerError: If the server does not answer.
        """
        client = client or await connect(self.address, self.settings.temporal_namespace)
        settings = self.settings
        return Door(client, settings.task_queue, DOOR, signer.key_id, signer.key, shift_s(self.ledger))

    async def hand_in(
        self, case: str, request: AnyRequest, signer: Signer, command_id: str = "", door: Door | None = None
    ) -> None:
        """Sign a request and wait for its answer.

        Raises:
            RequestRefusedError: If the engine says no.
            NoAnswerError: If there is no answer; how to repeat it is said.
        """
        request = sealed_request(self.ledger, request)
        door, now = door or await self.door(signer), self.now
        command_id = command_id or f"{case}:{answered_step(request)}:{signer.person}:{now.isoformat()}"
        who = {"person": signer.person, "post": signer.post, "on_behalf_of": signer.on_behalf_of}
        try:
            await door.ask(case, request, command_id=command_id, now=now, **who)
        except NoAnswerError:
            typer.echo(t(f"重发请加 --command-id {command_id}", f"to repeat it: --command-id {command_id}"), err=True)
            raise

    def act(self, request: AnyRequest, signer: Signer, case: CaseId) -> Act:
        """Return the act that a request of *signer* would be now, for looking ahead.

        Raises:
            NotHolderError: If nobody of the two holds the post.
        """
        now, digest = self.now, digest_of(to_body(request))
        mandates = self.ledger.state(MANDATE, mandates_stream(case.county))
        held = mandates.mandate(signer.on_behalf_of or signer.person, signer.post, day_of(now))
        command_id = f"{case_id(*case)}:foreseen:{digest}"
        return Act(
            command_id, digest, signer.person, signer.post, held.unit, DOOR, day_of(now), now, signer.on_behalf_of
        )


def desk(store: str | None, address: str | None) -> Desk:
    """Open the store that a command is for, and find its server."""
    settings = Settings.from_env(os.environ)
    ledger = open_store(store)
    return Desk(ledger, settings, temporal_address(address, settings, ledger.url))


def signer(at: Desk, county: str, as_post: str, key: Path | None, post: str, on_behalf_of: str = "") -> Signer:
    """Return who signs: on a sample store the holder of a post, else of a key, for *post* or one of the person's own.

    Raises:
        BadInputError: If it is not clear who, or nobody holds the post.
    """
    case = CaseId(county, "people", "-")
    if key is not None and not post:
        post = next(iter(own_posts(at.ledger, county, on_behalf_of or read_key(key).person, at.now)), "")
    signs = signer_of(at.ledger, case, as_post, key, post)
    return standing_in_for(at.ledger, case, signs, on_behalf_of) if on_behalf_of else signs


def own_posts(ledger: Ledger, county: str, person: str, now: datetime) -> list[str]:
    """Return the posts that a person holds today."""
    mandates = ledger.state(MANDATE, mandates_stream(county))
    return [post for post in mandates.held if person in mandates.all_holders(post, day_of(now))]
