"""`bridgefund notices`: who was told what and when, what waits to be sent, and the sending itself."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from sqlalchemy import Engine

from cli.errors import TRY_AGAIN, exits_on_error, run_command
from cli.notice_sending import EVERY_S, Sending, is_sample, naming, people_known, switch_on
from cli.reading import CountyOption, JsonOption, StoreOption, bar_if_slow, console_of
from cli.tables import table
from domain.cases import parse_case
from domain.errors import BadInputError
from domain.ledger import Ledger
from doors.clock import wall_now
from doors.stores import open_store
from doors.texts import language, t
from notices.outbox import IN_DOUBT, PARKED, SENDING, SENT, Delivery, Noted, Outbox
from notices.reading import NotBegunError, Reader, begun
from notices.sending import Tally
from notices.tables import QUEUED, notices_engine
from projections.store import reachable
from settings import Settings

app = typer.Typer(help=t("通知：谁、何时、被告知什么", "notices: who was told what, and when"), no_args_is_help=True)
_STATES = {
    QUEUED: ("待发", "waits"),
    SENDING: ("发送中", "on its way"),
    SENT: ("已发", "sent"),
    PARKED: ("搁置", "parked"),
    IN_DOUBT: ("存疑", "in doubt"),
}


@dataclass(frozen=True)
class _Opened:
    ledger: Ledger
    engine: Engine
    outbox: Outbox

    def print_json(self, **data: Any) -> None:
        """Print an object: what kind of store it is from, and *data*."""
        typer.echo(json.dumps({"sample": is_sample(self.ledger), **data}, ensure_ascii=False, indent=2))

    def console(self) -> Console:
        """Return where text goes."""
        return console_of(sample=is_sample(self.ledger))


@contextmanager
def _opened(store: str | None) -> Iterator[_Opened]:
    with exits_on_error(), open_store(store) as ledger:
        engine = notices_engine(ledger.url)
        try:
            with reachable(engine):
                yield _Opened(ledger, engine, Outbox(engine))
        finally:
            engine.dispose()


@app.command("list")
def list_(
    *,
    post: Annotated[str | None, typer.Option("--post", help=t("发给某岗位的", "to one post"))] = None,
    person: Annotated[str | None, typer.Option("--person", help=t("发给某人的", "to one person"))] = None,
    case: Annotated[str | None, typer.Option("--case", help=t("关于某案件的", "about one case"))] = None,
    county: CountyOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """列出通知：告知谁、何事、发往何处、何时发出。 / List the notices: who was told what, sent where and when.

    例 / example: bridgefund notices list --case sample/claim/S04-2
    """
    with _opened(store) as at:
        begun(at.ledger, at.engine)
        if case is not None:
            parse_case(case)
        _check_named(at, person, post)
        found = at.outbox.noted(county=county, post=post, person=person, case=case)
        if as_json:
            at.print_json(items=[_data(one) for one in found])
            return
        rows = table(
            t("记录", "recorded"), t("岗位", "post"), t("人", "person"), t("通知", "notice"), t("发送", "delivery")
        )
        for one in found:
            subject = one.subject_en if language() == "en" else one.subject_zh
            rows.add_row(one.recorded_at[:16], one.post, one.person, subject, _sent(one))
        at.console().print(rows)


def _check_named(at: _Opened, person: str | None, post: str | None) -> None:
    """Refuse a name that the store does not know: misspelt, it would look like somebody who was told nothing.

    Raises:
        BadInputError: If there is nobody of that id, and no such post.
    """
    if person is not None and person not in people_known(at.ledger) and not at.outbox.noted(person=person):
        raise BadInputError("--person", t(f"本库没有 {person}", f"nobody is called {person} in this store"))
    if post is not None and not at.outbox.noted(post=post):
        posts = ", ".join(sorted({one.post for one in at.outbox.noted()})) or "-"
        raise BadInputError("--post", t(f"没有发给 {post!r} 的；有：{posts}", f"none to {post!r}; there are: {posts}"))


def _sent(one: Noted) -> str:
    if one.earlier:
        return t("启用前，不发", "of before the start, not sent")
    if not one.deliveries:
        return t("仅站内", "here only")
    return "\n".join(_delivered(delivery) for delivery in one.deliveries)


def _delivered(one: Delivery) -> str:
    parts = (one.channel, t(*_STATES[one.state]), (one.sent_at or "")[:16], one.address)
    said = " ".join(part for part in parts if part)
    return f"{said}\n{one.reason}" if one.reason else said


def _data(one: Noted) -> dict[str, Any]:
    fact = {"name": one.fact, "stream": one.stream, "version": one.version, "position": one.position}
    data = {name: value for name, value in asdict(one).items() if name not in ("fact", *fact)}
    return {**data, "due_on": one.due_on.isoformat() if one.due_on else None, "fact": fact}


@app.command()
def status(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """读到何处；待发、已发、搁置、存疑各多少。 / How far the log is read; what waits, was sent, parked, in doubt.

    例 / example: bridgefund notices status --json
    """
    with _opened(store) as at:
        try:
            start = begun(at.ledger, at.engine)
        except NotBegunError:
            if as_json:
                at.print_json(on=False)
            else:
                at.console().print(NotBegunError().text(language()))
            return
        end = at.ledger.recorder.max_notification_id() or 0
        counts, troubled = at.outbox.counts(), at.outbox.troubled()
        unreached, faults = at.outbox.unreached(), at.outbox.faults()
        if as_json:
            at.print_json(
                on=True,
                begun_after=start.after,
                begun_at=start.at,
                position=start.position,
                unread=end - start.position,
                deliveries=counts,
                troubled=[{**asdict(delivery), "case": notice.case} for notice, delivery in troubled],
                unreached=unreached,
                faults=[asdict(fault) for fault in faults],
            )
            return
        console = at.console()
        console.print(
            t(
                f"自第 {start.after} 条事实之后发送（{start.at[:16]} 启用）；读到第 {start.position} 条，共 {end} 条",
                f"sent from after fact {start.after} (on since {start.at[:16]}); read to {start.position} of {end}",
            )
        )
        for channel, of_channel in counts.items():
            told = "，".join if language() != "en" else ", ".join
            console.print(f"{channel}: {told(f'{t(*_STATES[state])} {of_channel[state]}' for state in of_channel)}")
        for notice, delivery in troubled:
            console.print(f"{notice.id} {notice.case} {notice.person} {_delivered(delivery)}")
        for nobody, number in unreached.items():
            who = nobody or t("（岗位无人）", "(nobody holds the post)")
            console.print(t(f"没有地址：{who}，{number} 条仅站内", f"no address: {who}, {number} notices here only"))
        for fault in faults:
            console.print(t(f"未能成文：{fault.position} {fault.error}", f"not made: {fault.position} {fault.error}"))


@app.command()
def start(
    *,
    from_start: Annotated[
        bool,
        typer.Option(
            "--from-start", help=t("此前的也列入站内，但不发送", "also list what stands before, without sending it")
        ),
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """启用通知：只发送此后的；可重复运行。 / Switch notices on: only what comes after is sent; repeating is harmless.

    例 / example: bridgefund notices start --from-start
    """
    with _opened(store) as at:
        after = switch_on(at.ledger, at.engine)
        noted = 0
        if from_start:
            with bar_if_slow(t("读取总账", "reading the ledger")) as told:
                noted = Reader(at.ledger, at.engine, naming(at.ledger), {}).look_back(told)
        if as_json:
            at.print_json(begun_after=after, noted=noted)
        else:
            typer.echo(t(f"此前的通知列入 {noted} 条，均不发送", f"{noted} earlier notices listed, none is sent"))


@app.command()
def send(
    *,
    follow: Annotated[
        bool, typer.Option("--follow", help=t("一直运行，直到 Ctrl-C", "go on until Ctrl-C or SIGTERM"))
    ] = False,
    every: Annotated[
        float, typer.Option("--every", min=0.1, help=t("每隔几秒看一次", "seconds between looks"))
    ] = EVERY_S,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """读取新事实，发送到期的通知；退出码 1：有的须再试。 / Read new facts, send what is due; exit 1: some must wait.

    例 / example: BRIDGEFUND_NOTICES=notices.toml bridgefund notices send --follow
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        sending = Sending(open_store(store), settings)
    run_command(_follow(sending, every) if follow else _send_once(sending, as_json=as_json))


async def _follow(sending: Sending, every_s: float) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    typer.echo("ready")  # Whoever started this process may wait for the line.
    await sending.follow(stop, every_s)
    return 0


async def _send_once(sending: Sending, *, as_json: bool) -> int:
    whole = Tally()
    with bar_if_slow(t("读取总账", "reading the ledger")) as told:
        await asyncio.to_thread(sending.reader.read_on, wall_now(), told)
    with bar_if_slow(t("发送通知", "sending notices")) as told:
        while True:
            one = await sending.sender.round()
            whole = whole.plus(one)
            told(whole.moved, whole.moved + one.resting)
            if not one.moved and not one.later:  # What must wait is not due any more.
                break
    if as_json:
        typer.echo(json.dumps(asdict(whole)))
    else:
        sent, waits, parked, doubted = whole.sent, whole.later + whole.resting, whole.parked, whole.in_doubt
        said = (
            f"发出 {sent}，稍后再试 {waits}，搁置 {parked}，存疑 {doubted}",
            f"{sent} sent, {waits} to be tried again, {parked} parked, {doubted} in doubt",
        )
        typer.echo(t(*said))
    return TRY_AGAIN if whole.later or whole.resting else 0


@app.command()
def retry(
    notice: Annotated[str | None, typer.Argument(metavar="[ID]", help=t("只此一条", "this notice only"))] = None,
    *,
    in_doubt: Annotated[
        bool,
        typer.Option(
            "--in-doubt",
            help=t("存疑的也再发一次（同一 Message-ID）", "also what is in doubt, with the same Message-ID"),
        ),
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """把搁置的通知重新排队；地址已改的按新地址发。 / Queue what is parked once more, to the address as it is by now.

    例 / example: bridgefund notices retry --in-doubt
    """
    with _opened(store) as at:
        begun(at.ledger, at.engine)
        states = (PARKED, IN_DOUBT) if in_doubt else (PARKED,)
        count = at.outbox.retry(wall_now(), states, notice)
        if notice is not None and not count:
            said = f"{notice} 没有搁置的发送", f"nothing of {notice} is parked; see `bridgefund notices status`"
            raise BadInputError("ID", t(*said))
        if as_json:
            at.print_json(queued=count)
        else:
            typer.echo(t(f"重新排队 {count} 条", f"{count} queued once more"))
