"""What stands before every route: the host that is asked for, where a form comes from, its size, and the headers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.errors import ForgedError, HereError, TooLargeError
from console.rendering import answer_of
from console.uploads import FORM_MOST, Most, takes_files
from doors.texts import speaking

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
LANG_COOKIE = "lang"
_HOURS = "max-age=3600"


class WrongHostError(HereError):
    """The console was asked for under a name that is not its own."""

    zh = "请用控制台自己的地址访问：{host} 不是"
    en = "ask for the console under its own address: {host} is not"


@dataclass(frozen=True)
class Guard:
    """An ASGI middleware: checks hosts, origins and sizes, sets the headers, and the language that is spoken."""

    app: ASGIApp
    hosts: frozenset[str]
    most: Callable[[str], Most]
    https: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        with speaking(language_of(headers)):
            answering = _With(send, self._headers(scope["path"]))
            try:
                most = await self._most(scope)
                self._check(scope, headers, most)
                await self.app(scope, _Limited(receive, most), answering)
            except HereError as error:
                # Before the application has seen it, so it is told to which one the page of the answer belongs.
                answer = await run_in_threadpool(answer_of, error, {**scope, "app": self.app})
                await answer(scope, receive, answering)

    def _check(self, scope: Scope, headers: Headers, most: Most) -> None:
        host = headers.get("host", "").rsplit(":", 1)[0].strip("[]").lower()
        if host not in self.hosts:
            raise WrongHostError(host=host[:100] or "-")
        if (length := headers.get("content-length", "0")).isdecimal() and int(length) > most.size_bytes:
            raise TooLargeError(most=most.words)
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not self._own(headers):
            raise ForgedError

    def _own(self, headers: Headers) -> bool:
        """Return whether a request that changes something comes from a page of ours, or from no page."""
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        try:
            return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
        except ValueError:  # No address at all.
            return False

    async def _most(self, scope: Scope) -> Most:
        """Return how much of a body is read: of a form with files what its county's rule says, which is looked up."""
        if scope["method"] != "POST" or not takes_files(scope["path"]):
            return FORM_MOST
        return await run_in_threadpool(self.most, scope["path"])

    def _headers(self, path: str) -> Mapping[str, str]:
        kept = {"cache-control": f"public, {_HOURS}"} if path.startswith("/static/") else {"cache-control": "no-store"}
        safe = {"strict-transport-security": "max-age=31536000"} if self.https else {}
        return {**HEADERS, **kept, **safe}


@dataclass(frozen=True)
class _With:
    send: Send
    headers: Mapping[str, str]

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in self.headers.items():
                headers.setdefault(name, value)
            if message["status"] == TooLargeError.status:
                headers["connection"] = "close"  # What is still on its way is not read, and not waited for.
        await self.send(message)


class _Limited:
    """Reads a body up to its limit: one of no stated length too."""

    def __init__(self, receive: Receive, most: Most) -> None:
        self._receive = receive
        self._left = most.size_bytes
        self._most = most

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLargeError(most=self._most.words)
        return message


def language_of(headers: Headers) -> str:
    """Return the language that somebody chose: Chinese where nobody did."""
    cookies = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return "en" if any((name, value) == (LANG_COOKIE, "en") for name, _, value in cookies) else "zh"


def hosts_of(url: str | None) -> frozenset[str]:
    """Return the names under which the console answers: this machine's, and that of its public address."""
    own: Iterable[str] = filter(None, (urlsplit(url).hostname if url else None,))
    return frozenset({"127.0.0.1", "localhost", "::1", *own})
