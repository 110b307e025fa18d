"""The number of a form: two forms that were opened are two requests, and one that is sent twice is one."""

import secrets

from domain.errors import BadInputError
from doors.texts import t

_BYTES = 12
_IN_BULK = 9_999


def fresh() -> str:
    """Return the number of a form that is being opened."""
    return secrets.token_hex(_BYTES)


def checked(nonce: str) -> str:
    """Return the number that a form came back with.

    Raises:
        BadInputError: If no form of ours has such a number.
    """
    if not nonce.isascii() or not nonce.isalnum() or len(nonce) != 2 * _BYTES:
        raise BadInputError("nonce", t("表单有误，请重新打开", "the form is broken: open it again"))
    return nonce


def of_item(nonce: str, number: int) -> str:
    """Return the number of one of the many decisions that one form asks for."""
    return f"{nonce}{number:0{len(str(_IN_BULK))}}"
