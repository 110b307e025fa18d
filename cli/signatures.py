"""`bridgefund signatures`: who signed a case, which signatures stand, and what changed since each was given."""

from typing import Annotated, Any

import typer

from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.tables import table
from domain.act import Act
from domain.cases import CaseId, parse_case
from domain.content import Change
from domain.errors import BadInputError
from domain.procedures.signatures import SignerView, content_of, signed_as, signer_views
from domain.registry import BY_KIND, stored_name
from domain.signing import said
from doors.names import Names
from doors.texts import t
from doors.words import FELL_BY


def signatures(
    case: Annotated[str, typer.Argument(help=t("案件，如 sample/claim/S04-2", "such as sample/claim/S04-2"))],
    *,
    as_post: Annotated[str, typer.Option("--as", metavar="POST", help=t("只看某岗位所签", "of one post only"))] = "",
    person: Annotated[str, typer.Option(metavar="ID", help=t("只看某人所签", "of one person only"))] = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """谁签过一件案件，签名有效还是已失效（因何），签后内容变了什么。 / Who signed, what stands, what changed since.

    末尾是各待办环节所见内容的摘要：办理时附 --seen 摘要，内容变动即不予受理。
    / At the end: the digest of what each open step sees; act with --seen DIGEST, and a change since is refused.

    例 / example: bridgefund signatures sample/claim/S04-2
    """
    with reading(store) as read:
        parsed = parse_case(case)
        decider = BY_KIND[parsed.kind]
        state = read.ledger.state(decider, case)
        views = [
            view
            for view in signer_views(read.ledger.state, parsed)
            if as_post in ("", view.signature.act.post) and person in ("", *view.signature.act.hands)
        ]
        if not state.done:
            raise BadInputError("CASE", t(f"没有 {case}", f"no such case: {case}"))
        sees = {step.id: _digest(read, parsed, step.id) for step in decider.open_steps(state)}
        rows = [_row(read, case, view) for view in views]
        if as_json:
            read.print_json(case=case, digest=_digest(read, parsed, ""), signatures=rows, open_steps=sees)
            return
        _print(read, read.names(parsed.county), rows, views, sees)


def _digest(read: Reading, case: CaseId, step: str) -> str:
    content = content_of(read.ledger.state, case, signed_as(step))
    return content.digest if content else ""


def _row(read: Reading, case: str, view: SignerView) -> dict[str, Any]:
    act, fell_by = view.signature.act, view.fell_by
    return {
        "step": view.signature.step,
        "post": act.post,
        "person": act.person,
        "on_behalf_of": act.on_behalf_of,
        "signed_on": act.occurred_on,
        "signed": view.signature.content.digest,
        "covers": list(view.signature.covers),
        "stands": fell_by is None,
        "fell_by": {**_fact(read, case, fell_by), "person": fell_by.person, "on": fell_by.occurred_on}
        if fell_by
        else None,
        "changes": [_change(change, view) for change in view.changes],
    }


def _change(change: Change, view: SignerView) -> dict[str, Any]:
    kind, _, name = change.part.partition(":")
    before, after = (
        int(text) if kind == "amounts" and text else text or None for text in (change.before, change.after)
    )
    covered = change.part in view.covered
    return {"part": kind, "name": name, "before": before, "after": after, "covered": covered}


def _fact(read: Reading, case: str, act: Act) -> dict[str, Any]:
    """Return the fact of the case by which a signature fell: its place in the stream, and its name."""
    facts = enumerate(read.ledger.facts(case), start=1)
    place, fact = next((n, fact) for n, fact in facts if fact.act.command_id == act.command_id)
    return {"version": place, "fact": stored_name(type(fact)), "command_id": act.command_id}


def _print(
    read: Reading, names: Names, rows: list[dict[str, Any]], views: list[SignerView], sees: dict[str, str]
) -> None:
    console = read.console()
    made = table(
        t("环节", "step"), t("签名人", "signer"), t("日期", "day"), t("效力", "stands"), t("签后变动", "changed since")
    )
    for row, view in zip(rows, views, strict=True):
        stands_in = t(f"（代 {row['on_behalf_of']}）", f" (for {row['on_behalf_of']})") if row["on_behalf_of"] else ""
        changed = said(view.changes)
        made.add_row(
            names.step(row["step"]),
            names.who(row["post"], row["person"]) + stands_in,
            str(row["signed_on"]),
            _stands(row),
            t(changed.zh, changed.en) or t("无", "nothing"),
        )
    console.print(made)
    for step, digest in sees.items():
        console.print(f"{names.step(step)}：{t('所见内容', 'sees')} {digest}")


def _stands(row: dict[str, Any]) -> str:
    if (fell_by := row["fell_by"]) is None:
        return t("有效", "stands")
    zh, en = FELL_BY[fell_by["fact"].partition(".")[2].partition("/")[0]]
    return t(f"已失效：{fell_by['on']} {zh}", f"fell: {fell_by['on']} {en}")
