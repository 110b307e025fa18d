"""Why no behaviour can hang on a key: the reasons in `reasons.toml`, each for the keys that its patterns name."""

import re
import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from domain.errors import BadInputError
from tests.spec.hunting import Finding, Outcome

REASONS = Path(__file__).parent / "reasons.toml"
_NUMBERS = re.compile(r"\[[^\]]*\]|\.\d+")


class Reason(NamedTuple):
    """Keys of a county's file ("*": of any), by their place in the model, and why none can be noticed."""

    keys: tuple[str, ...]
    files: tuple[str, ...]
    because: str

    def covers(self, finding: Finding) -> bool:
        """Return whether the reason is for a key."""
        file, _, place = finding.place.partition(":")
        name = _NUMBERS.sub("", place.partition(" ")[2])
        return any(fnmatchcase(name, key) for key in self.keys) and any(fnmatchcase(file, f) for f in self.files)


def read_reasons(path: Path = REASONS) -> list[Reason]:
    """Return the reasons.

    Raises:
        BadInputError: If one has no keys, or no words.
    """
    found = []
    for number, one in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["reasons"]):
        if not one.get("keys") or not one.get("because", "").strip():
            raise BadInputError(f"{path.name}: reasons.{number}", "keys and because are needed")
        found.append(Reason(tuple(one["keys"]), tuple(one.get("files", ["*"])), one["because"]))
    return found


def reasoned(findings: Iterable[Finding], reasons: list[Reason]) -> list[Finding]:
    """Return the findings, those that nothing noticed and that have a reason marked with it."""
    return [_reasoned(finding, reasons) for finding in findings]


def _reasoned(finding: Finding, reasons: list[Reason]) -> Finding:
    if finding.outcome in (Outcome.NOTICED, Outcome.REFUSED):
        return finding
    because = next((reason.because for reason in reasons if reason.covers(finding)), "")
    return finding._replace(outcome=Outcome.REASONED, because=because) if because else finding


def idle(findings: Iterable[Finding], reasons: list[Reason]) -> list[Reason]:
    """Return the reasons that are for no key that goes unnoticed: what they said is no longer true."""
    unnoticed = [f for f in findings if f.outcome not in (Outcome.NOTICED, Outcome.REFUSED)]
    return [reason for reason in reasons if not any(reason.covers(finding) for finding in unnoticed)]
