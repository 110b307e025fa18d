"""`bridgefund simulate` and `bridgefund digest`: a county's year in a minute, and what it came to."""

import json
import re
import shlex
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli.errors import exits_on_error, run_command
from domain.cases import kind_of
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.registry import stored_name
from doors.clock import wall_now
from doors.stores import open_store
from doors.texts import language, t
from servers.find import test_server
from servers.progress import progress
from servers.run import time_skipping
from simulation.absence_stories import PERCENT_MOST
from simulation.attendance import Attendance
from simulation.digest import ledger_digest, stream_digests
from simulation.opening import policy_of
from simulation.outcomes import outcomes
from simulation.sample_model import Samples
from simulation.samples import load
from simulation.year import leave_clock, play_year
from worker import build_worker

SAMPLES = Path(__file__).parent.parent / "samples"
QUEUE = "simulation"


def simulate(
    county: Annotated[str, typer.Argument(help=t("县名，如 jiashi、sample", "county id, such as jiashi, sample"))],
    *,
    year: Annotated[int, typer.Option(help=t("年度", "the year"))],
    seed: Annotated[int, typer.Option(help=t("种子：同一种子得同样的事实", "same seed, same facts"))] = 1,
    samples: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=t(
                "样例目录，默认 samples/<县>-<年>；其中若有 policy.toml，即为该县的规则，代替 policies/<县>.toml",
                "folder; default samples/<county>-<year>. A policy.toml in it is the county's rules, instead of "
                "policies/<county>.toml",
            ),
        ),
    ] = None,
    store: Annotated[
        str | None, typer.Option(help=t("存入的库，须为空；默认用后即弃", "an empty store to keep; default: none"))
    ] = None,
    no_office: Annotated[
        bool,
        typer.Option(
            "--no-office",
            help=t("不用办理规定：演到原文未写处为止", "no office decisions: stop where the text is silent"),
        ),
    ] = False,
    absent: Annotated[
        str,
        typer.Option(
            metavar="PERCENT",
            help=t(
                "缺勤的人日占比，如 20%：由他人或代理办理，或等人回来",
                "share of person-days missed, such as 20%: others or deputies act, or it waits",
            ),
        ),
    ] = "0%",
    as_json: Annotated[bool, typer.Option("--json", help=t("以 JSON 输出", "print as JSON"))] = False,
) -> None:
    """在时间可跳跃的服务器上演一个县的一年。 / Play a county's year on the time-skipping server.

    例 / example: bridgefund simulate jiashi --year 2022 --seed 7 --store sqlite:///year.db
    """
    with exits_on_error():
        loaded = load(samples_folder(county, year, samples))
        _check_is_of(loaded, county, year)
        policy_of(loaded)
        percent = percent_of(absent)
    again = replay_command(county, year, seed, samples, no_office=no_office, absent_percent=percent)
    with tempfile.TemporaryDirectory() as scratch:
        kept = store or f"sqlite:///{scratch}/ledger.db"
        played = _simulate(loaded, seed, kept, again, percent, with_offices=not no_office, as_json=as_json)
        run_command(played)


def digest(
    *,
    store: Annotated[str | None, typer.Option(help=t("库的地址", "the store's URL"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=t("逐流列出", "stream by stream"))] = False,
) -> None:
    """总账的摘要：逐流计算，时刻截到业务日。 / A ledger's digest, per stream, times cut to the business day."""
    with exits_on_error(), open_store(store) as ledger:
        streams = stream_digests(ledger) if as_json else {}
        total = ledger_digest(ledger)
    typer.echo(json.dumps({"digest": total, "streams": streams}, indent=2) if as_json else total)


def samples_folder(county: str, year: int, given: Path | None) -> Path:
    """Return the folder of a county's sample year.

    Raises:
        BadInputError: If there is none.
    """
    candidates = [given] if given else [SAMPLES / f"{county}-{year}", SAMPLES / f"{county}-county"]
    for folder in candidates:
        if (folder / "sample.toml").is_file():
            return folder
    tried = ", ".join(str(folder) for folder in candidates)
    raise BadInputError("--samples", t(f"没有样例目录：{tried}", f"no folder of samples: {tried}"))


def _check_is_of(loaded: Samples, county: str, year: int) -> None:
    if (loaded.head.county, loaded.head.year) != (county, year):
        there = f"{loaded.head.county} {loaded.head.year}"
        raise BadInputError(
            "--samples", t(f"是 {there} 的样例，不是 {county} {year} 的", f"of {there}, not {county} {year}")
        )


def percent_of(text: str) -> int:
    """Return a share of whole percents, such as `20%`.

    Raises:
        BadInputError: If it is none, or more than a year can be played with.
    """
    if not re.fullmatch(r"[0-9]{1,2}%?", text) or not 0 <= (percent := int(text.rstrip("%"))) <= PERCENT_MOST:
        raise BadInputError("--absent", f"{text!r} must be a whole percentage from 0% to {PERCENT_MOST}%")
    return percent


def replay_command(
    county: str, year: int, seed: int, samples: Path | None, *, no_office: bool, absent_percent: int = 0
) -> str:
    """Return the command that plays the same year again."""
    words = ["bridgefund", "simulate", county, "--year", str(year), "--seed", str(seed)]
    words += ["--samples", str(samples)] if samples else []
    words += ["--absent", f"{absent_percent}%"] if absent_percent else []
    return shlex.join([*words, "--no-office"] if no_office else words)


async def _simulate(
    loaded: Samples, seed: int, store: str, replay: str, absent_percent: int, *, with_offices: bool, as_json: bool
) -> int:
    county, year = loaded.head.county, loaded.head.year
    with Ledger(store) as ledger:
        of_counties = await simulated(
            ledger, [loaded], seed, replay, with_offices=with_offices, absent_percent=absent_percent
        )
        attendance = of_counties[county]
        kinds = Counter(stored_name(type(entry.fact)) for entry in ledger.log())
        cases = Counter(map(kind_of, {entry.stream for entry in ledger.log()}))
        total, of_deadlines = ledger_digest(ledger), outcomes(ledger)
    facts = kinds.total()
    result = {"county": county, "year": year, "seed": seed, "facts": facts, "digest": total, "sample": True}
    result |= {"cases": dict(sorted(cases.items())), "kinds": dict(sorted(kinds.items())), "obligations": of_deadlines}
    if absent_percent:
        result["attendance"] = attendance.told()
    lines = [
        t(
            f"样例 {county} {year} 种子 {seed}：{facts} 条事实，每步不变量成立，摘要 {total}",
            f"SAMPLE {county} {year} seed {seed}: {facts} facts, invariants held after every step, digest {total}",
        ),
        *(attendance_lines(attendance) if absent_percent else ()),
    ]
    typer.echo(json.dumps(result, ensure_ascii=False) if as_json else "\n".join(lines))
    return 0


async def simulated(
    ledger: Ledger,
    counties: list[Samples],
    seed: int,
    replay: str,
    *,
    with_offices: bool = True,
    absent_percent: int = 0,
) -> dict[str, Attendance]:
    """Play a year into *ledger*, with a progress bar on stderr; the rest is as in `play_year`."""
    if next(ledger.log(), None) is not None:
        raise BadInputError(
            "--store", t("库里已有事实；模拟只进空库", "it holds facts; a simulation takes an empty store")
        )
    server = test_server(progress(language()))
    year = counties[0].head.year
    async with time_skipping(server) as env:
        with year_bar(year, ", ".join(c.head.county for c in counties)) as played:
            async with build_worker(env.client, ledger, QUEUE, sandboxed=False):
                attendance = await play_year(
                    env,
                    ledger,
                    counties,
                    seed,
                    task_queue=QUEUE,
                    replay=replay,
                    played=played,
                    with_offices=with_offices,
                    absent_percent=absent_percent,
                )
    leave_clock(ledger, year, wall_now())
    return attendance


def attendance_lines(attendance: Attendance) -> Iterator[str]:
    """Yield what people's absences came to, and each wait with its names."""
    told = attendance.told()
    waits, late = len(told["waits"]), len(told["too_late"])
    missed, stood_in = f"{told['missed']}/{told['person_days']}", told["by_deputies"]
    yield t(
        f"缺勤人日 {missed}；代理办理 {stood_in} 次；等人 {waits} 次；来不及办 {late} 件",
        f"person-days missed {missed}; {stood_in} acts by deputies; {waits} waits; {late} too late",
    )
    for wait in attendance.waits:
        until = wait.until.isoformat() if wait.until else t("仍在等", "still waits")
        yield f"  {wait.case} {wait.step}: {wait.post} {', '.join(wait.persons)} {wait.since} → {until}"
    for one in attendance.too_late:
        yield f"  {one.on} {one.rule}: {t(one.zh, one.en)}"


@contextmanager
def year_bar(year: int, title: str) -> Iterator[Callable[[date], None]]:
    """Show how far a year is, on stderr."""
    first = date(year, 1, 1)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[day]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(t(f"演 {title} {year}", f"playing {title} {year}"), total=364, day=str(first))
        yield lambda day: bar.update(task, completed=(day - first).days, day=str(day))
