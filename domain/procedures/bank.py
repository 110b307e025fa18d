"""What is asked of an entry in the bank (项目库): its tests and look-alikes at the door, its changes, its years."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from domain.act import Act
from domain.bank import BANK, normalised
from domain.bank_facts import ChangeEstimate as ChangeEstimateOfProject
from domain.bank_facts import ConfirmEntry as ConfirmEntryOfProject
from domain.bank_facts import EntryAnswer, EntryResult, ListProject, LookedAlike, ProjectListed, Unlike
from domain.bank_facts import RemoveEntry as RemoveEntryOfProject
from domain.bank_facts import TakeUpEntry as TakeUpEntryOfProject
from domain.bank_refusals import (
    EntryLapsedError,
    EntryOpinionError,
    EntryTestError,
    EntryTestMissingError,
    LooksAlikeError,
    OutsideYearsError,
    RemovedEntryError,
)
from domain.cases import bank_stream
from domain.errors import BadInputError
from domain.ledger import Step
from domain.policy import Profile
from domain.policy.project import Bank, EntryTest
from domain.procedures.asking import Asking, NoRuleStatedError
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import ProjectRegistered
from domain.project_state import ProjectState
from domain.requests import ChangeEstimate, ConfirmEntry, RemoveEntry, TakeUpEntry
from domain.terms import StepTerm
from domain.words import Both

YEARS = (2000, 2100)
_OURS = "engine LC-19"  # Where a county's text plans nothing, duplicates are looked for all the same.


def _reviewed(state: ProjectState) -> bool:
    steps = state.registered.terms.steps if state.registered else ()
    before = steps[: _bank_at(steps)]
    return any(step.kind == "review" for step in before) and state.at >= len(before)


# What a machine can find of a project that stands at the bank's door. By entering, it is in the bank.
_FOUND: dict[str, Callable[[ProjectState], bool]] = {
    "target": lambda state: state.checks.target is not None,
    "linkage": lambda state: state.checks.linkage is not None,
    "reviews": _reviewed,
    "in_bank": lambda _: True,
}


def _bank_at(steps: tuple[StepTerm, ...]) -> int:
    return next((n for n, step in enumerate(steps) if step.kind == "bank"), 0)


def enters(registered: ProjectRegistered, step: StepTerm) -> bool:
    """Return whether passing *step* enters the project in the bank: the bank's step; without one, the first paper.

    What is no project but a use without contractor is built nowhere, and is in no bank.
    """
    terms = registered.terms.steps
    if registered.terms.instrument:
        return False
    return step.kind == "bank" or (step == terms[0] and all(other.kind != "bank" for other in terms))


def tested(
    profile: Profile, state: ProjectState, step: StepTerm, answers: tuple[EntryAnswer, ...]
) -> tuple[EntryResult, ...]:
    """Return what comes of each entry test, run or attested; one that the text does not make a bar is only recorded.

    Raises:
        BadInputError: If a test is answered that a person does not attest.
        RefusedError: If one that bars the entry is not met, or not attested.
    """
    tests = profile.bank.tests if profile.bank and step.kind == "bank" else ()
    by_person = [test.id for test in tests if test.check == "attested"]
    said = {answer.test: answer for answer in answers}
    if len(said) < len(answers) or not said.keys() <= set(by_person):
        names = ", ".join(answer.test for answer in answers)
        raise BadInputError("tests", f"{names}: each once, of those that a person attests: {', '.join(by_person)}")
    return tuple(_result(test, state, step, said.get(test.id)) for test in tests)


def looked_at(profile: Profile, state: ProjectState) -> tuple[EntryResult, ...]:
    """Return what would come of each entry test before anybody attests anything: nothing is refused here."""
    return tuple(_stands(test, state) for test in (profile.bank.tests if profile.bank else ()))


def _stands(test: EntryTest, state: ProjectState) -> EntryResult:
    # What a machine is to look at, and no rule says how, is unanswered: answering the step is refused with words.
    known = test.check == "attested" or test.about in _FOUND
    met = _met(test, state, None)[0] if known else None
    status: Literal["met", "unmet", "unanswered"] = "unanswered" if met is None else "met" if met else "unmet"
    return EntryResult(test.id, test.about, test.check, status, test.clause, test.blocks, "")


def _result(test: EntryTest, state: ProjectState, step: StepTerm, answer: EntryAnswer | None) -> EntryResult:
    assert state.registered is not None
    rule = {"test": test.id, "words": Both(test.zh, test.en), "clause": test.clause}
    rule["project_no"] = state.registered.project_no
    met, opinion = _met(test, state, answer)
    if met is None and test.blocks:
        raise EntryTestMissingError(**rule, post=step.post)
    if met is False and test.check == "attested" and not opinion.strip():
        raise EntryOpinionError(**rule)
    if met is False and test.blocks:
        found = Both(*(opinion, opinion)) if opinion else Both("经核查没有", "the ledger has none")
        raise EntryTestError(**rule, found=found)
    status = "unanswered" if met is None else "met" if met else "unmet"
    return EntryResult(test.id, test.about, test.check, status, test.clause, test.blocks, opinion)  # type: ignore[arg-type]


def _met(test: EntryTest, state: ProjectState, answer: EntryAnswer | None) -> tuple[bool | None, str]:
    if test.check == "attested":
        return (answer.met, answer.opinion) if answer else (None, "")
    if test.about not in _FOUND:
        raise NoRuleStatedError(question="what does a machine look at in this entry test?", key=f"bank.tests.{test.id}")
    return _FOUND[test.about](state), ""


def told_apart(
    asking: Asking, profile: Profile, registered: ProjectRegistered, unlike: tuple[Unlike, ...]
) -> tuple[LookedAlike, ...]:
    """Return what looks like the project, each with the reason why it is another; the person was shown them all.

    Raises:
        LooksAlikeError: If one is not named, or without a reason.
        BadInputError: If one is named that does not look like it.
    """
    listed = listing(asking.act, profile, registered)
    bank = asking.read(BANK, bank_stream(asking.case.county))
    found = [one for one in bank.looks_like(listed) if _is_there(asking, one.project_no)]
    reasons = {one.project_no: one.reason for one in unlike if one.reason.strip()}
    missing = [one.project_no for one in found if one.project_no not in reasons]
    if missing:
        raise LooksAlikeError(
            project_no=registered.project_no,
            name=registered.name,
            others="; ".join(_shown(one) for one in found),
            clause=against_duplicates(profile),
            missing=", ".join(missing),
        )
    known = {one.project_no for one in found}
    if strange := [one.project_no for one in unlike if one.project_no not in known]:
        raise BadInputError("unlike", f"{', '.join(strange)}: does not look like it; {', '.join(sorted(known)) or '-'}")
    return tuple(LookedAlike(one.project_no, one.name, reasons[one.project_no]) for one in found)


def _is_there(asking: Asking, project_no: str) -> bool:
    return asking.read(PROJECT, asking.stream("project", project_no)).entry.removed is None


def _shown(one: ProjectListed) -> str:
    years = str(one.first_year) if one.first_year == one.last_year else f"{one.first_year}-{one.last_year}"
    return f"{one.project_no} “{one.name}” {one.township}{one.village} {years}"


def against_duplicates(profile: Profile) -> str:
    """Return the clause that is against duplicates: of the county's planning, or the engine's own rule."""
    planning = [principle.clause for principle in profile.principles if principle.topic == "planning"]
    return planning[0] if planning else _OURS


def listing(act: Act, profile: Profile, registered: ProjectRegistered) -> ProjectListed:
    """Return how the bank lists a project: the years of its building, else those for which an entry is listed."""
    horizon = profile.bank.horizon_years if profile.bank else None
    year = act.occurred_on.year
    first = registered.first_year or year
    last = registered.last_year or year + (horizon or 1) - 1
    place = (registered.village, registered.township)
    words = normalised(registered.name, *place)
    return ProjectListed(act, registered.project_no, registered.name, *place, words, first, last)


def entered(asking: Asking, act: Act, profile: Profile, registered: ProjectRegistered) -> Step:
    """Return the step by which the county's bank lists a project."""
    return Step(bank_stream(asking.case.county), ListProject(act, listing(act, profile, registered)))


def check_years(asking: Asking, bank: Bank | None, first_year: int, last_year: int) -> None:
    """Check the years of a project that is planned once and built by year.

    Raises:
        BadInputError: If they are no years from its first paper on.
        NoRuleStatedError: If they are several, and the county's rules know no such project.
    """
    if not first_year and not last_year:
        return
    least = max(YEARS[0], asking.act.occurred_on.year)
    if not least <= first_year <= last_year <= YEARS[1]:
        raise BadInputError("first_year", f"{first_year} to {last_year} are no years from {least} to {YEARS[1]}")
    if last_year > first_year and (bank is None or bank.cross_year is None):
        raise NoRuleStatedError(question="may a project be built over several years?", key="bank.cross_year")


def check_planned(asking: Asking, project_no: str, year: int) -> None:
    """Check that the bank has a project for a plan of *year*: not removed, its years not over.

    Raises:
        RefusedError: If it has not. What has its money from an earlier plan waits in the bank no more.
    """
    project = asking.read(PROJECT, asking.stream("project", project_no))
    registered, entry = project.registered, project.entry
    if registered is None:
        return  # Said where the line is checked.
    bank = asking.rules(registered.terms.policy).profile.bank
    said = {"project_no": project_no, "clause": bank.clause if bank else "-"}
    if entry.removed is not None:
        raise RemovedEntryError(**said, on=entry.removed.act.occurred_on, reason=entry.removed.reason)
    first, last = registered.first_year, registered.last_year
    if first and not first <= year <= last:
        raise OutsideYearsError(**said, first=first, last=last, year=year)
    horizon = bank.horizon_years if bank else None
    until, now = entry.listed_until(horizon), asking.act.occurred_on.year
    if entry.counts_from and until is not None and until < now and "plan" not in project.passed_on:
        post = _bank_step(registered).post
        raise EntryLapsedError(**said, counts_from=entry.counts_from, horizon=horizon, until=until, year=now, post=post)


def change(asking: Asking, request: RemoveEntry | TakeUpEntry | ChangeEstimate | ConfirmEntry) -> Iterator[Step]:
    """Remove an entry, take it up again, change its estimate, or confirm it: for the post of the bank's step."""
    project = asking.read(PROJECT, asking.own)
    if (registered := project.registered) is None:
        raise NoSuchProjectError(project_no=asking.case.no)
    profile = asking.rules(registered.terms.policy).profile
    bank, step = profile.bank, _bank_step(registered)
    if isinstance(request, ConfirmEntry):
        if bank is None or bank.horizon_years is None:
            raise NoRuleStatedError(question="for how many years is an entry listed?", key="bank.horizon_years")
    elif bank is None or bank.dynamic != "kept_current":
        raise NoRuleStatedError(question="may an entry of the bank be removed or changed?", key="bank.dynamic")
    asking.needs_post(step.post, "change an entry of the bank", bank.clause)
    act = asking.act.under(bank.clause)
    match request:
        case RemoveEntry(reason=reason, record=record):
            yield Step(asking.own, RemoveEntryOfProject(act, _words(reason), record))
        case ChangeEstimate(budget_fen=budget_fen, reason=reason, record=record):
            yield Step(asking.own, ChangeEstimateOfProject(act, budget_fen, _words(reason), record))
        case ConfirmEntry(opinion=opinion):
            yield Step(asking.own, ConfirmEntryOfProject(act, act.occurred_on.year, opinion))
        case TakeUpEntry(reason=reason, record=record):
            # What came in meanwhile may be the same: then that one is removed first, or this one stays out.
            told_apart(asking, profile, registered, ())
            yield Step(asking.own, TakeUpEntryOfProject(act, _words(reason), record))


def _words(reason: str) -> str:
    if not reason.strip():
        raise BadInputError("reason", "a change of the bank needs a reason")
    return reason


def _bank_step(registered: ProjectRegistered) -> StepTerm:
    steps: Iterable[StepTerm] = registered.terms.steps
    return next((step for step in steps if step.kind == "bank"), registered.terms.steps[0])
