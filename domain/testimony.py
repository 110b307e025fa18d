"""Testimony (旧账导入): an older year as somebody's signed word about a file; it decides nothing and moves no money."""

from dataclasses import dataclass, field

from domain.act import Act, CaseState, Decider, Fact
from domain.errors import RefusedError
from domain.testimony_facts import (
    AddRows,
    ImportedRow,
    ImportOpened,
    ImportSealed,
    OpenImport,
    RowsImported,
    SealImport,
    digest_of_rows,
)


class ImportedBeforeError(RefusedError):
    """Rows that stand already, from another file of the same year: most likely the same sheet, saved anew."""

    zh = (
        "{count} 行此前已导入；第 {row} 行与 {file}（sha256 {digest}…）第 {before} 行相同；须删去已导入的行（引擎规则）"
    )
    en = (
        "{count} rows were imported before; row {row} is row {before} of {file} (sha256 {digest}…); "
        "they must be left out (the engine's rule)"
    )


class ImportOrderError(RefusedError):
    """Rows, or a seal, that do not follow on what is stored of an import."""

    zh = "导入 {opening} 已存 {stored} 行，这次从第 {first} 行起；须接着已存的行，共 {rows} 行（引擎规则）"
    en = (
        "of import {opening} {stored} rows are stored, asked: from row {first} on; "
        "it must follow on what is stored, of {rows} rows (the engine's rule)"
    )


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
