"""The profile: everything that a county's text rules, and nothing that it leaves open."""

from typing import Annotated

from pydantic import Field

from domain.policy.base import Model, Open, OpenList
from domain.policy.claims import Claims, Retention
from domain.policy.files import FileRule
from domain.policy.funds import Flow, Plan, Receipt, Release
from domain.policy.money import (
    Allocation,
    Ban,
    Floor,
    Growth,
    Instrument,
    MoneySource,
    PermittedUse,
    Pool,
    Reported,
    ShareRule,
    Split,
    UseClass,
)
from domain.policy.people import (
    Auditor,
    Chain,
    County,
    Duty,
    Granting,
    Group,
    Label,
    Leads,
    Post,
    Principle,
    Problem,
    Reference,
    Training,
)
from domain.policy.project import Bank, ProjectRules
from domain.policy.results import AssetRule, Disclosure, Hook, Hotline, Linkage, Sweep
from domain.policy.watch import Keeping, Ladder, Ranking, Routine, System


class Profile(Model):
    """One county's rules, as written in its file. What is absent is not set, and stays so."""

    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+$")]
    county: County
    posts: tuple[Post, ...]
    leads: Open[Leads] = None
    chain: Open[Chain] = None
    granting: Open[Granting] = None
    auditor: Open[Auditor] = None
    duties: OpenList[Duty] = ()
    groups: OpenList[Group] = ()
    labels: OpenList[Label] = ()
    references: OpenList[Reference] = ()
    training: OpenList[Training] = ()
    principles: OpenList[Principle] = ()

    flow: Flow
    receipt: Open[Receipt] = None
    plan: Open[Plan] = None
    release: Open[Release] = None
    claims: Open[Claims] = None
    retention: Open[Retention] = None
    bank: Open[Bank] = None
    project: Open[ProjectRules] = None

    sources: OpenList[MoneySource] = ()
    pools: OpenList[Pool] = ()
    classes: OpenList[UseClass] = ()
    uses: OpenList[PermittedUse] = ()
    allocation: Open[Allocation] = None
    ratios: OpenList[ShareRule] = ()
    splits: OpenList[Split] = ()
    floors: OpenList[Floor] = ()
    growth: Open[Growth] = None
    bans: OpenList[Ban] = ()
    instruments: OpenList[Instrument] = ()
    reported: tuple[Reported, ...] = ()

    disclosures: OpenList[Disclosure] = ()
    hotline: Open[Hotline] = None
    routines: OpenList[Routine] = ()
    ladders: OpenList[Ladder] = ()
    rankings: OpenList[Ranking] = ()
    systems: OpenList[System] = ()
    records: OpenList[Keeping] = ()

    performance: OpenList[Hook] = ()
    linkage: OpenList[Linkage] = ()
    assets: OpenList[AssetRule] = ()
    surplus: OpenList[Sweep] = ()
    problems: tuple[Problem, ...] = ()
    # No gap in a text that says nothing of it: then the engine's own rule holds.
    files: FileRule | None = None
