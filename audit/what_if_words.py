"""A refusal's words, told of a case that was never under the rule: what it says, what the facts have, what it takes."""

from audit.what_if_found import words_of
from audit.what_if_matching import named
from domain.act import Act
from domain.ban_refusals import BannedError, LinkageMissingError, NotAttestedError, TargetMissingError
from domain.bank_refusals import EntryTestMissingError
from domain.cosigning import CosignMissingError
from domain.duties import SamePersonError
from domain.errors import BridgefundError
from domain.policy import Profile
from domain.project import RecordMissingError, StepOrderError
from domain.words import Both


def says(no: BridgefundError) -> Both:
    """Return a refusal's words; what a person here would have to ask for is left out where it is about another text."""
    words = no.numbers.get("words", Both("", ""))
    match no:
        case LinkageMissingError():
            return Both(f"缺少联农带农机制：“{words.zh}”", f'no benefit linkage: "{words.en}"')
        case TargetMissingError():
            return Both(f"缺少绩效目标：“{words.zh}”", f'no target: "{words.en}"')
        case NotAttestedError():
            return Both(f"未认定是否属于负面清单“{words.zh}”", f'nobody attested that it is clear of "{words.en}"')
        case EntryTestMissingError():
            return Both(f"入库时未认定“{words.zh}”", f'at bank entry nobody attested "{words.en}"')
        case _:
            return words_of(no)


def rule_of(no: BridgefundError, there: Profile) -> str:
    """Return which rule refuses: its place in the other profile where the refusal names it, else its name."""
    if isinstance(no, CosignMissingError):
        return f"{no.numbers['what']}.together_with"
    if isinstance(no, RecordMissingError):
        return f"{no.numbers['step']}.record"
    for name in ("ban", "test", "rule", "key"):
        if name in no.numbers:
            return placed(there, str(no.numbers[name]))
    return type(no).__name__.removesuffix("Error")


def placed(there: Profile, name: str) -> str:
    """Return where in a profile a rule stands that bars or tests; the name alone where it is none of them."""
    lists = {
        "bans": there.bans,
        "bank.tests": there.bank.tests if there.bank else (),
        "performance": there.performance,
        "linkage": there.linkage,
    }
    return next((f"{of}.{name}" for of, rules in lists.items() if name in [rule.id for rule in rules]), name)


def had(no: BridgefundError, act: Act, here: Profile) -> Both:
    """Return what the facts have in the place of what is refused, with the posts' names *here*."""
    match no:
        case SamePersonError():
            return Both(f"由 {act.person} 办理", f"it was done by {act.person}")
        case BannedError():
            return Both(f"已认定：{no.numbers['opinion']}", f"attested: {no.numbers['opinion']}")
        case StepOrderError():
            return Both(f"{act.occurred_on} 已办 {no.numbers['asked']}", f"{no.numbers['asked']} on {act.occurred_on}")
        case CosignMissingError():
            return Both("没有会签的事实", "no fact of a co-signature")
        case LinkageMissingError():
            return Both("没有联农带农机制的事实", "no fact of a benefit linkage")
        case TargetMissingError():
            return Both("没有绩效目标的事实", "no fact of a target")
        case NotAttestedError() | EntryTestMissingError():
            return Both("没有认定的事实", "no fact of an attestation")
        case _:
            who = named(here, "posts", act.post)
            return Both(f"{act.occurred_on} 由{who.zh}办理", f"done on {act.occurred_on} by {who.en}")


def wanted(no: BridgefundError, there: Profile) -> Both:
    """Return what would satisfy the rule, where its refusal does not say it already."""
    post = no.numbers.get("post")
    if isinstance(no, CosignMissingError):
        return Both(f"{no.numbers['posts']} 先会签", f"{no.numbers['posts']} co-sign it first")
    if not post:
        return Both("", "")
    who = named(there, "posts", str(post))
    match no:
        case LinkageMissingError():
            return Both(f"先由{who.zh}填报联农带农机制", f"{who.en} sets the benefit linkage first")
        case TargetMissingError():
            return Both(f"先由{who.zh}填报绩效目标", f"{who.en} sets the target first")
        case NotAttestedError() | EntryTestMissingError():
            return Both(f"先由{who.zh}认定", f"{who.en} attests it first")
        case _:
            return Both("", "")
