"""The figures that a county's text prints of its year (原文数字), beside what the ledger computes; in no sum."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.cases import case_id
from domain.errors import BadInputError
from domain.money import percent
from domain.project import PROJECT
from doors.names import Names
from doors.source import Source
from doors.texts import t
from projections.statement_read import PoolUse, Statement
from reports.document import Column, Kind, Row, Table, bp, shown
from simulation.sample_model import Head, Printed
from simulation.samples import load

SAMPLES = Path(__file__).parent.parent / "samples"
_FEN, _COUNT, _BP = "fen", "count", "bp"
# What a text calls all the money that arrived; where it divides one batch, that batch.
_WHOLE = ("received", "batch")


@dataclass(frozen=True)
class Beside:
    """A printed figure, and what the ledger computes of the same, or None where it computes no such thing."""

    figure: Printed
    computed: int | None
    comparable: bool

    @property
    def unit(self) -> str:
        """Return what is printed: whole fen, a count, or a share in basis points."""
        return _FEN if self.figure.amount_fen is not None else _COUNT if self.figure.count is not None else _BP

    @property
    def printed(self) -> int:
        """Return the figure."""
        [figure] = (n for n in (self.figure.amount_fen, self.figure.count, self.figure.bp) if n is not None)
        return figure

    @property
    def agrees(self) -> bool | None:
        """Return whether both are the same to the last fen, or None where nothing is compared."""
        return None if self.computed is None else self.computed == self.printed

    @property
    def note(self) -> str | None:
        """Return what the sample notes of it."""
        return t(self.figure.note_zh, self.figure.note_en or "") if self.figure.note_zh else self.figure.note_en

    def verdict(self) -> str:
        """Return in words what the comparison comes to."""
        if self.figure.reported:
            return t("照原文列示，不作比较", "as reported, not compared")
        if not self.comparable:
            return t("无从比较：总账不计此数", "not comparable: the ledger computes no such figure")
        if self.computed is None:
            return t("尚无可算", "nothing to compute yet")
        return t("相符", "agrees") if self.agrees else t("不符，差 ", "differs by ") + self._shown(self._off())

    def _off(self) -> int:
        assert self.computed is not None
        return self.computed - self.printed

    def _shown(self, number: int) -> str:
        return shown(number, Kind(self.unit))

    def row(self) -> Row:
        """Return the figure as a row of the table."""
        said = t("；", "; ").join(part for part in (self.verdict(), self.note or "") if part)
        cells = (t(self.figure.zh, self.figure.en), self.printed, self.computed, said, self.figure.source)
        return Row(cells, Kind(self.unit))

    def data(self) -> dict[str, Any]:
        """Return the figure as JSON has it."""
        return {
            "id": self.figure.id,
            "source": self.figure.source,
            "unit": self.unit,
            "printed": self.printed,
            "computed": self.computed,
            "agrees": self.agrees,
            "reported": self.figure.reported,
            "note": self.note,
        }


def printed_head(source: Source, year: int, samples: Path | None) -> Head | None:
    """Return what the text of a county's year prints, from a folder of samples; without one, of a sample store only.

    Raises:
        BadInputError: If the folder is of another county or year, or cannot be read.
    """
    county = source.county
    folder = samples or SAMPLES / f"{county}-{year}"
    if samples is None and not (source.sample and (folder / "sample.toml").is_file()):
        return None
    head = load(folder).head
    if (head.county, head.year) != (county, year):
        there = f"{head.county} {head.year}"
        raise BadInputError(
            "--samples", t(f"是 {there} 的样例，不是 {county} {year} 的", f"of {there}, not {county} {year}")
        )
    return head


def beside(source: Source, head: Head, found: Statement) -> list[Beside]:
    """Return each printed figure with its counterpart."""
    computed = _figures(source, found, source.names)
    return [_beside(figure, computed) for figure in head.printed]


def printed_table(rows: list[Beside]) -> Table:
    """Return the printed figures as a table of their own."""
    columns = (
        Column(t("原文数字", "printed figure")),
        Column(t("原文", "printed"), Kind.MONEY),
        Column(t("总账", "ledger"), Kind.MONEY),
        Column(t("比较", "comparison")),
        Column(t("出处", "source")),
    )
    title = t("原文数字（金额为万元）", "printed figures (amounts in wan yuan)")
    return Table(title, columns, tuple(row.row() for row in rows), name=t("原文数字", "printed figures"))


def _beside(figure: Printed, figures: dict[tuple[str, str], int | None]) -> Beside:
    made = Beside(figure, None, comparable=False)
    key = (figure.id, made.unit)
    if figure.reported or key not in figures:
        return made
    return Beside(figure, figures[key], comparable=True)


def _figures(source: Source, found: Statement, names: Names) -> dict[tuple[str, str], int | None]:
    """Return all that the ledger computes of the year, by the ids under which samples print it, and unit.

    Where a pool and a class have one id, the pool's figure is meant.
    """
    made: dict[tuple[str, str], int | None] = {}
    for keys in (_of_total(found, names), _of_pools(found, names), _of_classes(source, found, names)):
        for name, unit, number in keys:
            made.setdefault((name, unit), number)
    return made


_Figure = tuple[str, str, int | None]


def _of_total(found: Statement, names: Names) -> Iterator[_Figure]:
    total = found.total
    for whole in _WHOLE:
        yield whole, _FEN, total.money["received"]
        yield from ((f"{whole}_{source}", _FEN, total.by_source.get(source, 0)) for source in _sources(found, names))
        yield from ((f"{whole}_{use.pool}", _FEN, use.money["received"]) for use in _pools(found, names))
    yield "allotted", _FEN, total.money["allotted"]
    yield from _spent("", total)


def _of_pools(found: Statement, names: Names) -> Iterator[_Figure]:
    sources = _sources(found, names)
    for use in _pools(found, names):
        yield use.pool, _FEN, use.money["allotted"]
        yield f"{use.pool}_share", _BP, bp(percent(use.money["allotted"], found.total.money["allotted"]))
        yield f"{use.pool}_received", _FEN, use.money["received"]
        yield from ((f"{use.pool}_{source}", _FEN, use.by_source.get(source, 0)) for source in sources)
        yield from _spent(f"{use.pool}_", use)


def _sources(found: Statement, names: Names) -> list[str]:
    """Return the sources that gave something, and those that the rules name."""
    ruled = [source.id for source in names.profile.sources] if names.profile else []
    return list(dict.fromkeys((*found.total.by_source, *ruled)))


def _pools(found: Statement, names: Names) -> list[PoolUse]:
    """Return the pools that got something, and those that the rules name, with nothing in them."""
    there = {use.pool for use in found.pools}
    ruled = [pool.id for pool in names.profile.pools] if names.profile else []
    nothing = dict.fromkeys(found.total.money, 0)
    return [*found.pools, *(PoolUse(pool, {}, {}, nothing, 0, None) for pool in ruled if pool not in there)]


def _spent(prefix: str, use: PoolUse) -> Iterator[_Figure]:
    yield f"{prefix}projects", _COUNT, use.projects
    yield f"{prefix}paid", _FEN, use.money["paid"]
    yield f"{prefix}rate", _BP, bp(use.rate)


def _of_classes(source: Source, found: Statement, names: Names) -> Iterator[_Figure]:
    """Yield what was allotted to each class of use: the class is the project's own word."""
    classes = {rule.id for rule in names.profile.classes} if names.profile else set()
    class_of = _class_of(source, found.county)
    of_class: dict[str, dict[str, int]] = {name: {} for name in sorted(classes)}
    for project_no, fen in found.total.by_project.items():
        of_class.setdefault(class_of(project_no), {})[project_no] = fen
    for name, projects in of_class.items():
        yield name, _FEN, sum(projects.values())
        yield f"{name}_projects", _COUNT, len(projects)
        yield f"{name}_share", _BP, bp(percent(sum(projects.values()), found.total.money["allotted"]))


def _class_of(source: Source, county: str) -> Callable[[str], str]:
    def of(project_no: str) -> str:
        registered = source.ledger.state(PROJECT, case_id(county, "project", project_no)).registered
        return registered.use if registered else ""

    return of
