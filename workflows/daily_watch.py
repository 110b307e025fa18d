"""One week of looks, its anomalies until each is put right or explained, and its summary."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.deciding import CaseView, TickInput
    from activities.recurring import Recurring
    from workflows.case import CALL, CaseWorkflow
    from workflows.clock import business_now

# Weeks that began before looks were watched by a clock have no such step in their histories.
DAYS_END = "days-end"


@workflow.defn
class DailyWatch(CaseWorkflow):
    """One week of looks, its anomalies until each is put right or explained, and its summary.

    A look that is missing when its day ends goes on record as missed. Update `decide`, signal `look_again`, query
    `view`: see `workflows/case.py`.
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
        """Wait for people, and for the end of each day on which looks are missing."""
        before = self._view
        if not before.exists or not workflow.patched(DAYS_END):
            return await super()._something_new()
        week = await workflow.execute_activity_method(Recurring.look_at_week, before.case, **CALL)
        while (moment := week.next_moment) is not None:
            try:
                await workflow.wait_condition(
                    lambda: self._stale or self._view is not before or workflow.info().is_continue_as_new_suggested(),
                    timeout=max(timedelta(0), moment - business_now()),
                )
            except TimeoutError:
                given = TickInput(before.case, moment, business_now())
                week = await workflow.execute_activity_method(Recurring.end_days, given, **CALL)
            else:
                return True
        # Somebody may have acted while the week was looked at.
        return self._view is not before or await super()._something_new()
