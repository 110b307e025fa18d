"""Testimony (旧账导入): an older year as somebody's signed word about a file; it decides nothing and moves no money."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Literal

import msgspec

from domain.act import Act, CaseState, Decider, Fact
from domain.errors import RefusedError
from domain.signature import SignedMessage

RowKind = Literal["receipt", "project", "plan_line", "payment", "asset"]
ROWS_MAX = 20_000
ROWS_PER_FACT_MAX = 200
# One such fact is one append: the library's PostgreSQL recorder was seen to hang on 900 KB at once.
FACT_BYTES_MAX = 128 * 1024
STEP = "import"


class ImportedBeforeError(RefusedError):
    """Rows that stand already, from another file of the same year: most likely the same sheet, saved anew."""

    zh = "{count} 行此前已导入；第 {row} 行与 {file}（sha256 {digest}…）第 {before} 行相同；请删去已导入的行"
    en = "{count} rows were imported before; row {row} is row {before} of {file} (sha256 {digest}…); leave them out"


class ImportOrderError(RefusedError):
    """Rows, or a seal, that do not follow on what is stored of an import."""

    zh = "导入 {opening} 已存 {stored} 行，这次从第 {first} 行起；应有 {rows} 行"
    en = "of import {opening} {stored} rows are stored, asked: from row {first} on, of {rows}"


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


@dataclass
class Opening:
    """An import under way, with the rows that are stored of it."""

    opened: ImportOpened
    rows: list[ImportedRow] = field(default_factory=list)


@dataclass
class ImportedState(CaseState):
    """What is sealed of a county's year: files by digest, where each row stands; and the imports that are under way."""

    files: dict[str, ImportOpened] = field(default_factory=dict)
    places: dict[ImportedRow, tuple[str, int]] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)


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


def judge(state: ImportedState, command: OpenImport | AddRows | SealImport) -> tuple[Fact, ...]:
    """Return the facts of *command*: none for a file that is there already, nor for rows that are."""
    match command:
        case OpenImport(_, opened, rows):
            if opened.file_digest in state.files:
                return ()
            _check_new(state, rows)
            return (opened,)
        case AddRows(act, opening, first, rows):
            there = first < _stored(state, opening, first) or _is_sealed(state, opening)
            return () if there else (RowsImported(act, opening, first, rows),)
        case SealImport(act, opening):
            return () if _is_sealed(state, opening) else (_sealed(state, act, opening),)


def _is_sealed(state: ImportedState, opening: str) -> bool:
    under_way = state.openings.get(opening)
    return under_way is not None and under_way.opened.file_digest in state.files


def _stored(state: ImportedState, opening: str, first: int) -> int:
    under_way = state.openings.get(opening)
    stored = len(under_way.rows) if under_way else 0
    if under_way is None or first > stored:
        rows = under_way.opened.rows if under_way else 0
        raise ImportOrderError(opening=opening, stored=stored, first=first, rows=rows)
    return stored


def _sealed(state: ImportedState, act: Act, opening: str) -> ImportSealed:
    under_way = state.openings.get(opening)
    rows = tuple(under_way.rows) if under_way else ()
    if under_way is None or digest_of_rows(rows) != under_way.opened.said().rows_digest:
        said = under_way.opened.rows if under_way else 0
        raise ImportOrderError(opening=opening, stored=len(rows), first=len(rows), rows=said)
    _check_new(state, rows)
    return ImportSealed(act, opening, len(rows))


def _check_new(state: ImportedState, rows: tuple[ImportedRow, ...]) -> None:
    known = [row for row in rows if row.content() in state.places]
    if known:
        digest, before = state.places[known[0].content()]
        file = state.files[digest].file_name
        raise ImportedBeforeError(count=len(known), row=known[0].row, file=file, digest=digest[:12], before=before)


def apply(state: ImportedState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case ImportOpened():
            state.openings[fact.act.command_id] = Opening(fact)
        case RowsImported():
            state.openings[fact.opening].rows.extend(fact.rows)
        case ImportSealed():
            done = state.openings[fact.opening]
            digest = done.opened.file_digest
            state.files[digest] = done.opened
            state.places |= {row.content(): (digest, row.row) for row in done.rows}
        case _:
            raise AssertionError(fact)


TESTIMONY = Decider(
    "testimony",
    ImportedState,
    judge,
    apply,
    (OpenImport, AddRows, SealImport),
    (ImportOpened, RowsImported, ImportSealed),
)
