"""Names for ids: posts, steps and pools by a county's adopted rules, sample people by the file beside the store."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import msgspec

from domain.cases import county_stream
from domain.claim_state import TOGETHER
from domain.content import Change
from domain.county import COUNTY
from domain.ledger import Ledger
from domain.money import wan
from domain.policy import Profile
from domain.policy.office import adopted
from domain.signing import said
from domain.words import Both
from doors.listed import LISTED, listed
from doors.names_overseen import overseen
from doors.policy_phrases import both, named, word
from doors.stores import names_file, sqlite_path
from doors.texts import t
from doors.vault import vault_of, why
from doors.words import ENTRY_TESTS, FOUND, KINDS, PARTIES, STAGES, STEPS

SHARES_SHOWN_MAX = 3
_DIGEST_SHOWN = 12
COMPARED = {"at_least": "≥", "at_most": "≤", "exactly": "="}
# In which list of the profile a field's id has its name; a step may be of several kinds.
_LISTS = {
    "post": ("posts",),
    "responsible": ("posts",),
    "body": ("posts",),
    "department": ("posts",),
    "pool": ("pools",),
    "source": ("sources",),
    "gate": ("claims.gates",),
    "stage": ("plan.approvals",),
    # A plan's approval stands on a project's way too, where each project is decided on its own.
    "step": ("project.steps", "claims.gates", "plan.approvals"),
    "to": ("project.steps",),
    "condition": (),
    "class": ("classes",),
    "factor": ("allocation.factors",),
    "ban": ("bans",),
    "actor": ("posts",),
    "duty": ("duties",),
    "accountable": ("posts",),
    "performer": ("posts",),
    "group": ("groups",),
    "channel": (),
    "test": ("bank.tests",),
    "party": ("posts",),
    "routine": ("routines",),
    "ranking": ("rankings",),
    "kept": ("records",),
    "principle": ("principles",),
    "system": ("systems",),
    "lead": ("posts",),
    "second_post": ("posts",),
    "auditor": ("posts",),
}
# What an open step names behind its colon, where that is no stage of a plan.
_OF_STEPS = {"cosign": "step", "explain": "duty", "agree": "party"}
# What the amounts of a rule may be of.
_COUNTED_BY = ("class", "source", "pool", "factor")

_OF_SIGNATURES = ("fallen", "withdrawn")
_OF_REGISTER = ("auditor", "upheld", "founded", "corrects", "levels", "posts", "place", "form")


@dataclass(frozen=True)
class Names:
    """The words of one county."""

    profile: Profile | None
    people: Mapping[str, str]

    @classmethod
    def of(cls, ledger: Ledger, county: str, people: Mapping[str, str]) -> "Names":
        """Return the names by the rules that *county* has adopted last."""
        state = ledger.state(COUNTY, county_stream(county))
        rules = state.texts[state.current] if state.current else None
        return cls(adopted(rules.profile_text, rules.office_texts) if rules else None, people)

    def say(self, zh: str, en: str) -> str:
        """Return the sentence in the language that a person reads here."""
        return t(zh, en)

    def both(self, text: str) -> str:
        """Return the half of a `中文 / English` text that is asked for."""
        return both(text)

    def word(self, value: str) -> str:
        """Return a value of a policy in the field's words."""
        return word(value)

    def named(self, field: str, value: str) -> str:
        """Return the name of an id that stands in *field*, or the id itself."""
        for where in _LISTS.get(field, ()):
            if self.profile is not None and (found := _in(self.profile, where, value)) != value:
                return found
            if self.profile is not None and where == "project.steps" and (found := _of_round(self.profile, value)):
                return found
        return t(*STEPS.get(value, (word(value), word(value))))

    def by_rules(self, id_: str, field: str = "") -> str:
        """Return what the county's rules call an id, whatever it is of, first as what stands in *field*; or nothing."""
        if self.profile is None:
            return ""
        places = dict.fromkeys((*_LISTS.get(field, ()), *chain.from_iterable(_LISTS.values())))
        return next((found for where in places if (found := _in(self.profile, where, id_)) != id_), "")

    def county(self, county: str) -> str:
        """Return the county's name, or its id while it has adopted nothing."""
        return t(self.profile.county.zh, self.profile.county.en) if self.profile else county

    def level(self, level: str) -> str:
        """Return the county's own label of an administrative level."""
        levels = self.profile.county.levels if self.profile else ()
        return next((t(one.zh, one.en) for one in levels if one.id == level), level)

    def who(self, post: str, person: str) -> str:
        """Return a post and who acted for it."""
        if post == person:  # The engine's clock, or whoever opened the store.
            return self.named("post", post)
        return " ".join(part for part in (self.named("post", post), person, self.people.get(person, "")) if part)

    def step(self, step: str) -> str:
        """Return an open step, such as `decide:leading_group`."""
        head, _, rest = step.partition(":")
        of = _OF_STEPS.get(head, "stage")
        return f"{t(*STEPS.get(head, (head, head)))} {self.named(of, rest)}" if rest else self.named("step", head)

    def signed(self, step: str) -> str:
        """Return what a signature is of: a step, or of a body that decides its stage."""
        found = self.step(step).removesuffix(" of")  # "co-signature of" goes on with a stage, which is not said here.
        return found if found != step else self.named("stage", step)

    def stage(self, stage: str) -> str:
        """Return where a case stands."""
        if stage in STAGES:
            return t(*STAGES[stage])
        return TOGETHER.join(self.step(step) for step in stage.split(TOGETHER))

    def field(self, name: str, value: Any) -> str:
        """Return the value of a fact's field as people read it."""
        if name in _SHOWN:
            return _SHOWN[name](value)
        if (said := overseen(name, value, lambda post: self.named("post", post))) is not None:
            return said
        if name in _OF_SIGNATURES:
            return self._of_signatures(name, value)
        return self._of_register(name, value) if name in _OF_REGISTER else self._field(name, value)

    def _of_signatures(self, name: str, value: Any) -> str:
        """Return which signatures fell, or which open steps were withdrawn because another of them sent it back."""
        if name == "fallen":
            who = (f"{self.step(one['step'])} {self.who(one['post'], one['person'])}" for one in value or ())
            return t("、", ", ").join(who) or t("无", "none")
        waited = t("、", ", ").join(self.named("step", one) for one in value or ())
        return t(f"（撤下并列待办：{waited}）", f" (no longer waited for: {waited})") if value else ""

    def _field(self, name: str, value: Any) -> str:
        of_bank = self._of_bank(name, value)
        return self._of_case(name, value) if of_bank is None else of_bank

    def _of_case(self, name: str, value: Any) -> str:
        match name, value:
            case "portions", [{"announced_fen": _}, *_]:
                return self._arrived(value)
            case (("portions" | "shares"), list()):
                return self._shares(value)
            case "share", dict():
                return self._shares([value])
            case "results", list():
                return t("；", "; ").join(self.found(result) for result in value)
            case "carried", list():
                left = (sum(v for k, v in part.items() if k.endswith("_fen")) for part in value)
                parts = (
                    f"{self.named('pool', part['pool'])} {wan(fen)}" for part, fen in zip(value, left, strict=True)
                )
                return t("、", ", ").join(parts)
            case "amount_fen", int():
                return wan(value)
            case (("lines" | "vouchers" | "refused"), list()):
                return str(len(value))
            case "papers", list():
                return t("附", "with ") + t("、", ", ").join(word(one["kind"]) for one in value) if value else ""
            case _, list() if name in LISTED:
                return listed(name, value, self.named)
            case (("before" | "terms"), dict()):
                return _version(value.get("policy", value))
            case (("digest" | "record"), str()):
                return f"sha256 {value[:_DIGEST_SHOWN]}…" if value else ""
            case "days_late", int():
                return t(f"逾期 {value} 日", f"{value} days late") if value else t("按时", "in time")
            case "kind", str():
                return t(*KINDS.get(value, (value, value)))
            case (("person" | "household"), str()):
                return f"{value} {self.people.get(value, '')}".strip()
            case "approve", bool():
                return t("同意", "approved") if value else t("不同意", "not approved")
            case (("effect" | "actor" | "also" | "provisional" | "notices" | "void_breach"), _):
                return self._of_clock(name, value)
            case _, str():
                return self.named(name, value) if name in _LISTS else word(value)
        return str(value)

    def _of_register(self, name: str, value: Any) -> str:
        match name, value:
            case "auditor", _:
                return self.named("auditor", value) if value else t("未规定：报给谁？", "no rule stated: to whom?")
            case "upheld", _:
                return t("成立", "upheld") if value else t("不成立", "rejected")
            case "founded", _:
                return t("属实", "there is something in it") if value else t("不实", "there is nothing in it")
            case "corrects", _:
                return t(f"，更正 {value}", f", corrects {value}") if value else ""
            case "levels", _:
                return t("、", ", ").join(map(self.level, value))
            case "posts", _:
                return t("、", ", ").join(self.named("post", item) for item in value)
        return both(word(value))

    def _of_bank(self, name: str, value: Any) -> str | None:
        """Return what an entry of the bank has in a field, or None where it is another's field."""
        match name, value:
            case "results", [{"test": _}, *_]:
                return t("；", "; ").join(self._entry_test(result) for result in value)
            case "others", [{"project_no": _}, *_]:
                return t("；", "; ").join(f"{one['project_no']} {one['name']}：{one['reason']}" for one in value)
            case "items", [{"fund_no": _}, *_]:
                parts = (f"{one['fund_no']} {self._shares([one])}" for one in value)
                return t("、", ", ").join(parts)
            case "parts", [{"of": _}, *_]:
                return t("、", ", ").join(f"{t(*PARTIES[part['of']])} {wan(part['amount_fen'])}" for part in value)
            case (("before_fen" | "budget_fen"), int()):
                return wan(value)
        return None

    def _entry_test(self, result: dict[str, Any]) -> str:
        stands = (self.named("test", result["test"]), t(*ENTRY_TESTS[result["status"]]), result.get("opinion", ""))
        return " ".join(part for part in stands if part)

    def found(self, result: dict[str, Any]) -> str:
        """Return what a rule that computes found, on one line."""
        head = f"{self.rule(result['rule'])} {result['of']}"
        sign, (zh, en) = COMPARED[result["comparator"]], FOUND[result["status"]]
        value, bound = (measured(result[key], result["unit"]) for key in ("value", "bound"))
        reason = result.get("reason", "")
        said = f"{head}: {value} {sign} {bound} {t(zh, en)}"
        return f"{said} ({reason})" if reason else said

    def counted(self, of: str) -> str:
        """Return what an amount of a rule is of: a class, a source, a pool, joined by `/`; other words stay."""
        return "/".join(self._counted(part) for part in of.split("/"))

    def _counted(self, part: str) -> str:
        names = (self.named(field, part) for field in _COUNTED_BY)
        return next((name for name in names if name != word(part)), part)

    def rule(self, rule: str) -> str:
        """Return the name of a rule by its place in the profile, such as `ratios.industry_share`."""
        where, _, name = rule.partition(".")
        name, _, tail = name.partition(".")
        if self.profile is None:
            return rule
        if where in ("growth", "allocation"):
            of = getattr(self.profile, where)
            return t(of.zh, of.en) if of is not None else rule
        found = named(self.profile, where, name)
        return f"{found}{t('（与上年比）', ' (against the year before)')}" if tail else found

    def _of_clock(self, name: str, value: Any) -> str:
        """Return what a clock's sentence says besides, with what joins it on; nothing where there is nothing."""
        match name, value:
            case _, ("" | [] | None | False):
                return ""
            case "effect", _:
                return t("，", ": ") + word(value)
            case "actor", _:
                return t("，由 ", ", by ") + self.named("actor", value)
            case "also", list():
                who = t("、", ", ").join(self.who(told["post"], told["person"]) for told in value)
                return t(f"，并告 {who}", f", also {who}")
            case "provisional", _:
                return t("（暂定）", " (provisional)")
            case "void_breach", _:
                return t(f"；{value} 所记逾期不再成立", f"; the breach recorded on {value} no longer stands")
            case "notices", list():
                return t(f"（{'、'.join(value)}）", f" ({', '.join(value)})")
        return str(value)

    def _arrived(self, portions: list[dict[str, Any]]) -> str:
        """Return what came of each pool, beside what was announced where that is another amount."""
        parts = []
        for p in portions:
            came, said = wan(p["arrived_fen"]), wan(p["announced_fen"])
            beside = "" if came == said else t(f"（告知 {said}）", f" (announced {said})")
            parts.append(f"{self.named('pool', p['pool'])} {came}{beside}")
        return t("、", ", ").join(parts)

    def _shares(self, shares: list[dict[str, Any]]) -> str:
        if len(shares) > SHARES_SHOWN_MAX:
            return t(f"{len(shares)} 笔", f"{len(shares)} amounts")
        parts = (f"{self.named('pool', s['pool'])} {s.get('project_no', '')} {wan(s['amount_fen'])}" for s in shares)
        return t("、", ", ").join(" ".join(part.split()) for part in parts)


def _both(words: Both) -> str:
    return t(words.zh, words.en)


def _outbox_row(row: dict[str, Any]) -> str:
    fen = row.get("amount_fen")
    return " ".join((row["entry"], row["about"], *(() if fen is None else (wan(fen),))))


# Fields that one kind of fact has, and how each is shown.
_SHOWN: dict[str, Callable[[Any], str]] = {
    "clear": lambda clear: t("无此情形", "clear of it") if clear else t("有此情形", "caught by it"),
    "row": _outbox_row,
    "outcome": lambda outcome: t("已提出", "asked for") if outcome == "opened" else t(*STAGES[outcome]),
    "replaces": lambda digest: t("，替换", ", replacing ") + f"sha256 {digest[:_DIGEST_SHOWN]}…" if digest else "",
    "changes": lambda changes: _both(said(msgspec.convert(changes, tuple[Change, ...]))) if changes else "",
}


def measured(value: int, unit: str) -> str:
    """Return what a rule measured: a share in percent, or fen in 万元."""
    return wan(value) if unit == "fen" else f"{value // 100}.{value % 100:02d}%"


def _of_round(profile: Profile, step: str) -> str:
    """Return the name of a step in an earlier round up and down, such as `declaration_1`, or nothing."""
    own, _, number = step.rpartition("_")
    if not number.isdecimal() or profile.project is None or profile.project.rounds is None:
        return ""
    name = _in(profile, "project.steps", own)
    return t(f"{name}（第{number}轮）", f"{name} (round {number})") if name != own else ""


def _version(policy: dict[str, Any]) -> str:
    return f"{policy['version']} (sha256 {policy['profile'][:_DIGEST_SHOWN]}…)"


def _in(profile: Profile, where: str, name: str) -> str:
    holder, _, rest = where.partition(".")
    return name if rest and getattr(profile, holder) is None else named(profile, where, name)


class People(Mapping[str, str]):
    """Names by their ids, of the first of several sources that has one; none is opened before it is asked for."""

    def __init__(self, *sources: Mapping[str, str]) -> None:
        self._sources = sources

    def __getitem__(self, person: str) -> str:
        for source in self._sources:
            if (name := source.get(person)) is not None:
                return name
        raise KeyError(person)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(chain.from_iterable(self._sources)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def people_of(store_url: str) -> People:
    """Return names by their ids: of the vault, or that one is erased; of sample people by a file beside the store."""
    vault = vault_of(store_url)
    erased = dict.fromkeys(vault.erasures(), why("erased").strip())
    return People(vault.names(), erased, sample_people(store_url))


def people_in_files(store_url: str) -> "People":
    """Return the names that a file may say unasked: those made up for a sample's people, and no kept one."""
    return People(sample_people(store_url))


def sample_people(store_url: str) -> dict[str, str]:
    """Return the made-up names of a sample's people, from the file beside an SQLite store."""
    path = sqlite_path(store_url)
    file = names_file(path) if path else None
    if file is None or not file.is_file():
        return {}
    try:
        names = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # Names help the reader; without them the ids still say who.
        return {}
    return {str(person): str(name) for person, name in names.items()} if isinstance(names, dict) else {}
