"""One deadline: remind, due, each rung of the ladder; until it is met, dropped or waived."""

from datetime import datetime, timedelta
from functools import partial

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.deciding import CaseView, Deciding, TickInput, WatchView
    from workflows.case import CALL, CaseWorkflow
    from workflows.clock import business_now


@workflow.defn
class ObligationWatch(CaseWorkflow):
    """Sleeps until the clock's next moment, and lets the ledger say what is due.

    Update `decide` (more time, a pause, its end, a waiver), signal `look_again`, query `view`: see `workflows/case.py`.
    """

    @workflow.init
    def __init__(self, case: str) -> None:
        """Begin with the obligation's id."""
        super().__init__(case)

    @workflow.run
    async def run(self, case: str) -> str:
        """Wait, tick, wait."""
        watch = await self._look()
        while watch.open:
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(case)
            before, moment = self._view, watch.next_moment
            left = None if moment is None else max(timedelta(0), moment - business_now())
            try:
                await workflow.wait_condition(partial(self._is_news, before), timeout=left)
            except TimeoutError:
                assert moment is not None
                watch = await self._tick(moment)
            else:
                watch = await self._look()
        # Who asks for something of a deadline that is over shall read so.
        await workflow.wait_condition(workflow.all_handlers_finished)
        return case

    def _is_news(self, before: CaseView) -> bool:
        """Return whether another case, or a person's decision, may have changed the clock."""
        return self._stale or self._view is not before

    # One at a time with the decisions: what was read before one must not cover what it decided.

    async def _look(self) -> WatchView:
        async with self._turn:
            wakes, now = self._wakes, business_now()
            given = TickInput(self._view.case, now, now)
            watch = await workflow.execute_activity_method(Deciding.look_at_clock, given, **CALL)
            self._looks = wakes
            return self._seen(watch)

    async def _tick(self, moment: datetime) -> WatchView:
        async with self._turn:
            given = TickInput(self._view.case, moment, business_now())
            return self._seen(await workflow.execute_activity_method(Deciding.tick, given, **CALL))

    def _seen(self, watch: WatchView) -> WatchView:
        # A clock that an earlier build looked at told nothing of its case: then nothing is certain of it.
        if watch.case is not None:
            self._view = watch.case
        return watch
