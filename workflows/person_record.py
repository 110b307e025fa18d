"""What the office orders about one person: a post, a unit, a key. Nothing waits between two orders."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.deciding import CaseView
    from workflows.case import CaseWorkflow


@workflow.defn
class PersonRecord(CaseWorkflow):
    """What the office orders about one person: a post, a unit, a key. Nothing waits between two orders.

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
