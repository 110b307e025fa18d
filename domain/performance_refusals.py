"""Why an act on a project's results or on its linkage is refused: which rule, its clause, what would satisfy it."""

from domain.errors import RefusedError


class PerformanceClosedError(RefusedError):
    """An act on results that are followed no longer."""

    zh = "项目 {project_no} 的绩效管理已办结；其他事项须在办结前办理（引擎规则）"
    en = "the performance case of project {project_no} is closed; all of it must come before that (the engine's rule)"


class UnknownMeasureError(RefusedError):
    """A value of a measure that nobody set, or a measure without its value."""

    zh = "项目 {project_no}：指标应为 {wanted}，这次给出 {given}；须逐项给出已设定的指标（引擎规则）"
    en = (
        "project {project_no}: the measures are {wanted}, given were {given}; each that was set must be given once "
        "(the engine's rule)"
    )


class NothingToAnswerError(RefusedError):
    """An answer to something that is not open."""

    zh = "项目 {project_no} 没有待办的“{what}”（{clause}）；须先有其事，现在待办：{open}"
    en = "project {project_no} has no open {what} ({clause}); something must call for it first; open: {open}"


class NotAnswerableError(RefusedError):
    """A post held to account that answers for nothing."""

    zh = "{accountable} 不是责任岗位，不能就项目 {project_no} 问责（{clause}）；只能是责任岗位：{known}"
    en = "{accountable} answers for nothing of project {project_no} ({clause}); only these do: {known}"


class StillOpenError(RefusedError):
    """A close while something waits."""

    zh = "项目 {project_no} 的绩效管理还不能办结（{clause}）：须先办 {open}"
    en = "the performance case of project {project_no} cannot be closed yet ({clause}): first {open}"


class PaperMissingError(RefusedError):
    """What an outside party hands in, or a rule wants on paper, without a digest."""

    zh = "{post} 办理“{what}”须附材料摘要 record（{clause}）"
    en = "{what} by {post} must come with its paper, the digest in record ({clause})"


class NoThirdPartyError(RefusedError):
    """An outside party that belongs to a unit of the county."""

    zh = "{post} 不是第三方：它与本级的 {other} 同属 {unit}（{clause}）；须由本级以外的单位办理“{what}”"
    en = "{post} is no third party: like {other} it is of the unit {unit} ({clause}); an outsider must do {what}"


class NotABeneficiaryError(RefusedError):
    """A group that a linkage rule does not name, or that is no group of people."""

    zh = "{group} 不是本规定的受益群体（{clause}）；应为 {known}"
    en = "{group} is no group of this rule ({clause}); only: {known}"


class OutOfOrderError(RefusedError):
    """Households of a later group before those of an earlier one were considered."""

    zh = "带动 {group} 之前须先带动 {before}（{clause}）；{before} 没有可带动的，记 0 户并在 reason 写明"
    en = (
        "{before} comes before {group} ({clause}); where there is none of {before}, it must be recorded as 0 "
        "with a reason"
    )


class ModeError(RefusedError):
    """A mode of linkage that the county's text does not name."""

    zh = "联农带农方式 {mode} 不在所列之内（{clause}）；应为 {known}"
    en = "{mode} is none of the county's modes of linkage ({clause}); only: {known}"


class OperatorMissingError(RefusedError):
    """A linkage record that does not name the operator who answers for it."""

    zh = "项目 {project_no} 的联农带农须写明经营主体 operator（{clause}）"
    en = "the linkage of project {project_no} must name its operator ({clause})"


class ConfirmedBeforeError(RefusedError):
    """A household that was confirmed already, of which an award is paid once."""

    zh = "户 {household} 已于 {on} 由 {person} 确认，一户只能奖励一次（{clause}）"
    en = "household {household} was confirmed on {on} by {person}; a household is awarded only once ({clause})"
