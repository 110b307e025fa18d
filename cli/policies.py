"""`bridgefund policy`: what a county's rules are, and whether a policy file is right."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import BAD_INPUT, exits_on_error
from cli.policy_lifecycle import mermaid
from cli.policy_phrases import origin
from cli.policy_text import gaps_text, heading, policy_text
from cli.texts import language, t
from domain.errors import BadInputError
from domain.policy import Engine, Policy, load, load_engine, not_set

POLICIES = Path(__file__).parent.parent / "policies"
# The engine's own rules lie beside the counties' and have a shape of their own.
_ENGINE = "engine"

app = typer.Typer(help=t("县级政策：查看、核对", "A county's rules: show, check"), no_args_is_help=True)


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
