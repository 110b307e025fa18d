"""What no page may do while a test looks at it: fail in the console, break its own policy, or reach outside."""

from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Request, Response, WebError

HOST = "127.0.0.1"
NOT_NETWORK = ("data", "blob", "about")
# Chromium tells of each answer of 400 and more in the console; which of them are wrong is told from the answers.
TOLD_OF_ANSWER = "Failed to load resource: the server responded with a status of"
# A page's policy may forbid a thing silently to the console of some versions: the page's own event never misses one.
TELL_OF_POLICY = """document.addEventListener("securitypolicyviolation", e => console.error(
    `policy: ${e.effectiveDirective} forbids ${e.blockedURI || "inline"} at ${e.sourceFile || ""}:${e.lineNumber}`))"""


class Watch:
    """What went wrong in the pages of a browser's context."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    async def over(self, context: BrowserContext) -> None:
        """Watch all pages that *context* has and will have."""
        await context.add_init_script(TELL_OF_POLICY)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(TOLD_OF_ANSWER):
            self.wrong.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.wrong.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in NOT_NETWORK and parts.hostname != HOST:
            self.wrong.append(f"outside: {request.url}")

    def _response(self, response: Response) -> None:
        # A page or a call may be refused, as a test wants it; what a page is made of is always there.
        asked = response.request.resource_type in ("document", "fetch", "xhr")
        if response.status >= (500 if asked else 400):
            self.wrong.append(f"{response.status}: {response.request.method} {response.url}")
