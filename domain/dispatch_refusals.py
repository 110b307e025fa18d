"""What a month's dispatch refuses, and what would satisfy it."""

from domain.errors import RefusedError
from domain.words import Both


class NoSuchDispatchError(RefusedError):
    """An act on a month that nobody began."""

    zh = "没有 {month} 月的调度；须先由有关岗位开始（引擎规则）"
    en = "there is no dispatch of {month}; a post that has a part in it must begin it first (the engine's rule)"


class MonthNotBegunError(RefusedError):
    """A month that lies ahead."""

    zh = "{month} 月还没有到，今天是 {today}；须到该月1日（引擎规则）"
    en = "{month} has not begun on {today}; it must wait for its first day (the engine's rule)"


class MonthClosedError(RefusedError):
    """A month, or a week, whose record is on file."""

    zh = "{month} 的记录已归档（{clause}），不能再办理；其后的事项须记入以后的月份（周）"
    en = "the record of {month} is on file ({clause}); what comes later must go into a later one"


class NotConsultedError(RefusedError):
    """A plan that names no consultation of those whom the rules name."""

    zh = "{routine} 须会同 {needed}，现只写明 {asked}（{clause}）；须与其商定后写明"
    en = "{routine} needs {needed} to be consulted, named are {asked} ({clause}); they must be consulted and named"


class NotTogetherError(RefusedError):
    """A routine without those who must take part."""

    zh = "{routine} 须由 {needed} 一同办理，现只有 {asked}（{clause}）；须一同办理并写明"
    en = "{routine} is done together with {needed}, named are {asked} ({clause}); they must take part and be named"


class RungPaperError(RefusedError):
    """An act whose paper is missing."""

    zh = "{what} 须附 {record}（{clause}）"
    en = "{what} must come with its paper: {record} ({clause})"


class TaskError(RefusedError):
    """A task that is no task: neither an amount nor words, both, or a subject twice."""

    zh = "{subject} 的月任务须写明金额或内容之一、且只写一次（{clause}）"
    en = "the task of {subject} must be an amount or words, and stand once ({clause})"


class NoTaskError(RefusedError):
    """Figures for a subject that has no task."""

    zh = "{subject} 在 {month} 月没有任务；须是有任务的：{there}（{clause}）"
    en = "{subject} has no task in {month}; it must be one of {there} ({clause})"


class FiguresMissingError(RefusedError):
    """A circular, a ranking or a close before the figures of the month are in."""

    zh = "{month} 月还缺完成情况：{missing}；须先登记，才能{what}（{clause}）"
    en = "{month} lacks what came of the tasks of {missing}; it must be entered before {what} ({clause})"


class FiguresClosedError(RefusedError):
    """Figures that were told to others, or are corrected without a reason."""

    zh = "{subject} 的完成情况已登记为 {recorded}，这次 {asked}；通报之前可以更正，须写明原因（引擎规则）"
    en = (
        "of {subject} {recorded} is on record, asked: {asked}; "
        "a correction must come before the circular, with a reason (the engine's rule)"
    )


class NothingCountedError(RefusedError):
    """Figures that nobody entered and the ledger cannot count."""

    zh = "{subject} 的完成情况总账无从计算；须填写金额或是否完成（{clause}）"
    en = "the ledger counts nothing of {subject}; an amount, or whether the work is done, must be entered ({clause})"


# What a rule of dispatch may be about, as far as the cases know it.
SUBJECTS = {
    "project": Both("项目", "project"),
    "project_head": Both("项目", "project"),
    "unit": Both("单位", "unit"),
    "township": Both("乡镇", "township"),
    "money": Both("资金", "fund"),
    "county": Both("县（区）", "county"),
    "post": Both("岗位", "post"),
}


class UnknownSubjectError(RefusedError):
    """A subject that the county's cases do not know."""

    zh = "没有 {kind} “{subject}”；须为其中之一：{known}（{clause}）"
    en = "there is no {kind} {subject!r}; it must be one of {known} ({clause})"


class UnknownRuleError(RefusedError):
    """A ladder, rung, routine, ranking or problem that the county's rules do not have."""

    zh = "本县的规则中没有 {what} {asked!r}；须为其中之一：{known}（{clause}）"
    en = "the county's rules have no {what} {asked!r}; it must be one of {known} ({clause})"


class NoTriggerError(RefusedError):
    """A rung without what sets it off."""

    zh = "不能对 {subject} 采取“{rung}”：须先有 {trigger} 的情形（{clause}）"
    en = "{rung} cannot be taken on {subject}: {trigger} must be on record first ({clause})"


class RungOrderError(RefusedError):
    """A rung before the one below it."""

    zh = "不能对 {subject} 采取“{rung}”：须先采取“{before}”（{clause}）"
    en = "{rung} cannot be taken on {subject}: {before} comes first ({clause})"


class RungWaitError(RefusedError):
    """A rung before its day."""

    zh = "对 {subject} 采取“{rung}”须等到 {first_on}（首级之后 {days} 日，{clause}）"
    en = "{rung} on {subject} must wait until {first_on}, {days} days after the first rung ({clause})"


class RungWayError(RefusedError):
    """A rung that has a request of its own."""

    zh = "“{rung}”的措施是 {effect}，须用 {way} 办理（{clause}）"
    en = "the effect of {rung} is {effect}: it must be asked for as {way} ({clause})"


class LimitMissingError(RefusedError):
    """An interview that sets no day for the rectification that follows it."""

    zh = "“{rung}”须当场定下整改期限（A-37，{clause}），期限须晚于 {on}；现为 {asked}"
    en = "{rung} must set the day of rectification (A-37, {clause}), after {on}; asked: {asked}"


class NoLimitError(RefusedError):
    """A day of rectification where the rules set none."""

    zh = "“{rung}”没有规定整改期限，不能写 {asked}（{clause}）；须不写"
    en = "the rules set no limit with {rung}, so it cannot be {asked} ({clause}); it must be left out"


class NoneToAnswerError(RefusedError):
    """A rectification that nobody was told to do, or a referral that was not drafted."""

    zh = "{subject} 没有待办的“{what}”（{clause}）；须先有"
    en = "{subject} has no {what} that waits ({clause}); that comes first"


class MonthStillOpenError(RefusedError):
    """A month, or a week, with something that must be done before it is closed."""

    zh = "{month} 还不能归档，须先办理：{left}（{clause}）"
    en = "{month} cannot be put on file yet, first: {left} ({clause})"
