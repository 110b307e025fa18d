"""Requests about one person, `<county>/people/<person>`: posts, units and keys (任免、密钥). Kept for ever."""

from datetime import date
from typing import Annotated

import msgspec

from domain.request import Request, Said, Words

PublicKey = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class AppointPerson(Request, frozen=True, tag="people.appoint/1"):
    """Appoint the person to a post, in its unit or another, from the first day to the last (or none) (任命)."""

    post: Words
    first: date
    last: date | None = None
    unit: str = ""
    reason: str = ""


class DismissPerson(Request, frozen=True, tag="people.dismiss/1"):
    """End the person's term at a post with a last day (免职)."""

    post: Words
    last: date
    reason: Said


class ChangeUnit(Request, frozen=True, tag="people.unit/1"):
    """Let the person hold the post in another unit from a day on (调整单位)."""

    post: Words
    unit: Words
    first: date
    reason: Said


class RegisterPersonKey(Request, frozen=True, tag="people.register-key/1"):
    """Register a public Ed25519 key (hex) of the person at a door (登记密钥)."""

    key_id: Words
    public_key: PublicKey
    of_door: Words


class RotatePersonKey(Request, frozen=True, tag="people.rotate-key/1"):
    """Register a new key and revoke the old one, in one transaction (更换密钥)."""

    key_id: Words
    public_key: PublicKey
    of_door: Words
    old: Words
    reason: Said


class RevokePersonKey(Request, frozen=True, tag="people.revoke-key/1"):
    """Let a key sign no more; what it signed stays signed (停用密钥)."""

    key_id: Words
    reason: Said


OrderRequest = AppointPerson | DismissPerson | ChangeUnit | RegisterPersonKey | RotatePersonKey | RevokePersonKey
