"""Why an entry of the disclosure register says no."""

from domain.errors import RefusedError


class NoSuchDisclosureError(RefusedError):
    """An act on an entry that never came to be."""

    zh = "公开台账没有 {entry}；信息产生时自动列入，未列入的先由公开岗位补录"
    en = "no entry {entry} in the disclosure register: it comes with what arises, or is entered by hand first"


class UnknownPlaceError(RefusedError):
    """A place that the rule does not name."""

    zh = "{entry} 须在 {places} 公开，不是“{place}”（{clause}）"
    en = "{entry} must be public at {places}, not at {place!r} ({clause})"


class NothingShownError(RefusedError):
    """A publication without anything that shows it."""

    zh = "{entry} 在“{place}”公开须附凭据：record（纸件 SHA-256）或 address（网址）（{clause}；凭据一项为引擎规则）"
    en = (
        "{entry}: something must show that it is public at {place!r}: record (a paper's SHA-256) or address "
        "({clause}; that one is asked is the engine's own)"
    )


class PublicBeforeItAroseError(RefusedError):
    """A publication that is stated for a day before there was anything to publish."""

    zh = "{entry} 所公开的信息 {arose} 才产生，不能在 {on} 公开；发生日期须不早于产生日（{clause}）"
    en = "{entry}: it arose on {arose} and cannot have been public on {on}; its day must not be earlier ({clause})"


class CorrectionError(RefusedError):
    """A correction that does not name the publication whose place it takes."""

    zh = "{entry} 在“{place}”现行的公开是第 {stands} 次；更正须写明 corrects = {stands}，这次写的是 {asked}（{clause}）"
    en = (
        "{entry}: number {stands} stands at {place!r}; what corrects it must say corrects = {stands}, "
        "and this says {asked} ({clause})"
    )


class NotPublicYetError(RefusedError):
    """An act that only what is public can have."""

    zh = "{entry} 尚未公开，不能{what}；须先在 {places} 公开（{clause}）"
    en = "{entry} is not public yet: before {what} it must be, at {places} first ({clause})"


class NoSuchObjectionError(RefusedError):
    """A ruling on an objection that is not open."""

    zh = "{entry} 没有待处理的第 {number} 号异议；只能处理待处理的：{open}（{clause}）"
    en = "{entry} has no open objection {number}; only those that are open can be ruled on: {open} ({clause})"


class MustBePublicError(RefusedError):
    """An entry that nobody may take back."""

    zh = "{entry} 属于必须公开的（{why}），不能撤回；有误的，须重新公开并写明更正哪一次（{clause}）"
    en = "{entry} must be public ({why}) and cannot be taken back; correct it by a new publication ({clause})"


class WithdrawnError(RefusedError):
    """An act on an entry that was taken back."""

    zh = "{entry} 已于 {on} 撤回：{reason}（{clause}）；确需公开的须另行补录"
    en = "{entry} was taken back on {on}: {reason} ({clause}); if it is to be public it must be entered anew"


class StillPublicError(RefusedError):
    """What must stay public for longer."""

    zh = "{entry} 的公示期到 {until} 止，须期满后才能撤下（{clause}）"
    en = "{entry} must stay public until {until} before it is taken down ({clause})"


class NotDisclosedError(RefusedError):
    """A step that stays closed until something is public."""

    zh = "项目 {project_no}：{entry} 未公开完毕（{stands}），按规定公开在先（{clause}）；须由 {post} 在 {places} 公开"
    en = (
        "project {project_no}: {entry} is not public ({stands}), and by the rule that comes first ({clause}); "
        "{post} makes it public at {places}"
    )
