"""Signed messages: every request for a change is signed by the door it came through, over all that it says."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.errors import BadInputError, RefusedError

VALID_FOR = timedelta(minutes=15)
# A door's clock may run ahead of the server's by this much.
CLOCKS_APART_MAX = timedelta(minutes=2)
# What a list's signature does not cover by itself: the list has the case, and the digest of all that is asked of it.
OF_ONE_ITEM = frozenset({"case", "command_id", "step", "body", "digest"})


class ForgedError(RefusedError):
    """The signature is not of this message by this key, or the digest is not of this body."""

    zh = "签名无效：{reason}（密钥 {key_id}）；须由本人在登记的入口重新签名（引擎规则）"
    en = "the signature is not valid: {reason} (key {key_id}); sign again at a registered door (the engine's rule)"


class ExpiredError(RefusedError):
    """The message is older, or younger, than its signature allows."""

    zh = "签名自 {issued_at} 至 {expires_at} 有效，现在是 {now}；须重新签名（引擎规则）"
    en = "the signature is valid from {issued_at} to {expires_at}, now it is {now}; sign again (the engine's rule)"


@dataclass(frozen=True)
class SignedMessage:
    """A request on the wire. Moments are ISO 8601 with their zone; `body` is the canonical text of a request."""

    case: str
    command_id: str
    step: str
    body: str
    person: str
    post: str
    door: str
    key_id: str
    issued_at: str
    expires_at: str
    on_behalf_of: str = ""
    digest: str = ""
    signature: str = ""
    # An item of a list that was signed as a whole (批量办理) carries the list: see `domain/bulk.py`.
    bulk: str = ""


def digest_of(text: str) -> str:
    """Return the SHA-256 of *text*, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def signed_bytes(message: SignedMessage) -> bytes:
    """Return what the signature covers: every field that says something, but itself.

    An empty field is left out, so that a field that is added later leaves every older door's signature as it is. Of an
    item of a list the list's digest is signed instead of what only this item says: one signature stands for them all.
    """
    fields = {name: value for name, value in asdict(message).items() if value and name != "signature"}
    if message.bulk:
        fields = {name: value for name, value in fields.items() if name not in OF_ONE_ITEM}
        fields["bulk"] = digest_of(message.bulk)
    return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sign(message: SignedMessage, key: Ed25519PrivateKey) -> SignedMessage:
    """Return *message* with its body's digest and its signature (hex)."""
    complete = replace(message, digest=digest_of(message.body))
    return replace(complete, signature=key.sign(signed_bytes(complete)).hex())


def check_signature(message: SignedMessage, public_key: str) -> None:
    """Check digest and signature against a public key (hex).

    Raises:
        ForgedError: If either is not of this message.
    """
    if message.digest != digest_of(message.body):
        raise ForgedError(reason="the digest is not of this body", key_id=message.key_id)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(message.signature), signed_bytes(message))
    except (InvalidSignature, ValueError) as e:
        raise ForgedError(reason="it does not fit the message", key_id=message.key_id) from e


def check_valid_at(message: SignedMessage, now: datetime) -> None:
    """Check that *now* (aware) lies inside the signature's time, which is at most `VALID_FOR`.

    Raises:
        ExpiredError: If it does not.
        BadInputError: If a moment cannot be read.
    """
    try:
        issued_at = datetime.fromisoformat(message.issued_at)
        expires_at = min(datetime.fromisoformat(message.expires_at), issued_at + VALID_FOR)
        valid = issued_at - CLOCKS_APART_MAX <= now <= expires_at
    except (ValueError, TypeError, OverflowError) as e:
        raise BadInputError("issued_at, expires_at", f"not moments with a zone: {e}") from e
    if not valid:
        raise ExpiredError(issued_at=message.issued_at, expires_at=expires_at.isoformat(), now=now.isoformat())
