"""Terms: the part of a county's rules that one case runs under, copied into its facts: an auditor needs no file."""

from typing import Literal

import msgspec


class PolicyRef(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which rules a case began under: the digests of the profile, the engine's rules, and the office decisions."""

    version: str
    profile: str
    engine: str
    office: tuple[str, ...] = ()


class DeadlineTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A counted deadline (限时): *count* days from its trigger, the trigger's day not counted.

    *ladder* is the county's own ladder that a breach climbs; "" where the text names none.
    """

    id: str
    count: int
    unit: Literal["calendar", "working"]
    responsible: str
    clause: str
    conditions: tuple[str, ...] = ()
    ladder: str = ""


class GateTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """One gate (审核关口) of a claim: the post that answers, and by when. A post of "" is not stated.

    `with_former`: it is open together with the gate before it (并行), and either may answer first. `papers`: what must
    be attached before it lets the claim through. `covers`: which kinds of parts its signature covers (fields, amounts,
    papers); all where none is named.
    """

    id: str
    post: str
    kind: str
    clause: str
    deadline: DeadlineTerm | None = None
    with_former: bool = False
    papers: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()


class StageTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """One body's approval (审批) of a plan. `record` is "minutes" where nothing holds before they are filed.

    `covers` as at a gate.
    """

    id: str
    body: str
    clause: str
    record: str = ""
    deadline: DeadlineTerm | None = None
    covers: tuple[str, ...] = ()


class StepTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step (环节) of a project, in its county's order; the posts *together* co-sign it (会同).

    *papers* must be attached before it is passed; `covers` as at a gate.
    """

    id: str
    kind: str
    post: str
    clause: str
    record: str = ""
    returns_to: tuple[str, ...] = ()
    deadline: DeadlineTerm | None = None
    together: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()


class RetentionTerm(msgspec.Struct, frozen=True):
    """Retention money (质保金): a share of the contract, held for days after acceptance, then paid within days."""

    share_bp: int
    hold_days: int
    pay_days: int
    responsible: str
    clause: str


class Line(msgspec.Struct, frozen=True):
    """An amount of one portion (fund and pool) for one project, in fen."""

    fund_no: str
    pool: str
    project_no: str
    amount_fen: int
