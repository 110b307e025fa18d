"""E-mail: one letter to one person, by SMTP, step by step, so that it is known from where on the server may have it."""

import asyncio
import ssl
from asyncio import WriteTransport
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from notices.addresses import EMAIL, Person
from notices.outbox import Claim
from notices.outcomes import Doubt, HandOver, Later, Never, Outcome, Sent

PERMANENT = 500
GOING_DOWN, LOG_IN_FIRST = 421, 530  # Of the server or of us, whatever the command was: not of one recipient.
COME_IN_S_MAX = 120.0  # From the first byte to the recipient's name.
# A server may take long over the end of a letter. Who goes away before it answers cannot know (RFC 5321, 4.5.3.2.6).
ANSWER_S_MAX = 600.0


@dataclass(frozen=True)
class MailServer:
    """The server to which letters are handed, and in whose name. `password`: never shown."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    sender: str
    user: str | None = None
    password: str | None = None
    come_in_s_max: float = COME_IN_S_MAX
    answer_s_max: float = ANSWER_S_MAX

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


class _Smtp(SMTP):
    """A client that hangs up at once, and leaves nothing of the connection behind.

    Without QUIT: to wait for its answer would leave the one that counts unwritten for longer. And without TLS's own
    farewell, for which the socket would stay open for half a minute.
    """

    def close(self) -> None:
        """Hang up."""
        transport = self.transport
        super().close()
        if isinstance(transport, WriteTransport):
            transport.abort()


class Mail:
    """Notices by e-mail."""

    name = EMAIL
    # Whether a mailbox knows a repeat by its Message-ID is up to its server: many do, nobody need.
    repeatable = False

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def address(self, person: Person) -> str | None:
        """Return the person's e-mail address."""
        return person.email

    def server(self, _: Person) -> str:
        """Return the one server that takes all letters."""
        return f"smtp {self._server.host}:{self._server.port}"

    async def deliver(self, claim: Claim, person: Person, hand_over: HandOver) -> Outcome:
        """Hand one letter to the server."""
        assert person.email is not None
        letter = letter_of(claim, person, self._server.sender)
        smtp = self.client()
        try:
            if (failed := await self._come_in(smtp, person.email)) is not None:
                return failed
            if not await hand_over():
                return Later("another sender took it over")
            return await self._hand_over(smtp, letter)
        finally:
            smtp.close()

    def client(self, trusted: ssl.SSLContext | None = None) -> SMTP:
        """Return a client that has not called yet; it believes certificates as *trusted* does, or the machine."""
        server = self._server
        return _Smtp(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            tls_context=None if server.tls == "none" else trusted or ssl.create_default_context(),
            username=server.user,
            password=server.password,
            local_hostname=server.sender.rpartition("@")[2],
            timeout=server.come_in_s_max,
        )

    async def _come_in(self, smtp: SMTP, to: str) -> Later | Never | None:
        """Connect, greet, encrypt, log in, name the recipient. Whatever fails here, no letter has gone."""
        try:
            async with asyncio.timeout(self._server.come_in_s_max):
                await smtp.connect()
                await smtp.mail(self._server.sender)
                await smtp.rcpt(to)
        except SMTPRecipientRefused as e:
            if e.code in (GOING_DOWN, LOG_IN_FIRST):
                return Later(_reason(e), whole=True)
            return Never(_reason(e)) if e.code >= PERMANENT else Later(_reason(e))
        except (SMTPException, OSError, ValueError) as e:  # What fails before that fails for every letter.
            return Later(_reason(e), whole=True)
        return None

    async def _hand_over(self, smtp: SMTP, letter: bytes) -> Outcome:
        try:
            async with asyncio.timeout(self._server.answer_s_max):
                await smtp.data(letter, timeout=None)
        except SMTPDataError as e:
            if e.code >= PERMANENT:
                return Never(_reason(e))
            return Later(_reason(e), whole=e.code == GOING_DOWN)
        except (SMTPException, OSError) as e:
            return Doubt(_reason(e))
        return Sent()


def letter_of(claim: Claim, person: Person, sender: str) -> bytes:
    """Return the letter: the same bytes at every attempt, and a Message-ID that is the notice's own."""
    notice, english = claim.notice, person.lang == "en"
    assert person.email is not None
    letter = EmailMessage(policy=SMTP_POLICY)
    letter["Message-ID"] = f"<{notice.id}@{sender.rpartition('@')[2]}>"
    letter["Date"] = datetime.fromisoformat(notice.recorded_at)
    letter["From"] = Address("衔接资金 Bridgefund", addr_spec=sender)
    letter["To"] = Address(person.name or "", addr_spec=person.email)
    letter["Subject"] = notice.subject_en if english else notice.subject_zh
    letter["Auto-Submitted"] = "auto-generated"  # No out-of-office reply, please (RFC 3834).
    letter.set_content(notice.text_en if english else notice.text_zh, charset="utf-8", cte="base64")
    letter["Content-Language"] = "en" if english else "zh-CN"  # After the content, which takes such headers away.
    return letter.as_bytes()


def _reason(error: BaseException) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"
    return f"{type(error).__name__}: {error}"
