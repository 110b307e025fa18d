"""Which files somebody may name: a case hands over what its facts name, so nobody names another case's file there."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from console.forms.shapes import Field, fields_of
from console.named_files import DIGEST, named
from console.uploads import Uploads
from domain.errors import BadInputError
from domain.requests import AnyRequest
from doors.paper_files import file_store
from doors.texts import t

OF_OTHERS = "请从本案附件中选择，或上传文件", "choose one of the case's papers, or upload the file"


def paper_fields(request_type: type) -> dict[str, Field]:
    """Return the fields of a form that hold files' digests, by path; a row's number in it is `*`."""
    every = (one for field in fields_of(request_type) for one in (field, *field.fields))
    return {one.path: one for one in every if one.widget in ("paper", "papers")}


def of_others(uploads: Uploads, digests: Iterable[str]) -> frozenset[str]:
    """Return which digests are of stored files that are neither of this case nor uploaded by whoever asks.

    A digest of which there is no file here is nobody's: it may be entered.
    """
    wanted = frozenset(one for one in digests if DIGEST.fullmatch(one))
    if not wanted:
        return frozenset()
    house = uploads.house
    try:
        store = file_store(house.settings, house.ledger.url)
    except BadInputError:  # Nobody keeps files here.
        return frozenset()
    others = wanted - {*uploads.known(), *named(house, uploads.case)}
    return frozenset(one for one in others if store.size(one) is not None)


def check_own(uploads: Uploads, request: AnyRequest) -> None:
    """Check that a request names no file of others.

    Raises:
        BadInputError: If it does, with the field.
    """
    plain = msgspec.to_builtins(request)
    for path in paper_fields(type(request)):
        if of_others(uploads, _at(plain, path.split("."))):
            raise BadInputError(path, t(*OF_OTHERS))


def _at(value: Any, path: list[str]) -> Iterator[str]:
    """Yield the texts at a path, in every row that it leads through."""
    if isinstance(value, list | tuple):
        rest = path[1:] if path[:1] == ["*"] else path
        for one in value:
            yield from _at(one, rest)
    elif isinstance(value, dict) and path:
        yield from _at(value.get(path[0]), path[1:])
    elif isinstance(value, str):
        yield value
