"""What all case workflows share: one update for people's decisions, one signal to look again, one view."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.deciding import CaseView, DecideInput, Deciding, FollowUp
    from activities.processes import Processes
    from domain.signature import SignedMessage
    from workflows.clock import business_now

# Retried for ever: what is refused comes as not retryable, everything else is temporary. What a killed worker held
# is given to another after these seconds, while whoever asked still waits (`client.ANSWER_SECONDS`).
CALL: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(minutes=1)),
}
# A workflow is started with the message that brings its case into being; if that is refused, it ends after this.
UNBORN_FOR = timedelta(minutes=1)


class CaseWorkflow:
    """Keeps a copy of its case's view. Every decision is an activity's; the copy only tells what is waited for."""

    def __init__(self, case: str) -> None:
        """Know the case's id, and nothing else yet."""
        self._view = CaseView(case)
        self._wakes = 1
        self._looks = 0
        self._turn = asyncio.Lock()

    @property
    def _stale(self) -> bool:
        """Whether another case may have changed this one since the copy was taken."""
        return self._looks != self._wakes

    async def until_closed(self, case: str) -> CaseView:
        """Wait for decisions and wake-ups until the ledger says that the case is over."""
        while True:
            await self._look_if_wanted()
            # Also before the end: a decision that is under way may be refused, and then wakes nobody.
            await workflow.wait_condition(workflow.all_handlers_finished)
            if self._view.closed:
                return self._view
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(case)
            if not await self._something_new():
                return self._view

    async def _something_new(self) -> bool:
        """Wait for something to do. Return False if the case was never born."""
        before = self._view
        try:
            await workflow.wait_condition(
                # The last: decisions that are refused change nothing, and fill a run's history all the same.
                lambda: self._stale or self._view is not before or workflow.info().is_continue_as_new_suggested(),
                timeout=None if before.exists else UNBORN_FOR,
            )
        except TimeoutError:
            await workflow.wait_condition(workflow.all_handlers_finished)
            return self._view.exists
        return True

    async def _look_if_wanted(self) -> None:
        while self._stale:
            async with self._turn:
                wakes = self._wakes
                self._view = await workflow.execute_activity_method(Deciding.look, self._view.case, **CALL)
                self._looks = wakes

    @workflow.update
    async def decide(self, message: SignedMessage) -> CaseView:
        """Take a signed decision. When the caller gets the view, the ledger has the facts."""
        # One at a time, so that the copy ends up with the latest state, not the last to return.
        async with self._turn:
            try:
                decision = await workflow.execute_activity_method(
                    Deciding.decide, DecideInput(message, business_now()), **CALL
                )
            except ActivityError as e:
                # The caller shall read the rule's reason, not that an activity failed.
                raise (e.cause or e) from e
            self._view = decision.view
        await self._follow_up(decision.follow_ups)
        return decision.view

    @decide.validator
    def check_message(self, message: SignedMessage) -> None:
        """Reject a slip of the hand, which leaves no trace. What a rule forbids is the activity's, which records it."""
        if message.case != self._view.case:
            zh, en = f"这份请求是给 {message.case} 的", f"the message is for {message.case}, this is {self._view.case}"
            raise _slip("WrongCase", zh, en)
        if not (message.command_id and message.person and message.post and message.key_id and message.signature):
            en = "a message needs command_id, person, post, key_id and signature"
            raise _slip("Malformed", "请求缺少编号、人员、岗位、密钥或签名", en)
        # On an old copy nothing is certain; the activity asks the ledger.
        if self._stale or not self._view.exists or message.step in self._view.also_allowed:
            return
        if self._view.closed:
            zh, en = f"{self._view.case} 已办结", f"{self._view.case} is closed: {self._view.stage}"
            raise _slip("CaseClosed", zh, en)
        waiting = [step.id for step in self._view.open_steps]
        if message.step not in waiting:
            still = ", ".join(waiting) or "-"
            zh = f"环节 {message.step!r} 已经办过或不存在；现在等待：{still}"
            raise _slip("StepNotOpen", zh, f"{message.step!r} was answered; open: {still}")

    @workflow.signal
    def look_again(self) -> None:
        """Read the ledger again: another case changed this one."""
        self._wakes += 1

    @workflow.query
    def view(self) -> CaseView:
        """Return the copy."""
        return self._view

    async def _follow_up(self, follow_ups: list[FollowUp]) -> None:
        if follow_ups:
            await workflow.execute_activity_method(Processes.follow_up, follow_ups, **CALL)


def _slip(kind: str, zh: str, en: str) -> ApplicationError:
    """Return why a message is not taken, with the words of both languages for whoever sent it."""
    return ApplicationError(en, {"zh": zh, "en": en}, type=kind)
