"""Standing in (代理): the deputies of a county on a day, and whether one may act for another, here and up to there."""

from collections.abc import Iterable
from datetime import date

from domain.absence import Deputy
from domain.errors import RefusedError
from domain.words import Both


class NotDeputyError(RefusedError):
    """An act on behalf of somebody for whom one does not stand in on that day."""

    zh = "{person} 在 {on} 不是 {principal}（{post}）的代理；当日代理：{deputies}；须由本人或其代理办理（引擎规则）"
    en = (
        "{person} does not stand in for {principal} ({post}) on {on}; who does: {deputies}; "
        "{principal} or the deputy must ask (the engine's rule)"
    )


class DeputyScopeError(RefusedError):
    """An act of a deputy in a case or at a step that the deputy was not named for."""

    zh = "{person} 代理 {principal} 只限 {allowed}，不含 {asked}；须由本人办理，或另行登记（引擎规则）"
    en = (
        "{person} stands in for {principal} only for {allowed}, not for {asked}; "
        "{principal} must ask, or name a deputy for it (the engine's rule)"
    )


class DeputyLimitError(RefusedError):
    """An act of a deputy over the amount that the deputy was named up to."""

    zh = "{person} 代理 {principal} 以 {most_fen} 分为限，这次 {asked_fen} 分；须由本人办理，或另行登记（引擎规则）"
    en = (
        "{person} stands in for {principal} up to at most {most_fen} fen, asked {asked_fen} fen; "
        "{principal} must ask, or name a deputy for it (the engine's rule)"
    )


class DeputyChainError(RefusedError):
    """A deputy who is absent too, or one absent who stands in for somebody: no deputy of a deputy, and no circle."""

    zh = "{person} 在 {first} 至 {last} 间{why}（外出 {absence_no}）；代理不得再由他人代理；须另选代理（引擎规则）"
    en = (
        "{person} {why} between {first} and {last} (absence {absence_no}): nobody stands in for a deputy; "
        "another must (the engine's rule)"
    )


class DeputyTwiceError(RefusedError):
    """A second deputy for the same post on the same day."""

    zh = "{person} 的 {post} 在 {first} 至 {last} 间已由 {deputy} 代理（外出 {absence_no}）；须先结束之前的（引擎规则）"
    en = (
        "{deputy} stands in already for {person} ({post}) between {first} and {last} (absence {absence_no}); "
        "that must be ended first (the engine's rule)"
    )


class OwnDeputyError(RefusedError):
    """Somebody who would stand in by his own word, or for himself."""

    zh = "{person} 不能指定自己代理；须由外出者本人，或同单位的他人登记（引擎规则）"
    en = "{person} cannot name himself: the absent one must, or another of the unit (the engine's rule)"


class NotOfTheUnitError(RefusedError):
    """An absence that somebody of another unit enters or ends."""

    zh = "{person}（{unit}）不能登记 {principal} 的外出；须由其本人或其单位 {needed} 的人登记（引擎规则）"
    en = (
        "{person} ({unit}) cannot enter the absence of {principal}: "
        "{principal} must, or somebody of the unit {needed} (the engine's rule)"
    )


class UnknownPersonError(RefusedError):
    """A deputy who holds no post in the county on one of the days."""

    zh = "{person} 在 {on} 不任任何岗位，不能代理；须先任命（引擎规则）"
    en = "{person} holds no post on {on} and cannot stand in; an appointment must come first (the engine's rule)"


_IS_ABSENT = Both("自己外出", "is absent")
_STANDS_IN = Both("代理他人", "stands in for another")


def check_may_be_named(deputy: Deputy, others: Iterable[Deputy]) -> None:
    """Check a new deputy against those that there are.

    Raises:
        DeputyTwiceError: If the same post has one on one of the days.
        DeputyChainError: If the deputy is absent, or the absent one a deputy, on one of the days.
    """
    for other in others:
        if not other.overlaps(deputy):
            continue
        days = {"first": other.first, "last": other.last, "absence_no": other.absence_no}
        if (other.person, other.post) == (deputy.person, deputy.post):
            raise DeputyTwiceError(person=deputy.person, post=deputy.post, deputy=other.deputy, **days)
        if other.person == deputy.deputy:
            raise DeputyChainError(person=deputy.deputy, why=_IS_ABSENT, **days)
        if other.deputy == deputy.person:
            raise DeputyChainError(person=deputy.person, why=_STANDS_IN, **days)


def standing_in(deputies: Iterable[Deputy], person: str, principal: str, post: str, on: date) -> Deputy:
    """Return the absence in which *person* stands in for *principal* at *post* on a day.

    Raises:
        NotDeputyError: If there is none.
    """
    there = [one for one in deputies if (one.person, one.post) == (principal, post) and one.covers(on)]
    for one in there:
        if one.deputy == person:
            return one
    named = ", ".join(one.deputy for one in there) or "-"
    raise NotDeputyError(person=person, principal=principal, post=post, on=on, deputies=named)


def check_scope(deputy: Deputy, kind: str, step: str, amount_fen: int) -> None:
    """Check that an act of a deputy, in fen, lies inside what the deputy was named for.

    Raises:
        DeputyScopeError: If the kind of case or the step does not.
        DeputyLimitError: If the amount does not.
    """
    who = {"person": deputy.deputy, "principal": deputy.person}
    # Of `release:P1` the word before the colon names the step.
    names = {step, step.partition(":")[0], step.partition(":")[2]}
    for allowed, asked, fits in (
        (deputy.kinds, kind, kind in deputy.kinds),
        (deputy.steps, step, bool(names & set(deputy.steps))),
    ):
        if allowed and not fits:
            raise DeputyScopeError(**who, allowed=", ".join(allowed), asked=asked)
    if deputy.amount_most_fen and amount_fen > deputy.amount_most_fen:
        raise DeputyLimitError(**who, most_fen=deputy.amount_most_fen, asked_fen=amount_fen)
