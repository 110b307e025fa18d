"""Every aggregate, and from it: which decider takes a command, and which reader a stored name."""

from typing import Any

import msgspec

from domain.absence import ABSENCE
from domain.act import Decider
from domain.asset import ASSET
from domain.attempts import ATTEMPTS
from domain.bank import BANK
from domain.claim import CLAIM
from domain.county import COUNTY
from domain.county_calendar import CALENDAR
from domain.disclosure import DISCLOSURE
from domain.dispatch import DISPATCH
from domain.document import DOCUMENT
from domain.emergency import EMERGENCY
from domain.fund import FUND
from domain.handling import HANDLING
from domain.hotline import HOTLINE
from domain.instrument import INSTRUMENT
from domain.mandate import MANDATE
from domain.meeting import MEETING
from domain.obligation import OBLIGATION
from domain.order import PEOPLE
from domain.outbox import OUTBOX
from domain.papers import PAPERS
from domain.performance import PERFORMANCE
from domain.plan import PLAN
from domain.project import PROJECT
from domain.runs import RUNS
from domain.store import STORE
from domain.surplus import SURPLUS
from domain.testimony import TESTIMONY
from domain.training import TRAINING
from domain.watch import WATCH
from domain.yearbook import YEARBOOK

DECIDERS: tuple[Decider[Any], ...] = (
    STORE,
    COUNTY,
    MANDATE,
    ATTEMPTS,
    DOCUMENT,
    FUND,
    PLAN,
    MEETING,
    PROJECT,
    CLAIM,
    OBLIGATION,
    YEARBOOK,
    TESTIMONY,
    OUTBOX,
    DISCLOSURE,
    TRAINING,
    HOTLINE,
    PERFORMANCE,
    ASSET,
    BANK,
    INSTRUMENT,
    SURPLUS,
    DISPATCH,
    WATCH,
    ABSENCE,
    CALENDAR,
    RUNS,
    EMERGENCY,
    HANDLING,
    PEOPLE,
    PAPERS,
)
BY_KIND: dict[str, Decider[Any]] = {decider.kind: decider for decider in DECIDERS}
DECIDER_OF: dict[type, Decider[Any]] = {c: decider for decider in DECIDERS for c in decider.commands}


def stored_name(fact: type) -> str:
    """Return the name and version under which *fact* is stored."""
    tag = fact.__struct_config__.tag  # type: ignore[attr-defined]
    assert isinstance(tag, str)
    return tag


READERS: dict[str, msgspec.json.Decoder[Any]] = {
    stored_name(fact): msgspec.json.Decoder(fact) for decider in DECIDERS for fact in decider.facts
}
