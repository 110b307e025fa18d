"""What posts ask of cases: on a day of a sample year (`acts.toml`), or after it (`open.toml`)."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.cases import KINDS
from domain.errors import BadInputError
from domain.requests import KIND_OF, AnyRequest, from_body
from simulation.agenda import Story
from simulation.stage import Stage

_Text = Annotated[str, Field(min_length=1)]


class _Asked(BaseModel):
    """One act as written, without its day."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    case: Annotated[str, Field(pattern=rf"^({'|'.join(KINDS)})/[A-Za-z0-9._-]+$")]
    post: _Text
    request: _Text
    decides: bool = False
    fields: dict[str, Any] = {}


class _Written(_Asked):
    on: date


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    acts: list[_Written] = []


class _OpenFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    acts: list[_Asked] = []


_F = TypeVar("_F", _File, _OpenFile)


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
    written = _read(path, _File)
    acts = [_act(path, number, act, act.on) for number, act in enumerate(written.acts)]
    return tuple(sorted(acts, key=lambda act: act.on))  # Stable: on one day they happen as written.


def load_open(path: Path, on: date) -> tuple[SampleAct, ...]:
    """Return what is asked after the year, all *on* its last day and in the order of the file; none without a file.

    Raises:
        BadInputError: With the file, the act's number and its field.
    """
    return tuple(_act(path, number, act, on) for number, act in enumerate(_read(path, _OpenFile).acts))


def _read(path: Path, shape: type[_F]) -> _F:
    try:
        return shape.model_validate(tomllib.loads(path.read_bytes().decode()))
    except FileNotFoundError:
        return shape()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise BadInputError(str(path), str(e)) from e
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        raise BadInputError(f"{path}: {'.'.join(map(str, first['loc']))}", first["msg"]) from e


def _act(path: Path, number: int, act: _Asked, on: date) -> SampleAct:
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
    return SampleAct(on, kind, no, act.post, request, act.decides)


async def acts_story(stage: Stage, acts: tuple[SampleAct, ...]) -> Story:
    """Let every act happen on its day."""
    for act in acts:
        yield act.on
        await stage.act(act.kind, act.no, act.request, act.post, decides=act.decides)
