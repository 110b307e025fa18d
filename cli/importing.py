"""`bridgefund import`: an older year from a spreadsheet, as the testimony of whoever signs for it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from cli.errors import exits_on_error
from cli.keys import DOOR
from cli.policies import policy_path
from cli.reading import JsonOption, StoreOption
from domain.calendar import day_of
from domain.cases import STORE, mandates_stream
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.mandate import MANDATE
from domain.policy import load
from domain.procedures.asking import rules_of
from domain.store import STORE as STORE_DECIDER
from domain.testimony import TESTIMONY
from domain.testimony_facts import ImportOpened, stream_of_testimony
from doors.clock import business_now
from doors.key_files import read_key
from doors.stores import open_store
from doors.texts import t
from imports.checking import Checked, Told, check
from imports.faults import FaultyFileError, Said
from imports.reading import Source, open_source, read_table
from imports.recording import Registrar, Signer, record, registrar_of, signed_import
from imports.template import ROWS, write_template
from simulation.keys import sample_key

_EXAMPLE_COUNTY = "sample"


def import_(
    county: Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))] = "",
    file: Annotated[
        Path | None, typer.Argument(help=t("旧账文件：.xlsx、.csv、.toml", "the file: .xlsx, .csv or .toml"))
    ] = None,
    *,
    template: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=t("写出一份填好的样例，不导入", "write a filled example, import nothing")),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(help=t("导入人的密钥文件；样例库可不给", "the importer's key file; a sample store needs none")),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """导入往年旧账，只作为导入人的陈述，不算本系统的决定。 / Bring an older year in, as testimony: decided elsewhere.

    全部行先核对，有一处错就一行不存，并逐处列出工作表、行、列。同一文件再导一次不会重复。

    Every row is checked before the first is stored. One that is wrong, and nothing is: each is told by sheet, row and
    column. The same file again stores nothing new.

    由本县规则中登记到账的岗位导入，用本人密钥签名。 / The post that enters receipts imports, and signs.

    例 / examples:

    bridgefund import jiashi --template 旧账.xlsx

    bridgefund import jiashi samples/import/jiashi-2021.xlsx

    bridgefund import jiashi 旧账.xlsx --key my.key --store sqlite:///jiashi.db

    bridgefund report testimony jiashi 2021
    """
    with exits_on_error():
        if template is not None:
            _write_template(template, county, file)
            return
        if not county or file is None:
            needed = "须给出县名和文件，或 --template 文件", "name a county and a file, or --template FILE"
            raise BadInputError("COUNTY FILE", t(*needed))
        source = open_source(file)
        with open_store(store) as ledger:
            _import(ledger, county, source, key, as_json=as_json)


def _write_template(template: Path, county: str, file: Path | None) -> None:
    if file is not None:
        raise BadInputError("--template", t("写样例时不导入文件", "an example is written: no file is imported"))
    profile = load(policy_path(county or _EXAMPLE_COUNTY)).profile
    # An older year: the one before the county's text.
    year = (profile.county.year or 2022) - 1
    write_template(template, profile, year)
    said = f"已写出样例 {template}（{year} 年，{ROWS} 行）", f"wrote an example to {template} ({year}, {ROWS} rows)"
    typer.echo(t(*said))


def _import(ledger: Ledger, county: str, source: Source, key: Path | None, *, as_json: bool) -> None:
    now = business_now(ledger)
    profile = rules_of(ledger.state, county).profile
    registrar = registrar_of(profile)
    signer = _signer(ledger, county, registrar, key)
    try:
        with _bar(t("读取文件，核对各行", "reading and checking the rows")) as told:
            checked = check(source.name, read_table(source), profile, day_of(now), told)
    except FaultyFileError as e:
        if as_json:
            faults = [asdict(fault) | {"said": fault.said._asdict()} for fault in e.faults]
            typer.echo(json.dumps({"stored": 0, "faults": faults}, ensure_ascii=False, indent=2))
        raise
    message = signed_import(county, source, checked, signer, now)
    with _bar(t("存入总账", "storing the rows")) as told:
        new = bool(record(ledger, message, checked.rows, now, told))
    opened = ledger.state(TESTIMONY, stream_of_testimony(county, checked.year)).files[source.digest]
    _tell(opened, checked, new=new, as_json=as_json)


def _signer(ledger: Ledger, county: str, registrar: Registrar, key: Path | None) -> Signer:
    if key is not None:
        file = read_key(key)
        return Signer(file.person, registrar.post, file.key_id, file.key, DOOR)
    if ledger.state(STORE_DECIDER, STORE).sample is None:
        raise BadInputError("--key", t("须用导入人本人的密钥签名", "the importer's own key is needed to sign"))
    key_id, door_key = sample_key(ledger, county, DOOR)
    holders = ledger.state(MANDATE, mandates_stream(county)).holders(day_of(business_now(ledger)))
    if registrar.post not in holders:
        nobody = (
            f"没有人任 {registrar.post}（{registrar.clause}）",
            f"nobody holds {registrar.post} ({registrar.clause})",
        )
        raise BadInputError("COUNTY", t(*nobody))
    return Signer(holders[registrar.post], registrar.post, key_id, door_key, DOOR)


def _tell(opened: ImportOpened, checked: Checked, *, new: bool, as_json: bool) -> None:
    if as_json:
        data = {
            "stored": opened.rows if new else 0,
            "new": new,
            "county": opened.county,
            "year": opened.year,
            "notes": [note._asdict() for note in checked.notes],
            **origin_data(opened),
        }
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for note in checked.notes:
        typer.echo(_said(note))
    count, year = opened.rows, opened.year
    if new:
        typer.echo(t(f"已导入 {year} 年 {count} 行", f"imported {count} rows of {year}"))
    else:
        typer.echo(t("此前已导入，没有存入新内容", "imported before: nothing new is stored"))
    typer.echo(origin(opened))


def origin(opened: ImportOpened) -> str:
    """Return the line under which imported figures stand: from which file, by whom, on which day."""
    act = opened.act
    return t(
        f"导入自 {opened.file_name}，sha256 {opened.file_digest}，"
        f"由 {act.post} {act.person} 于 {act.occurred_on} 导入，非本系统办理",
        f"imported from {opened.file_name} sha256 {opened.file_digest}, "
        f"by {act.post} {act.person}, on {act.occurred_on}; not decided here",
    )


def origin_data(opened: ImportOpened) -> dict[str, str | int]:
    """Return the same, for JSON."""
    act = opened.act
    return {
        "file": opened.file_name,
        "sha256": opened.file_digest,
        "rows": opened.rows,
        "imported_by": act.person,
        "post": act.post,
        "imported_on": act.occurred_on.isoformat(),
        "key_id": opened.key_id,
        "signature": opened.signature,
    }


def _said(said: Said) -> str:
    return t(said.zh, said.en)


@contextmanager
def _bar(what: str) -> Iterator[Told]:
    """Show how far *what* has come, on a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def told(count: int, of: int) -> None:
            bar.update(task, completed=count, total=of)

        yield told
