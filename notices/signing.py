"""Signing webhooks in the manner of Standard Webhooks, and how a receiver verifies one."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

PREFIX = "whsec_"
SECRET_BYTES_MIN, SECRET_BYTES_MAX = 24, 64  # As the specification has it.
TOLERANCE_S = 300


class NotOursError(ValueError):
    """A request that was not signed with this secret, or not lately."""


def secret_bytes(secret: str) -> bytes:
    """Return the key in a secret such as `whsec_MfKQ…`.

    Raises:
        ValueError: If it is none, or too short or long to be one.
    """
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except binascii.Error as e:
        raise ValueError(f"not base64 after {PREFIX}") from e
    if not SECRET_BYTES_MIN <= len(key) <= SECRET_BYTES_MAX:
        raise ValueError(f"{len(key)} bytes, from {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} are asked for")
    return key


def signed(key: bytes, notice: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a webhook: its id, the same at every repeat, the moment, and the signature of all three."""
    at = str(int(now.timestamp()))
    signature = f"v1,{_signature(key, notice, at, body)}"
    return {"webhook-id": notice, "webhook-timestamp": at, "webhook-signature": signature}


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the id of a webhook that we sent: a receiver acts on each id once, and answers a repeat with 200 as well.

    *body* is what came, byte for byte; the names in *headers* may be in either case.

    Raises:
        NotOursError: If it is not signed with *secret*, or not within five minutes of *now*.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        notice, at, signatures = (given[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        moment = int(at)
    except (KeyError, ValueError) as e:
        raise NotOursError("a header is missing or malformed") from e
    if abs(now.timestamp() - moment) > TOLERANCE_S:
        raise NotOursError(f"signed at {at}, more than {TOLERANCE_S} s away")
    expected = f"v1,{_signature(secret_bytes(secret), notice, at, body)}"
    # Several where a secret is being replaced.
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in signatures.split(" ")):
        raise NotOursError("no signature fits")
    return notice


def _signature(key: bytes, notice: str, at: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(key, f"{notice}.{at}.".encode() + body, sha256).digest()).decode()
