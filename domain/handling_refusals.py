"""Why a step is not handed on, or not answered by this person: who has it, and by whose word."""

from domain.errors import RefusedError


class NoSuchStepError(RefusedError):
    """A step to be handed on that does not wait."""

    zh = "{case} 没有待办的 {step}；只能是待办环节：{open}（引擎规则）"
    en = "{case} does not wait at {step}; it must be an open step: {open} (the engine's rule)"


class AssignedToOtherError(RefusedError):
    """An answer to a step that somebody else was named for."""

    zh = "{step} 由 {holder} 办理（{by} 交办），{person} 不能办理；须由 {holder} 或其代理人办理，或先改派（{clause}）"
    en = (
        "{step} is with {holder} (by the word of {by}), not with {person}; {holder} or the deputy must answer it, "
        "or it be reassigned first ({clause})"
    )


class OpinionAwaitedError(RefusedError):
    """An answer to a step, or another question, while a colleague's opinion is waited for."""

    zh = "{step} 由 {holder} 征求 {asked} 的意见，尚未答复；须先有意见，或由 {holder} 收回征求（引擎规则）"
    en = (
        "{holder} asked {asked} about {step} and has no answer; the opinion must come first, "
        "or {holder} take the question back (the engine's rule)"
    )


class NotSupervisorError(RefusedError):
    """A reassignment by somebody who may not."""

    zh = "{person}（{post}，{unit}）不能改派 {of_post} 的待办；须由 {needed} 改派（{clause}）"
    en = "{person} ({post}, {unit}) cannot reassign what waits for {of_post}; {needed} must ({clause})"


class OwnAssignmentError(RefusedError):
    """A person who assigns a step to himself, or asks himself for an opinion."""

    zh = "{person} 不能把 {step} 交给自己；须交给他人（引擎规则）"
    en = "{person} cannot hand {step} to himself; it must be another (the engine's rule)"


class SameHandlerError(RefusedError):
    """A reassignment to whoever has the step already."""

    zh = "{step} 已由 {person} 办理（{by} 交办）；改派须是另一人（引擎规则）"
    en = "{step} is with {person} already (by the word of {by}); it must be another (the engine's rule)"


class NotAssignedError(RefusedError):
    """A step taken back from nobody."""

    zh = "{step} 没有交办给个人；须先改派或转办，才可收回（引擎规则）"
    en = "{step} is with nobody in particular; it must be handed to one first (the engine's rule)"


class NotYourStepError(RefusedError):
    """A step forwarded, or a question taken back, by somebody whose step it is not."""

    zh = "{step} 由 {holder} 办理（{by} 交办），不是 {person} 的；须由 {holder} 办理（引擎规则）"
    en = "{step} is with {holder} (by the word of {by}), not with {person}; {holder} must (the engine's rule)"


class NotAskedError(RefusedError):
    """An opinion of somebody who was not asked, or a question that nobody was asked."""

    zh = "{step} 没有征求 {person} 的意见；现在征求的是：{asked}；须先征求（引擎规则）"
    en = "{person} was not asked about {step}; asked now: {asked}; the question must come first (the engine's rule)"


class NotACandidateError(RefusedError):
    """A step handed to somebody who neither holds its post nor stands in for a holder."""

    zh = "{to} 不是 {post} 的任职者或其代理人，不能办理 {step}；只能是：{candidates}（引擎规则）"
    en = "{to} neither holds {post} nor stands in for a holder, so not {step}; only: {candidates} (the engine's rule)"


class WrongUnitError(RefusedError):
    """A step of a project answered by a holder of the right post in another unit."""

    zh = "{person} 的 {post} 属 {unit}，本件属 {needed}；须由 {needed} 的 {post} 办理（{clause}）"
    en = "{person} holds {post} in {unit}; this case belongs to {needed}, whose {post} must answer it ({clause})"


class GrantedByError(RefusedError):
    """Two persons in one case of whom one gave the other the post, or the key, to act with."""

    zh = (
        "{granter} 为 {granted} 办理了任命或密钥登记，{other} 已在本件中办过 {before}；"
        "{person} 不能再办 {asked}，须由他人办理（{clause}）"
    )
    en = (
        "{granter} appointed {granted} or registered the key; {other} has done {before} in this case, so {person} "
        "not {asked}; another person must ({clause})"
    )
