"""One entry of the disclosure register: until it is public everywhere, and its days of publicity have passed."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.deciding import CaseView
    from activities.periods import Periods
    from workflows.timed_case import TimedCaseWorkflow


@workflow.defn
class DisclosurePeriod(TimedCaseWorkflow):
    """One entry of the disclosure register; where the rules count no days of publicity it only waits for people."""

    look_at = Periods.look_at_period
    record = Periods.end_period

    @workflow.init
    def __init__(self, case: str) -> None:
        """Begin with the case's id."""
        super().__init__(case)

    @workflow.run
    async def run(self, case: str) -> CaseView:
        """Wait until the ledger says that the case is over."""
        return await self.until_closed(case)
