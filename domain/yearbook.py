"""Yearbook (年度台账目录): which funds, plans and bank entries belong to a county's fiscal year, for rules that sum it.

It holds numbers of cases, no money: amounts are where they are true, in the funds. A plan enters it in the
transaction that puts it in force, so that two plans at once cannot both pass a rule that only one may.
"""

from dataclasses import dataclass, field

from domain.act import Act, CaseState, Decider, Fact


class FundEntered(Fact, frozen=True, tag="year.fund-entered/1"):
    """A fund of this fiscal year arrived."""

    fund_no: str


class PlanEntered(Fact, frozen=True, tag="year.plan-entered/1"):
    """A plan took effect that draws on this year's funds."""

    plan_no: str


class ProjectBanked(Fact, frozen=True, tag="year.project-banked/1"):
    """A project entered the bank (入库) in this year."""

    project_no: str


@dataclass(frozen=True)
class EnterFund:
    """Enter a fund."""

    act: Act
    fund_no: str


@dataclass(frozen=True)
class EnterPlan:
    """Enter a plan."""

    act: Act
    plan_no: str


@dataclass(frozen=True)
class BankProject:
    """Enter a project that is in the bank."""

    act: Act
    project_no: str


@dataclass
class YearbookState(CaseState):
    """The numbers, in the order of their entry."""

    funds: list[str] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    banked: list[str] = field(default_factory=list)


def judge(state: YearbookState, command: EnterFund | EnterPlan | BankProject) -> tuple[Fact, ...]:
    """Return the facts of *command*: what is entered already is not entered again."""
    match command:
        case EnterFund(act, fund_no):
            return () if fund_no in state.funds else (FundEntered(act, fund_no),)
        case EnterPlan(act, plan_no):
            return () if plan_no in state.plans else (PlanEntered(act, plan_no),)
        case BankProject(act, project_no):
            return () if project_no in state.banked else (ProjectBanked(act, project_no),)


def apply(state: YearbookState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case FundEntered():
            state.funds.append(fact.fund_no)
        case PlanEntered():
            state.plans.append(fact.plan_no)
        case ProjectBanked():
            state.banked.append(fact.project_no)
        case _:
            raise AssertionError(fact)


YEARBOOK = Decider(
    "year",
    YearbookState,
    judge,
    apply,
    (EnterFund, EnterPlan, BankProject),
    (FundEntered, PlanEntered, ProjectBanked),
)
