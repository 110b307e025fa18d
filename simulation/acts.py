"""Acts of a sample year, as `acts.toml` writes them: on a day, a post asks something of a case."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.cases import KINDS
from domain.errors import BadInputError
from domain.requests import KIND_OF, AnyRequest, from_body
from simulation.agenda import Story
from simulation.stage import Stage

_Text = Annotated[str, Field(min_length=1)]


class _Written(BaseModel):
    """One act as written."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    on: date
    case: Annotated[str, Field(pattern=rf"^({'|'.join(KINDS)})/[A-Za-z0-9._-]+$")]
    post: _Text
    request: _Text
    decides: bool = False
    fields: dict[str, Any] = {}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    acts: list[_Written] = []


class SampleAct(msgspec.Struct, frozen=True):
    """What a holder of a post asks of a case on a day. Of several holders the last *decides*."""

    on: date
    kind: str
    no: str
    post: str
    request: AnyRequest
    decides: bool


def load_acts(path: Path) -> tuple[SampleAct, ...]:
    """Return the acts of a file in the order of their days, or none where there is no such file.

    Raises:
        BadInputError: With the file, the act's number and its field.
    """
    try:
        written = _File.model_validate(tomllib.loads(path.read_bytes().decode()))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise BadInputError(str(path), str(e)) from e
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        raise BadInputError(f"{path}: {'.'.join(map(str, first['loc']))}", first["msg"]) from e
    acts = [_act(path, number, act) for number, act in enumerate(written.acts)]
    return tuple(sorted(acts, key=lambda act: act.on))  # Stable: on one day they happen as written.


def _act(path: Path, number: int, act: _Written) -> SampleAct:
    where = f"{path}: acts.{number}"
    if "type" in act.fields:
        raise BadInputError(f"{where}.fields.type", "what is asked stands in `request`")
    try:
        request = from_body(msgspec.json.encode({"type": act.request, **act.fields}).decode())
    except BadInputError as e:
        raise BadInputError(f"{where}.request", f"{act.request}: {e}") from e
    kind, no = act.case.split("/")
    if KIND_OF[type(request)] != kind:
        raise BadInputError(f"{where}.case", f"{act.request} is not for a {kind}")
    return SampleAct(act.on, kind, no, act.post, request, act.decides)


async def acts_story(stage: Stage, acts: tuple[SampleAct, ...]) -> Story:
    """Let every act happen on its day."""
    for act in acts:
        yield act.on
        await stage.act(act.kind, act.no, act.request, act.post, decides=act.decides)
