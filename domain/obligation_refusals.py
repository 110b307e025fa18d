"""What is refused of a deadline: acts on one that is not there, is over, broken, or one's own."""

from domain.errors import RefusedError


class NoSuchObligationError(RefusedError):
    """An act on a deadline that was never opened."""

    zh = "没有限时义务 {obligation}；须先有触发它的事项"
    en = "there is no obligation {obligation}; what triggers it must come first"


class ClockEndedError(RefusedError):
    """A change to a deadline that is over."""

    zh = "限时义务 {obligation} 已于 {on} 终结（{how}），不能再办“{what}”；只能对未终结的时限办理（引擎规则）"
    en = (
        "obligation {obligation} ended on {on} ({how}): nobody can {what} that is over; "
        "only one that is not over can be changed (the engine's rule)"
    )


class BrokenClockError(RefusedError):
    """More time, or a pause, for a deadline whose last day is over."""

    zh = (
        "限时义务 {obligation} 期限 {due_on} 已过，{today} 不能再办“{what}”：逾期记录不撤销；"
        "须在期限当日结束前提出，逾期后只能补办（记迟办日数）或免除（引擎规则）"
    )
    en = (
        "the last day of obligation {obligation}, {due_on}, is over: on {today} nobody can {what}, "
        "since a breach is never undone; it must be asked for before that day ends, and after it the act is only done "
        "late, or waived (the engine's rule)"
    )


class NotLaterError(RefusedError):
    """More time that is none."""

    zh = "限时义务 {obligation} 期限为 {due_on}，延至 {asked} 不算延期；须晚于现期限（引擎规则）"
    en = (
        "obligation {obligation} is due on {due_on}, so {asked} gives no more time; "
        "it must be a later day (the engine's rule)"
    )


class StandsStillError(RefusedError):
    """More time, or another pause, for a clock that stands still."""

    zh = "限时义务 {obligation} 自 {since} 起暂停，不能再办“{what}”；须先恢复计时（引擎规则）"
    en = (
        "obligation {obligation} is paused since {since}: nobody can {what} that stands still; "
        "it must be resumed first (the engine's rule)"
    )


class RunsAlreadyError(RefusedError):
    """A clock that does not stand still was to be resumed."""

    zh = "限时义务 {obligation} 并未暂停（期限 {due_on}）；只能恢复已暂停的时限（引擎规则）"
    en = "obligation {obligation} is not paused (due on {due_on}); only a paused one can be resumed (the engine's rule)"


class OwnDeadlineError(RefusedError):
    """Who answers for a deadline, or for its breach, was to grant a change of it."""

    zh = "{person} 对限时义务 {obligation} 负责（{post}），不能自行办理“{what}”；须由他人批准（引擎规则）"
    en = (
        "{person} answers for obligation {obligation} ({post}), so cannot {what} of their own; "
        "another person must (the engine's rule)"
    )
