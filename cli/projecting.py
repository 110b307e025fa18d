"""`bridgefund projections`: how far the read models are, taking up what was laid aside, and building them anew."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from msgspec import to_builtins
from sqlalchemy import Engine

from cli.errors import exits_on_error
from cli.reading import JsonOption, StoreOption, bar_if_slow, console_of
from cli.tables import table
from domain.cases import STORE
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.store import STORE as STORE_DECIDER
from doors.stores import open_store
from doors.texts import t
from doors.views_standing import views_standing
from projections.comparing import Difference
from projections.positions import Standing
from projections.rebuilding import Rebuilt, rebuild
from projections.runner import parked
from projections.store import reachable, views_engine
from projections.view import View
from projections.views import VIEWS

app = typer.Typer(help=t("视图：读到何处、重建", "views: how far they are, rebuilding"), no_args_is_help=True)
FOUND = 1


@app.command("status")
def status(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """各视图读到第几条、搁置了哪些事实、停在哪条之前。 / How far each view is, what is parked, what it stops at.

    退出码：0 无事，1 有搁置或停住的视图。 Exit code 0: all is well; 1: something is parked, or a view stands still.

    例 / example: bridgefund projections status --json
    """
    with _opened(store) as (ledger, engine):
        far = views_standing(ledger, engine)
        found, end, aside = far.views, far.end, far.aside
        if as_json:
            views = [{**to_builtins(one), "behind": end - one.position} for one in found]
            _print_json(ledger, end=end, views=views, parked=to_builtins(aside))
        else:
            _print(ledger, found, end)
            for one in aside:
                typer.echo(t(f"搁置：视图 {one.view}，", f"parked: view {one.view}, ") + _place(one))
        if not far.well:
            raise typer.Exit(FOUND)


@app.command("rebuild")
def rebuild_(
    views: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VIEW]...", help=t("视图名；默认全部", "names of views; all by default")),
    ] = None,
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """从第一条事实起重建视图，与现用的逐行比对后换上。 / Build views anew from the first fact, compare, swap.

    重建在旁边进行，其间照常读写；中断则现用的不变。不会重发通知，也不会重复付款。退出码：0 与现用的一致，1 有差异。

    It is built beside the live view, which stays in use until the end, and as it was if the rebuild is cut off. No
    notice and no payment is repeated. Exit code 0: equal to the live ones; 1: rows differ (the new ones are in use).

    例 / example: bridgefund projections rebuild statement timeline
    """
    with _opened(store) as (ledger, engine):
        made = _build(ledger, engine, [_view(name) for name in views] if views else VIEWS, as_json=as_json)
        if any(one.differences or one.parked for one in made):
            raise typer.Exit(FOUND)


@app.command("retry")
def retry(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """再次读入搁置的事实：有搁置的视图按顺序重建。 / Take up parked facts again: their views are built anew, in order.

    后面的事实依据前面的，所以不单独补读。退出码：0 全部读入，1 仍有搁置。

    What came later rests on what came before, so a fact is never taken in out of turn. Exit code 0: nothing is parked
    any more; 1: something still is.

    例 / example: bridgefund projections retry
    """
    with _opened(store) as (ledger, engine):
        names = {one.view for one in parked(engine)}
        mine = [view for view in VIEWS if view.name in names]
        if not mine:
            _print_json(ledger, views=[]) if as_json else typer.echo(t("没有搁置的事实", "nothing is parked"))
            return
        if any(one.parked for one in _build(ledger, engine, mine, as_json=as_json)):
            raise typer.Exit(FOUND)


def _build(ledger: Ledger, engine: Engine, views: Sequence[View], *, as_json: bool) -> list[Rebuilt]:
    with bar_if_slow(t("重建视图", "rebuilding views")) as told:
        made = rebuild(ledger, engine, *views, told=told)
    if as_json:
        _print_json(ledger, views=to_builtins(made))
    else:
        for one in made:
            typer.echo(_said(one))
            for difference in one.differences:
                typer.echo(f"  {_differs(difference)}")
            for aside in one.parked:
                typer.echo("  " + t("仍搁置：", "still parked: ") + _place(aside))
    return made


def _said(one: Rebuilt) -> str:
    if not one.compared:
        beside = t("没有可比的现用视图", "no live view to compare with")
    elif one.differences:
        beside = t("与原有的不同，已换上新的", "other than the live one; the new one is in use")
    else:
        beside = t("与现用的逐行一致", "equal to the live one, row for row")
    return t(f"{one.view}：{one.rows} 行，{beside}", f"{one.view}: {one.rows} rows, {beside}")


def _differs(difference: Difference) -> str:
    lacking, besides, otherwise = difference.lacking, difference.besides, difference.otherwise
    keys = "; ".join("/".join(map(str, key)) for key in difference.keys)
    return t(
        f"{difference.table}：原缺 {lacking} 行，多 {besides} 行，不同 {otherwise} 行；如 {keys}",
        f"{difference.table}: the live one lacked {lacking}, had {besides} besides, {otherwise} other; such as {keys}",
    )


def _place(one: Any) -> str:
    return t(f"第 {one.position} 条 ", f"fact {one.position} ") + f"{one.stream} {one.fact}: {one.error}"


def _print(ledger: Ledger, found: Sequence[Standing], end: int) -> None:
    console = console_of(sample=_is_sample(ledger))
    position, behind, aside = t("读到", "position"), t("未读", "behind"), t("搁置", "parked")
    right = (position, behind, aside)
    made = table(t("视图", "view"), t("版本", "version"), *right, t("状况", "state"), right=right)
    for one in found:
        state = one.stopped or ("" if one.built else t("尚未建立", "not built yet"))
        made.add_row(
            one.view, str(one.version), str(one.position), str(end - one.position), str(one.parked or ""), state
        )
    console.print(made)


def _print_json(ledger: Ledger, **data: Any) -> None:
    typer.echo(json.dumps({"sample": _is_sample(ledger), **data}, ensure_ascii=False, indent=2, default=str))


def _is_sample(ledger: Ledger) -> bool:
    return ledger.state(STORE_DECIDER, STORE).sample is not None


def _view(name: str) -> View:
    for view in VIEWS:
        if view.name == name:
            return view
    there = ", ".join(view.name for view in VIEWS)
    raise BadInputError("VIEW", t(f"没有视图 {name}；有：{there}", f"no view {name}; there are: {there}"))


@contextmanager
def _opened(store: str | None) -> Iterator[tuple[Ledger, Engine]]:
    """Open a store and its views as they are: nothing is read on."""
    with exits_on_error(), open_store(store) as ledger:
        engine = views_engine(ledger.url)
        try:
            with reachable(engine):
                yield ledger, engine
        finally:
            engine.dispose()
