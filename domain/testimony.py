"""Testimony (旧账导入): an older year as somebody's signed word about a file; it decides nothing and moves no money."""

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Literal

import msgspec

from domain.act import Act, CaseState, Decider, Fact
from domain.errors import RefusedError
from domain.signature import SignedMessage

RowKind = Literal["receipt", "project", "plan_line", "payment", "asset"]
ROWS_PER_FACT_MAX = 200
ROWS_MAX = 20_000  # All facts of a file go in one append: 100 with rows, and the first.
STEP = "import"


class ImportedBeforeError(RefusedError):
    """Rows that stand already, from another file of the same year: most likely the same sheet, saved anew."""

    zh = "{count} 行此前已导入；第 {row} 行与 {file}（sha256 {digest}…）第 {before} 行相同；请删去已导入的行"
    en = "{count} rows were imported before; row {row} is row {before} of {file} (sha256 {digest}…); leave them out"


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


class FileImported(Fact, frozen=True, tag="testimony.opened/1"):
    """A file was brought in by the person of the act; `statement` is the text that was signed."""

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
    """Some rows of that file, in their order."""

    file_digest: str
    rows: tuple[ImportedRow, ...]


@dataclass(frozen=True)
class Import:
    """Bring a file in, with all its rows."""

    act: Act
    opened: FileImported
    rows: tuple[ImportedRow, ...]


@dataclass
class ImportedState(CaseState):
    """The files of a county's year by their digest, and where each row stands: its file and its place there."""

    files: dict[str, FileImported] = field(default_factory=dict)
    places: dict[ImportedRow, tuple[str, int]] = field(default_factory=dict)


def stream_of_testimony(county: str, year: int) -> str:
    """Return the stream of what was said about a county's older year."""
    return f"{county}/testimony/{year}"


def digest_of_rows(rows: tuple[ImportedRow, ...]) -> str:
    """Return the SHA-256 of *rows*, in hex."""
    return sha256(msgspec.json.encode(rows)).hexdigest()


def judge(state: ImportedState, command: Import) -> tuple[Fact, ...]:
    """Return the facts of *command*: none for a file that is there already."""
    opened, rows = command.opened, command.rows
    if opened.file_digest in state.files:
        return ()
    known = [row for row in rows if row.content() in state.places]
    if known:
        digest, before = state.places[known[0].content()]
        file = state.files[digest].file_name
        raise ImportedBeforeError(count=len(known), row=known[0].row, file=file, digest=digest[:12], before=before)
    starts = range(0, len(rows), ROWS_PER_FACT_MAX)
    parts = (rows[start : start + ROWS_PER_FACT_MAX] for start in starts)
    return (opened, *(RowsImported(command.act, opened.file_digest, part) for part in parts))


def apply(state: ImportedState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case FileImported():
            state.files[fact.file_digest] = fact
        case RowsImported():
            for row in fact.rows:
                state.places[row.content()] = (fact.file_digest, row.row)
        case _:
            raise AssertionError(fact)


TESTIMONY = Decider("testimony", ImportedState, judge, apply, (Import,), (FileImported, RowsImported))
