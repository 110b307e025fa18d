"""What every reading command does first and last: open the store, bring the views up to date, print text or JSON."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import typer
from msgspec import to_builtins
from rich.console import Console
from rich.progress import Progress
from rich.text import Text
from sqlalchemy import Engine

from cli.errors import exits_on_error
from cli.full_disk import on_a_full_disk
from domain.cases import STORE, county_stream, parse_case
from domain.county import COUNTY
from domain.disk import DiskFullError, is_disk_full
from domain.errors import BadInputError
from domain.ledger import Ledger, Read
from domain.sealed import reference_of, said
from domain.store import STORE as STORE_DECIDER
from doors.names import Names, people_of
from doors.stores import open_store
from doors.texts import t
from doors.vault import Say, said_in_json, saying, vault_of
from projections.cases import Case, case
from projections.positions import Stopped
from projections.runner import catch_up, parked
from projections.store import reachable, views_engine
from projections.views import VIEWS

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help=t(
            "库的地址：sqlite:///文件 或 postgresql://…；默认 BRIDGEFUND_STORE，再默认演示库",
            "the store: sqlite:///FILE or postgresql://…; default BRIDGEFUND_STORE, then the demo's",
        ),
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help=t("以 JSON 输出：金额为整数分，日期为 ISO", "print JSON: whole fen, ISO dates"))
]
CountyOption = Annotated[str | None, typer.Option("--county", help=t("只看一个县", "of one county only"))]

QUIET_S = 2.0  # A shorter wait needs no bar.
_WIDTH_UNSEEN = 150  # Of what goes to a file or a pipe.


@dataclass(frozen=True)
class Dated:
    """What an answer as of two days says of itself, as data and in lines; and how streams stood by it."""

    at: date
    data: dict[str, Any]
    lines: tuple[str, ...]
    state: Read


@dataclass(frozen=True)
class Reading:
    """An open store with its views up to date; or, where it is `dated`, with those of one case as of two days."""

    ledger: Ledger
    engine: Engine
    sample: bool
    parked: int
    stopped: list[Stopped]
    people: Mapping[str, str]
    dated: Dated | None = None
    say: Say = reference_of

    @property
    def state(self) -> Read:
        """Return how a stream's state is looked up."""
        return self.dated.state if self.dated else self.ledger.state

    def names(self, county: str) -> Names:
        """Return the names that a county's adopted rules give to posts, steps and pools."""
        return Names.of(self.ledger, county, self.people)

    def county(self, county: str | None) -> str | None:
        """Return the county that a list is asked for, or None for all.

        Raises:
            BadInputError: If the store has nothing of it: a misspelt name must not look like an empty list.
        """
        if county is None or self.ledger.state(COUNTY, county_stream(county)).current is not None:
            return county
        adopted = f"{county} 在本库没有采纳政策", f"{county} has adopted no policy in this store"
        raise BadInputError("--county", t(*adopted))

    def case(self, case_id: str, kind: str) -> Case:
        """Return a case of *kind*.

        Raises:
            BadInputError: If there is none.
        """
        found = parse_case(case_id)
        if found.kind != kind:
            of_kind = t(
                f"{case_id} 是 {found.kind}，这里要 {kind}", f"{case_id} is a {found.kind}; a {kind} is asked for"
            )
            raise BadInputError("ID", of_kind)
        row = case(self.engine, case_id)
        if row is None:
            listed = f"bridgefund {kind} list" if kind != "claim" else "bridgefund project show"
            raise BadInputError("ID", t(f"没有 {case_id}；见 {listed}", f"no {case_id}; see {listed}"))
        return row

    def print_json(self, **data: Any) -> None:
        """Print an object: what kind of store it is from, and *data*."""
        whole = {
            "sample": self.sample,
            "parked": self.parked,
            "stopped": [to_builtins(s) for s in self.stopped],
            **({"as_of": self.dated.data} if self.dated else {}),
            **data,
        }
        typer.echo(said_in_json(json.dumps(whole, ensure_ascii=False, indent=2, default=_plain), self.say))

    def console(self) -> Console:
        """Return where text goes, with the banner of a sample store on it, and the days that the answer stands for."""
        console = console_of(sample=self.sample, say=self.say)
        for line in self.dated.lines if self.dated else ():
            console.print(line)
        return console


class _Console(Console):
    """Says what is sealed in a text as the reader may have it, wherever the text stands."""

    def __init__(self, say: Say, **how: Any) -> None:
        super().__init__(**how)
        self._say_sealed = say

    def render_str(self, text: str, **how: Any) -> Text:
        return super().render_str(said(text, self._say_sealed), **how)


def console_of(*, sample: bool, say: Say = reference_of) -> Console:
    """Return where text goes, with the banner of a sample store on it; what is sealed is said as *say* says it."""
    width = None if sys.stdout.isatty() else _WIDTH_UNSEEN
    console = _Console(say, file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)
    if sample:
        console.print(
            t(
                "【样例 SAMPLE】样例库：人名、单位、文号均为虚构",
                "[样例 SAMPLE] a sample store: names and papers are made up",
            )
        )
    return console


@contextmanager
def reading(store: str | None) -> Iterator[Reading]:
    """Open a store for reading; an error of ours ends the command with its words and exit code 2."""
    with exits_on_error(), open_store(store) as ledger:
        engine = views_engine(ledger.url)
        try:
            try:
                stopped = _catch_up(ledger, engine)
            except DiskFullError as full:
                engine, stopped = on_a_full_disk(ledger, engine, full, _catch_up)
            with reachable(engine):
                aside = len(parked(engine))
                _warn(aside, stopped)
                sample = ledger.state(STORE_DECIDER, STORE).sample is not None
                people, say = people_of(ledger.url), saying(vault_of(ledger.url))
                yield Reading(ledger, engine, sample, aside, stopped, people, say=say)
        finally:
            engine.dispose()


def _catch_up(ledger: Ledger, engine: Engine) -> list[Stopped]:
    """Bring the views up to date, and return those that stand still before a fact.

    Raises:
        DiskFullError: If there is no room for what is new.
    """
    try:
        with reachable(engine), bar_if_slow(t("读取总账", "reading the ledger")) as told:
            return catch_up(ledger, engine, VIEWS, told=told)
    except Exception as error:
        if is_disk_full(error):
            raise DiskFullError(place=ledger.place, reason=error) from error
        raise


def _warn(aside: int, stopped: list[Stopped]) -> None:
    if aside:
        said = (
            f"{aside} 条事实未能读入视图，下列数字可能不全；见 bridgefund projections status",
            f"{aside} facts could not be read in: figures may lack them; see `bridgefund projections status`",
        )
        typer.echo(t(*said), err=True)
    for stop in stopped:
        told = (
            f"视图 {stop.view} 停在第 {stop.position} 条，其后的事实不在其中：{stop.reason}",
            f"view {stop.view} stands at fact {stop.position} and lacks what comes after: {stop.reason}",
        )
        typer.echo(t(*told), err=True)


@contextmanager
def bar_if_slow(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show how far *what* has come, on a terminal, once it has taken a while; the block tells where it is, of how many.

    Of how many may be unknown: None. What goes to a file or a pipe has no bar in it.
    """
    began = time.monotonic()
    console = Console(stderr=True)
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task(what, total=None)

    def told(position: int, end: int | None) -> None:
        if time.monotonic() - began > QUIET_S:
            bar.start()
            bar.update(task, completed=position, total=end)

    try:
        yield told
    finally:
        if bar.live.is_started:  # One that was never shown would end with an empty line.
            bar.stop()


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))
