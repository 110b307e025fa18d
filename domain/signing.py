"""What a signature covers (签名效力): it stands while the parts that it covered are what they were (R24 to R27)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from domain.act import Act
from domain.content import Change, Content
from domain.errors import RefusedError
from domain.sealed import bare
from domain.words import Both

CLAUSE = "engine A-60"
CORRECT = "correct"
WITHDRAW = "withdraw"
REJECTED = "rejected"
WITHDRAWN = "withdrawn"
TEXT_SHOWN_MAX = 40
DIGEST_SHOWN = 12


class StaleSignatureError(RefusedError):
    """A signature given over a content that is not what the case says any more."""

    zh = "{case} 的内容在您查看之后已变动：{changes}（{clause}）；须重新查看后再签"
    en = "{case} has changed since you looked at it: {changes} ({clause}); you must look again, then sign"


class NothingCorrectedError(RefusedError):
    """A correction that leaves everything as it is."""

    zh = "{case} 的更正没有改变任何内容（{clause}）；须写明要更正的字段或金额"
    en = "the correction of {case} changes nothing ({clause}); it must say which field or amount is another"


class TooLateToCorrectError(RefusedError):
    """A correction or a withdrawal of a case whose decision has had its effect."""

    zh = "{case} 现在是 {stage}，不能再 {asked}；须 {instead}（{clause}）"
    en = "{case} is at {stage}, too late to {asked} it; {instead} must be used ({clause})"


class EndedError(RefusedError):
    """An act on a case that was rejected or withdrawn."""

    zh = "{case} 已 {stage}，不能再 {asked}；须另立新号办理（引擎规则）"
    en = "{case} is {stage}, so no {asked}; it must be a new case under another number (the engine's rule)"


class WhyMissingError(RefusedError):
    """A rejection without saying why."""

    zh = "{case} 由 {step} 驳回须写明原因：opinion 为空（{clause}）"
    en = "{case} is rejected by {step} without a reason: opinion is empty, it must say why ({clause})"


class CannotRejectError(RefusedError):
    """A rejection where the case can only be sent back: money rests on it, or nothing is decided there."""

    zh = "{case} 的 {step} 不能驳回；须在 {allowed} 驳回，或退回（{clause}）"
    en = "{case} cannot be rejected at {step}; it must be at {allowed}, or be sent back ({clause})"


class Fallen(msgspec.Struct, frozen=True):
    """A signature that fell: of which step, by which person for which post."""

    step: str
    post: str
    person: str


@dataclass(frozen=True)
class Signature:
    """One decision on a case: who signed which step, and what the case said then, of which *covers* is bound."""

    step: str
    act: Act
    content: Content
    covers: tuple[str, ...] = ()

    def changes(self, now: Content) -> tuple[Change, ...]:
        """Return what of the parts that it covers is something else by now."""
        return self.content.of(self.covers).changes(now.of(self.covers))

    @property
    def named(self) -> Fallen:
        """Return it as a fact names it."""
        return Fallen(self.step, self.act.post, self.act.person)

    def __deepcopy__(self, _: Any) -> "Signature":
        """Return itself: it never changes."""
        return self


@dataclass(frozen=True)
class Said:
    """What a case said at one time, as its kind makes contents of it; it never changes, so it is shared."""

    parts: tuple[Any, ...]

    def __deepcopy__(self, _: Any) -> "Said":
        """Return itself."""
        return self


@dataclass
class Signatures:
    """Every signature of a case in the order in which it was given, and by which act each fell that did."""

    given: list[Signature] = field(default_factory=list)
    fell: dict[int, Act] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)  # All that the case has ever said, oldest first.

    def note(self, *parts: Any) -> None:
        """Keep what the case says from now on, by what contents are made of."""
        self.said.append(Said(parts))

    def sign(self, signature: Signature) -> None:
        """Fold one in; an earlier one of the same step and post gives way to it."""
        self.fall([signature.named.step], signature.act, post=signature.act.post)
        self.given.append(signature)

    def standing(self) -> list[Signature]:
        """Return those that stand."""
        return [one for n, one in enumerate(self.given) if n not in self.fell]

    def stands(self, step: str) -> Signature | None:
        """Return the signature of a step that stands, if there is one."""
        return next((one for one in reversed(self.standing()) if one.step == step), None)

    def changed(self, now: Callable[[str], Content]) -> tuple[Signature, ...]:
        """Return those that stand and do not cover what the case says *now*, as each step sees it."""
        return tuple(one for one in self.standing() if one.changes(now(one.step)))

    def kept(self, now: Callable[[str], Content], by: Act) -> tuple[Signature, ...]:
        """Return those that stand when the case is handed in anew; who hands it in prepares it, and keeps none."""
        fallen = self.changed(now)
        return tuple(one for one in self.standing() if one not in fallen and not set(one.act.hands) & set(by.hands))

    def fall(self, steps: Iterable[str], act: Act, post: str = "") -> None:
        """Let the signatures of *steps* fall by an act; of one *post* only, where one is named."""
        named = set(steps)
        for n, one in enumerate(self.given):
            if n not in self.fell and one.step in named and post in ("", one.act.post):
                self.fell[n] = act

    def fall_named(self, fallen: Iterable[Fallen], act: Act) -> None:
        """Let exactly those fall that a fact names."""
        for one in fallen:
            self.fall([one.step], act, post=one.post)

    def fall_but(self, kept: Iterable[str], act: Act) -> None:
        """Let all fall but those of the steps that are *kept*."""
        self.fall({one.step for one in self.standing()} - set(kept), act)

    def hands(self) -> dict[str, str]:
        """Return whose hands those that stand went through, each with its step."""
        return {person: one.step for one in self.standing() for person in one.act.hands}


def check_seen(case: str, digest: str, known: Iterable[Content], now: Content) -> None:
    """Check that whoever signs saw what the case says now.

    Raises:
        StaleSignatureError: If not, with what changed since.
    """
    if digest == now.digest:
        return
    seen = next((content for content in known if content.digest == digest), None)
    never = Both("所看内容不是本件的任何一版", "it never said what you say you saw")
    changes = said(seen.changes(now)) if seen else never
    raise StaleSignatureError(case=case, changes=changes, clause=CLAUSE)


_KINDS = {"fields": ("", ""), "amounts": ("金额 ", "amount "), "papers": ("附件 ", "paper ")}
_FIELDS = {
    "payee": "收款人",
    "kind": "类别",
    "project_no": "项目",
    "title": "名称",
    "name": "名称",
    "village": "村",
    "township": "乡镇",
    "unit": "实施单位",
    "use": "用途",
    "purpose": "用途类别",
    "years": "年度",
    "year": "年度",
    "reason": "原因",
    "contractor": "施工单位",
    "budget": "预算",
    "contract": "合同价",
}


def said(changes: Iterable[Change]) -> Both:
    """Return changes on one line, in both languages: which part, from what to what."""
    return Both(*("; ".join(_said(one, language) for one in changes) for language in (0, 1)))


def _said(change: Change, language: int) -> str:
    kind, _, name = change.part.partition(":")
    shown = name if language else _FIELDS.get(name, name)
    return f"{_KINDS[kind][language]}{shown} {shown_text(change, change.before)} → {shown_text(change, change.after)}"


def shown_text(change: Change, text: str) -> str:
    """Return what a part said or says, as people read it: an amount in yuan, a paper by the start of its digest."""
    if not text:
        return "-"
    if change.part.startswith("amounts:"):
        return f"{int(text) // 100}.{int(text) % 100:02d} 元"
    most, short = DIGEST_SHOWN if change.part.startswith("papers:") else TEXT_SHOWN_MAX, bare(text)
    return text if len(short) <= most else f"{short[:most]}…"  # Half of a sealed text could not be opened.
