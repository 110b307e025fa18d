"""The engine's own rules: no county's text states them, and every page shows them as ours."""

from typing import Annotated

from pydantic import Field

from domain.policy.base import Count, Model, Rule
from domain.policy.files import FileRule


class BreachRule(Rule):
    """What follows a broken deadline (A-52): notices up the chain, first rung at once, each next after a wait."""

    remind_days_before: Annotated[int, Field(ge=0)]
    rung_wait_days: Count


class DutyRule(Rule):
    """Separation of duties (职责分离, A-53): on or off; which duties exclude which is `domain/duties.py`."""

    separate: bool


class GrantingRule(Rule):
    """Who grants more time, a pause or a waiver (A-55), where a county says nothing: the posts a breach climbs to."""

    by_ladder: bool


class AbsenceRule(Rule):
    """Who enters an absence beside the absent one (A-56): with *by_unit*, anybody else of the same unit."""

    by_unit: bool


class SignatureRule(Rule):
    """What a signature covers (A-60): with *keep*, it stands while that is what it was, after a return too."""

    keep: bool


class EngineRules(Model):
    """The rules of `policies/engine.toml`."""

    version: str
    breach: BreachRule
    duties: DutyRule
    # What was adopted before this rule has none, and nobody may grant under it.
    granting: GrantingRule | None = None
    absence: AbsenceRule | None = None
    files: FileRule | None = None
    signatures: SignatureRule | None = None
