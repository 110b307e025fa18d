"""A case that waits for people and for one moment besides, such as the end of its days."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.deciding import TickInput, WatchView
    from workflows.case import CALL, CaseWorkflow
    from workflows.clock import business_now


class TimedCaseWorkflow(CaseWorkflow):
    """A case whose ledger knows a next moment: at that moment an activity records what it brings.

    Update `decide`, signal `look_again`, query `view`: see `workflows/case.py`.
    """

    # The activities that read the next moment, and that record what is due by one.
    look_at: ClassVar[Callable[[Any, TickInput], WatchView]]
    record: ClassVar[Callable[[Any, TickInput], WatchView]]

    async def _something_new(self) -> bool:
        """Wait for people, and for the next moment where there is one."""
        before, now = self._view, business_now()
        given = TickInput(before.case, now, now)
        watch = await workflow.execute_activity_method(type(self).look_at, given, **CALL)
        if (moment := watch.next_moment) is None:
            # Somebody may have acted while it was looked at.
            return self._view is not before or await super()._something_new()
        try:
            await workflow.wait_condition(
                lambda: self._stale or self._view is not before or workflow.info().is_continue_as_new_suggested(),
                timeout=max(timedelta(0), moment - business_now()),
            )
        except TimeoutError:
            given = TickInput(before.case, moment, business_now())
            await workflow.execute_activity_method(type(self).record, given, **CALL)
            self._wakes += 1
        return True
