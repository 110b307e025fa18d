"""One absence: until its days are over, or until whoever was absent is back before."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.absences import Absences
    from activities.deciding import CaseView
    from workflows.timed_case import TimedCaseWorkflow


@workflow.defn
class AbsenceKeeping(TimedCaseWorkflow):
    """One absence: until its days are over, or until whoever was absent is back before."""

    look_at = Absences.look_at_absence
    record = Absences.end_absence

    @workflow.init
    def __init__(self, case: str) -> None:
        """Begin with the case's id."""
        super().__init__(case)

    @workflow.run
    async def run(self, case: str) -> CaseView:
        """Wait until the ledger says that the case is over."""
        return await self.until_closed(case)
