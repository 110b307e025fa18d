"""`bridgefund policy`: what a county's rules are, whether a file of them is right, what differs, what is adopted."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import BAD_INPUT, exits_on_error
from cli.policy_adopting import Adopted, Adoption, adoption_of, opened
from cli.policy_adopting import adopt as adopt_policy
from domain.errors import BadInputError
from domain.policy import Engine, Policy, load, load_engine, not_set
from doors.policy_diff import diff_data, diff_text
from doors.policy_lifecycle import mermaid
from doors.policy_phrases import origin
from doors.policy_text import gaps_text, heading, policy_text
from doors.texts import language, t

POLICIES = Path(__file__).parent.parent / "policies"
# The engine's own rules lie beside the counties' and have a shape of their own.
_ENGINE = "engine"

app = typer.Typer(
    help=t("县级政策：查看、核对、比较、采纳", "A county's rules: show, check, compare, adopt"), no_args_is_help=True
)


@app.command()
def show(
    county: Annotated[str, typer.Argument(help=t("县名（policies/ 下的文件名）或文件", "county id, or a file"))],
    *,
    as_mermaid: Annotated[bool, typer.Option("--mermaid", help=t("流程图", "the lifecycle as Mermaid"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=t("全部内容", "everything as JSON"))] = False,
) -> None:
    """Show a county's rules, each with the line it comes from, and what its text leaves open."""
    with exits_on_error():
        policy = load(policy_path(county))
    if as_json:
        typer.echo(json.dumps(_as_data(policy), ensure_ascii=False, indent=2))
        return
    lines = mermaid(policy.profile, heading(policy.profile)) if as_mermaid else policy_text(policy)
    for line in lines:
        typer.echo(line)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=t("政策文件", "policy files"))],
) -> None:
    """Check policy files: say what is wrong in them, and what their texts leave open."""
    bad = False
    for path in files:
        try:
            for line in _checked(path):
                typer.echo(line)
        except BadInputError as e:
            bad = True
            typer.echo(e.text(language()), err=True)
    if bad:
        raise typer.Exit(BAD_INPUT)


@app.command()
def diff(
    a: Annotated[str, typer.Argument(help=t("县名或文件", "county id, or a file"))],
    b: Annotated[str, typer.Argument(help=t("另一县名或文件", "another county id, or a file"))],
    *,
    as_json: Annotated[bool, typer.Option("--json", help=t("以 JSON 输出", "print as JSON"))] = False,
) -> None:
    """比较两份政策，逐条注明出处。 / Compare two policies, part by part, each side with its source line.

    例 / example: bridgefund policy diff jiashi guangfeng
    """
    with exits_on_error():
        one, two = load(policy_path(a)), load(policy_path(b))
    if as_json:
        typer.echo(json.dumps(diff_data(one, two), ensure_ascii=False, indent=2))
        return
    for line in diff_text(one, two):
        typer.echo(line)


@app.command()
def adopt(
    county: Annotated[str, typer.Argument(help=t("县名", "county id"))],
    *,
    file: Annotated[
        Path | None, typer.Option(help=t("政策文件，默认 policies/<县>.toml", "default: policies/<county>.toml"))
    ] = None,
    office: Annotated[
        list[Path] | None, typer.Option(help=t("办理规定文件，可多次", "an office decision; may be repeated"))
    ] = None,
    store: Annotated[str | None, typer.Option(help=t("库的地址", "the store's URL"))] = None,
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="DATE", help=t("采纳日，默认今天", "the day of adoption; default today")
        ),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help=t("库不存在时新建", "make a store that is not there yet"))] = False,
) -> None:
    """采纳一县的政策，连同办理规定与引擎规则。 / Adopt a county's rules, with office decisions and the engine's own.

    已开始的事项仍用原版本。 / A case that has begun keeps the version that it began under.

    例 / example: bridgefund policy adopt jiashi --store sqlite:///jiashi.db --new
    """
    with exits_on_error():
        path = file or policy_path(county)
        adoption = adoption_of(county, path, POLICIES / f"{_ENGINE}.toml", office or [])
        with opened(store, new=new) as ledger:
            adopted = adopt_policy(ledger, county, adoption, on.date() if on else None)
    for line in _adopted_text(adoption, adopted):
        typer.echo(line)


def policy_path(county: str) -> Path:
    """Return the file of a county, given by its id or by the file itself.

    Raises:
        BadInputError: If there is neither.
    """
    for path in (POLICIES / f"{county}.toml", Path(county)):
        if path.is_file() and path.stem != _ENGINE:
            return path
    known = "、".join(sorted(path.stem for path in POLICIES.glob("*.toml") if path.stem != _ENGINE))
    raise BadInputError("COUNTY", t(f"没有 {county!r}；有：{known}", f"no {county!r}; there are: {known}"))


def _checked(path: Path) -> Iterator[str]:
    if path.stem == _ENGINE:
        yield from _engine_text(path, load_engine(path))
        return
    profile = load(path).profile
    yield t(f"{path}：正确 · {heading(profile)}", f"{path}: correct · {heading(profile)}")
    yield from gaps_text(profile)
    yield ""


def _engine_text(path: Path, engine: Engine) -> Iterator[str]:
    yield t(f"{path}：正确 · 引擎规则（我方）", f"{path}: correct · the engine's own rules (ours)")
    for rule in (engine.rules.breach, engine.rules.duties):
        yield f"- {origin(rule)}"
    yield ""


def _adopted_text(adoption: Adoption, adopted: Adopted) -> Iterator[str]:
    profile, ref, act = adoption.profile, adoption.ref, adopted.fact.act
    if adopted.new:
        yield t(f"已采纳 {heading(profile)}，自 {act.occurred_on}", f"adopted {heading(profile)}, on {act.occurred_on}")
    else:
        same = f"{heading(profile)}，{act.occurred_on} 已采纳", f"{heading(profile)}, adopted on {act.occurred_on}"
        yield t(f"没有变化，未存入：{same[0]}", f"unchanged, nothing stored: {same[1]}")
    if adoption.sample and not adopted.sample_store:
        made_up = "注意：内容为样例，而这个库不是样例库", "note: these rules are a SAMPLE, and this store is none"
        yield t(*made_up)
    yield t(f"政策 sha256 {ref.profile}", f"policy sha256 {ref.profile}")
    for office in adoption.offices:
        said = office.decided
        yield t(
            f"办理规定 {said.no} {said.date} sha256 {office.digest}",
            f"office decision {said.no} {said.date} sha256 {office.digest}",
        )
    yield t(f"引擎规则 sha256 {ref.engine}", f"the engine's rules sha256 {ref.engine}")
    yield from gaps_text(profile)


def _as_data(policy: Policy) -> dict[str, Any]:
    profile = policy.profile
    return {
        "county": profile.county.id,
        "sample": profile.county.sample,
        "version": profile.version,
        "digest": policy.digest,
        "profile": profile.model_dump(mode="json", exclude_none=True),
        "not_set": not_set(profile),
    }
