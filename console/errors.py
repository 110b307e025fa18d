"""What goes wrong, as it is answered: a page with words for people, RFC 9457 problems for programs."""

from dataclasses import dataclass
from typing import Any, ClassVar

from console.accounts import SignInRefusedError
from console.passwords import BusyError, PasswordRefusedError
from domain.errors import BadInputError, BridgefundError, RefusedError
from doors import refusals
from workflows.client import NoAnswerError, RequestRefusedError

PROBLEM = "application/problem+json"
BAD, FORBIDDEN, NOT_FOUND, REFUSED, UNPROCESSABLE, TOO_MANY, UNAVAILABLE = 400, 403, 404, 409, 422, 429, 503
INSUFFICIENT = 507


class HereError(BridgefundError):
    """An answer of the console itself, with its HTTP status."""

    status: ClassVar[int] = BAD


class NotHereError(HereError):
    """There is no such page for whoever asks: of another county's things it says no more than of what never was."""

    status = NOT_FOUND
    zh = "没有这一页，或者它不属于您任职的县"
    en = "there is no such page, or it is not of a county in which you hold a post"


class SignInError(HereError):
    """Nobody is signed in."""

    status = 401
    zh = "请先登录"
    en = "please sign in"


class ForgedError(HereError):
    """A form that this console did not give out to this person."""

    status = FORBIDDEN
    zh = "这份表单不是本次登录时打开的：请返回重新打开后再提交"
    en = "this form was not opened in this sign-in: open it again, then send it"


class NotYourSeatError(HereError):
    """A post that the person neither holds nor stands in for today."""

    status = FORBIDDEN
    zh = "您今天既不任 {seat}，也不代理该岗位；您可用的岗位：{seats}"
    en = "today you neither hold {seat} nor stand in for it; your posts: {seats}"


class NotOfferedError(HereError):
    """A form of what may not be asked of its case any more, or not yet."""

    status = REFUSED
    zh = "{case} 的这张表单现在不能办理：这一环节已经办结、已退回，或案件情况已变。请打开 {case} 看现状"
    en = "this form of {case} cannot be used now: its step is over, was sent back, or the case has changed; open {case}"


class TooLargeError(HereError):
    """More was sent than is taken."""

    status = 413
    zh = "提交的内容过大：最多 {most}"
    en = "too much was sent: at most {most}"


class NoRoomError(HereError):
    """A disk of this machine is full: what the form, its files or a sign-in would store has no room."""

    status = INSUFFICIENT
    zh, en = refusals.NO_ROOM


class StoreDownError(HereError):
    """The database does not answer."""

    status = UNAVAILABLE
    zh, en = refusals.STORE_DOWN


class FilesDownError(StoreDownError):
    """The store of files does not answer."""

    zh, en = refusals.FILES_DOWN


_OF_THE_MACHINE: dict[tuple[str, str], type[HereError]] = {
    refusals.NO_ROOM: NoRoomError,
    refusals.STORE_DOWN: StoreDownError,
    refusals.FILES_DOWN: FilesDownError,
}


def of_the_machine(error: BaseException) -> HereError | None:
    """Return how a fault of a disk, the database or the store of files is answered; None of any other error."""
    said = refusals.of_the_machine(error)
    return _OF_THE_MACHINE[said]() if said is not None else None


@dataclass(frozen=True)
class Problem:
    """An answer that is none: status, a word for its kind, and why, in both languages."""

    status: int
    kind: str
    zh: str
    en: str

    def data(self, lang: str) -> dict[str, Any]:
        """Return it as RFC 9457 has it."""
        detail = self.en if lang == "en" else self.zh
        return {
            "type": f"urn:bridgefund:problem:{self.kind}",
            "title": self.kind,
            "status": self.status,
            "detail": detail,
            "zh": self.zh,
            "en": self.en,
        }


def problem_of(error: BridgefundError) -> Problem:
    """Return how an error of ours is answered."""
    error = of_the_machine(error) or error
    kind = type(error).__name__
    if isinstance(error, RequestRefusedError):
        kind = error.rule or kind
    return Problem(status_of(error), kind, error.text("zh"), error.text("en"))


def status_of(error: BridgefundError) -> int:
    """Return the HTTP status of an error of ours."""
    error = of_the_machine(error) or error
    match error:
        case HereError():
            return error.status
        case SignInRefusedError():
            return 401
        case PasswordRefusedError():
            return UNPROCESSABLE
        case NoAnswerError() | BusyError():
            return UNAVAILABLE
        case RequestRefusedError() | RefusedError():
            return REFUSED
        case BadInputError():
            return UNPROCESSABLE
    return UNAVAILABLE if error.temporary else REFUSED
