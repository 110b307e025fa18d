"""Bulk decisions (批量办理): one signature over a list, and each item decided by itself, as if it stood alone."""

from dataclasses import dataclass

import msgspec

from domain.cases import parse_case
from domain.errors import BadInputError, RefusedError
from domain.ledger import PART
from domain.request import Digest, Said, Words
from domain.requests import (
    AgreeSurplus,
    AnswerGate,
    AnswerStep,
    AnyRequest,
    ApproveSurplus,
    CosignPlan,
    CosignStep,
    DecidePlan,
    name_of,
)
from domain.signature import SignedMessage, digest_of
from domain.words import Both

# Yes or no to a step that waits. Whatever enters a fact, moves money or changes rules is asked for by itself.
DECISIONS = (AnswerGate, AnswerStep, DecidePlan, CosignStep, CosignPlan, AgreeSurplus, ApproveSurplus)


class BulkListError(RefusedError):
    """A list that cannot stand as a whole: nothing of it is done."""

    zh = "批量清单 {bulk_no} 有误：{what}（{value}）；须改正后整份重新签名（引擎规则）"
    en = "bulk list {bulk_no} is wrong: {what} ({value}); mend it and sign again as a whole (the engine's rule)"


class BulkTooLongError(RefusedError):
    """More items than one signature may stand for."""

    zh = "批量清单有 {items} 项，最多 {most} 项；须分成几份（引擎规则）"
    en = "the bulk list has {items} items, at most {most}: divide it (the engine's rule)"


class NotADecisionError(RefusedError):
    """An item that decides nothing that waits."""

    zh = "{request} 不能批量办理；批量只能用于：{allowed}（引擎规则）"
    en = "{request} cannot be asked in bulk, only: {allowed} (the engine's rule)"


class BulkItem(msgspec.Struct, frozen=True):
    """One item: a case, and the SHA-256 of the request about it."""

    case: Words
    digest: Digest


class BulkList(msgspec.Struct, frozen=True):
    """What one signature stands for. *no* is the list's own number: each item's command id is made of it."""

    no: Said
    items: tuple[BulkItem, ...]

    @property
    def text(self) -> str:
        """Return the list as it is carried and signed."""
        return msgspec.json.encode(self).decode()

    def command_id(self, number: int) -> str:
        """Return the command id of an item, counted from 1: the same whenever the list is handed in again."""
        return f"{self.no}#{number}"


@dataclass(frozen=True)
class Asked:
    """One decision that is asked for: of a case, by a request."""

    case: str
    request: AnyRequest


def list_from(text: str) -> BulkList:
    """Return the list that a message carries.

    Raises:
        BadInputError: If it is none.
    """
    try:
        return msgspec.json.decode(text, type=BulkList)
    except (msgspec.DecodeError, RecursionError) as e:
        raise BadInputError("bulk", str(e)) from e


def check_list(listed: BulkList, items_most: int) -> None:
    """Check that a list can stand as a whole.

    Raises:
        BulkListError: If it is empty, names a case twice, or cases of several counties.
        BulkTooLongError: If it has more than *items_most* items.
        BadInputError: If a case is none.
    """
    seen: set[str] = set()
    counties: set[str] = set()
    for item in listed.items:
        counties.add(parse_case(item.case).county)
        if item.case in seen:
            raise BulkListError(bulk_no=listed.no, what=Both("同一案件出现两次", "a case twice"), value=item.case)
        seen.add(item.case)
    for what, value, wrong in (
        (Both("没有任何一项", "it has no item"), 0, not seen),
        (Both("不止一个县的案件", "cases of several counties"), ", ".join(sorted(counties)), len(counties) > 1),
        (Both("编号不能用", "its number cannot be used"), listed.no, PART in listed.no),
    ):
        if wrong:
            raise BulkListError(bulk_no=listed.no, what=what, value=value)
    if len(seen) > items_most:
        raise BulkTooLongError(items=len(seen), most=items_most)


def check_item(message: SignedMessage, request: AnyRequest, items_most: int) -> None:
    """Check that a message is an item of the list that it carries, and the list one that can stand.

    Raises:
        RefusedError: If not.
        BadInputError: If the message carries no list.
    """
    listed = list_from(message.bulk)
    check_list(listed, items_most)
    check_decision(request)
    number = next((n for n, item in enumerate(listed.items, start=1) if item.case == message.case), 0)
    if not number or listed.items[number - 1].digest != digest_of(message.body):
        value = message.case
        raise BulkListError(bulk_no=listed.no, what=Both("清单中没有这一项", "this item is not in it"), value=value)
    if message.command_id != listed.command_id(number):
        what = Both(f"应为 {listed.command_id(number)}", f"wanted: {listed.command_id(number)}")
        raise BulkListError(bulk_no=listed.no, what=what, value=message.command_id)


def check_decision(request: AnyRequest) -> None:
    """Check that a request is one that may be asked in bulk.

    Raises:
        NotADecisionError: If not.
    """
    if not isinstance(request, DECISIONS):
        allowed = ", ".join(name_of(one) for one in DECISIONS)
        raise NotADecisionError(request=name_of(type(request)), allowed=allowed)
