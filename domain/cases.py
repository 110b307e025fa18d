"""Case ids: a case's id is its stream's name in the ledger and its workflow's id."""

import re
from functools import lru_cache
from typing import NamedTuple

from domain.errors import BadInputError

STORE = "store"
KINDS = (
    "fund",
    "plan",
    "project",
    "claim",
    "meeting",
    "obligation",
    "outbox",
    "disclosure",
    "training",
    "hotline",
    "performance",
    "asset",
    "surplus",
    "dispatch",
    "watch",
    "absence",
    "emergency",
    "handling",
    "people",
)
_COUNTY = re.compile(r"[a-z][a-z0-9-]{1,31}\Z")
_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
# An obligation is named after its case and its plan or gate, a meeting after its plan, an
# entry of the register after its rule and what arose, a handling after its case: so theirs may be longer.
_LONGER = {"meeting": 160, "obligation": 160, "disclosure": 120, "handling": 180}
NO_LENGTH_MAX = {kind: _LONGER.get(kind, 48) for kind in KINDS}


class CaseId(NamedTuple):
    """The parts of `<county>/<kind>/<no>`."""

    county: str
    kind: str
    no: str


def case_id(county: str, kind: str, no: str) -> str:
    """Return the id of a case.

    Raises:
        BadInputError: If county or number hold a character that an id must not have.
    """
    text = f"{county}/{kind}/{no}"
    parse_case(text)
    return text


def parse_case(text: str) -> CaseId:
    """Return the parts of a case id.

    Raises:
        BadInputError: If it is not `<county>/<kind>/<no>` with a known kind.
    """
    parts = text.split("/")
    if len(parts) != len(CaseId._fields) or parts[1] not in KINDS:
        raise BadInputError("case", f"{text!r} is not <county>/<{'|'.join(KINDS)}>/<no>")
    if not _COUNTY.match(parts[0]):
        raise BadInputError("case", f"{parts[0]!r} is not a county id: lower-case letters, digits, -")
    if not _NO.match(parts[2]):
        raise BadInputError("case", f"{parts[2]!r} is not a number of a case: letters, digits, . _ -")
    if len(parts[2]) > (most := NO_LENGTH_MAX[parts[1]]):
        reason = f"{len(parts[2])} characters, at most {most} for a {parts[1]}"
        raise BadInputError("case", f"{parts[2]!r} is not a number of a case: {reason}")
    return CaseId(*parts)


def county_stream(county: str) -> str:
    """Return the stream of a county's adopted policies."""
    return f"{county}/county"


def mandates_stream(county: str) -> str:
    """Return the stream of who holds which post in a county, and the keys."""
    return f"{county}/mandates"


def attempts_stream(county: str, person: str, day: str) -> str:
    """Return the stream of what was refused to a person on a day."""
    return f"{county}/attempts/{person}/{day}"


def year_stream(county: str, year: int) -> str:
    """Return the stream of a county's fiscal year: which funds, plans and bank entries belong to it."""
    return f"{county}/year/{year}"


def bank_stream(county: str) -> str:
    """Return the stream of a county's project bank: everything that ever entered it."""
    return f"{county}/bank"


def calendar_stream(county: str) -> str:
    """Return the stream of a county's recurring days: which months, weeks and sweeps its calendar began."""
    return f"{county}/calendar"


def instrument_stream(county: str, instrument: str) -> str:
    """Return the stream of an instrument of a county's text: every use of it."""
    return f"{county}/instrument/{instrument}"


def runs_stream(case: str) -> str:
    """Return the stream of the closed runs of a case's workflow."""
    county, _, rest = case.partition("/")
    return f"{county}/runs/{rest}"


# Asked of every fact by whoever goes through the log, and of few streams at a time.
@lru_cache(maxsize=20_000)
def kind_of(stream: str) -> str:
    """Return the kind of a stream: one of `KINDS`, or a side stream's, such as store, county, mandates, year, bank."""
    return stream.split("/")[1] if "/" in stream else stream
