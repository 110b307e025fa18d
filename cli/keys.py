"""`bridgefund key`: a person's own signing key, in a file that only its owner can read."""

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.errors import exits_on_error
from domain.cases import STORE, mandates_stream
from domain.errors import RefusedError
from domain.ledger import Ledger
from domain.mandate import MANDATE
from domain.store import STORE as STORE_DECIDER
from doors.clock import business_now
from doors.key_files import KeyFile, check_person, make_key, read_key, register_unsigned
from doors.stores import open_store
from doors.texts import t
from personal.keyring import make_master

DOOR: Final = "cli"

app = typer.Typer(
    help=t(
        "个人签名密钥：生成、登记（封印总账的密钥用 bridgefund keys）",
        "people's signing keys: make, register (keys that seal the ledger: `bridgefund keys`)",
    ),
    no_args_is_help=True,
)


class KeysKnownError(RefusedError):
    """A key was to be registered unsigned where keys that could sign for it are known."""

    zh = "{county} 已有登记的密钥；新密钥须由已登记的人签名登记"
    en = "{county} has registered keys; a new one must be registered by somebody whose key is known"


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help=t("要写的文件", "the file to write"))],
    *,
    person: Annotated[str, typer.Option(help=t("人员编号", "the person's opaque id"))],
) -> None:
    """生成一把密钥，存为仅本人可读的文件。 / Make a key, in a file that only its owner can read.

    例 / example: bridgefund key new my.key --person p-117
    """
    with exits_on_error():
        made = make_key(file, person)
    typer.echo(f"{made.key_id} {made.public_hex}")


@app.command()
def master(
    file: Annotated[Path, typer.Argument(help=t("要写的文件，放在库外", "the file to write, outside the store"))],
) -> None:
    """生成个人信息主密钥，存为仅本人可读的文件。 / Make the master key of personal data (BRIDGEFUND_PERSONAL_KEY).

    丢失即全部姓名不可读；其备份能使已擦除而密钥尚有备份的姓名复现，须分开保管。
    Lost, no name can be read any more. Keep its copies apart from copies of persons' keys: both undo an erasure.

    例 / example: bridgefund key master /etc/bridgefund/personal.key
    """
    with exits_on_error():
        make_master(file)
    typer.echo(t(f"已生成；请设 BRIDGEFUND_PERSONAL_KEY={file}", f"made; set BRIDGEFUND_PERSONAL_KEY={file}"))


@app.command()
def register(
    county: Annotated[str, typer.Argument(help=t("县名", "county id"))],
    file: Annotated[Path, typer.Argument(help=t("密钥文件", "the key file"))],
    *,
    store: Annotated[str | None, typer.Option(help=t("库的地址", "the store's URL"))] = None,
) -> None:
    """登记密钥：样例库随时可以；正式库只有第一把。 / Register a key: on a sample, or the first of a county.

    例 / example: bridgefund key register sample my.key
    """
    with exits_on_error(), open_store(store) as ledger:
        key_file = read_key(file)
        check_person(key_file.person)  # A key of nobody's would sign for everybody, as a door's does.
        _register(ledger, county, key_file)
    typer.echo(t(f"已登记 {key_file.key_id}", f"registered {key_file.key_id}"))


def _register(ledger: Ledger, county: str, key_file: KeyFile) -> None:
    sample = ledger.state(STORE_DECIDER, STORE).sample
    # The first key of a county is taken on trust from whoever has the ledger in hand; the rest are signed for.
    if sample is None and ledger.state(MANDATE, mandates_stream(county)).keys:
        raise KeysKnownError(county=county)
    now = business_now(ledger)
    register_unsigned(ledger, county, key_file.key_id, key_file.public_hex, key_file.person, DOOR, now)
