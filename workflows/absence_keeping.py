"""One absence: until its days are over, or until whoever was absent is back before."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.absences import Absences
    from activities.deciding import CaseView, TickInput
    from workflows.case import CALL, CaseWorkflow
    from workflows.clock import business_now


@workflow.defn
class AbsenceKeeping(CaseWorkflow):
    """One absence: until its days are over, or until whoever was absent is back before.

    Update `decide`, signal `look_again`, query `view`: see `workflows/case.py`.
    """

    @workflow.init
    def __init__(self, case: str) -> None:
        """Begin with the case's id."""
        super().__init__(case)

    @workflow.run
    async def run(self, case: str) -> CaseView:
        """Wait until the ledger says that the case is over."""
        return await self.until_closed(case)

    async def _something_new(self) -> bool:
        """Wait for people, and for the end of the last day."""
        before, now = self._view, business_now()
        given = TickInput(before.case, now, now)
        watch = await workflow.execute_activity_method(Absences.look_at_absence, given, **CALL)
        if (moment := watch.next_moment) is None:
            # Somebody may have acted while the absence was looked at.
            return self._view is not before or await super()._something_new()
        try:
            await workflow.wait_condition(
                lambda: self._stale or self._view is not before or workflow.info().is_continue_as_new_suggested(),
                timeout=max(timedelta(0), moment - business_now()),
            )
        except TimeoutError:
            given = TickInput(before.case, moment, business_now())
            await workflow.execute_activity_method(Absences.end_absence, given, **CALL)
            self._wakes += 1
        return True
