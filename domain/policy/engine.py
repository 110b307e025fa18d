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


class BulkRule(Rule):
    """Bulk decisions (批量办理, A-70): for how many items one signature may stand."""

    items_most: Count


class EmergencyRule(Rule):
    """Emergency decisions (应急决定, A-71): who holds the first key, who the second, and for how long they may wait."""

    first_by_unit: bool
    second_by_chain: bool
    hours_most: Count


class HandlingRule(Rule):
    """Who hands an open step to one person (A-80): with *by_ladder* who stands above, else *by_unit* a colleague."""

    by_ladder: bool
    by_unit: bool


class PeopleRule(Rule):
    """Who appoints, dismisses and registers keys (A-81): whoever holds this *post*, which is the engine's own."""

    post: Annotated[str, Field(min_length=1)]


class GrantedRule(Rule):
    """Whether who grants a post or a key and who acts with it are kept *apart* in one case (A-82)."""

    apart: bool


class UnitsRule(Rule):
    """Whether of a post's holders in several units that of the project's own unit acts (A-83)."""

    by_project: bool


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
    bulk: BulkRule | None = None
    emergency: EmergencyRule | None = None
    handling: HandlingRule | None = None
    people: PeopleRule | None = None
    granted: GrantedRule | None = None
    units: UnitsRule | None = None
    files: FileRule | None = None
    signatures: SignatureRule | None = None
