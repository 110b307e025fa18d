"""A project's entry in the bank (项目库): since when, for how long, removed or not; and its changes."""

from dataclasses import dataclass

from domain.bank_facts import (
    ChangeEstimate,
    ConfirmEntry,
    EntryCommand,
    EntryConfirmed,
    EntryFact,
    EntryRemoved,
    EntryTakenUp,
    EstimateChanged,
    RemoveEntry,
    TakeUpEntry,
)
from domain.errors import RefusedError
from domain.words import Both

_WHAT = {
    "RemoveEntry": Both("调出", "removal"),
    "TakeUpEntry": Both("重新调入", "taking up again"),
    "ChangeEstimate": Both("调整估算", "change of the estimate"),
    "ConfirmEntry": Both("滚动确认", "confirmation"),
}
_STATE = {
    "planned": Both("已列入计划", "in a plan"),
    "closed": Both("已办结", "closed"),
    "not entered": Both("尚未入库", "not entered yet"),
    "removed": Both("已调出项目库", "out of the bank"),
    "there": Both("在项目库中", "in the bank"),
}
_REMEDY = {
    "planned": Both("由计划调减其资金", "a plan cuts its money"),
    "closed": Both("另行申报：办结的不再变动", "declare another one: what is closed changes no more"),
    "not entered": Both("通过入库环节", "it passes the bank's step"),
}

# Nobody is waited for with these: they may be asked for while the project is in the bank.
OF_AN_ENTRY = ("remove-entry", "take-up-entry", "change-estimate", "confirm-entry")


class NotInBankError(RefusedError):
    """A change of an entry that is none: the project has not entered the bank, or is past it."""

    zh = "项目 {project_no} 不是项目库中待安排的项目（{state}），不能办理“{what}”（{clause}）；先{remedy}"
    en = "project {project_no} is no entry that waits in the bank ({state}), so no {what} ({clause}); first {remedy}"


class EntryStateError(RefusedError):
    """A removal of what is removed, or a taking up of what is there."""

    zh = "项目 {project_no} 现在{state}，不能再办“{what}”（{clause}）；须先办相反的变动"
    en = "project {project_no} is {state} now, so no {what} ({clause}); the contrary change must come first"


class EstimateError(RefusedError):
    """An estimate that is no amount, the same as before, or less than plans gave."""

    zh = (
        "项目 {project_no} 的估算不能由 {before_fen} 分改为 {asked_fen} 分（{clause}）；"
        "须大于零、与原估算不同，且不低于计划已安排的 {allotted_fen} 分"
    )
    en = (
        "project {project_no}: the estimate cannot go from {before_fen} to {asked_fen} fen ({clause}); it must be "
        "above zero, another one, and at least the {allotted_fen} fen that plans gave"
    )


@dataclass
class EntryOfProject:
    """The entry as it stands; years as they count for the horizon."""

    entered_year: int = 0
    confirmed_year: int = 0
    removed: EntryRemoved | None = None

    @property
    def counts_from(self) -> int:
        """Return the first year of those for which the entry is listed; 0 while there is no entry."""
        return max(self.entered_year, self.confirmed_year)

    def listed_until(self, horizon_years: int | None) -> int | None:
        """Return the last year for which it is listed, or None where the rules set no number of years."""
        return None if horizon_years is None else self.counts_from + horizon_years - 1

    def judge(
        self, project_no: str, command: EntryCommand, *, estimate_fen: int, allotted_fen: int, state: str
    ) -> tuple[EntryFact, ...]:
        """Return the fact of *command*; who may ask, and whether the rules know such a change, the procedure checks.

        Raises:
            RefusedError: If the entry does not stand so that it could be changed this way.
        """
        clause, what = command.act.clause, type(command).__name__
        waits = state == "waiting" or (state == "planned" and isinstance(command, ChangeEstimate))
        if not self.entered_year or not waits:
            where = "planned" if state == "planned" else "closed" if state == "closed" else "not entered"
            raise NotInBankError(
                project_no=project_no, state=_STATE[where], what=_WHAT[what], clause=clause, remedy=_REMEDY[where]
            )
        gone = self.removed is not None
        if gone != isinstance(command, TakeUpEntry):
            stands = _STATE["removed" if gone else "there"]
            raise EntryStateError(project_no=project_no, state=stands, what=_WHAT[what], clause=clause)
        match command:
            case RemoveEntry(act, reason, record):
                return (EntryRemoved(act, reason, record),)
            case TakeUpEntry(act, reason, record):
                return (EntryTakenUp(act, reason, record),)
            case ConfirmEntry(act, year, opinion):
                return () if year <= self.counts_from else (EntryConfirmed(act, year, opinion),)
            case ChangeEstimate(act, budget_fen, reason, record):
                if budget_fen <= 0 or budget_fen == estimate_fen or budget_fen < allotted_fen:
                    raise EstimateError(
                        project_no=project_no,
                        before_fen=estimate_fen,
                        asked_fen=budget_fen,
                        allotted_fen=allotted_fen,
                        clause=clause,
                    )
                return (EstimateChanged(act, estimate_fen, budget_fen, reason, record),)

    def note(self, fact: object) -> None:
        """Fold one fact, in place."""
        match fact:
            case EntryRemoved():
                self.removed = fact
            case EntryTakenUp():
                self.removed = None
            case EntryConfirmed():
                self.confirmed_year = fact.year
            case _:
                pass
