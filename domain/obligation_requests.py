"""Requests about one deadline: more time, a pause, its end, a waiver (延期、暂停、恢复、免除). Kept for ever."""

from datetime import date
from typing import Annotated

import msgspec

from domain.request import MaybeDigest, Request, Said

DAYS_MAX = 3660


class ExtendObligation(Request, frozen=True, tag="obligation.extend/1"):
    """Grant more time for this one case: so many days more, or until a day. `record`: SHA-256 of the written grant."""

    reason: Said
    days: Annotated[int, msgspec.Meta(ge=1, le=DAYS_MAX)] | None = None
    until: date | None = None
    record: MaybeDigest = ""


class PauseObligation(Request, frozen=True, tag="obligation.pause/1"):
    """Let the clock stand still from today."""

    reason: Said
    record: MaybeDigest = ""


class ResumeObligation(Request, frozen=True, tag="obligation.resume/1"):
    """Let the clock run on from today."""

    reason: Said
    record: MaybeDigest = ""


class WaiveObligation(Request, frozen=True, tag="obligation.waive/1"):
    """Wait for it no longer. A breach on record stays there."""

    reason: Said
    record: MaybeDigest = ""


ObligationRequest = ExtendObligation | PauseObligation | ResumeObligation | WaiveObligation
