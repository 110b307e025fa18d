"""Requests of an emergency decision (应急决定): asked for by the first key, confirmed by the second. Kept for ever."""

from datetime import datetime
from typing import Annotated

import msgspec

from domain.request import Digest, MaybeDigest, Request, Said, Words


class OpenEmergency(Request, frozen=True, tag="emergency.open/1"):
    """Ask for a decision whose person cannot act, with the first key.

    *decision*: the canonical text of a request about *case*. *ground*: why it cannot wait, in writing (*record*: its
    paper). *absent*: why the one whose step it is cannot act. *second_post*: whose confirmation is asked for, *until*
    when.
    """

    case: Words
    decision: Words
    ground: Said
    absent: Said
    second_post: Words
    until: Annotated[datetime, msgspec.Meta(tz=True)]
    record: MaybeDigest = ""


class ConfirmEmergency(Request, frozen=True, tag="emergency.second-key/1"):
    """Confirm it with the second key: the very decision whose text has this digest."""

    decision: Digest
    opinion: str = ""


EmergencyRequest = OpenEmergency | ConfirmEmergency
