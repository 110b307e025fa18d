"""One emergency decision: until a second key confirms it, or its hours are over."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.deciding import CaseView
    from activities.emergencies import Emergencies
    from workflows.timed_case import TimedCaseWorkflow


@workflow.defn
class EmergencyDecision(TimedCaseWorkflow):
    """One emergency decision: until a second key confirms it, or its hours are over."""

    look_at = Emergencies.look_at_emergency
    record = Emergencies.end_emergency

    @workflow.init
    def __init__(self, case: str) -> None:
        """Begin with the case's id."""
        super().__init__(case)

    @workflow.run
    async def run(self, case: str) -> CaseView:
        """Wait until the ledger says that the case is over."""
        return await self.until_closed(case)
