"""A county's recurring days: months of dispatch, weeks of watching, year-end sweeps, daily seals; for ever."""

from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.deciding import TickInput
    from activities.processes import Processes
    from activities.recurring import Recurring
    from workflows.case import CALL
    from workflows.clock import business_now

# A log of millions of facts takes minutes, and other workers take them over where one dies.
SEALING = {**CALL, "start_to_close_timeout": timedelta(minutes=30)}


@workflow.defn
class CountyCalendar:
    """Sleeps until the county's next day, lets it come, starts what it began. Signal `look_again`.

    Which day is next stands in the ledger, so a new run begins where the last one ended, and days that came while
    no worker was there come one after the other.
    """

    @workflow.init
    def __init__(self, case: str) -> None:
        """Begin with the calendar's id."""
        self._case = case
        self._look_wanted = False

    @workflow.run
    async def run(self, case: str) -> None:
        """Wait for a day, let it come; with every month, begin a new run."""
        moment = await self._look()
        while True:
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(case)
            left = None if moment is None else max(timedelta(0), moment - business_now())
            try:
                await workflow.wait_condition(lambda: self._look_wanted, timeout=left)
            except TimeoutError:
                assert moment is not None
                came, moment = moment, await self._let_come(moment)
                if moment is None or moment.month != came.month:
                    workflow.continue_as_new(case)
            else:
                self._look_wanted = False
                moment = await self._look()

    @workflow.signal
    def look_again(self) -> None:
        """Read the ledger again: the county has other rules."""
        self._look_wanted = True

    async def _look(self) -> datetime | None:
        return await workflow.execute_activity_method(Recurring.look_at_calendar, self._case, **CALL)

    async def _let_come(self, moment: datetime) -> datetime | None:
        given = TickInput(self._case, moment, business_now())
        turn = await workflow.execute_activity_method(Recurring.let_day_come, given, **CALL)
        if turn.follow_ups:
            await workflow.execute_activity_method(Processes.follow_up, turn.follow_ups, **CALL)
        if turn.seals:
            await workflow.execute_activity_method(Recurring.seal_log, given, **SEALING)
        return turn.next_moment
