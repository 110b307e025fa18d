"""A name sealed under one person's key, the same text to the same box each time; and opened again."""

import base64
import hmac
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from personal.keyring import NONCE_BYTES

BLOCK = (
    32  # Bytes that a text is filled up to a multiple of: its length would tell a name of two characters from three.
)


def seal(key: bytes, reference: str, text: str) -> str:
    """Return a text sealed for a person: AES-256-GCM, bound to the reference, in base64url.

    The nonce is made of the text under a key of its own, so that the same text of the same person is the same box: a
    request that is sent again has the digest that it had. Who lacks the key can neither guess a name nor compare two.
    """
    plain = text.encode()
    plain += bytes(-len(plain) % BLOCK or (BLOCK if not plain else 0))
    nonce = _of(key, "nonce", reference.encode() + b"\0" + plain)[:NONCE_BYTES]
    box = nonce + AESGCM(_of(key, "seal")).encrypt(nonce, plain, reference.encode())
    return base64.urlsafe_b64encode(box).decode().rstrip("=")


def open_box(key: bytes, reference: str, box: str) -> str | None:
    """Return what was sealed, or None where it was not sealed with this key for this person, or was altered."""
    try:
        raw = base64.urlsafe_b64decode(box + "=" * (-len(box) % 4))
        plain = AESGCM(_of(key, "seal")).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], reference.encode())
        return plain.rstrip(b"\0").decode()
    except (InvalidTag, ValueError):
        return None


def _of(key: bytes, use: str, message: bytes = b"") -> bytes:
    return hmac.digest(key, b"bridgefund " + use.encode() + b"\0" + message, sha256)
