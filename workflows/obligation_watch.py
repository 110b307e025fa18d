"""One deadline: remind, due, each rung of the ladder; until it is met or dropped."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.deciding import Deciding, TickInput, WatchView
    from workflows.case import CALL
    from workflows.clock import business_now


@workflow.defn
class ObligationWatch:
    """Sleeps until the clock's next moment, and lets the ledger say what is due. Signal `look_again`."""

    @workflow.init
    def __init__(self, case: str) -> None:
        """Begin with the obligation's id."""
        self._case = case
        self._look_wanted = False

    @workflow.run
    async def run(self, case: str) -> str:
        """Wait, tick, wait."""
        view = await self._look()
        while view.open:
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(case)
            moment = view.next_moment
            left = None if moment is None else max(timedelta(0), moment - business_now())
            try:
                await workflow.wait_condition(lambda: self._look_wanted, timeout=left)
            except TimeoutError:
                assert moment is not None
                given = TickInput(case, moment, business_now())
                view = await workflow.execute_activity_method(Deciding.tick, given, **CALL)
            else:
                self._look_wanted = False
                view = await self._look()
        return case

    @workflow.signal
    def look_again(self) -> None:
        """Read the ledger again: somebody acted."""
        self._look_wanted = True

    async def _look(self) -> WatchView:
        now = business_now()
        given = TickInput(self._case, now, now)
        return await workflow.execute_activity_method(Deciding.look_at_clock, given, **CALL)
