"""Who is who in a county: levels, posts and bodies, the chain of responsibility, groups, words and papers."""

from typing import Literal

from domain.policy.base import Id, LevelId, Model, Named, Open, OpenList, PostId, Rule, Text


class Level(Model):
    """An administrative level (层级) under the county's own label."""

    id: Id
    zh: Text
    en: Text


class County(Rule):
    """The county, its fund regime (资金口径) and its levels, lowest first; *sample* marks a made-up one."""

    id: Id
    zh: Text
    en: Text
    year: Open[int] = None
    regime_zh: Text
    regime_en: Text
    sample: bool = False
    levels: tuple[Level, ...]


class Post(Named):
    """Who acts: a post (岗位), a deciding body, a unit, or somebody outside; *unit* is where it belongs."""

    unit: PostId
    kind: Literal["post", "body", "unit", "outside"]


class Chain(Rule):
    """The responsibility chain (责任链), lowest first."""

    posts: tuple[PostId, ...]


class Granting(Rule):
    """Who may grant more time for a deadline, a pause or a waiver (延期、暂停、免除)."""

    posts: tuple[PostId, ...]


class Auditor(Rule):
    """Who is told of every emergency decision (应急决定): the audit post (审计岗位)."""

    post: PostId


class Leads(Rule):
    """Who leads on money and who on the business (资金牵头、业务牵头)."""

    money: Open[PostId] = None
    business: Open[PostId] = None


class Duty(Named):
    """What somebody answers for (责任), or performs for the county as an outside party (第三方)."""

    post: Open[PostId] = None
    kind: Literal["answers", "performs"]


class Group(Named):
    """A group of beneficiaries (受益群体), or a kind of village that money is divided by, with its *members*."""

    of: Literal["people", "villages"]
    members: OpenList[Text] = ()

    def moot(self) -> frozenset[str]:
        """People are not listed in a file; villages may be."""
        return frozenset({"members"}) if self.of == "people" else frozenset()


class Label(Named):
    """A word as this county uses it (用语)."""


class Reference(Named):
    """A rule made elsewhere (引用文件): held by its number, its content is not in the profile."""

    number: Open[Text] = None
    issuer: Text | None = None


class Training(Named):
    """Training (培训) of staff of the named levels, and who keeps its record."""

    post: Open[PostId] = None
    levels: tuple[LevelId, ...]
    forms: tuple[Text, ...]


class Principle(Named):
    """A principle that guides people and computes nothing, held and shown under its topic."""

    topic: Literal["responsibility", "planning", "allocation", "balance", "credit", "groundwork", "growth", "watch"]


class Problem(Named):
    """A problem that the text names openly (困难问题), with what it proposes."""

    proposal_zh: Open[Text] = None
    proposal_en: Open[Text] = None
