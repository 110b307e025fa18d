"""How notices are sent from here: the address file, the mail server, a sample store's checks, all from settings."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import typer
from sqlalchemy import Engine

from cli.notice_names import NoticeNames
from domain.cases import STORE
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.mandate_facts import Appointed
from domain.store import STORE as STORE_DECIDER
from doors.clock import wall_now
from doors.names import People, people_of
from doors.texts import t
from notices.addresses import Book, email_fault, is_local, read_book
from notices.mail import Mail, MailServer
from notices.outbox import Outbox
from notices.outcomes import Channel
from notices.reading import NotBegunError, Reader, begin, begun
from notices.sending import Sender, follow
from notices.tables import notices_engine
from notices.webhook import Webhook
from settings import Settings
from worker import Beside

EVERY_S = 5.0


class Sending:
    """Everything that sends one store's notices."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        """Check all that was set, then switch the notices on if nobody has yet.

        Raises:
            BadInputError: If a setting, the address file or a secret is wrong, each named.
            OtherLedgerError: If they were switched on for another ledger.
        """
        book = checked_book(ledger, settings)
        mail = _mail_server(ledger, settings)
        book.check_mail(is_set=mail is not None)
        self.engine = notices_engine(ledger.url)
        self.outbox = Outbox(self.engine)
        switch_on(ledger, self.engine)
        channels: list[Channel] = [Webhook(book.secrets, wall_now)]
        if mail is not None:
            channels.append(Mail(mail))
        again = settings.notices_in_doubt == "again"
        self.reader = Reader(ledger, self.engine, naming(ledger, book), book.channels)
        self.sender = Sender(self.outbox, channels, book.people, wall_now, again=again)

    async def follow(self, stop: asyncio.Event, every_s: float = EVERY_S) -> None:
        """Read and send until *stop*."""
        try:
            await follow(lambda: self.reader.read_on(wall_now()), self.sender, every_s, stop)
        finally:
            self.engine.dispose()


def notices_beside(settings: Settings) -> Beside | None:
    """Return what sends the notices beside a worker, or None where no address file is set."""
    return partial(_beside, settings) if settings.notices else None


def _beside(settings: Settings, ledger: Ledger) -> Callable[[asyncio.Event], Coroutine[Any, Any, None]]:
    return Sending(ledger, settings).follow


def switch_on(ledger: Ledger, engine: Engine) -> int:
    """Switch the notices on if nobody has yet, and say so; return the last fact that brings nobody a letter."""
    try:
        return begun(ledger, engine).after
    except NotBegunError:
        after = begin(ledger, engine, wall_now()).after
        said = (
            f"通知已启用：只发送第 {after} 条事实之后的；此前的一概不发",
            f"notices are on: of what comes after fact {after}; nothing older is ever sent",
        )
        typer.echo(t(*said), err=True)
        return after


def naming(ledger: Ledger, book: Book | None = None) -> NoticeNames:
    """Return the words for notices; people's names from the address file, or from beside a sample store."""
    own = {person: one.name for person, one in book.people.items() if one.name} if book else {}
    return NoticeNames(ledger, People(own, people_of(ledger.url)))


def people_known(ledger: Ledger) -> set[str]:
    """Return everybody who was ever appointed to a post."""
    return {entry.fact.person for entry in ledger.log(of=(Appointed,))}


def checked_book(ledger: Ledger, settings: Settings) -> Book:
    """Return the addresses, each checked.

    Raises:
        BadInputError: If no file is set, or anything is wrong in it.
    """
    if settings.notices is None:
        said = (
            "未指明地址文件：notices.toml，见 docs/notices.md",
            "the file of addresses is not set: see docs/notices.md",
        )
        raise BadInputError("BRIDGEFUND_NOTICES", t(*said))
    book = read_book(settings.notices)
    book.check_known(people_known(ledger))
    if _stays_here(ledger, settings):
        book.check_local()
    return book


def is_sample(ledger: Ledger) -> bool:
    """Return whether the store is a sample."""
    return ledger.state(STORE_DECIDER, STORE).sample is not None


def _stays_here(ledger: Ledger, settings: Settings) -> bool:
    return is_sample(ledger) and not settings.notices_sample_outside


def _mail_server(ledger: Ledger, settings: Settings) -> MailServer | None:
    host, sender, user = settings.notices_smtp_host, settings.notices_from, settings.notices_smtp_user
    if host is None or sender is None:
        return None
    if why := email_fault(sender):
        raise BadInputError("BRIDGEFUND_NOTICES_FROM", t(*why))
    if _stays_here(ledger, settings) and not is_local(host):
        said = (
            f"样例库只向本机发送，不向 {host}；确要外发须设 BRIDGEFUND_NOTICES_SAMPLE_OUTSIDE=true",
            f"a sample store sends to this machine only, not to {host}, unless BRIDGEFUND_NOTICES_SAMPLE_OUTSIDE=true",
        )
        raise BadInputError("BRIDGEFUND_NOTICES_SMTP_HOST", t(*said))
    if user is not None and settings.notices_smtp_tls == "none" and not is_local(host):
        said = "口令不得明文发往他机", "a password must not go to another machine in the open"
        raise BadInputError("BRIDGEFUND_NOTICES_SMTP_TLS", t(*said))
    password = _password(settings)
    if (user is None) != (password is None):
        said = "用户名与口令须同时给出", "user and password go together"
        raise BadInputError("BRIDGEFUND_NOTICES_SMTP_USER", t(*said))
    port, tls = settings.notices_smtp_port, settings.notices_smtp_tls
    return MailServer(host, port, tls, sender, user, password)


def _password(settings: Settings) -> str | None:
    given, file = settings.notices_smtp_password, settings.notices_smtp_password_file
    if given is not None and file is not None:
        said = "口令与口令文件只给其一", "give the password or its file, not both"
        raise BadInputError("BRIDGEFUND_NOTICES_SMTP_PASSWORD_FILE", t(*said))
    return _first_line(file) if file else given.get_secret_value() if given else None


def _first_line(file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as e:
        raise BadInputError("BRIDGEFUND_NOTICES_SMTP_PASSWORD_FILE", f"{file}: {e}") from e
    if not lines or not lines[0]:
        raise BadInputError("BRIDGEFUND_NOTICES_SMTP_PASSWORD_FILE", t(f"{file} 为空", f"{file} is empty"))
    return lines[0]
