"""A refusal as a page says it: amounts in 万元, what is to be done said by its place on a page, ids by their names.

The command line says a refusal in the engine's own words, with whole fen and with the command that mends it.
"""

import re
from collections.abc import Mapping
from typing import Any

from domain.act import RepeatDiffersError
from domain.claim import GateOrderError
from domain.claim_state import TOGETHER
from domain.cosigning import CosignMissingError, NothingToCosignError
from domain.disk import DiskFullError, is_disk_full
from domain.dispatch_refusals import FiguresClosedError
from domain.duties import SamePersonError
from domain.emergency_refusals import EmergencyStepError
from domain.errors import BridgefundError, RefusedError
from domain.handling_refusals import GrantedByError
from domain.money import wan
from domain.plan import PlanStepError
from domain.project import ReturnError, StepOrderError
from domain.sealed import bare
from domain.signing import CannotRejectError
from domain.standing_in import DeputyScopeError
from domain.surplus import NothingMovedError, SweepStepError
from domain.words import Both, in_chinese
from doors.names import Names
from doors.texts import language, t
from files.store import FileStoreError
from projections.store import is_no_answer

# Fields that hold steps; and of which refusals other fields do, that elsewhere hold something else.
_STEPS = frozenset({"step", "open", "before"})
_STEPS_OF: Mapping[type[BridgefundError], frozenset[str]] = {
    SamePersonError: frozenset({"asked"}),
    GrantedByError: frozenset({"asked"}),
    GateOrderError: frozenset({"asked"}),
    PlanStepError: frozenset({"asked"}),
    StepOrderError: frozenset({"asked"}),
    SweepStepError: frozenset({"asked"}),
    EmergencyStepError: frozenset({"asked"}),
    ReturnError: frozenset({"asked", "allowed"}),
    CannotRejectError: frozenset({"allowed"}),
    CosignMissingError: frozenset({"what"}),
    NothingToCosignError: frozenset({"what"}),
    DeputyScopeError: frozenset({"asked", "allowed"}),
}
_WORDS = frozenset({"kind", "missing", "paper", "record", "tier"})  # Words of the field, and no county's own.
# What people wrote, what is looked up by, and what is a name already.
_AS_WRITTEN = frozenset({"answer", "case", "clause", "county", "key", "name", "opinion", "words"})
_JOINED = re.compile(rf"(, | / |、| → |；|; |{re.escape(TOGETHER)})")
_PART = re.compile(r"[a-z][a-z0-9_-]*(?::[a-z0-9_-]+)?")
# An id of more words than one in a sentence, and no part of an address or a number.
_ID = re.compile(r"(?<![\w/.-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w/-])")
# The unit stands behind most amounts of a refusal, and behind some none does.
_FEN = re.compile(r"(\{\w+_fen\}) ?(?:分|fen)")
_AMOUNT = re.compile(r"(?<![A-Za-z0-9_.,-])(-?[0-9][0-9,]*) ?(?:分(?![钟之])|fen\b)")
_AGAINST = re.compile(r"(?<![A-Za-z0-9_.,-])(-?[0-9]+) against (?=-?[0-9]+ fen)")
_OF_WHOLE = re.compile(r"(?<= of )([0-9]+)(?=\))")
_COUNTED = re.compile(r"((?:计入|counted) )(.*?)(（分）| \(fen\))")
_MONEY_COUNTED = re.compile(r"((?:^|, )(?!户数|households|因素|factor|评价得分|score)[^,]*? )(-?[0-9]+)(?=, |$)")
_LAST = re.compile(r"(?<= )([0-9]+)(?=, |$)")
_AT_ANY_TIME = (
    r"，在 \1 的页面“随时可以提出的事项”中办理“{}”",
    r", on the page of \1, under “What may be asked at any time”",
)
_CASE, _BAN = r"(\{case\}|\S+)", r"(?:\{ban\}|\S+)"
# Where a page does what a command does: the command as a refusal says it, and the place in its stead.
_PLACES: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(rf"[：:] ?bridgefund act {_CASE} target"), _AT_ANY_TIME[0].format("填报绩效目标"), _AT_ANY_TIME[1]),
    (
        re.compile(rf"[：:] ?bridgefund act {_CASE} linkage"),
        _AT_ANY_TIME[0].format("填报联农带农机制"),
        _AT_ANY_TIME[1],
    ),
    (
        re.compile(rf"[：:] ?bridgefund act {_CASE} attest --ban {_BAN}"),
        _AT_ANY_TIME[0].format("负面清单认定"),
        _AT_ANY_TIME[1],
    ),
)
_ELSEWHERE: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"[：:] ?bridgefund files attach"), "，在该案页面的“附件”中提交", ", among the papers of its page"),
    (re.compile(r"请再次执行 bridgefund migrate 把它复制完"), "请系统管理员把它复制完", ""),
    (re.compile(r"run `bridgefund migrate` again to finish it"), "", "the operator must finish it"),
    (re.compile(r"[：:]? ?`?bridgefund [^；;（）()。`]*`?"), "（请联系系统管理员）", " (ask the operator)"),
)
# Refusals that have other words on pages: here what differs is whole facts, which nobody reads.
_ON_PAGES: Mapping[type[BridgefundError], tuple[str, str]] = {
    RepeatDiffersError: (
        "{key} 已经记录过，内容不同；更正须用更正事项，不能重报（引擎规则）",
        "{key} is on record with other content; to correct it, ask for a correction (the engine's rule)",
    ),
}


# What the machine under the program lacks: where it lies is for the log, and not for a page.
NO_ROOM = (
    "服务器的磁盘已满：这次没有存入任何内容，已存的不受影响、仍可查阅；请告知管理员腾出空间后重试，不会重复记账",
    (
        "the server's disk is full: nothing of this was stored, what is stored is whole and can be read; "
        "tell whoever runs it, then try again, repeating does no harm"
    ),
)
STORE_DOWN = (
    "数据库暂时连不上：这次没有存入任何内容；请稍后重试，仍不行请告知管理员",
    "the database does not answer: nothing of this was stored; try again soon, or tell whoever runs it",
)
FILES_DOWN = (
    "文件库暂时不能用：文件没有存入；请稍后重试，仍不行请告知管理员",
    "the store of files does not answer: no file was stored; try again soon, or tell whoever runs it",
)


def of_the_machine(error: BaseException) -> tuple[str, str] | None:
    """Return what is said of a fault of a disk, the database or the store of files; None of any other error."""
    if isinstance(error, DiskFullError) or is_disk_full(error):
        return NO_ROOM
    if isinstance(error, FileStoreError):
        return FILES_DOWN
    return STORE_DOWN if is_no_answer(error) else None


def on_a_page(no: BridgefundError, names: Names) -> str:
    """Return why something is refused, as a page says it in the language of its reader."""
    if (machine := of_the_machine(no)) is not None:
        return t(*machine)
    if type(no).text is not BridgefundError.text:  # It makes its words itself, of more than its numbers.
        return text_on_a_page(no.text(language()), names)
    template = _FEN.sub(r"\1", _with_places(_template(no)))
    said = {name: _value(no, name, number, names) for name, number in no.numbers.items()}
    return _named(bare(_in_unit(template).format(**said)), names)


def text_on_a_page(text: str, names: Names) -> str:
    """Return the same of a refusal of which there are only words, such as one that was answered before."""
    return _named(
        _engines_own(_COUNTED.sub(lambda found: _in_unit(f"{found[1]}{_counted(found[2])}{found[3]}"), text)), names
    )


def _named(text: str, names: Names) -> str:
    return _ID.sub(lambda found: _any_name(names, found[0]), text)


def _engines_own(text: str) -> str:
    """Return words of the engine as a page says them; what people wrote is never changed."""
    return _in_wan(_with_places(text))


def _template(no: BridgefundError) -> str:
    """Return the words that a kind of refusal has for pages, else its words; in the reader's language."""
    own: tuple[str, str] = getattr(type(no), "on_pages", (no.zh, no.en))
    return t(*_ON_PAGES.get(type(no), own))


def _with_places(text: str) -> str:
    """Return a text with what a page does in place of what a command does."""
    for command, zh, en in (*_PLACES, *_ELSEWHERE):
        text = command.sub(t(zh, en), text)
    return text


def _value(no: BridgefundError, name: str, number: Any, names: Names) -> Any:
    """Return what a page says of one number of a refusal."""
    if isinstance(number, int) and not isinstance(number, bool) and _is_amount(no, name):
        return _amount(number)
    said = in_chinese(number) if language() != "en" else number.en if isinstance(number, Both) else number
    if not isinstance(said, str) or _is_as_written(no, name):
        return said
    if name == "amounts":
        return _counted(said)
    if isinstance(no, NothingMovedError) and name == "left":
        return _LAST.sub(lambda found: _amount(int(found[1])), said)
    return _engines_own(_called_all(no, name, said, names))


def _called_all(no: BridgefundError, name: str, said: str, names: Names) -> str:
    """Return what stands in a field of a refusal, one thing or several joined, each by the county's name of it."""
    is_step, parts = name in _STEPS or name in _STEPS_OF.get(type(no), ()), _JOINED.split(said)
    called = [_called(names, name, one, is_step=is_step) for one in parts[::2]]
    if set(parts[1::2]) == {", "} and all(_PART.fullmatch(one) for one in parts[::2]):
        return t("、", ", ").join(called)
    parts[::2] = called  # What joins them stands between them.
    return "".join(parts)


def _is_amount(no: BridgefundError, name: str) -> bool:
    bare_figures = isinstance(no, FiguresClosedError) and name in ("recorded", "asked")
    return name.endswith("_fen") or bare_figures or (name == "value" and no.numbers.get("field") == "amount_fen")


def _is_as_written(no: BridgefundError, name: str) -> bool:
    # Why something happened is what people wrote; why something cannot be read is the engine's own.
    return name in _AS_WRITTEN or (name == "reason" and isinstance(no, RefusedError) and type(no) is not RefusedError)


def _amount(amount_fen: int) -> str:
    return t(f"{wan(amount_fen)} 万元", f"{wan(amount_fen)} wan yuan")


def _called(names: Names, field: str, id_: str, *, is_step: bool) -> str:
    """Return what the county calls what stands in a field of a refusal; itself where it is no id."""
    if field in ("stage", "state"):
        return names.stage(id_)
    if not _PART.fullmatch(id_):
        return id_
    if field in _WORDS:
        return names.field(field, id_) if field == "kind" else names.level(id_) if field == "tier" else names.word(id_)
    if (is_step or ":" in id_) and (found := names.step(id_)) != id_:
        return found
    return names.by_rules(id_, field) or _any_name(names, id_)


def _any_name(names: Names, id_: str) -> str:
    """Return what an id of several words is called, whatever it is of; itself where nobody calls it anything."""
    if "_" not in id_:
        return id_
    called = (names.named("post", id_), names.named("step", id_), names.named("ban", id_), names.word(id_))
    return next((name for name in called if name != id_), names.by_rules(id_) or id_)


def _in_wan(text: str) -> str:
    """Return a text with its amounts in 万元: a machine counts in fen, and no person does."""
    text = _AGAINST.sub(lambda found: f"{_amount(int(found[1]))} against ", text)
    if " fen (" in text:
        text = _OF_WHOLE.sub(lambda found: _amount(int(found[1])), text)
    return _AMOUNT.sub(lambda found: _amount(int(found[1].replace(",", ""))), text)


def _counted(amounts: str) -> str:
    """Return amounts that a rule counted, whose unit is said behind them all; of households there is none."""
    return _MONEY_COUNTED.sub(lambda one: f"{one[1]}{wan(int(one[2]))}", amounts)


def _in_unit(text: str) -> str:
    return text.replace("（分）", "（万元）").replace(" (fen)", " (wan yuan)")
