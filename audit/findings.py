"""What a reconciliation finds: each kind with its words in both languages, and what is to be done about it."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Remedy = Literal["resume", "resume --closed", "person"]


class Kind(NamedTuple):
    """One kind of finding, in words; `{said}` is what the finding itself has to say."""

    zh: str
    en: str
    remedy: Remedy


KINDS = {
    "no_run": Kind("案件未结，Temporal 中没有它的流程", "the case is open and Temporal knows no run of it", "resume"),
    "ended": Kind(
        "案件未结，其流程已经结束（{said}）", "the case is open and its last run has ended ({said})", "resume"
    ),
    "reset": Kind(
        "流程曾在外部被重置（自 {said}），此后尚未重读总账",
        "the run was reset from outside (from {said}) and has not read the ledger since",
        "resume",
    ),
    "stray": Kind("案件已结，其流程仍在运行", "the case is closed and its workflow still runs", "resume --closed"),
    "foreign": Kind(
        "占用该案件编号的不是它的流程：{said}", "what runs under the case's id is not its process: {said}", "person"
    ),
    "unknown_case": Kind(
        "总账中没有这件案件，却有流程在运行：总账可能是从旧备份恢复的",
        "a workflow runs for a case that the ledger does not know: was the ledger restored from an old backup?",
        "person",
    ),
    "update_lost": Kind(
        "已答复“已记入”的决定，总账中没有其事实：{said}",
        "a decision that was answered as recorded has no fact in the ledger: {said}",
        "person",
    ),
    "refusal_lost": Kind(
        "被拒绝的办理没有留下记录：{said}", "a refused request has left no record in the ledger: {said}", "person"
    ),
    "tick_lost": Kind(
        "限时流程在 {said} 已办，总账中没有其事实",
        "the clock did its work at {said}, and the ledger has no fact of it",
        "person",
    ),
    "fact_alone": Kind(
        "总账中的事实没有经过流程：{said}", "the ledger has facts that came through no workflow: {said}", "person"
    ),
    "clock_fact_alone": Kind(
        "总账中计时器的事实没有对应的计时器：{said}",
        "the ledger has a clock's facts without the timer that they come from: {said}",
        "person",
    ),
    "run_ended_outside": Kind(
        "流程曾在外部结束（{said}），其后已有新的运行",
        "the run was ended from outside ({said}); another has taken its place",
        "person",
    ),
    "run_reset_outside": Kind(
        "流程曾在外部被重置（自 {said}），此后已重读总账",
        "the run was reset from outside (from {said}) and has read the ledger since",
        "person",
    ),
}
# What was interfered with and stands right again: told, and no reason to act.
MENDED = frozenset({"run_ended_outside", "run_reset_outside"})


@dataclass(frozen=True, order=True)
class Finding:
    """One thing found about a case; *run_id* is empty where no run of it is known."""

    kind: str
    case: str
    run_id: str = ""
    said: str = ""

    @property
    def remedy(self) -> Remedy:
        """Return what is to be done."""
        return KINDS[self.kind].remedy

    def text(self, language: str) -> str:
        """Return what was found, in *language* (`zh` or `en`)."""
        words = KINDS[self.kind]
        return (words.zh if language == "zh" else words.en).format(said=self.said)
