"""What is stored of an import (旧账导入), what is asked of it, and how its rows are cut into parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal

import msgspec

from domain.act import Act, Fact
from domain.signature import SignedMessage

RowKind = Literal["receipt", "project", "plan_line", "payment", "asset"]
ROWS_MAX = 20_000
ROWS_PER_FACT_MAX = 200
# One such fact is one append: the library's PostgreSQL recorder was seen to hang on 900 KB at once.
FACT_BYTES_MAX = 128 * 1024
STEP = "import"


class ImportedRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row as it stands in the file; what was left empty there is empty here.

    `row` is its place, `stated_on` the day that it states. Ids of source, tier, pool and class are the county's.
    """

    row: int
    kind: RowKind
    document_no: str = ""
    project_no: str = ""
    name: str = ""
    source: str = ""
    tier: str = ""
    pool: str = ""
    use_class: str = ""
    township: str = ""
    village: str = ""
    amount_fen: int | None = None
    stated_on: date | None = None
    status: str = ""
    note: str = ""

    def content(self) -> "ImportedRow":
        """Return what the row says, wherever it stands."""
        return msgspec.structs.replace(self, row=0)


class ImportStatement(msgspec.Struct, frozen=True, tag="testimony.import/1"):
    """What the importer signs: these rows were read from this file."""

    county: str
    year: int
    file_name: str
    file_digest: str
    rows: int
    rows_digest: str


class ImportOpened(Fact, frozen=True, tag="testimony.opened/1"):
    """A file is being brought in by the person of the act; `statement` is the text that was signed."""

    county: str
    year: int
    file_name: str
    file_digest: str
    rows: int
    statement: str
    key_id: str
    issued_at: str
    expires_at: str
    signature: str

    def said(self) -> ImportStatement:
        """Return what was signed."""
        return msgspec.json.decode(self.statement, type=ImportStatement)

    def message(self) -> SignedMessage:
        """Return the signed message again, for whoever wants to check the signature."""
        return SignedMessage(
            case=stream_of_testimony(self.county, self.year),
            command_id=self.act.command_id,
            step=STEP,
            body=self.statement,
            person=self.act.person,
            post=self.act.post,
            door=self.act.door,
            key_id=self.key_id,
            issued_at=self.issued_at,
            expires_at=self.expires_at,
            digest=self.act.digest,
            signature=self.signature,
        )


class RowsImported(Fact, frozen=True, tag="testimony.rows/1"):
    """Some rows of an import, in their order; *first* counts those before them. Until the seal they say nothing."""

    opening: str
    first: int
    rows: tuple[ImportedRow, ...]


class ImportSealed(Fact, frozen=True, tag="testimony.sealed/1"):
    """All rows of an import are there, as they were signed: from now on they are testimony."""

    opening: str
    rows: int


@dataclass(frozen=True)
class OpenImport:
    """Begin an import; its command id is the import's own. The rows are to be looked at, and come after it."""

    act: Act
    opened: ImportOpened
    rows: tuple[ImportedRow, ...]


@dataclass(frozen=True)
class AddRows:
    """Add rows to an import."""

    act: Act
    opening: str
    first: int
    rows: tuple[ImportedRow, ...]


@dataclass(frozen=True)
class SealImport:
    """Say that an import is complete."""

    act: Act
    opening: str


def stream_of_testimony(county: str, year: int) -> str:
    """Return the stream of what was said about a county's older year."""
    return f"{county}/testimony/{year}"


def digest_of_rows(rows: tuple[ImportedRow, ...]) -> str:
    """Return the SHA-256 of *rows*, in hex."""
    return sha256(msgspec.json.encode(rows)).hexdigest()


def parts_of(rows: tuple[ImportedRow, ...]) -> Iterator[tuple[int, tuple[ImportedRow, ...]]]:
    """Yield *rows* in parts that one fact may hold, each with how many rows stand before it."""
    part: list[ImportedRow] = []
    first = size = 0
    for row in rows:
        more = len(msgspec.json.encode(row)) + 1
        if part and (len(part) == ROWS_PER_FACT_MAX or size + more > FACT_BYTES_MAX):
            yield first, tuple(part)
            first, part, size = first + len(part), [], 0
        part.append(row)
        size += more
    if part:
        yield first, tuple(part)
