"""What can happen to a project in the bank (项目库): its entry tests, its look-alikes, its changes, its years."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from domain.act import Act, Fact


class EntryAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person attests of one entry test (入库要求), with an opinion; "not met" needs one."""

    test: str
    met: bool
    opinion: str = ""


class Unlike(msgspec.Struct, frozen=True):
    """Another project that looks like this one, and why it is not the same."""

    project_no: str
    reason: str


class EntryResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one entry test: found by the machine, or attested. *blocks* is None where the text does not say."""

    test: str
    about: str
    check: str
    status: Literal["met", "unmet", "unanswered"]
    clause: str
    blocks: bool | None = None
    opinion: str = ""


class LookedAlike(msgspec.Struct, frozen=True):
    """A look-alike (疑似重复) as it stood in the bank, with the reason why it is another project."""

    project_no: str
    name: str
    reason: str


class EntryTested(Fact, frozen=True, tag="project.entry-tested/1"):
    """The entry tests were run or attested, each, when the project entered the bank (入库审查)."""

    results: tuple[EntryResult, ...]


class ToldApart(Fact, frozen=True, tag="project.told-apart/1"):
    """Whoever decided the entry was shown what looks like the project, and said why it is not the same."""

    others: tuple[LookedAlike, ...]


class EntryRemoved(Fact, frozen=True, tag="project.entry-removed/1"):
    """The project was taken out of the bank (调出项目库), with the reason."""

    reason: str
    record: str = ""


class EntryTakenUp(Fact, frozen=True, tag="project.entry-taken-up/1"):
    """The project is in the bank again (重新调入), with the reason."""

    reason: str
    record: str = ""


class EstimateChanged(Fact, frozen=True, tag="project.estimate-changed/1"):
    """The project was optimised in the bank (优化): its estimate is another one, in fen, with the reason."""

    before_fen: int
    budget_fen: int
    reason: str
    record: str = ""


class EntryConfirmed(Fact, frozen=True, tag="project.entry-confirmed/1"):
    """The entry was confirmed anew (滚动确认): the years for which it is listed count from *year* on."""

    year: int
    opinion: str = ""


class ProjectListed(Fact, frozen=True, tag="bank.listed/1"):
    """The county's bank lists the project: its place, its object in normalised words, the years of its building."""

    project_no: str
    name: str
    village: str
    township: str
    words: str
    first_year: int
    last_year: int


@dataclass(frozen=True)
class RemoveEntry:
    """Take the project out of the bank."""

    act: Act
    reason: str
    record: str = ""


@dataclass(frozen=True)
class TakeUpEntry:
    """Take the project up again."""

    act: Act
    reason: str
    record: str = ""


@dataclass(frozen=True)
class ChangeEstimate:
    """Change the estimate."""

    act: Act
    budget_fen: int
    reason: str
    record: str = ""


@dataclass(frozen=True)
class ConfirmEntry:
    """Confirm the entry for the years from this one on."""

    act: Act
    year: int
    opinion: str = ""


@dataclass(frozen=True)
class ListProject:
    """List a project in its county's bank."""

    act: Act
    listed: ProjectListed


EntryCommand = RemoveEntry | TakeUpEntry | ChangeEstimate | ConfirmEntry
EntryFact = EntryTested | ToldApart | EntryRemoved | EntryTakenUp | EstimateChanged | EntryConfirmed
