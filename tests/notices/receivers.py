"""Real servers of this machine, for letters (aiosmtpd) and for webhooks; both do as they are told."""

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

OK = "250 OK"
WAIT_S = 30


@dataclass(frozen=True)
class Letter:
    """A letter that the server has taken."""

    to: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """Return the letter as mail programs read it."""
        message = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


class MailServerHere:
    """A mail server on 127.0.0.1; `at_rcpt` and `at_data` say what it answers, and `holds` before which it waits."""

    def __init__(self, **options: Any) -> None:
        self.taken: list[Letter] = []
        self.at_rcpt: Callable[[str], str] = lambda _: OK
        self.at_data: Callable[[str], str] = lambda _: OK
        self.holds_rcpt = threading.Event()  # While set, RCPT is not answered.
        self.holds_end = threading.Event()  # While set, a letter that was taken is not confirmed.
        self.reached = threading.Event()
        self._options = options
        self._port = 0

    @property
    def port(self) -> int:
        """Return the port."""
        return self._port

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.holds_rcpt.clear()
        self.holds_end.clear()
        self.down()

    def up(self) -> None:
        """Start to listen, on the same port as before."""
        self._port = self._port or free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port, **self._options)
        self._controller.start()

    def down(self) -> None:
        """Listen no more."""
        self._controller.stop(no_assert=True)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer who may get a letter."""
        await self._hold(self.holds_rcpt)
        answer = self.at_rcpt(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter, or not."""
        (to,) = envelope.rcpt_tos
        answer = self.at_data(to)
        if answer == OK:
            assert isinstance(envelope.original_content, bytes)
            self.taken.append(Letter(to, envelope.original_content))
            await self._hold(self.holds_end)
        return answer

    async def _hold(self, event: threading.Event) -> None:
        if event.is_set():
            self.reached.set()
        while event.is_set():  # noqa: ASYNC110 - set and cleared by the test, in another thread
            await asyncio.sleep(0.02)


@dataclass(frozen=True)
class Request:
    """A request that came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WebhooksHere:
    """A receiver of webhooks on 127.0.0.1: `answers` says with which code and headers, or None to hang up."""

    came: list[Request] = field(default_factory=list)
    answers: Callable[[Request], tuple[int, dict[str, str]] | None] = lambda _: (204, {})
    waits: threading.Event = field(default_factory=threading.Event)  # While set, nothing is answered.

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                receiver.came.append(request)
                while receiver.waits.is_set():
                    threading.Event().wait(0.02)
                answer = receiver.answers(request)
                if answer is None:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(answer[0])
                for name, value in {"content-length": "0", **answer[1]}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.waits.clear()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(WAIT_S)

    def url(self, path: str) -> str:
        """Return a URL of this receiver."""
        return f"http://127.0.0.1:{self._server.server_port}/{path}"


def free_port() -> int:
    """Return a port on which nobody listens."""
    with closing(socket.socket()) as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


def certified(folder: Path) -> Path:
    """Return a file with a certificate for `localhost`, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return file
