"""Webhooks: one signed request for one notice; its id is the same at every repeat, so that a receiver knows one."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from notices.addresses import WEBHOOK, Person
from notices.outbox import Claim
from notices.outcomes import RETRY_AFTER_S_MAX, HandOver, Later, Never, Outcome, Sent
from notices.signing import signed

ANSWER_S_MAX = 30.0
_ASKED_TO_WAIT = (httpx2.codes.REQUEST_TIMEOUT, httpx2.codes.TOO_MANY_REQUESTS)
_ERROR, _REDIRECT, _SERVER = 400, 300, 500


class Webhook:
    """Notices by webhook; `wall` tells the machine's time, by which receivers judge a signature."""

    name = WEBHOOK
    repeatable = True

    def __init__(
        self, secrets: Mapping[str, bytes], wall: Callable[[], datetime], answer_s_max: float = ANSWER_S_MAX
    ) -> None:
        self._secrets = secrets
        self._wall = wall
        self._answer_s_max = answer_s_max

    def address(self, person: Person) -> str | None:
        """Return the person's URL."""
        return person.webhook

    def server(self, person: Person) -> str:
        """Return the host that takes the request."""
        url = httpx2.URL(person.webhook or "")
        return f"{url.scheme}://{url.netloc.decode()}"

    async def deliver(self, claim: Claim, person: Person, hand_over: HandOver) -> Outcome:
        """Send one request."""
        assert person.webhook is not None
        body = body_of(claim, person)
        now = self._wall()
        headers = signed(self._secrets[claim.notice.person], claim.notice.id, now, body)
        if not await hand_over():
            return Later("another sender took it over")
        try:
            # The environment's proxies are not asked: what is local must not leave by one. One limit for all of it.
            async with (
                asyncio.timeout(self._answer_s_max),
                httpx2.AsyncClient(timeout=None, trust_env=False) as client,
                client.stream(
                    "POST", person.webhook, content=body, headers={"content-type": "application/json", **headers}
                ) as answer,
            ):
                return _outcome(answer, now)
        except (httpx2.TransportError, TimeoutError) as e:
            return Later(f"{type(e).__name__}: {e}", whole=isinstance(e, httpx2.ConnectError | TimeoutError))


def body_of(claim: Claim, person: Person) -> bytes:
    """Return what a webhook says, as JSON in UTF-8."""
    notice, english = claim.notice, person.lang == "en"
    data: dict[str, Any] = {
        "id": notice.id,
        "case": notice.case,
        "county": notice.county,
        "post": notice.post,
        "person": notice.person,
        "due_on": notice.due_on.isoformat() if notice.due_on else None,
        "subject": notice.subject_en if english else notice.subject_zh,
        "text": notice.text_en if english else notice.text_zh,
        "fact": {"name": notice.fact, "stream": notice.stream, "version": notice.version},
    }
    whole = {"type": f"notice.{notice.kind}", "timestamp": notice.recorded_at, "data": data}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _outcome(answer: httpx2.Response, now: datetime) -> Outcome:
    code = answer.status_code
    if code < _REDIRECT:
        return Sent()
    reason = f"HTTP {code} {answer.reason_phrase}"
    if code >= _SERVER or code in _ASKED_TO_WAIT:
        return Later(reason, wait_s=retry_after_s(answer.headers.get("retry-after"), now))
    # A redirect too: where notices go is said in the file, and nowhere else.
    return Never(reason)


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` asks to wait, as a number or a date, or None if it says nothing."""
    if value is None:
        return None
    if value.strip().isdecimal():
        asked = float(value)
    else:
        try:
            asked = (parsedate_to_datetime(value) - now).total_seconds()
        except (TypeError, ValueError):  # Malformed, or without a zone.
            return None
    return max(0.0, min(asked, RETRY_AFTER_S_MAX))
