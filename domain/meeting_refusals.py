"""What a meeting refuses: too few, nobody twice, nothing that is not on its agenda, no minutes of nothing."""

from domain.errors import RefusedError


class QuorumError(RefusedError):
    """Too few sat for the meeting to decide."""

    zh = "会议 {meeting_no} 到会 {present} 人，不足法定人数 {quorum} 人，不能作出决定（{clause}）；须达到法定人数再议"
    en = (
        "meeting {meeting_no} had {present} present, under its quorum of {quorum}, so it cannot decide ({clause}); "
        "it must meet again with that many"
    )


class NotOnAgendaError(RefusedError):
    """Minutes of a meeting that decided nothing on the item."""

    zh = "会议 {meeting_no} 没有就 {item} 作出决定，其纪要不能作依据（{clause}）；须先由会议审议"
    en = "meeting {meeting_no} decided nothing on {item}, so its minutes are no basis ({clause}); it must decide first"


class NotCalledForError(RefusedError):
    """A decision on, or the leaving of, an item that is not on the agenda or no longer open."""

    zh = "会议 {meeting_no} 的议题中没有待议的 {item}；待议的有：{open}（{clause}）；须先列入议题"
    en = (
        "meeting {meeting_no} has no open item {item} on its agenda, only {open} ({clause}); it must be put on it first"
    )


class NoSuchMeetingError(RefusedError):
    """An act on a meeting that was not called, or is over."""

    zh = "会议 {meeting_no} {what}；须先召集并列出议题（引擎规则）"
    en = "meeting {meeting_no} {what}; a meeting with an agenda must be called first (the engine's rule)"


class AttendanceError(RefusedError):
    """A member counted twice, other names than counted, or more present than the body has members."""

    zh = "会议 {meeting_no} 到会人数有误：{what}（引擎规则）；须每人只计一次，且最多 {most} 人"
    en = (
        "meeting {meeting_no}: who was present does not add up: {what} (the engine's rule); each counts only once, "
        "at most {most}"
    )


class ItemsOpenError(RefusedError):
    """Minutes before anything was decided, or while items of the agenda are open."""

    zh = "会议 {meeting_no} 的纪要还不能备案：{open}（引擎规则）；须先逐项作出决定、转下次会议或说明不议"
    en = (
        "the minutes of meeting {meeting_no} cannot go on file yet: {open} (the engine's rule); each item must "
        "first be decided, carried over or left with a reason"
    )
