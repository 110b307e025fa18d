"""What a notice says: its subject and its text, in both languages; the names of things come from whoever asks."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from domain.cases import parse_case
from domain.sealed import bare
from notices.table import Notice, Sentence

LANGUAGES = ("zh", "en")
SUBJECT_LENGTH_MAX = 150  # In characters; the rest stands in the text.
_NOT_IN_A_LINE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")

# By kind of sentence, as the subject begins and as the text says it.
_SAID: dict[str, dict[str, str]] = {
    "breached": {
        "zh": "逾期：{what}，应于 {due}（含当日）前办结",
        "en": "Overdue: {what}, was due by the end of {due}",
    },
    "climbed": {
        "zh": "上报（第 {rung} 级）：{responsible}逾期未办：{what}，期限 {due}（含当日）{effect}",
        "en": "Reported up (rung {rung}): overdue at {responsible}: {what}, due by the end of {due}{effect}",
    },
    "returned": {
        "zh": "退回：{by}在“{step}”退回，理由：{reason}",
        "en": "Returned: by {by} at {step}, because: {reason}",
    },
    "bounced": {"zh": "退汇：银行退回款项，原因：{reason}", "en": "Payment bounced: {reason}"},
    "referral": {
        "zh": "拟移交线索，待移交：{units} 未完成月任务",
        "en": "Leads drafted, to be handed over: {units} below the month's task",
    },
    "rung": {"zh": "{effect}：{subject} {said}", "en": "{effect}: {subject} {said}"},
    "circular": {"zh": "通报：{said}", "en": "Circular: {said}"},
    "anomaly": {"zh": "异常待查：{subject} {said}", "en": "Anomaly found: {subject} {said}"},
    "emergency": {
        "zh": "应急决定（{outcome}）：{subject} “{step}”，第一人 {who}，第二人 {second}，理由：{reason}",
        "en": "Emergency decision ({outcome}): {step} of {subject}, keys {who} and {second}, because: {reason}",
    },
    "reminded": {"zh": "提醒：{what}，须于 {due}（含当日）前办结", "en": "Reminder: {what}, due by the end of {due}"},
    "recomputed": {
        "zh": "期限变更：{what}，原 {before}，现须于 {due}（含当日）前办结",
        "en": "Deadline changed: {what}, was {before}, now due by the end of {due}",
    },
    "extended": {
        "zh": "延期：{what}，原 {before}，现须于 {due}（含当日）前办结，理由：{reason}",
        "en": "Extended: {what}, was {before}, now due by the end of {due}, because: {reason}",
    },
    "resumed": {
        "zh": "恢复计时：{what}，原 {before}，现须于 {due}（含当日）前办结，理由：{reason}",
        "en": "The clock runs on: {what}, was {before}, now due by the end of {due}, because: {reason}",
    },
    "paused": {"zh": "暂停计时：{what}，理由：{reason}", "en": "The clock stands still: {what}, because: {reason}"},
    "waived": {"zh": "免除：{what}，理由：{reason}", "en": "Waived: {what}, because: {reason}"},
    "deputy": {
        "zh": "代理：{who}外出，自 {first} 至 {last} 由您代理",
        "en": "You stand in for {who} from {first} to {last}",
    },
    "back": {"zh": "代理结束：{who}", "en": "You no longer stand in for {who}"},
    "assigned": {
        "zh": "交办：{step}由您办理（{who} 交办），理由：{reason}",
        "en": "Yours to answer, by the word of {who}: {step}, because: {reason}",
    },
    "asked": {"zh": "征求意见：{who} 就“{step}”请您提出意见：{reason}", "en": "{who} asks you about {step}: {reason}"},
    "advised": {"zh": "意见：{who} 就“{step}”答复：{reason}", "en": "{who} answers about {step}: {reason}"},
    "deadline": {"zh": "限时：{what}，须于 {due}（含当日）前办结", "en": "Deadline: {what}, due by the end of {due}"},
    "waits": {"zh": "待办：{step}{by_day}", "en": "Waits for you: {step}{by_day}"},
}
_OUTCOMES = {
    "opened": {"zh": "已提出", "en": "asked for"},
    "confirmed": {"zh": "已确认生效", "en": "confirmed, in effect"},
    "expired": {"zh": "逾期未确认，未生效", "en": "not confirmed in time, nothing decided"},
}
_UNTIL = {"zh": "，须于 {due}（含当日）前办结", "en": ", due by the end of {due}"}
_TEXT = {
    "zh": "{said}\n\n案件：{case}{title}\n县：{county}\n收件岗位：{post}{person}\n依据：{clause}\n"
    "记录时间：{at}\n所据事实：{fact}\n",
    "en": "{said}\n\nCase: {case}{title}\nCounty: {county}\nTo: {post}{person}\nRests on: {clause}\n"
    "Recorded: {at}\nFact: {fact}\n",
}


class Naming(Protocol):
    """How ids become words of a county, in `zh` or `en`."""

    def county(self, county: str, lang: str) -> str:
        """Return a county's name."""

    def post(self, county: str, post: str, lang: str) -> str:
        """Return a post's name."""

    def step(self, county: str, step: str, lang: str) -> str:
        """Return the name of an open step or of a condition."""

    def word(self, value: str, lang: str) -> str:
        """Return a value in the field's words."""

    def title(self, case: str) -> str:
        """Return what a case is called beside its id, or nothing."""

    def person(self, person: str) -> str:
        """Return a person's name, or nothing where none is known."""


@dataclass(frozen=True)
class Worded:
    """A notice in one language. The subject is one line."""

    subject: str
    text: str


def worded(notice: Notice, naming: Naming, lang: str) -> Worded:
    """Return what *notice* says in *lang*: `zh` or `en`."""
    county = parse_case(notice.case).county
    lines = _lines(notice, naming, county, lang)
    act, entry = notice.entry.fact.act, notice.entry
    # Where a clock runs, its clause is what counts; else the fact's own.
    clauses = [clause for s in notice.sentences if (clause := s.told.get("clause"))] or [act.clause]
    title, name = naming.title(notice.case), naming.person(notice.person)
    text = _TEXT[lang].format(
        said="\n".join(lines),
        case=notice.case,
        title=f" {one_line(title)}" if title else "",
        county=naming.county(county, lang),
        post=naming.post(county, notice.post, lang),
        person="".join(f" {part}" for part in (notice.person, name, _for(notice, lang)) if part),
        clause="; ".join(dict.fromkeys(clause for clause in clauses if clause)) or "-",
        at=act.recorded_at.isoformat(timespec="minutes"),
        fact=f"{entry.stream}#{entry.version}",
    )
    subject = one_line(f"{lines[0]} [{notice.case}]")
    if len(subject) > SUBJECT_LENGTH_MAX:
        tail = f"… [{notice.case}]"
        subject = subject[: max(0, SUBJECT_LENGTH_MAX - len(tail))] + tail
    return Worded(subject, text)


def one_line(text: str) -> str:
    """Return *text* without line ends and other characters that do not belong in a line: a header is one.

    A letter leaves the house, and is kept: of what is sealed it says whose it is, and no name.
    """
    return _NOT_IN_A_LINE.sub(" ", bare(text)).strip()


def _lines(notice: Notice, naming: Naming, county: str, lang: str) -> list[str]:
    """Return the sentences; steps that wait until the same day are one."""
    said: dict[tuple[str, Any], list[Sentence]] = {}
    for number, one in enumerate(notice.sentences):
        same = one.told["due_on"] if one.kind == "waits" else number
        said.setdefault((one.kind, same), []).append(one)
    return [_line(together, naming, county, lang) for together in said.values()]


def _line(together: list[Sentence], naming: Naming, county: str, lang: str) -> str:
    first = together[0]
    told, comma = first.told, "、" if lang == "zh" else ", "

    def steps(ids: list[str]) -> str:
        return comma.join(naming.step(county, one, lang) for one in ids)

    due: date | None = told.get("due_on")
    who = told.get("who", "")
    effect = one_line(naming.word(told.get("effect", ""), lang))
    values = {
        "what": steps(told.get("conditions", [])),
        "due": due or "",
        "by_day": _UNTIL[lang].format(due=due) if due else "",
        "before": told.get("due_before", ""),
        "step": steps([one.told["step"] for one in together if "step" in one.told]),
        "responsible": naming.post(county, told.get("responsible", ""), lang),
        "by": naming.post(county, told.get("by", ""), lang),
        "rung": told.get("rung", ""),
        "effect": effect if first.kind == "rung" else _joined(effect, lang),
        "reason": one_line(told.get("reason", "")) or "-",
        "subject": told.get("subject", ""),
        "said": told.get("said", ""),
        "units": comma.join(told.get("units", [])),
        "first": told.get("first", ""),
        "last": told.get("last", ""),
        "who": f"{who} {naming.person(who)}".strip(),
        "second": told.get("second") or "-",
        "outcome": _OUTCOMES.get(told.get("effect", ""), {}).get(lang, ""),
    }
    line = one_line(_SAID[first.kind][lang].format(**values))
    return line[:1].upper() + line[1:]


def _for(notice: Notice, lang: str) -> str:
    if not notice.principal:
        return ""
    return f"（代理 {notice.principal}）" if lang == "zh" else f"(standing in for {notice.principal})"


def _joined(effect: str, lang: str) -> str:
    return "" if not effect else f"，{effect}" if lang == "zh" else f": {effect}"
