"""What a list of decisions asks for, item by item; what would come of each; and how the outcomes are told."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import msgspec
import typer

from cli.acting import Signer
from cli.asked import Given, Seal, asked_request
from cli.bulk_files import Row
from cli.errors import TRY_AGAIN
from cli.keys import DOOR
from domain.bulk import Asked, BulkItem, BulkList, check_decision, check_list
from domain.cases import CaseId, parse_case
from domain.errors import BadInputError, RefusedError
from domain.ledger import Ledger
from domain.procedures.asking import bulk_rule
from domain.registry import BY_KIND
from domain.requests import AnyRequest
from domain.signature import digest_of
from doors.rehearsed import DONE, LEFT, REFUSED, WOULD, Outcome, refused_item
from doors.seen import seen_by
from doors.texts import t
from doors.vault import sealer


def check_whole(ledger: Ledger, rows: Sequence[Row], list_no: str) -> CaseId:
    """Check a list as a whole, before anything of it is asked for; return a case of its county.

    Raises:
        RefusedError: If it cannot stand: nothing of it is done.
    """
    of_none = digest_of("")
    listed = BulkList(list_no, tuple(BulkItem(row.case, of_none) for row in rows))
    most = bulk_rule(ledger.state, parse_case(rows[0].case).county).items_most if rows else 0
    check_list(listed, most)
    return parse_case(rows[0].case)


def requests_of(
    ledger: Ledger, rows: Sequence[Row], post: str, today: date, *, keep: bool = True
) -> tuple[list[Asked], dict[str, Outcome]]:
    """Return what is asked of each case; and the outcome of those of which nothing can be asked, by case.

    Names that are marked are sealed; without *keep*, for looking only, nothing is kept of them.
    """
    asked, refused = [], {}
    seal = sealer(ledger, keep=keep)
    for row in rows:
        try:
            request = row.request or _request(ledger, row, post, today, seal)
            check_decision(request)
        except (BadInputError, RefusedError) as e:
            refused[row.case] = refused_item(row.case, "", REFUSED, e)
        else:
            asked.append(Asked(row.case, request))
    return asked, refused


def _request(ledger: Ledger, row: Row, post: str, today: date, seal: Seal) -> AnyRequest:
    kind = parse_case(row.case).kind
    decider = BY_KIND[kind]
    state = ledger.state(decider, row.case)
    if not state.done:
        raise BadInputError("case", t(f"没有这件案件：{row.case}", f"no such case: {row.case}"))
    # One's own first: several gates of a claim may wait together.
    waiting = sorted(decider.open_steps(state), key=lambda step: step.post != post)
    assert row.word is not None
    given = Given(row.word, row.opinion, row.to, row.paper)
    asked = asked_request(kind, given, [step.id for step in waiting], today, seal)
    # A list that is handed in again an hour later decides on what was looked at, or not at all.
    return msgspec.structs.replace(asked, seen=asked.seen or seen_by(ledger, parse_case(row.case), asked))


def who_signs(signer: Signer) -> dict[str, Any]:
    """Return what all messages of a list say of who signs it."""
    person = {"person": signer.person, "post": signer.post, "on_behalf_of": signer.on_behalf_of}
    return person | {"door": DOOR, "key_id": signer.key_id, "key": signer.key}


def tell(no: str, rows: Sequence[Row], outcomes: dict[str, Outcome], *, as_json: bool) -> int:
    """Print the outcome of every item, in the order of the list; return the exit code."""
    told = [outcomes.get(row.case) or Outcome(row.case, "", LEFT) for row in rows]
    good = sum(one.outcome in (DONE, WOULD) for one in told)
    if as_json:
        items = [asdict(one) for one in told]
        typer.echo(json.dumps({"list": no, "good": good, "items": items}, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(one.line for one in told))
        typer.echo(t(f"共 {len(told)} 件，{good} 件可办或已办", f"{len(told)} items, {good} of them good"))
    return 0 if good == len(told) else TRY_AGAIN
