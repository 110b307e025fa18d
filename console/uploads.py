"""Files that come with a form (附件): how much may come, what they must be, what is kept until the form is taken."""

import json
import re
from dataclasses import dataclass
from typing import IO, NamedTuple

import msgspec

from console.house import House
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.errors import BridgefundError
from domain.paper_refusals import (
    EmptyFileError,
    FileEndingError,
    FileNameError,
    FileTooLargeError,
    FileTypeError,
)
from domain.policy.files import FileRule
from domain.procedures.asking import rules_of
from domain.procedures.papers import rule_of
from doors.paper_files import file_store, stored

MIB = 1 << 20
BODY_MOST = 2 * MIB  # Of a form without files, or of JSON; and of what stands beside the files in one with them.
KEPT_MOST = 100
_WITH_FILES = re.compile(r"/(?P<county>[^/]{1,60})/[^/]{1,60}/[^/]{1,60}/(?:papers|ask/[^/]+/[^/]+)\Z")
# What is wrong with the file itself, and not with asking for it now.
OF_THE_FILE = (EmptyFileError, FileEndingError, FileNameError, FileTypeError)
TOO_LARGE, UNPROCESSABLE = 413, 422


class Most(NamedTuple):
    """How many bytes a body may have, and the limit in words."""

    size_bytes: int
    words: str


FORM_MOST = Most(BODY_MOST, f"{BODY_MOST // MIB} MiB")


def file_rule(house: House, county: str) -> FileRule:
    """Return what a county's files must be.

    Raises:
        RefusedError: If it has adopted no rule.
    """
    return rule_of(rules_of(house.read, county))


def takes_files(path: str) -> bool:
    """Return whether a form that is sent to *path* may bring files."""
    return _WITH_FILES.match(path) is not None


def most_of(house: House, path: str) -> Most:
    """Return how much may be sent to *path*: with files, as much as its county lets one of them have, all together."""
    found = _WITH_FILES.match(path)
    try:
        rule = file_rule(house, found["county"]) if found else None
    except BridgefundError:  # No county of ours: whoever asks is told so by the route.
        rule = None
    return Most(rule.size_most_bytes + BODY_MOST, f"{rule.size_most_mib} MiB") if rule else FORM_MOST


def status_of_file(error: BridgefundError) -> int | None:
    """Return the HTTP status of what is wrong with a file; None if it is not the file."""
    if isinstance(error, FileTooLargeError):
        return TOO_LARGE
    return UNPROCESSABLE if isinstance(error, OF_THE_FILE) else None


class Uploaded(msgspec.Struct, frozen=True):
    """A file that somebody uploaded: what the door found of it."""

    name: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True)
class Uploads:
    """What somebody uploaded in forms about one case, by digest: it need not be chosen again.

    Kept beside the drafts, and not in the page: so nobody names a digest as his own upload that is another's file.
    """

    house: House
    visitor: Visitor
    case: CaseId

    def known(self) -> dict[str, Uploaded]:
        """Return them, oldest first."""
        kept = self.house.accounts.drafts.load(self.visitor.account, self._key)
        return msgspec.convert(json.loads(kept), dict[str, Uploaded]) if kept else {}

    def take(self, stream: IO[bytes], name: str) -> str:
        """Store a file and keep in mind what it is; return its digest.

        Raises:
            RefusedError: If it is not what a paper's file must be. Then nothing of it is stored.
            FileStoreError: If the store cannot be written to.
        """
        store = file_store(self.house.settings, self.house.ledger.url)
        found, media_type = stored(store, stream, name, file_rule(self.house, self.case.county))
        # A form that is refused afterwards leaves the file there: under its digest, named by no fact, it harms nobody.
        others = {digest: one for digest, one in self.known().items() if digest != found.digest}
        all_ = {**others, found.digest: Uploaded(name, found.size_bytes, media_type)}
        newest = dict(list(all_.items())[-KEPT_MOST:])
        body = msgspec.json.encode(newest).decode()
        self.house.accounts.drafts.save(self.visitor.account, self._key, body, self.house.wall_now())
        return found.digest

    @property
    def _key(self) -> str:
        return f"files {case_id(*self.case)}"[:300]
