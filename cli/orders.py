"""`bridgefund people found|appoint|dismiss|unit|name`: orders about people, each signed by who may give it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli.acting import AS_POST, KEY, Signer
from cli.errors import exits_on_error, run_command
from cli.foreseeing import foreseen
from cli.keys import DOOR
from cli.reading import bar_if_slow
from cli.signing import COMMAND_ID, FOR, JSON, POST, Desk, desk, signer
from cli.whereabouts import ADDRESS_OPTION, STORE_OPTION
from domain.act import Act
from domain.calendar import day_of
from domain.cases import CaseId, case_id, parse_case
from domain.errors import BadInputError, RefusedError
from domain.ledger import Ledger
from domain.order_requests import AppointPerson, ChangeUnit, DismissPerson, OrderRequest
from domain.policy.engine import PeopleRule
from domain.procedures.asking import NoRuleStatedError, rules_of
from domain.procedures.candidates import in_somebodys_hands
from domain.procedures.entitled import NOT_HANDLED
from domain.procedures.orders import founding
from domain.request import says_something
from domain.sealed import has_mark
from domain.signature import digest_of
from doors.clock import business_now
from doors.key_files import read_key
from doors.stores import open_store
from doors.texts import t
from doors.vault import writing_vault
from workflows.client import open_cases

OPERATOR = "operator"
COUNTY = Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))]
PERSON = Annotated[str, typer.Argument(help=t("人员编号，不是姓名，如 p-112", "an opaque id, not a name: p-112"))]
OF_POST = Annotated[str, typer.Argument(metavar="POST", help=t("岗位，如 rrb", "the post, such as rrb"))]
REASON = Annotated[str, typer.Option(help=t("理由", "the reason"))]


def _day(what: str, flag: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(flag, formats=["%Y-%m-%d"], help=what)
    return option


def found(
    county: COUNTY,
    person: PERSON,
    key_file: Annotated[Path, typer.Argument(help=t("其密钥文件（people key new 所生成）", "that person's key file"))],
    *,
    store: STORE_OPTION = None,
    as_json: JSON = False,
) -> None:
    """设立第一任人事：仅在无人可任免时由运维人员办理一次，事实中写明。 / Found the first who appoints, by the operator.

    Only where nobody may appoint; the fact says that it is the operator's act.

    例 / example: bridgefund people found jiashi p-001 p-001.key --store sqlite:///ledger.db
    """
    with exits_on_error(), open_store(store) as ledger:
        file = read_key(key_file)
        if file.person != person:
            said = t(f"{key_file} 是 {file.person} 的密钥", f"{key_file} is the key of {file.person}")
            raise BadInputError("PERSON", said)
        post, now = appointing_post(ledger, county), business_now(ledger)
        digest = digest_of(f"{person}:{post}:{file.public_hex}")
        # Of its own each time: whoever was founded once may have gone since, and is then founded anew.
        command_id = f"{county}:found:{digest[:16]}:{now.isoformat()}"
        act = Act(command_id, digest, OPERATOR, OPERATOR, OPERATOR, DOOR, day_of(now), now)
        ledger.execute(founding(act, county, person, post, (file.key_id, file.public_hex, DOOR)))
    said = t(
        f"已设立：{person} 任 {post}，密钥 {file.key_id}", f"founded: {person} holds {post}, with key {file.key_id}"
    )
    whole = {"county": county, "person": person, "post": post, "key_id": file.key_id}
    typer.echo(json.dumps(whole, ensure_ascii=False) if as_json else said)


def appoint(
    county: COUNTY,
    person: PERSON,
    post_: OF_POST,
    *,
    unit: Annotated[str, typer.Option(help=t("单位，默认该岗位所在单位", "the unit; default the post's own"))] = "",
    first: Annotated[datetime | None, _day(t("起任日，默认今天", "from this day; default today"), "--from")] = None,
    last: Annotated[
        datetime | None, _day(t("任期末日，默认不限", "to this day; default without end"), "--until")
    ] = None,
    reason: REASON = "",
    as_post: AS_POST = "",
    key: KEY = None,
    on_behalf_of: FOR = "",
    post: POST = "",
    command_id: COMMAND_ID = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: JSON = False,
) -> None:
    """任命：一人自某日起任某岗位。 / Appoint a person to a post.

    例 / example: bridgefund people appoint jiashi p-112 finance_section --key personnel.key
    """
    with exits_on_error():
        at = desk(store, address)
        begins = first.date() if first else day_of(at.now)
        ends = last.date() if last else None
        asked = AppointPerson(post=post_, unit=unit, first=begins, last=ends, reason=reason)
        signs = signer_for(at, county, as_post, key, post, on_behalf_of)
    run_command(give(at, CaseId(county, "people", person), asked, signs, command_id, as_json=as_json))


def dismiss(
    county: COUNTY,
    person: PERSON,
    post_: OF_POST,
    *,
    last: Annotated[datetime | None, _day(t("任期末日，默认今天", "the last day; default today"), "--until")] = None,
    reason: REASON,
    as_post: AS_POST = "",
    key: KEY = None,
    on_behalf_of: FOR = "",
    post: POST = "",
    command_id: COMMAND_ID = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("只看不动", "only tell"))] = False,
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: JSON = False,
) -> None:
    """免职：任期至某日止；列出此后无人可办的待办环节。 / Dismiss; open steps that nobody would be left for are listed.

    例 / example: bridgefund people dismiss jiashi p-112 finance_section --reason 调离 --key personnel.key
    """
    with exits_on_error():
        at, case = desk(store, address), CaseId(county, "people", person)
        asked = DismissPerson(post=post_, last=last.date() if last else day_of(at.now), reason=reason)
        signs = signer_for(at, county, as_post, key, post, on_behalf_of)
        try:
            left = [*nobody_left(at, case, asked, signs)]
        except RefusedError:
            if dry_run:
                raise
            left = []  # The engine says so, and records who tried.
        for step in left:
            typer.echo(t(f"注意：此后无人可办 {step}", f"warning: nobody would be left for {step}"), err=True)
        if dry_run:
            told = {"case": case_id(*case), "nobody_left": left}
            none = t("只看不动：未作改动", "only told: nothing was changed")
            typer.echo(json.dumps(told, ensure_ascii=False) if as_json else none)
            return
    run_command(give(at, case, asked, signs, command_id, as_json=as_json, nobody_left=left))


def unit(
    county: COUNTY,
    person: PERSON,
    post_: OF_POST,
    unit_: Annotated[str, typer.Argument(metavar="UNIT", help=t("新单位", "the new unit"))],
    *,
    first: Annotated[datetime | None, _day(t("自哪日起，默认今天", "from this day; default today"), "--from")] = None,
    reason: REASON,
    as_post: AS_POST = "",
    key: KEY = None,
    on_behalf_of: FOR = "",
    post: POST = "",
    command_id: COMMAND_ID = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: JSON = False,
) -> None:
    """调整单位：同一岗位、任期不变，自某日起属另一单位。 / The same post and term, in another unit from a day on.

    例 / example: bridgefund people unit jiashi p-112 township_office 乙乡 --reason 调动 --key personnel.key
    """
    with exits_on_error():
        at = desk(store, address)
        begins = first.date() if first else day_of(at.now)
        asked = ChangeUnit(post=post_, unit=unit_, first=begins, reason=reason)
        signs = signer_for(at, county, as_post, key, post, on_behalf_of)
    run_command(give(at, CaseId(county, "people", person), asked, signs, command_id, as_json=as_json))


def name(
    person: PERSON,
    words: Annotated[str, typer.Argument(metavar="NAME", help=t("姓名", "the name"))] = "",
    *,
    erase: Annotated[bool, typer.Option("--erase", help=t("删除姓名", "erase the name"))] = False,
    store: STORE_OPTION = None,
) -> None:
    """姓名、户名：加密存在事实之外，可改可删；事实里只有编号。 / A name, sealed apart from all facts; it can be erased.

    例 / examples:

    bridgefund people name p-112 李某

    bridgefund people name p-112 --erase
    """
    with exits_on_error():
        words = words.strip() if says_something(words) else ""
        if bool(words) == erase:
            raise BadInputError("NAME, --erase", t("给出姓名，或 --erase", "give a name, or --erase"))
        if has_mark(words):
            raise BadInputError("NAME", t("只写姓名，不加括号和编号", "the name alone, without a mark's brackets"))
        parse_case(f"any/people/{person}")
        with open_store(store) as ledger:  # A misspelt store is told before a table of names is made beside it.
            vault, now = writing_vault(ledger), business_now(ledger)
        if words:
            vault.keep(person, words)
        elif not vault.erase(person, now, "people name --erase"):
            raise BadInputError("PERSON", t(f"{person} 没有姓名", f"{person} has no name"))
    typer.echo(t("已记", "kept") if words else t("已删除", "erased"))


def appointing_post(ledger: Ledger, county: str) -> str:
    """Return the post that appoints, by the engine's rule that a county has adopted.

    Raises:
        NoRuleStatedError: If its rules are older than that.
    """
    rule: PeopleRule | None = rules_of(ledger.state, county).engine.people
    if rule is None:
        raise NoRuleStatedError(question="who may appoint people and register keys?", key="engine.people")
    return rule.post


def signer_for(at: Desk, county: str, as_post: str, key: Path | None, post: str, on_behalf_of: str = "") -> Signer:
    """Return who signs an order, for the post that appoints where no other is named."""
    return signer(at, county, as_post, key, post or appointing_post(at.ledger, county), on_behalf_of)


async def give(
    at: Desk,
    case: CaseId,
    request: OrderRequest,
    signs: Signer,
    command_id: str = "",
    *,
    as_json: bool,
    nobody_left: list[str] | None = None,
) -> int:
    """Hand an order in, and say that it is recorded."""
    await at.hand_in(case_id(*case), request, signs, command_id)
    whole = {"case": case_id(*case), "recorded": True, "nobody_left": nobody_left or []}
    said = t(f"{case_id(*case)}：已记入总账", f"{case_id(*case)}: recorded")
    typer.echo(json.dumps(whole, ensure_ascii=False) if as_json else said)
    return 0


def nobody_left(at: Desk, case: CaseId, request: DismissPerson, signs: Signer) -> Iterator[str]:
    """Yield the open steps of a county that somebody can take today, and nobody once an order took effect.

    Raises:
        RefusedError: If the order itself would be refused.
    """
    after = foreseen(at.ledger, case, request, at.act(request, signs, case))
    # On the morning after the last day, which may have been yesterday.
    then = at.now + max(timedelta(0), request.last - day_of(at.now) + timedelta(days=1))
    for one in cases_of_people(at.ledger, case.county):
        taken = in_somebodys_hands(at.ledger.state, one, at.now)
        for step in sorted(taken - in_somebodys_hands(after, one, then)):
            yield f"{case_id(*one)} {step}"


def cases_of_people(ledger: Ledger, county: str) -> list[CaseId]:
    """Return the open cases of a county whose steps wait for people."""
    end = ledger.recorder.max_notification_id() or 0
    with bar_if_slow(t("读取总账", "reading the ledger")) as told:
        # A county's calendar is a process, and no case.
        found = [parse_case(case) for case in open_cases(ledger, lambda n: told(n, end)) if case.count("/") > 1]
    return [one for one in found if one.county == county and one.kind not in NOT_HANDLED]
