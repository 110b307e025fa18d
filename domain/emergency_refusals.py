"""What an emergency decision (应急决定) may not do: it replaces a missing person, and never a rule."""

from domain.errors import RefusedError
from domain.words import Both


class EmergencyStepError(RefusedError):
    """An emergency for a step that does not wait."""

    zh = "{case} 现在等待的是 {open}，不是 {asked}；应急决定只能用于正在等待的环节（引擎规则）"
    en = "{case} waits for {open}, not for {asked}; an emergency decision is only for what waits (the engine's rule)"


class EmergencyKindError(RefusedError):
    """An emergency for what is no decision of one person."""

    zh = "{request} 不能作应急决定；只能用于：{allowed}（引擎规则）"
    en = "{request} cannot be decided in an emergency, only: {allowed} (the engine's rule)"


class EmergencyBodyError(RefusedError):
    """An emergency in place of a body that decides together."""

    zh = "{step} 由 {post} 集体办理，不是某个人缺席；须由该机构办理（引擎规则）"
    en = "{step} is for {post}, a body and no missing person: the body must decide (the engine's rule)"


class EmergencyNeedlessError(RefusedError):
    """One of the two keys holds the very post, or stands in at it: an emergency would pass by what that allows."""

    zh = "{person} 本人任或代理 {post}，无须应急；须由其直接办理（引擎规则）"
    en = "{person} holds {post}, or stands in: it is no emergency, {person} must decide directly (the engine's rule)"


class EmergencyKeyError(RefusedError):
    """A key in a hand that the engine's rule does not give it to."""

    zh = "应急决定的{which}由 {needed} 持有，{post} 不能；须由其中一岗办理（引擎规则）"
    en = "{which} of an emergency decision is for {needed}, not for {post}; one of them must (the engine's rule)"


class EmergencyDeputyError(RefusedError):
    """A key of an emergency decision turned by a deputy, or two keys of which one stands in for the other."""

    zh = "{person} 与 {other} 之间有代理关系；应急决定的两把钥匙须各由本人使用（引擎规则）"
    en = "{person} and {other} stand in for one another; the two keys must be two persons' own (the engine's rule)"


class EmergencyUntilError(RefusedError):
    """A time to confirm that is past, or further off than the engine's rule allows."""

    zh = "确认期限 {until} 有误：现在 {now}，最多 {most} 小时（引擎规则）"
    en = "to be confirmed by {until}: it is {now} now, and at most {most} hours are given (the engine's rule)"


FIRST, SECOND = Both("第一把钥匙", "the first key"), Both("第二把钥匙", "the second key")
