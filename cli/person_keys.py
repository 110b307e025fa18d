"""`bridgefund people key`: keys of people, registered, rotated and revoked by signed orders."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.acting import AS_POST, KEY, Signer
from cli.errors import exits_on_error, run_command
from cli.keys import DOOR
from cli.orders import COUNTY, PERSON, REASON, give, signer_for
from cli.signing import COMMAND_ID, FOR, JSON, POST, Desk, desk, signer
from cli.whereabouts import ADDRESS_OPTION, STORE_OPTION
from domain.cases import CaseId
from domain.errors import BadInputError
from domain.order_requests import RegisterPersonKey, RevokePersonKey, RotatePersonKey
from doors.key_files import make_key, read_key
from doors.texts import t
from workflows.client import RequestRefusedError

FILE = Annotated[Path, typer.Argument(help=t("要写的密钥文件（仅本人可读）", "the key file to write, mode 0600"))]
OF_DOOR = Annotated[
    Literal["cli", "console"],
    typer.Option(
        help=t("用于：cli 命令行，console 网页端", "where it signs: cli the command line, console the browser")
    ),
]

app = typer.Typer(help=t("人员密钥：生成、登记、更换、停用", "keys of people"), no_args_is_help=True)


@app.command()
def new(person: PERSON, file: FILE, *, as_json: JSON = False) -> None:
    """生成密钥文件，仅本人可读；输出编号和公钥，交人事登记。 / Make a key file; its public half is for personnel.

    例 / example: bridgefund people key new p-112 p-112.key
    """
    with exits_on_error():
        made = make_key(file, person)
    whole = {"person": person, "key_id": made.key_id, "public_key": made.public_hex}
    typer.echo(json.dumps(whole, ensure_ascii=False) if as_json else f"{made.key_id} {made.public_hex}")


@app.command()
def register(
    county: COUNTY,
    person: PERSON,
    key_id: Annotated[str, typer.Argument(help=t("密钥编号", "the key's id"))],
    public_key: Annotated[str, typer.Argument(help=t("公钥（64 位十六进制）", "its public half, 64 hex digits"))],
    *,
    as_post: AS_POST = "",
    door: OF_DOOR = DOOR,
    key: KEY = None,
    on_behalf_of: FOR = "",
    post: POST = "",
    command_id: COMMAND_ID = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: JSON = False,
) -> None:
    """登记一人的密钥（人事办理，只需公钥）。 / Register a person's key; personnel need its public half only.

    例 / example: bridgefund people key register jiashi p-112 p-112-0a1b2c3d 9f… --key personnel.key
    --door console 登记网页端的密钥 / for a key with which the console signs
    """
    with exits_on_error():
        at = desk(store, address)
        if len(public_key) != 64 or not set(public_key) <= set("0123456789abcdef"):  # noqa: PLR2004
            raise BadInputError("PUBLIC_KEY", t("须为 64 位小写十六进制", "64 lower-case hex digits are wanted"))
        asked = RegisterPersonKey(key_id=key_id, public_key=public_key, of_door=door)
        signs = signer_for(at, county, as_post, key, post, on_behalf_of)
    run_command(give(at, CaseId(county, "people", person), asked, signs, command_id, as_json=as_json))


@app.command()
def rotate(
    county: COUNTY,
    file: FILE,
    *,
    key: Annotated[Path, typer.Option(help=t("现用的密钥文件，用它签名", "the key file in use; it signs"))],
    reason: REASON,
    post: POST = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: JSON = False,
) -> None:
    """更换本人密钥：登记新的、停用旧的，一次完成。 / Rotate one's own key: the new one in, the old one out, at once.

    没有答复时新文件保留，用旧密钥再办一次即知是否已更换。
    Without an answer the new file is kept; signing with either key then tells which one holds.

    例 / example: bridgefund people key rotate jiashi new.key --key old.key --reason 换机
    """
    with exits_on_error():
        at, old = desk(store, address), read_key(key)
        signs = signer(at, county, "", key, post)
        made = make_key(file, old.person)
    asked = RotatePersonKey(key_id=made.key_id, public_key=made.public_hex, of_door=DOOR, old=old.key_id, reason=reason)
    run_command(_rotate(at, CaseId(county, "people", old.person), asked, signs, file, as_json=as_json))


async def _rotate(at: Desk, case: CaseId, request: RotatePersonKey, signs: Signer, file: Path, *, as_json: bool) -> int:
    try:
        return await give(at, case, request, signs, as_json=as_json)
    except RequestRefusedError:
        _discard(file)
        raise


def _discard(file: Path) -> None:
    # Nothing half done: a key that was not registered signs nowhere.
    file.unlink()


@app.command()
def revoke(
    county: COUNTY,
    person: PERSON,
    key_id: Annotated[str, typer.Argument(help=t("要停用的密钥编号", "the key to revoke"))],
    *,
    reason: REASON,
    as_post: AS_POST = "",
    key: KEY = None,
    on_behalf_of: FOR = "",
    post: POST = "",
    command_id: COMMAND_ID = "",
    store: STORE_OPTION = None,
    address: ADDRESS_OPTION = None,
    as_json: JSON = False,
) -> None:
    """停用密钥：此后不能签名，以前的签名仍可验证。 / Revoke a key; what it signed stays signed.

    例 / example: bridgefund people key revoke jiashi p-112 p-112-0a1b2c3d --reason 遗失 --key personnel.key
    """
    with exits_on_error():
        at = desk(store, address)
        own = key is not None and read_key(key).person == person
        of = signer if own else signer_for
        signs = of(at, county, as_post, key, post, on_behalf_of)
        asked = RevokePersonKey(key_id=key_id, reason=reason)
    run_command(give(at, CaseId(county, "people", person), asked, signs, command_id, as_json=as_json))
