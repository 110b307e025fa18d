"""Reading goes on when the disk is full: from the views as they stand, or from views in memory, and it is said so."""

from collections.abc import Callable

import typer
from sqlalchemy import Engine

from domain.disk import DiskFullError
from domain.ledger import Ledger
from doors.texts import language, t
from projections import positions
from projections.in_memory import views_in_memory
from projections.positions import Stopped
from projections.views import VIEWS


def on_a_full_disk(
    ledger: Ledger, engine: Engine, full: DiskFullError, catch_up: Callable[[Ledger, Engine], list[Stopped]]
) -> tuple[Engine, list[Stopped]]:
    """Return what can be read though nothing can be written, with the views that stand still; warn how far it goes."""
    typer.echo(full.text(language()), err=True)
    try:
        reached, end = _reached(ledger, engine)
    except Exception:  # noqa: BLE001 - no view stands there yet, or it is not this build's: whatever it is, read on
        engine.dispose()
        engine = views_in_memory(ledger.url)
        said = (
            "视图无法写入磁盘，已在内存中临时补齐",
            "the views cannot be written: they were completed in memory, for now",
        )
        stopped = catch_up(ledger, engine)
    else:
        with engine.connect() as connection:
            stopped = positions.stopped(connection)
        said = (
            f"视图只读到第 {reached} 条事实，总账已到第 {end} 条：下列内容不含其后的事实",
            f"the views have read up to fact {reached}, the ledger ends at {end}: what follows lacks what came after",
        )
    typer.echo(t(*said), err=True)
    return engine, stopped


def _reached(ledger: Ledger, engine: Engine) -> tuple[int, int]:
    """Return how far every view has read, and the end of the ledger.

    Raises:
        Exception: If a view has never been built, is another build's, or cannot be read.
    """
    reached = min(positions.of(engine, VIEWS).values())
    if reached == 0:
        raise LookupError(reached)
    return reached, ledger.recorder.max_notification_id() or 0
