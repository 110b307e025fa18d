"""Policies from their files: the profile with its exact text and digest, and the engine's own rules."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from domain.errors import BadInputError
from domain.policy.base import Breach, Loc
from domain.policy.checks import cross_check
from domain.policy.engine import EngineRules
from domain.policy.faults import Fault, PolicyError, breaches_in, spelled
from domain.policy.lines import Lines
from domain.policy.profile import Profile

Check = Callable[[dict[str, Any]], Iterator[Breach]]
M = TypeVar("M", bound=BaseModel)
R = TypeVar("R", Profile, EngineRules)
_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


@dataclass(frozen=True)
class Policy:
    """A county's profile, with the exact text that it was read from and that text's digest."""

    profile: Profile
    text: str
    digest: str


@dataclass(frozen=True)
class Engine:
    """The engine's own rules, with their text and digest."""

    rules: EngineRules
    text: str
    digest: str


def parse(text: str, name: str, *, check: Check = cross_check) -> Policy:
    """Return the policy in *text*; *name* is what its faults are named after.

    Raises:
        PolicyError: If anything is wrong in it, with everything that is.
    """
    return Policy(_model(Profile, text, name, check), text, digest_of_text(text))


def load(path: Path) -> Policy:
    """Return the policy in a file.

    Raises:
        PolicyError: If anything is wrong in it.
        BadInputError: If the file cannot be read.
    """
    return parse(_text(path), str(path))


def parse_engine(text: str, name: str) -> Engine:
    """Return the engine's rules in *text*.

    Raises:
        PolicyError: If anything is wrong in it.
    """
    return Engine(_model(EngineRules, text, name), text, digest_of_text(text))


def load_engine(path: Path) -> Engine:
    """Return the engine's rules in a file.

    Raises:
        PolicyError: If anything is wrong in it.
        BadInputError: If the file cannot be read.
    """
    return parse_engine(_text(path), str(path))


def digest_of_text(text: str) -> str:
    """Return the SHA-256 of a file's text, in hex."""
    return sha256(text.encode()).hexdigest()


def _text(path: Path) -> str:
    # Not read_text(): it would change line ends, and with them the digest.
    try:
        return path.read_bytes().decode()
    except OSError as e:
        raise BadInputError(str(path), e.strerror or str(e)) from e
    except UnicodeDecodeError as e:
        raise BadInputError(str(path), f"not UTF-8 at byte {e.start}") from e


def no_more(_: dict[str, Any]) -> Iterator[Breach]:
    """Check nothing but the shape."""
    return iter(())


def _model(model: type[M], text: str, name: str, check: Check = no_more) -> M:
    return model_of(model, as_data(text, name), text, name, check)


def model_of(
    model: type[M],
    data: dict[str, Any],
    text: str,
    name: str,
    check: Check = no_more,
    at: Loc = (),
) -> M:
    """Return *data* as a model; it stands below *at* in the file *name* with this *text*.

    Raises:
        PolicyError: With everything that is wrong, each with its line.
    """
    raw = _with_tuples(data)
    breaches = list(check(raw))
    try:
        read = model.model_validate(raw)
    except ValidationError as e:
        breaches += [breach for details in e.errors() for breach in breaches_in(model, details)]
    if breaches:
        lines = Lines(text)
        raise PolicyError(Fault(name, lines.of((*at, *b.at)), spelled((*at, *b.at)), b.zh, b.en) for b in breaches)
    return read


def as_data(text: str, name: str) -> dict[str, Any]:
    """Return the data of a TOML text.

    Raises:
        PolicyError: If it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        place = _PLACE.search(str(e))
        line = int((place and place["line"]) or len(text.splitlines()) or 1)
        reason = _PLACE.sub("", str(e))
        raise PolicyError([Fault(name, line, "", f"不是合法的 TOML：{reason}", f"not TOML: {reason}")]) from e


def _with_tuples(value: Any) -> Any:
    """Lists become tuples: a strict model takes no list for one."""
    match value:
        case dict():
            return {key: _with_tuples(item) for key, item in value.items()}
        case list():
            return tuple(_with_tuples(item) for item in value)
    return value
