"""`bridgefund demo`: two counties' year into a fresh sample store, what came of it, and then the console."""

import json
import os
import shutil
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import Client

from audit.daily import Daily
from audit.seal_keys import make_key
from audit.seals import Seals
from cli import funds, obligations, projects, reports
from cli.demo_console import demo_console
from cli.errors import exits_on_error, run_command
from cli.resuming import resumed
from cli.simulating import SAMPLES, simulated
from cli.whereabouts import noted
from domain.cases import STORE
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.store import STORE as STORE_DECIDER
from doors.clock import business_now
from doors.stores import DEMO_STORE, names_file
from doors.texts import language, t
from servers.find import temporal_cli
from servers.progress import progress
from servers.run import dev_server
from settings import Settings
from simulation.sample_model import Samples
from simulation.samples import load
from worker import build_worker, stop_at_signals
from workflows.client import open_cases

SEED = 7
COUNTIES = ("jiashi-2022", "sample-county")
QUEUE = "bridgefund"
# What the demo tells in full: one fund of the county's year, and the project that passes every step.
FUND, PROJECT = "jiashi/fund/F4", "sample/project/S01"
LEFT_OPEN, LEFT_OPEN_POST = "sample/claim/S04-2", "payment_centre"


def demo(
    *,
    leave: Annotated[bool, typer.Option("--exit", help=t("演完即退出", "end after the year"))] = False,
    samples: Annotated[Path, typer.Option(help=t("样例目录", "folder with the samples' folders"))] = SAMPLES,
    seed: Annotated[int, typer.Option(help=t("种子", "the seed"))] = SEED,
) -> None:
    """演示：伽师县与样例县的一年，然后打开网页端接着办。 / Two counties' year, then the console on what is open.

    例 / example: bridgefund demo --exit
    """
    with exits_on_error():
        counties = [load(samples / name) for name in COUNTIES]
        path = _fresh(Path(DEMO_STORE))
    run_command(_demo(path, counties, seed, leave=leave))


async def _demo(path: Path, counties: list[Samples], seed: int, *, leave: bool) -> int:
    url = f"sqlite:///{path}"
    with Ledger(url) as ledger:
        await simulated(ledger, counties, seed, f"bridgefund demo --exit --seed {seed}")
        _write_names(path, counties)
        _tell(url, counties)
        daily = _sealed(ledger, path)
        if not leave:
            await _serve(ledger, url, daily, counties)
    return 0


def _fresh(path: Path) -> Path:
    """Return a path with no store at it: an old sample goes, anything else stays and stops the demo.

    Raises:
        BadInputError: If something stands there that is not a sample store.
    """
    if path.exists():
        with Ledger(f"sqlite:///{path}") as old:
            if old.state(STORE_DECIDER, STORE).sample is None:
                raise BadInputError(
                    str(path), t("不是样例库，演示不会动它", "not a sample store: the demo leaves it alone")
                )
        shutil.rmtree(path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write_names(path: Path, counties: list[Samples]) -> None:
    names = {person.person: person.name for samples in counties for person in samples.people}
    names_file(path).write_text(json.dumps(names, ensure_ascii=False, indent=1), encoding="utf-8")


def _tell(url: str, counties: list[Samples]) -> None:
    for samples in counties:
        reports.sources_and_uses(samples.head.county, samples.head.year, store=url)
    _title(t(f"一笔资金的来龙去脉：{FUND}", f"One fund's history: {FUND}"))
    funds.history(FUND, store=url)
    _title(t(f"一个项目的一生：{PROJECT}", f"One project's life: {PROJECT}"))
    projects.show(PROJECT, store=url)
    _title(t("逾期的事", "What was late"))
    obligations.list_(late=True, store=url)


def _sealed(ledger: Ledger, path: Path) -> Daily:
    """Seal the year with a sample's key, and say how an auditor goes on; a real key lies elsewhere."""
    folder = path.parent
    key = make_key(folder / "sample-seal.key", "sample.county.example")
    daily = Daily(ledger, key, folder / "seals")
    daily.seal(business_now(ledger))
    last = Seals(ledger).last()
    assert last is not None
    _title(t(f"已封印 {last.checkpoint.size} 条事实", f"{last.checkpoint.size} facts are sealed"))
    typer.echo(t("一笔资金交审计，离线核验：", "A fund for its auditor, verified offline:"))
    typer.echo(f"  .venv/bin/bridgefund audit pack {FUND} -o F4.zip")
    typer.echo(f"  python3 -I audit/verify.py F4.zip --key '{key.verifier}'")
    return daily


def _title(text: str) -> None:
    typer.echo(f"\n━━ {text} ━━")


async def _serve(ledger: Ledger, url: str, daily: Daily, counties: list[Samples]) -> None:
    """Start a dev server and a worker, take up the open cases, leave work for all, serve the console until Ctrl-C."""
    async with dev_server(temporal_cli(progress(language())), guarded=True) as address:
        client = await Client.connect(address)
        with noted(url, address):
            files = Settings.from_env(os.environ).files
            # Also at SIGTERM: the server is ours to end, and the notes beside the store must go.
            stop = stop_at_signals()
            async with build_worker(client, ledger, QUEUE, files=files, seals=daily):
                await resumed(ledger, client, QUEUE)
                async with demo_console(ledger, client, address, QUEUE, counties):
                    _say_how_to_go_on(len(open_cases(ledger)), address)
                    await stop.wait()


def _say_how_to_go_on(count: int, address: str) -> None:
    _title(
        t(f"{count} 件未结案件在 {address} 上继续；Ctrl-C 结束", f"{count} open cases go on at {address}; Ctrl-C ends")
    )
    typer.echo(t("另开一个终端，接着办：", "In another terminal, take the next step:"))
    typer.echo(f"  .venv/bin/bridgefund act {LEFT_OPEN} approve --as {LEFT_OPEN_POST} --note 核无误")
    typer.echo(f"  .venv/bin/bridgefund claim show {LEFT_OPEN}")
