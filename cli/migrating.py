"""`bridgefund migrate-cases`: a county's open cases go on under another version, and no inbox loses a decision."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import Client

from activities.processes import wake
from cli.acting import Signer
from cli.asked import MOVES
from cli.errors import TRY_AGAIN, exits_on_error, run_command
from cli.foreseeing import foreseen
from cli.keys import DOOR
from cli.orders import COUNTY, REASON, cases_of_people
from cli.reading import bar_if_slow
from cli.signing import JSON, Desk, desk, own_posts
from cli.whereabouts import ADDRESS_OPTION, STORE_OPTION
from domain.calendar import day_of
from domain.cases import STORE, CaseId, case_id, county_stream, mandates_stream
from domain.county import COUNTY as COUNTY_DECIDER
from domain.errors import BadInputError, BridgefundError, RefusedError
from domain.ledger import Ledger, Read
from domain.mandate import MANDATE
from domain.moving import named
from domain.procedures.asking import Rules, rules_of
from domain.procedures.candidates import in_somebodys_hands
from domain.procedures.moving import mover, ref_of
from domain.registry import BY_KIND
from domain.requests import AnyMove
from domain.store import STORE as STORE_DECIDER
from domain.terms import PolicyRef
from doors.key_files import KeyFile, read_key
from doors.texts import language, t
from simulation.keys import sample_key
from workflows.client import RequestRefusedError, connect

AT_ONCE = 8
OUTCOMES = {
    "moved": ("已改按新版本", "moved"),
    "would move": ("将改按新版本", "would be moved"),
    "stays": ("保留原版本", "stays"),
    "already": ("此前已改", "was moved already"),
    "kept": ("此类案件不改版本", "of a kind that keeps its rules"),
    "other": ("在别的版本下", "under another version"),
}


@dataclass(frozen=True)
class Migrated:
    """What came of one open case, and which of its open steps would stand in nobody's inbox."""

    case: str
    outcome: str
    rule: str = ""
    why: str = ""
    nobody: tuple[str, ...] = ()


@dataclass(frozen=True)
class Versions:
    """From which rules to which."""

    before: frozenset[PolicyRef]
    to: PolicyRef
    rules: Rules


def migrate_cases(
    county: COUNTY,
    *,
    from_: Annotated[
        str, typer.Option("--from", help=t("原版本：版本号或摘要开头", "its number, or its digest's start"))
    ],
    to: Annotated[str, typer.Option("--to", help=t("新版本：版本号或摘要开头", "its number, or its digest's start"))],
    reason: REASON,
    key: Annotated[
        list[Path] | None,
        typer.Option(
            help=t("密钥文件，可多个：每类案件由可办者签名", "key files: each kind of case is signed by who may")
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=t("只看不动，结果相同", "only tell; it tells the same"))
    ] = False,
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: JSON = False,
) -> None:
    """把全县未办结的案件改按另一政策版本，逐件列出结果，可重复执行。 / Move a county's open cases to other rules.

    事后逐件核对每个待办环节仍有人可办；有无人可办的，列出并以退出码 1 结束。样例库不给密钥时由各岗位代签。

    Afterwards every open step is asserted to stand in somebody's inbox; where one does not, it is named, with exit
    code 1. On a sample store without keys the posts' holders sign.

    例 / examples:

    bridgefund migrate-cases sample --from 2023.1 --to 2023.2 --reason 新办法施行 --dry-run

    bridgefund migrate-cases jiashi --from 3f2a --to 9c41 --reason 新办法施行 --key township.key --key finance.key
    """
    with exits_on_error():
        at = desk(store, address)
        versions = versions_of(at.ledger, county, from_, to)
        keys = [read_key(file) for file in key or ()]
        if not keys and at.ledger.state(STORE_DECIDER, STORE).sample is None:
            raise BadInputError("--key", t("至少给出一把密钥", "give at least one key"))
        cases = cases_of_people(at.ledger, county)
    run_command(migrate(at, county, versions, cases, reason, keys, dry_run=dry_run, as_json=as_json))


def versions_of(ledger: Ledger, county: str, before: str, to: str) -> Versions:
    """Return the adopted rules that are meant: the latest adoption of the new ones, every one of the old.

    Raises:
        BadInputError: If there are none of that name, or several profiles, or both are the same.
    """
    texts = ledger.state(COUNTY_DECIDER, county_stream(county)).texts
    olds, news = _found(texts, "--from", before), _found(texts, "--to", to)
    target = max(news, key=lambda ref: texts[ref].act.recorded_at)
    sources = frozenset(olds) - {target}
    if not sources:
        raise BadInputError("--from, --to", t(f"都是 {named(target)}", f"both are {named(target)}"))
    return Versions(sources, target, rules_of(ledger.state, county, target))


def _found(texts: Iterable[PolicyRef], flag: str, name: str) -> list[PolicyRef]:
    found = [ref for ref in texts if name and (ref.version == name or ref.profile.startswith(name))]
    if len({ref.profile for ref in found}) != 1:
        known = ", ".join(dict.fromkeys(named(ref) for ref in texts)) or "-"
        said = f"{name!r} 不是一个已采纳版本；有：{known}", f"{name!r} is not one adopted version; there are: {known}"
        raise BadInputError(flag, t(*said))
    return found


async def migrate(
    at: Desk,
    county: str,
    versions: Versions,
    cases: list[CaseId],
    reason: str,
    keys: list[KeyFile],
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Move what is open, each case by whoever may; tell of each; return 1 if a step would be nobody's."""
    signers = {kind: _signer(at, county, kind, versions, keys) for kind in MOVES}
    client = None if dry_run else await connect(at.address, at.settings.temporal_namespace)
    turns, done = asyncio.Semaphore(AT_ONCE), 0

    async def one(case: CaseId) -> Migrated:
        nonlocal done
        async with turns:
            outcome = _seen(at, case, versions)
            if outcome is None:
                request = MOVES[case.kind](reason=reason, to=versions.to.profile)
                outcome = await _move(at, case, request, signers[case.kind], client)
            done += 1
            told(done, len(cases))
            return outcome

    with bar_if_slow(t("改按新版本", "moving cases")) as told:
        found = list(await asyncio.gather(*(one(case) for case in cases)))
    typer.echo(_as_json(found) if as_json else "\n".join(_lines(found)))
    return TRY_AGAIN if any(one.nobody for one in found) else 0


def _seen(at: Desk, case: CaseId, versions: Versions) -> Migrated | None:
    """Return what is to be said of a case that there is nothing to do about."""
    name = case_id(*case)
    if case.kind not in MOVES:
        return Migrated(name, "kept")
    ref = ref_of(at.ledger.state, case)
    if ref == versions.to:
        return Migrated(name, "already", nobody=_nobody(at, at.ledger.state, case))
    if ref not in versions.before:
        return Migrated(name, "other", why=named(ref) if ref else "")
    return None


async def _move(at: Desk, case: CaseId, request: AnyMove, signs: Signer | str, client: Client | None) -> Migrated:
    name = case_id(*case)
    stays = Migrated(name, "stays", nobody=_nobody(at, at.ledger.state, case))
    if isinstance(signs, str):
        return replace(stays, rule="NoSigner", why=signs)
    try:
        # Looked at first: what a rule forbids is told, and is no refused attempt of anybody.
        after = foreseen(at.ledger, case, request, at.act(request, signs, case))
        if client is None:
            return Migrated(name, "would move", nobody=_nobody(at, after, case))
        await wake(client, name)  # A copy that an earlier build took does not know that it may be moved.
        await at.hand_in(name, request, signs, door=await at.door(signs, client))
    except BridgefundError as no:
        if not isinstance(no, RefusedError | RequestRefusedError | BadInputError):
            raise
        rule = no.rule if isinstance(no, RequestRefusedError) else type(no).__name__
        return replace(stays, rule=rule, why=no.text(language()))
    return Migrated(name, "moved", nobody=_nobody(at, at.ledger.state, case))


def _nobody(at: Desk, read: Read, case: CaseId) -> tuple[str, ...]:
    """Return the open steps of a case that stand in nobody's inbox."""
    decider = BY_KIND[case.kind]
    taken = in_somebodys_hands(read, case, at.now)
    return tuple(step.id for step in decider.open_steps(read(decider, case_id(*case))) if step.id not in taken)


def _signer(at: Desk, county: str, kind: str, versions: Versions, keys: list[KeyFile]) -> Signer | str:
    """Return who signs for the cases of a kind, or why nobody can."""
    try:
        post, _ = mover(kind, versions.rules)
    except RefusedError as no:
        return no.text(language())
    if keys:
        for key in keys:
            if post in own_posts(at.ledger, county, key.person, at.now):
                return Signer(key.person, post, key.key_id, key.key)
        return t(f"须有任 {post} 者的密钥（--key）", f"the key of somebody who holds {post} is needed (--key)")
    holders = at.ledger.state(MANDATE, mandates_stream(county)).holders(day_of(at.now))
    if post not in holders:
        return t(f"没有人任 {post}", f"nobody holds {post}")
    return Signer(holders[post], post, *sample_key(at.ledger, county, DOOR))


def _as_json(found: list[Migrated]) -> str:
    counts = dict(Counter(one.outcome for one in found))
    left = [one.case for one in found if one.nobody]
    whole = {"counts": counts, "nobody_left": left, "cases": [asdict(one) for one in found]}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _lines(found: list[Migrated]) -> Iterator[str]:
    for one in found:
        if one.outcome not in ("kept", "other"):
            yield " ".join(part for part in (f"{one.case}：{t(*OUTCOMES[one.outcome])}", one.why) if part)
    for outcome, count in Counter(one.outcome for one in found).items():
        yield f"{count:>7}  {t(*OUTCOMES[outcome])}"
    for one in found:
        for step in one.nobody:
            yield t(f"无人可办：{one.case} {step}", f"nobody is left for: {one.case} {step}")
