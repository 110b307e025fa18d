"""`bridgefund account`: who may sign in to the console, and the key with which it signs for them."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from cli.errors import exits_on_error
from cli.reading import JsonOption, StoreOption, console_of
from cli.tables import table
from console.account_tables import accounts_engine
from console.accounts import Account, Accounts
from console.keys import DOOR, ConsoleKeys, keys_folder
from domain.calendar import SHANGHAI
from domain.cases import STORE
from domain.ledger import Ledger
from domain.store import STORE as STORE_DECIDER
from doors.clock import wall_now
from doors.key_files import KeyFile, check_person
from doors.stores import open_store, store_url
from doors.texts import t
from settings import Settings

# Neither 0 and O nor 1, l and I: it is read from a screen or a slip of paper, and typed once.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _IN_GROUP = 4, 4
_COLUMNS = (
    ("登录名", "login"),
    ("人员", "person"),
    ("状态", "state"),
    ("密码更换", "password of"),
    ("上次登录", "last sign-in"),
)

app = typer.Typer(
    help=t(
        "网页端账号：新建、列出、重设密码、停用、启用、签名密钥",
        "accounts of the console: add, list, reset, disable, enable; the key with which it signs",
    ),
    no_args_is_help=True,
)
PERSON = Annotated[str, typer.Argument(help=t("人员编号，不是姓名，如 p-112", "an opaque id, not a name: p-112"))]
LOGIN = Annotated[str, typer.Argument(help=t("登录名", "the login name"))]


@app.command()
def add(
    person: PERSON,
    *,
    login: Annotated[str, typer.Option(help=t("登录名，默认人员编号", "login name; default the person's id"))] = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """新建账号，一次性密码只显示这一次；正式库并生成其网页端密钥，交人事登记。 / Make an account.

    Its one-time password is shown once; on a real store also the key with which the console signs for the person.

    例 / example: bridgefund account add p-112 --login lixiang
    """
    with exits_on_error(), _accounts(store) as (ledger, accounts):
        check_person(person)
        # The key first: without a place for it the person could sign in and do nothing.
        key = None if _is_sample(ledger) else _keys(store).make(person)
        password = _one_time()
        made = accounts.create(login or person, person, password, wall_now())
    if as_json:
        typer.echo(json.dumps({**_data(made), "password": password, **_key_data(key)}, ensure_ascii=False, indent=2))
        return
    typer.echo(t(f"账号 {made.login}，人员 {person}", f"account {made.login} of {person}"))
    _say_password(password)
    if key is not None:
        _say_key(key)


@app.command("list")
def list_(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """列出账号：状态、密码何时更换、上次登录。 / List the accounts.

    例 / example: bridgefund account list --json
    """
    with exits_on_error(), _accounts(store) as (ledger, accounts):
        every, sample, now = accounts.all(), _is_sample(ledger), wall_now()
    if as_json:
        data = {"sample": sample, "accounts": [_data(one) for one in every]}
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    shown = table(*(t(*column) for column in _COLUMNS))
    for one in every:
        shown.add_row(one.login, one.person, _state(one, now), _moment(one.changed_at), _moment(one.signed_in_at))
    console_of(sample=sample).print(shown)


@app.command()
def reset(login: LOGIN, *, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """重设为一次性密码（只显示这一次）；其会话结束，锁定解除。 / Give an account a new one-time password.

    例 / example: bridgefund account reset p-112
    """
    password = _one_time()
    with exits_on_error(), _accounts(store) as (_, accounts):
        accounts.reset(login, password, wall_now())
    if as_json:
        typer.echo(json.dumps({"login": login, "password": password}, ensure_ascii=False, indent=2))
        return
    _say_password(password)


@app.command()
def disable(login: LOGIN, *, store: StoreOption = None) -> None:
    """停用账号：立即退出，不能再登录。 / Disable an account: its sessions end at once.

    例 / example: bridgefund account disable p-112
    """
    with exits_on_error(), _accounts(store) as (_, accounts):
        accounts.disable(login)
    typer.echo(t(f"已停用 {login}", f"disabled {login}"))


@app.command()
def enable(login: LOGIN, *, store: StoreOption = None) -> None:
    """启用账号，或解除输错密码的锁定；密码不变。 / Enable an account, or lift its lock-out; the password stays.

    例 / example: bridgefund account enable p-112
    """
    with exits_on_error(), _accounts(store) as (_, accounts):
        accounts.enable(login)
    typer.echo(t(f"已启用 {login}", f"enabled {login}"))


@app.command()
def key(
    person: PERSON,
    *,
    new: Annotated[bool, typer.Option("--new", help=t("换一把新的", "make one in place of the old"))] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """网页端为此人签名的密钥：没有则生成，公钥交人事登记。 / The key with which the console signs for a person.

    例 / example: bridgefund account key p-112 --new
    """
    with exits_on_error(), open_store(store):
        found = _keys(store).make(person, anew=new)
    if as_json:
        typer.echo(json.dumps(_key_data(found), ensure_ascii=False, indent=2))
        return
    _say_key(found)


@contextmanager
def _accounts(store: str | None) -> Iterator[tuple[Ledger, Accounts]]:
    with open_store(store) as ledger:
        engine = accounts_engine(ledger.url)
        try:
            yield ledger, Accounts(engine)
        finally:
            engine.dispose()


def _keys(store: str | None) -> ConsoleKeys:
    return ConsoleKeys(keys_folder(store_url(store), Settings.from_env(os.environ).console_keys))


def _is_sample(ledger: Ledger) -> bool:
    return ledger.state(STORE_DECIDER, STORE).sample is not None


def _one_time() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _say_password(password: str) -> None:
    typer.echo(t(f"一次性密码 {password}", f"one-time password {password}"))
    typer.echo(t("只显示这一次；首次登录须更换", "shown this once; it is to be changed at the first sign-in"), err=True)


def _say_key(key: KeyFile) -> None:
    typer.echo(t(f"网页端密钥 {key.key_id} 公钥 {key.public_hex}", f"console key {key.key_id} {key.public_hex}"))
    typer.echo(t("请人事岗位登记：", "personnel register it:"))
    typer.echo(f"  {_registering(key)}")


def _registering(key: KeyFile) -> str:
    county, signed = t("县名", "COUNTY"), t("人事的密钥文件", "PERSONNEL_KEY_FILE")
    words = f"people key register {county} {key.person} {key.key_id} {key.public_hex}"
    return f"bridgefund {words} --door {DOOR} --key {signed}"


def _key_data(key: KeyFile | None) -> dict[str, Any]:
    if key is None:
        return {}
    return {"key_id": key.key_id, "public_key": key.public_hex, "register_with": _registering(key)}


def _data(account: Account) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(account).items()
    }


def _state(account: Account, now: datetime) -> str:
    if account.disabled:
        return t("停用", "disabled")
    if account.locked_until is not None and now < account.locked_until:
        until = _moment(account.locked_until)
        return t(f"锁定至 {until}", f"locked until {until}")
    if account.must_change:
        return t("待更换密码", "to change the password")
    return t("演示", "demo") if account.sample else t("正常", "in use")


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
