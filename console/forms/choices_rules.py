"""Choices that a county's adopted rules name: posts, pools, stages, gates, bans, and the like."""

from typing import Any, get_args

from console.forms.offering import Context, Options, options, plain, worded
from console.forms.shapes import Choice
from domain.cases import KINDS as CASE_KINDS
from domain.claim_facts import KINDS as CLAIM_KINDS
from domain.policy.base import Tier
from domain.policy.claims import Paper
from doors.policy_phrases import word
from doors.words import KINDS, TRIGGERS

CASES = {
    "fund": ("资金", "funds"),
    "plan": ("计划", "plans"),
    "project": ("项目", "projects"),
    "claim": ("报账", "claims"),
    "meeting": ("会议", "meetings"),
    "obligation": ("限时义务", "obligations"),
    "outbox": ("数据报送", "outboxes"),
    "disclosure": ("信息公开", "disclosures"),
    "training": ("培训", "trainings"),
    "hotline": ("群众反映", "reports from outside"),
    "performance": ("绩效", "performance"),
    "asset": ("资产", "assets"),
    "surplus": ("结余清理", "surplus"),
    "dispatch": ("月度调度", "dispatch"),
    "watch": ("盯办", "the watch"),
    "absence": ("外出代理", "absences"),
    "emergency": ("应急决定", "emergency decisions"),
    "handling": ("改派和征求意见", "handling"),
    "people": ("人员", "people"),
}


def _rules(context: Context, name: str) -> tuple[Any, ...]:
    return tuple(getattr(context.profile, name)) if context.profile is not None else ()


def _within(context: Context, name: str, inner: str) -> tuple[Any, ...]:
    of = getattr(context.profile, name, None)
    return tuple(getattr(of, inner)) if of is not None else ()


def posts(context: Context) -> Options:
    """Return the county's posts."""
    return options(_rules(context, "posts"))


def posts_open(context: Context) -> Options:
    """Return the county's posts, where somebody else may stand too."""
    return options(_rules(context, "posts"), closed=False)


def post_names(context: Context) -> Options:
    """Return the posts by name, where a field holds words: the departments."""
    return plain((one.zh, one.zh) for one in _rules(context, "posts"))


def bodies(context: Context) -> Options:
    """Return the bodies that meet."""
    return options(one for one in _rules(context, "posts") if one.kind == "body")


def pools(context: Context) -> Options:
    """Return the pools."""
    return options(_rules(context, "pools"))


def sources(context: Context) -> Options:
    """Return the sources of money."""
    return options(_rules(context, "sources"))


def tiers(_: Context) -> Options:
    """Return the tiers of money."""
    return worded(get_args(Tier), word)


def classes(context: Context) -> Options:
    """Return the classes that uses are reported by."""
    return options(_rules(context, "classes"))


def uses(context: Context) -> Options:
    """Return the permitted uses."""
    return options(_rules(context, "uses"))


def instruments(context: Context) -> Options:
    """Return the instruments."""
    return options(_rules(context, "instruments"))


def groups(context: Context) -> Options:
    """Return the groups of people and villages."""
    return options(_rules(context, "groups"))


def bans(context: Context) -> Options:
    """Return the bans that a post attests."""
    return options(one for one in _rules(context, "bans") if one.check == "attested")


def entry_tests(context: Context) -> Options:
    """Return the entry tests that a person judges."""
    return options(one for one in _within(context, "bank", "tests") if one.check == "attested")


def stages(context: Context) -> Options:
    """Return the stages of a plan's approval."""
    return options(_within(context, "plan", "approvals"), closed=False)


def gates(context: Context) -> Options:
    """Return the gates of a claim."""
    return options(_within(context, "claims", "gates"), closed=False)


def steps(context: Context) -> Options:
    """Return the steps of a project; rounds up and down number them, so others may stand here too."""
    return options(_within(context, "project", "steps"), closed=False)


def claim_kinds(_: Context) -> Options:
    """Return the kinds of claims."""
    return Options(tuple(Choice(kind, KINDS[kind]) for kind in CLAIM_KINDS))


def claim_papers(context: Context) -> Options:
    """Return the kinds of papers that a claim holds: the county's first, and all that there are."""
    known = (*_within(context, "claims", "papers"), *get_args(Paper))
    return worded((kind for kind in known if kind != "vouchers"), word, closed=False)


def case_kinds(_: Context) -> Options:
    """Return the kinds of cases."""
    return Options(tuple(Choice(kind, CASES[kind]) for kind in CASE_KINDS))


def levels(context: Context) -> Options:
    """Return the county's administrative levels."""
    return options(_within(context, "county", "levels"))


def disclosures(context: Context) -> Options:
    """Return the rules of disclosure."""
    return options(_rules(context, "disclosures"))


def trainings(context: Context) -> Options:
    """Return the rules of training."""
    return options(_rules(context, "training"))


def training_forms(context: Context) -> Options:
    """Return the forms that the rules of training name."""
    forms = (form for rule in _rules(context, "training") for form in rule.forms)
    return worded(forms, lambda form: context.names.both(word(form)), closed=False)


def ladders(context: Context) -> Options:
    """Return the ladders."""
    return options(_rules(context, "ladders"))


def rungs(context: Context) -> Options:
    """Return the rungs of all ladders."""
    return options((rung for ladder in _rules(context, "ladders") for rung in ladder.rungs), closed=False)


def rankings(context: Context) -> Options:
    """Return the rankings."""
    return options(_rules(context, "rankings"))


def routines(context: Context) -> Options:
    """Return the routines."""
    return options(_rules(context, "routines"))


def systems(context: Context) -> Options:
    """Return the systems outside."""
    return options(_rules(context, "systems"), closed=False)


def duties(context: Context) -> Options:
    """Return the duties."""
    return options(_rules(context, "duties"))


def problems(context: Context) -> Options:
    """Return the problems that the text names itself."""
    return options(_rules(context, "problems"))


def triggers(_: Context) -> Options:
    """Return what sets a rung off."""
    return Options(tuple(Choice(value, words) for value, words in TRIGGERS.items()))


def measures(context: Context) -> Options:
    """Return the measures that the text names, which a project's own may serve."""
    return options(one for one in _rules(context, "performance") if one.phase == "measure")


def linkage_modes(context: Context) -> Options:
    """Return the modes of linkage that the text names."""
    modes = (mode for rule in _rules(context, "linkage") for mode in rule.modes)
    return worded(modes, lambda mode: context.names.both(word(mode)), closed=False)


def income_uses(context: Context) -> Options:
    """Return the uses that an asset's income may have."""
    uses_of = (use for rule in _rules(context, "assets") if rule.topic == "income" for use in rule.uses)
    return worded(uses_of, lambda use: context.names.both(word(use)), closed=False)


def computing(context: Context) -> Options:
    """Return the rules that compute, by their place in the profile."""
    places = ("ratios", "splits", "floors", "instruments")
    found = [(f"{where}.{one.id}", one) for where in places for one in _rules(context, where)]
    return Options(tuple(Choice(place, (one.zh, one.en)) for place, one in found), closed=False)


def shared_by_tiers(context: Context) -> Options:
    """Return the splits between tiers that a plan may say it is under."""
    return options(one for one in _rules(context, "splits") if one.kind == "tiers")


def factors(context: Context) -> Options:
    """Return the factors of the allocation."""
    return options(_within(context, "allocation", "factors"), closed=False)
