"""What a list of decisions asks for, item by item; what would come of each; and how the outcomes are told."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import msgspec
import typer

from activities.calendars import load_calendars
from activities.deciding import take_effect
from cli.acting import Signer, seen_by
from cli.asked import Given, asked_request
from cli.bulk_files import Row
from cli.errors import TRY_AGAIN
from cli.keys import DOOR
from cli.texts import language, t
from domain.bulk import Asked, BulkItem, BulkList, check_decision, check_list
from domain.cases import CaseId, parse_case
from domain.errors import BadInputError, BridgefundError, RefusedError
from domain.ledger import Ledger
from domain.procedures.asking import bulk_rule
from domain.registry import BY_KIND
from domain.rehearsing import Rehearsal
from domain.requests import AnyRequest
from domain.signature import SignedMessage, digest_of
from worker import CALENDARS

DONE, WOULD, REFUSED, UNKNOWN, LEFT = "done", "would be done", "refused", "no answer", "not asked"
_SAID = {
    DONE: ("已办", "done"),
    WOULD: ("可办", "would be done"),
    REFUSED: ("拒绝", "refused"),
    UNKNOWN: ("没有答复", "no answer"),
    LEFT: ("未办", "not asked"),
}


@dataclass(frozen=True)
class Outcome:
    """What came of one item, or would: the rule that refused it, and its words in both languages."""

    case: str
    step: str
    outcome: str
    rule: str = ""
    zh: str = ""
    en: str = ""

    @classmethod
    def of(cls, message: SignedMessage, outcome: str, error: BridgefundError | None = None) -> "Outcome":
        """Return the outcome of an item that was asked for."""
        return (
            _refused(message.case, message.step, outcome, error) if error else cls(message.case, message.step, outcome)
        )

    @property
    def line(self) -> str:
        """Return it as one line."""
        why = self.en if language() == "en" else self.zh
        head = " ".join(part for part in (t(*_SAID[self.outcome]), self.case, self.step) if part)
        return f"{head}{t('：', ': ')}{why}" if why else head


def _refused(case: str, step: str, outcome: str, error: BridgefundError) -> Outcome:
    rule = error.numbers.get("rule") or type(error).__name__
    return Outcome(case, step, outcome, str(rule), error.text("zh"), error.text("en"))


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
    ledger: Ledger, rows: Sequence[Row], post: str, today: date
) -> tuple[list[Asked], dict[str, Outcome]]:  # fmt: skip
    """Return what is asked of each case; and the outcome of those of which nothing can be asked, by case."""
    asked, refused = [], {}
    for row in rows:
        try:
            request = row.request or _request(ledger, row, post, today)
            check_decision(request)
        except (BadInputError, RefusedError) as e:
            refused[row.case] = _refused(row.case, "", REFUSED, e)
        else:
            asked.append(Asked(row.case, request))
    return asked, refused


def _request(ledger: Ledger, row: Row, post: str, today: date) -> AnyRequest:
    kind = parse_case(row.case).kind
    decider = BY_KIND[kind]
    state = ledger.state(decider, row.case)
    if not state.done:
        raise BadInputError("case", t(f"没有这件案件：{row.case}", f"no such case: {row.case}"))
    # One's own first: several gates of a claim may wait together.
    waiting = sorted(decider.open_steps(state), key=lambda step: step.post != post)
    assert row.word is not None
    given = Given(row.word, row.opinion, row.to, row.paper)
    asked = asked_request(kind, given, [step.id for step in waiting], today)
    # A list that is handed in again an hour later decides on what was looked at, or not at all.
    return msgspec.structs.replace(asked, seen=asked.seen or seen_by(ledger, parse_case(row.case), asked))


def who_signs(signer: Signer) -> dict[str, Any]:
    """Return what all messages of a list say of who signs it."""
    person = {"person": signer.person, "post": signer.post, "on_behalf_of": signer.on_behalf_of}
    return person | {"door": DOOR, "key_id": signer.key_id, "key": signer.key}


def done_before(ledger: Ledger, message: SignedMessage) -> bool:
    """Return whether an item took effect when the list was handed in before.

    Its workflow may be a new run by now, which knows of no earlier answer and finds the step not open.
    """
    done: dict[str, str] = ledger.state(BY_KIND[parse_case(message.case).kind], message.case).done
    return done.get(message.command_id) == message.digest


def rehearsed(ledger: Ledger, messages: Sequence[SignedMessage], now: datetime) -> dict[str, Outcome]:
    """Return what would come of each message, one upon the other, by the very steps of deciding; nothing is stored."""
    desk, calendar = Rehearsal(ledger), load_calendars(CALENDARS)
    outcomes = {}
    for message in messages:
        try:
            take_effect(desk, calendar, message, now)
        except (BadInputError, RefusedError) as e:
            outcomes[message.case] = Outcome.of(message, REFUSED, e)
        else:
            outcomes[message.case] = Outcome.of(message, WOULD)
    return outcomes


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
