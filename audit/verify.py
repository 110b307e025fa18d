"""Verifies an audit pack with nothing but Python's standard library: copy this one file anywhere and run it.

python3 -I verify.py PACK [--key VKEY]

It knows nothing of the program that made the pack: it hashes every fact again and proves it to the checkpoint, folds
the money and counts the deadlines in its own words. Its parts, from the ground up: canonical bytes, trees, signatures,
notes; what it says; reading without trust; days; policies; what two cases say of one thing; money; deadlines; all
streams together; a pack; the command.
"""

import argparse
import base64
import binascii
import json
import os
import re
import struct
import sys
import time
import tomllib
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256, sha512
from itertools import pairwise
from typing import IO, Any, NamedTuple

# ---------------------------------------------------------------------------------------------------------------------
# The canonical bytes of a fact: one line of JSON, `["stream",version,"name",{fact}]`, the fact exactly as it is stored.
# ---------------------------------------------------------------------------------------------------------------------

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()
# A stream or a name that holds one of these could shift where it ends: no store has such a fact.
UNNAMEABLE = frozenset('"\\\n\0')


def leaf_bytes(stream: str, version: int, name: str, state: bytes) -> bytes:
    """Return a fact's canonical bytes. *stream* and *name* hold no character of `UNNAMEABLE`."""
    return b'["%b",%d,"%b",%b]' % (stream.encode(), version, name.encode(), state)


def leaf_hash(canonical: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962, 2.1)."""
    return sha256(b"\0" + canonical).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others (RFC 6962, 2.1)."""
    return sha256(b"\1" + left + right).digest()


def level_above(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the nodes above *hashes*; the last of an odd number stands for itself."""
    it = iter(hashes)
    above = [sha256(b"\1" + left + right).digest() for left, right in zip(it, it, strict=False)]
    if len(hashes) % 2:
        above.append(hashes[-1])
    return above


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root of a tree over leaf *hashes* (RFC 6962, 2.1)."""
    if not hashes:
        return EMPTY_ROOT
    while len(hashes) > 1:
        hashes = level_above(hashes)
    return hashes[0]


def proof_places(index: int, size: int) -> list[tuple[int, int]]:
    """Return which nodes (level, number on it) prove that leaf *index* is in a tree of *size* leaves, from below."""
    places, level, last = [], 0, size - 1
    while last > 0:
        if index % 2 or index < last:
            places.append((level, index ^ 1))
        index, last, level = index >> 1, last >> 1, level + 1
    return places


def proven_root(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that *proof* leads to from a *leaf*'s hash (RFC 9162, 2.1.3.2), or None where it fits no tree."""
    if not 0 <= index < size:
        return None
    number, last, root = index, size - 1, leaf
    for node in proof:
        if last == 0:
            return None
        if number % 2 or number == last:
            root = node_hash(node, root)
            while number % 2 == 0 and number:
                number, last = number >> 1, last >> 1
        else:
            root = node_hash(root, node)
        number, last = number >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(first: int, root: bytes, second: int, later: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether *proof* shows that a tree of *first* leaves began one of *second* (RFC 9162, 2.1.4.2)."""
    if first == second:
        return root == later and not proof
    if not 0 < first < second:
        return first == 0 and root == EMPTY_ROOT and not proof
    path = list(proof) if first & (first - 1) else [root, *proof]
    if not path:
        return False
    number, last = first - 1, second - 1
    while number % 2:
        number, last = number >> 1, last >> 1
    before = after = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if number % 2 or number == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while number % 2 == 0 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node_hash(after, node)
        number, last = number >> 1, last >> 1
    return last == 0 and before == root and after == later


# ---------------------------------------------------------------------------------------------------------------------
# Ed25519 (RFC 8032, 5.1), verification only.
# ---------------------------------------------------------------------------------------------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def _x_of(y: int, odd: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_1 % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    return x if x % 2 == odd else _P - x


def _point(encoded: bytes) -> _Point | None:
    number = int.from_bytes(encoded, "little")
    y, odd = number & (2**255 - 1), number >> 255
    x = _x_of(y, odd) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _sum(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: _Point) -> _Point:
    product: _Point = (0, 1, 1, 0)
    while factor:
        if factor % 2:
            product = _sum(product, point)
        point, factor = _sum(point, point), factor >> 1
    return product


_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE = _point(_BASE_Y.to_bytes(32, "little"))


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether *signature* is the Ed25519 signature of *message* by the *public* key."""
    key = _point(public) if len(public) == HASH_SIZE else None
    if key is None or len(signature) != 2 * HASH_SIZE:
        return False
    start, factor = signature[:HASH_SIZE], int.from_bytes(signature[HASH_SIZE:], "little")
    if factor >= _ORDER:
        return False
    challenge = int.from_bytes(sha512(start + public + message).digest(), "little") % _ORDER
    minus_key = (_P - key[0], key[1], 1, _P - key[3])
    assert _BASE is not None
    x, y, z, _ = _sum(_times(factor, _BASE), _times(challenge, minus_key))
    inverse = pow(z, -1, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | (x % 2) << 255).to_bytes(HASH_SIZE, "little") == start


# ---------------------------------------------------------------------------------------------------------------------
# Signed notes, checkpoints, cosignatures, as c2sp.org has them (signed-note, tlog-checkpoint, tlog-cosignature).
# ---------------------------------------------------------------------------------------------------------------------

SIGNS, COSIGNS = 1, 4  # What a key is for: the log's own signature, a witness's cosignature.
_KEY_ID, _TIME = 4, 8
_DASH = "\u2014 "
_LINES_MIN = 4  # Origin, size, root, and nothing behind the last newline.
HEADS, AT = "heads ", "at "


class NoteError(ValueError):
    """A text that is no signed note, no checkpoint or no key."""


class Verifier(NamedTuple):
    """A public key by its name: `name+id+key`."""

    name: str
    key_id: bytes
    kind: int
    public: bytes

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


class Signature(NamedTuple):
    """One signature of a note: whose, and its bytes behind the key's id."""

    name: str
    key_id: bytes
    signed: bytes


class Note(NamedTuple):
    """A signed note: its text, which ends with a newline, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]


class Checkpoint(NamedTuple):
    """A log's head: whose log, how many facts, their root, the root of all streams' last versions, and its moment."""

    origin: str
    size: int
    root: bytes
    heads: bytes | None
    streams: int
    at: str

    def text(self) -> str:
        """Return what is signed."""
        assert self.heads is not None
        return (
            f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"
            f"{HEADS}{self.streams} {base64.b64encode(self.heads).decode()}\n{AT}{self.at}\n"
        )


def verifier(name: str, kind: int, public: bytes) -> Verifier:
    """Return a key as verifiers know it."""
    return Verifier(name, sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:_KEY_ID], kind, public)


def read_verifier(text: str) -> Verifier:
    """Return the key in `name+id+key`.

    Raises:
        NoteError: If it is none, or its id is not its own.
    """
    name, _, rest = text.strip().partition("+")
    key_id, _, key = rest.partition("+")
    data = _decoded(key, "key")
    if not name or len(data) != HASH_SIZE + 1 or data[0] not in (SIGNS, COSIGNS):
        raise NoteError(f"{text.strip()[:80]!r} is no verifier key (name+id+key)")
    found = verifier(name, data[0], data[1:])
    if found.key_id.hex() != key_id:
        raise NoteError(f"{text.strip()[:80]!r}: its id is not {found.key_id.hex()}")
    return found


def read_note(text: str) -> Note:
    """Return a signed note.

    Raises:
        NoteError: If it is none.
    """
    body, gap, tail = text.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise NoteError("no signed note: a text, an empty line and signatures, each in a line of its own")
    signatures = []
    for line in tail[:-1].split("\n"):
        name, _, data = line.removeprefix(_DASH).partition(" ")
        signed = _decoded(data, "signature") if line.startswith(_DASH) and name else b""
        if len(signed) <= _KEY_ID:
            raise NoteError(f"no signature: {line[:80]!r}")
        signatures.append(Signature(name, signed[:_KEY_ID], signed[_KEY_ID:]))
    return Note(body + "\n", tuple(signatures))


def signature_line(key: Verifier, signed: bytes) -> str:
    """Return a signature as a line of a note."""
    return f"{_DASH}{key.name} {base64.b64encode(key.key_id + signed).decode()}\n"


def cosigned_text(text: str, moment_s: int) -> str:
    """Return what a witness signs of a checkpoint's *text*, at *moment_s* seconds since 1970."""
    return f"cosignature/v1\ntime {moment_s}\n{text}"


def signed_by(
    note: Note, keys: Iterable[Verifier], holds: Callable[[bytes, bytes, bytes], bool] = is_signed
) -> list[Verifier]:
    """Return which of *keys* signed a note. A signature under a known name and id that does not hold raises.

    Raises:
        NoteError: If a signature is claimed for one of *keys* and is not that key's.
    """
    found = []
    for key in keys:
        for one in note.signatures:
            if (one.name, one.key_id) != (key.name, key.key_id):
                continue
            message, signed = note.text, one.signed
            if key.kind == COSIGNS:
                message = cosigned_text(message, int.from_bytes(signed[:_TIME], "big"))
                signed = signed[_TIME:]
            if not holds(key.public, message.encode(), signed):
                raise NoteError(f"the signature of {key.name} ({key.key_id.hex()}) does not hold")
            found.append(key)
    return found


def read_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that a note's *text* is.

    Raises:
        NoteError: If it is none.
    """
    lines = text.split("\n")
    if len(lines) < _LINES_MIN or lines[-1] or not lines[0] or not lines[1].isascii() or not lines[1].isdigit():
        raise NoteError("no checkpoint: an origin, a size, a root, each in a line of its own")
    root = _decoded(lines[2], "root")
    heads, streams, at = None, 0, ""
    for line in lines[3:-1]:
        if line.startswith(HEADS):
            number, _, data = line.removeprefix(HEADS).partition(" ")
            heads, streams = _decoded(data, "heads"), int(number) if number.isdecimal() else -1
        elif line.startswith(AT):
            at = line.removeprefix(AT)
    if len(root) != HASH_SIZE or str(int(lines[1])) != lines[1] or streams < 0:
        raise NoteError("no checkpoint: its size or its root is none")
    return Checkpoint(lines[0], int(lines[1]), root, heads, streams, at)


def head_bytes(stream: str, version: int) -> bytes:
    """Return the canonical bytes of how far a stream goes: the leaves of a checkpoint's second tree, by stream."""
    return b'["%b",%d]' % (stream.encode(), version)


def heads_root(heads: Iterable[tuple[str, int]]) -> bytes:
    """Return the root over all streams' last versions, in the order of the streams' bytes."""
    ordered = sorted((stream.encode(), version) for stream, version in heads)
    return root_of([leaf_hash(b'["%b",%d]' % head) for head in ordered])


def _decoded(data: str, what: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as e:
        raise NoteError(f"its {what} is no base64") from e


# ---------------------------------------------------------------------------------------------------------------------
# What it says: findings, in both languages.
# ---------------------------------------------------------------------------------------------------------------------

# In this order they are told: what is not signed, not proven, not whole; then what does not add up, and last what
# one case says alone, since that follows from much else.
SIGNED, PROVEN, WHOLE, BESIDE, FOLDED, LONELY = range(6)
FINDINGS_KEPT = 2000  # Of each of these; the others are counted.
NOTES_KEPT = 200
STATE = "state"
SHOWN_MOST = 120


class Both(NamedTuple):
    """A sentence in both languages."""

    zh: str
    en: str


class Fact(NamedTuple):
    """A fact as it stands in the log: `log_index` from 0; `state` are its stored bytes."""

    log_index: int
    stream: str
    version: int
    name: str
    state: bytes

    @property
    def place(self) -> str:
        """Return its stream and version."""
        return f"{self.stream}#{self.version}"

    @property
    def kind(self) -> str:
        """Return the kind of its case."""
        parts = self.stream.split("/")
        return parts[1] if len(parts) > 1 else parts[0]

    @property
    def no(self) -> str:
        """Return the number of its case."""
        return self.stream.split("/", 2)[-1]


class Finding(NamedTuple):
    """One thing that is not as it must be: at which fact and field, what is there, and what was expected."""

    rank: int
    log_index: int  # -1 where it is no fact's.
    place: str  # `stream#version`, or a member of the pack.
    name: str
    field: str
    there: str
    expected: str
    words: Both
    other: str = ""  # Another fact that it rests on.

    def text(self, language: str) -> str:
        """Return it as a sentence."""
        said = self.words.en if language == "en" else self.words.zh
        there, wanted = ("there", "expected") if language == "en" else ("现为", "应为")
        log = f" [{'log' if language == 'en' else '日志'} {self.log_index}]" if self.log_index >= 0 else ""
        name = f" {self.name}" if self.name else ""
        values = (
            f" ({there} {self.there or '-'}; {wanted} {self.expected or '-'})" if self.there or self.expected else ""
        )
        return f"{self.place}{name}{log} {self.field}: {said}{values}"

    def plain(self) -> dict[str, Any]:
        """Return it as data."""
        data = self._asdict()
        data["words"] = self.words._asdict()
        return {key: data[key] for key in data if key != "rank"}


class Report:
    """All that was found, how much was looked at, and what is worth a word and is no finding."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.found = 0
        self.checked: Counter[str] = Counter()
        self.notes: Counter[Both] = Counter()
        self._kept: Counter[int] = Counter()

    def add(self, finding: Finding) -> None:
        """Note a finding; of too many only the count."""
        self.found += 1
        if self._kept[finding.rank] < FINDINGS_KEPT:
            self._kept[finding.rank] += 1
            self.findings.append(finding)

    def at(
        self, rank: int, fact: Fact, field: str, there: object, expected: object, zh: str, en: str, other: str = ""
    ) -> None:
        """Note a finding at a fact; *other* is another fact that it rests on."""
        said = (shown(there), shown(expected), Both(zh, en), other)
        self.add(Finding(rank, fact.log_index, fact.place, fact.name, field, *said))

    def of(self, rank: int, place: str, field: str, there: object, expected: object, zh: str, en: str) -> None:
        """Note a finding that is no fact's."""
        self.add(Finding(rank, -1, place, "", field, shown(there), shown(expected), Both(zh, en)))

    def note(self, zh: str, en: str, times: int = 1) -> None:
        """Note something that is no finding."""
        words = Both(zh, en)
        if words in self.notes or len(self.notes) < NOTES_KEPT:
            self.notes[words] += times

    def take(self, other: "Report") -> None:
        """Add what another report of other facts says."""
        self.findings += other.findings
        self.found += other.found
        self.checked.update(other.checked)
        self.notes.update(other.notes)

    def in_order(self) -> list[Finding]:
        """Return the findings, the first divergence first.

        A node that was changed with a fact takes the proof of the fact beside it along: of two neighbours that are not
        proven that one stands first of which more does not add up, and behind all others those of which nothing does.
        """
        doubts: Counter[str] = Counter()
        for one in self.findings:
            if one.rank >= FOLDED:
                doubts.update({one.place: 2, one.other: 1})
        unproven = {one.log_index: doubts[one.place] for one in self.findings if one.rank == PROVEN}

        def taken_along(one: Finding) -> bool:
            return one.rank == PROVEN and doubts[one.place] <= max(0, unproven.get(one.log_index ^ 1, 0) - 1)

        return sorted(self.findings, key=lambda one: (one.rank, taken_along(one), one.log_index))


def shown(value: object) -> str:
    """Return a value as it is shown, cut where it is long."""
    text = value if isinstance(value, str) else str(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: 2 * SHOWN_MOST])
    return text if len(text) <= SHOWN_MOST else f"{text[:SHOWN_MOST]}…"


# ---------------------------------------------------------------------------------------------------------------------
# Reading without trust: an archive, JSON and fields, each within bounds. What is over them is refused.
# ---------------------------------------------------------------------------------------------------------------------

KIB, MIB, GIB = 1024, 1024**2, 1024**3
FORMAT, FORMAT_NAME = 1, "bridgefund-audit-pack/"
MEMBERS_MOST, DIRECTORY_MOST = 20_000, 4 * MIB
RATIO_MOST, RATIO_FREE = 200, 4 * MIB  # How much smaller than its content a packed member may be, beyond so much.
UNPACKED_MOST = 64 * GIB
LINE_MOST, DOCUMENT_MOST = 8 * MIB, 64 * MIB
DEPTH_MOST, ITEMS_MOST, DIGITS_MOST = 40, 2_000_000, 20
FACTS_MOST = 5_000_000
_PIECE = 256 * KIB
_MEMBERS = (
    (re.compile(r"manifest\.json"), 16 * MIB),
    (re.compile(r"README\.md"), MIB),
    (re.compile(r"checkpoint"), 256 * KIB),
    (re.compile(r"keys\.json"), MIB),
    (re.compile(r"facts\.jsonl"), 16 * GIB),
    (re.compile(r"(proofs|heads)\.json"), DOCUMENT_MOST),
    (re.compile(r"calendars/[0-9]{4}\.toml"), 256 * KIB),
    (re.compile(r"policies/[0-9a-f]{8,64}-[A-Za-z0-9._-]{1,80}\.toml"), 2 * MIB),
    (re.compile(r"files/[0-9a-f]{64}"), 4 * GIB),
)
_PROVEN_BY_LINE = "facts.jsonl"
_NEEDED = ("manifest.json", "checkpoint", "keys.json", "facts.jsonl", "proofs.json", "heads.json")
_END, _END_64, _LOCATOR_64 = b"PK\5\6", b"PK\6\6", b"PK\6\7"
_END_SIZE, _END_64_SIZE, _LOCATOR_SIZE, _COMMENT_MOST = 22, 56, 20, 65_535
_LINK, _ENCRYPTED = 0o120000, 1


class RefusedError(Exception):
    """A pack that is not read any further: where, and why. It is no finding: nothing is said of what it claims."""

    def __init__(self, where: str, zh: str, en: str) -> None:
        super().__init__(f"{where}: {en}")
        self.where, self.words = where, Both(zh, en)


class JsonError(ValueError):
    """A text that is no JSON, or more of it than is read: then it is `hostile`."""

    def __init__(self, zh: str, en: str, *, hostile: bool = True) -> None:
        super().__init__(en)
        self.words, self.hostile = Both(zh, en), hostile


@contextmanager
def _sound(where: str) -> Iterator[None]:
    """Refuse whatever the archive's reader says of a damaged one."""
    broken = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, LookupError)
    try:
        yield
    except broken as e:
        raise RefusedError(where, f"压缩包已损坏或不是审计包（{e}）", f"damaged, or no audit pack ({e})") from e


def _opened(path: str) -> IO[bytes]:
    try:
        return open(path, "rb")  # noqa: PTH123 - Closed with the archive.
    except OSError as e:
        raise RefusedError(path, f"打不开（{e.strerror}）", f"cannot be opened ({e.strerror})") from e


def _directory_size(file: IO[bytes], size: int) -> int:
    """Return how long the archive's directory says that it is, before anything of it is read."""
    start = max(0, size - _END_SIZE - _COMMENT_MOST - _LOCATOR_SIZE)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_SIZE:
        raise zipfile.BadZipFile("no end of a ZIP file")
    (length,) = struct.unpack("<L", tail[end + 12 : end + 16])
    locator = tail[max(0, end - _LOCATOR_SIZE) : end]
    if locator.startswith(_LOCATOR_64):
        file.seek(struct.unpack("<Q", locator[8:16])[0])
        record = file.read(_END_64_SIZE)
        if len(record) == _END_64_SIZE and record.startswith(_END_64):
            length = max(length if length != 2**32 - 1 else 0, struct.unpack("<Q", record[40:48])[0])
    return int(length)


class Archive:
    """A pack's archive: its members' names are checked before one is read, its bytes are counted while they are."""

    def __init__(self, path: str) -> None:
        """Open the archive at *path*.

        Raises:
            RefusedError: If it is none, or holds what a pack does not.
        """
        self._file = _opened(path)
        try:
            self._zip = self._read(path)
            self._check_members()
        except BaseException:
            self._file.close()
            raise
        self.digests: dict[str, str] = {}
        self._unpacked = 0
        self._members = {info.orig_filename: info for info in self._zip.infolist()}

    def _read(self, path: str) -> zipfile.ZipFile:
        with _sound(path):
            directory = _directory_size(self._file, self._file.seek(0, os.SEEK_END))
            if directory > DIRECTORY_MOST:
                zh, en = "目录 {} 字节，最多 {}", "a directory of {} bytes, at most {}"
                raise RefusedError(path, zh.format(directory, DIRECTORY_MOST), en.format(directory, DIRECTORY_MOST))
            return zipfile.ZipFile(self._file)

    def close(self) -> None:
        """Close the archive."""
        self._zip.close()
        self._file.close()

    @property
    def names(self) -> list[str]:
        """Return the names of its members."""
        return list(self._members)

    def _check_members(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MEMBERS_MOST:
            zh, en = f"{len(infos)} 个成员，最多 {MEMBERS_MOST}", f"{len(infos)} members, at most {MEMBERS_MOST}"
            raise RefusedError("zip", zh, en)
        seen: set[str] = set()
        for info in infos:
            self._check_member(info)
            if info.orig_filename in seen:
                raise RefusedError(shown(info.orig_filename), "成员重复", "is there twice")
            seen.add(info.orig_filename)
        if "manifest.json" not in seen:
            raise RefusedError("manifest.json", "缺少此成员：不是审计包", "is missing: this is no audit pack")

    def check_known(self) -> None:
        """Check that all is there that a pack of this format needs, and nothing else.

        Raises:
            RefusedError: If not.
        """
        for name in self._members:
            if _limit_of(name) is None:
                raise RefusedError(shown(name), "审计包没有这样的成员", "an audit pack has no such member")
        for name in _NEEDED:
            if name not in self._members:
                raise RefusedError(name, "缺少此成员：不是审计包", "is missing: this is no audit pack")

    def _check_member(self, info: zipfile.ZipInfo) -> None:
        name = info.orig_filename
        parts = re.split(r"[/\\]", name)
        if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name) or "\0" in name:
            raise RefusedError(shown(name), "成员名指向压缩包之外", "its name leads out of the archive")
        if (info.external_attr >> 16) & 0o170000 == _LINK:
            raise RefusedError(shown(name), "成员是链接", "is a link")
        if info.flag_bits & _ENCRYPTED or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RefusedError(shown(name), "只接受存储或 deflate，不加密", "only stored or deflated, not encrypted")

    def _read_as(self, name: str) -> zipfile.ZipInfo:
        info = self._members[name]
        if name == _PROVEN_BY_LINE and info.compress_type == zipfile.ZIP_STORED:
            # A damaged byte is found, and its fact named, by the proofs: the reader's check would only refuse it all.
            info = copy(info)
            del info.CRC
        return info

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a member's content piece by piece; its digest is known after the last.

        Raises:
            RefusedError: If it is damaged, or more comes out than its bound.
        """
        info, most, came, digest = self._read_as(name), _limit_of(name) or 0, 0, sha256()
        with _sound(name), self._zip.open(info) as member:
            while piece := member.read(_PIECE):
                came += len(piece)
                self._unpacked += len(piece)
                if came > most or self._unpacked > UNPACKED_MOST:
                    zh, en = f"解压后超过上限 {most} 字节", f"unpacks to more than its bound of {most} bytes"
                    raise RefusedError(name, zh, en)
                # Against what was read of it so far, which no header can misstate.
                if came > RATIO_FREE and came > RATIO_MOST * (self._file.tell() - info.header_offset):
                    zh, en = f"压缩比超过 {RATIO_MOST}", f"is packed more than {RATIO_MOST} to 1"
                    raise RefusedError(name, zh, en)
                digest.update(piece)
                yield piece
        self.digests[name] = digest.hexdigest()

    def whole(self, name: str) -> bytes:
        """Return a member's content."""
        return b"".join(self.pieces(name))

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield a member's lines without their newlines; the last must have one."""
        rest = b""
        for piece in self.pieces(name):
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
            if len(rest) > LINE_MOST:
                zh, en = f"有一行超过 {LINE_MOST} 字节", f"a line is longer than {LINE_MOST} bytes"
                raise RefusedError(name, zh, en)
        if rest:
            yield rest

    def text(self, name: str) -> str:
        """Return a member's text."""
        try:
            return self.whole(name).decode()
        except UnicodeDecodeError as e:
            raise RefusedError(name, f"不是 UTF-8（{e}）", f"is no UTF-8 ({e})") from e

    def document(self, name: str) -> "Node":
        """Return a member that is one JSON object."""
        try:
            return Node(read_json(self.whole(name)))
        except JsonError as e:
            raise RefusedError(name, *e.words) from e
        except UnreadableError as e:
            raise RefusedError(name, e.words.zh, e.words.en) from e


def _limit_of(name: str) -> int | None:
    return next((most for pattern, most in _MEMBERS if pattern.fullmatch(name)), None)


_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)


def _check_size(data: bytes) -> None:
    opened = data.count(b"[") + data.count(b"{")
    if opened + data.count(b",") > ITEMS_MOST:
        raise JsonError(f"超过 {ITEMS_MOST} 项", f"more than {ITEMS_MOST} items")
    if opened <= DEPTH_MOST:
        return
    depth = 0
    for token in _TOKEN.finditer(data):
        mark = token[0]
        depth += (mark in b"[{") - (mark in b"]}") if len(mark) == 1 else 0
        if depth > DEPTH_MOST:
            raise JsonError(f"嵌套超过 {DEPTH_MOST} 层", f"nested more than {DEPTH_MOST} deep")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise JsonError(f"键 {shown(twice)} 重复", f"the key {shown(twice)} is there twice", hostile=False)
    return read


def _number(text: str) -> int:
    if len(text) > DIGITS_MOST:
        zh, en = f"{len(text)} 位的整数，最多 {DIGITS_MOST}", f"an integer of {len(text)} digits, at most {DIGITS_MOST}"
        raise JsonError(zh, en)
    return int(text)


def _fraction(text: str) -> float:
    if len(text) > 2 * DIGITS_MOST:
        raise JsonError(f"{len(text)} 位的小数", f"a number of {len(text)} characters")
    return float(text)


def _constant(text: str) -> Any:
    raise JsonError(f"{text} 不是 JSON 的数", f"{text} is no number of JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_int=_number, parse_float=_fraction, parse_constant=_constant)


def read_json(data: bytes) -> Any:
    """Return what a JSON text says.

    Raises:
        JsonError: If it is none, is no UTF-8, or is more than is read.
    """
    _check_size(data)
    try:
        return _DECODER.decode(data.decode())
    except JsonError:
        raise
    except UnicodeDecodeError as e:
        raise JsonError(f"不是 UTF-8（{e}）", f"is no UTF-8 ({e})", hostile=False) from e
    except RecursionError as e:
        raise JsonError("嵌套过深", "nested too deep") from e
    except ValueError as e:
        raise JsonError(f"不是 JSON（{e}）", f"is no JSON ({e})", hostile=False) from e


class UnreadableError(Exception):
    """A field that does not say what it must: its path, what is there, what was expected."""

    def __init__(self, path: str, there: object, zh: str, en: str) -> None:
        super().__init__(f"{path}: {en}")
        self.path, self.there, self.words = path or STATE, there, Both(f"应为{zh}", f"it must be {en}")


class Node:
    """A JSON object with the path that leads to it. Every way to a field says what it must be.

    All of them raise `UnreadableError` where it is not that.
    """

    __slots__ = ("data", "path")

    def __init__(self, data: Any, path: str = "") -> None:
        """Stand at *path*."""
        if not isinstance(data, dict):
            raise UnreadableError(path, data, "对象", "an object")
        self.data, self.path = data, path

    def to(self, key: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{key}" if self.path else key

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a whole number, such as of fen."""
        value = self.data.get(key, default)
        if type(value) is not int:
            raise UnreadableError(self.to(key), value, "整数", "a whole number")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text."""
        value = self.data.get(key, default)
        if not isinstance(value, str):
            raise UnreadableError(self.to(key), value, "文字", "a text")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return whether something is so."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise UnreadableError(self.to(key), value, "true 或 false", "true or false")
        return value

    def day(self, key: str) -> date:
        """Return a day."""
        try:
            return date.fromisoformat(self.text(key))
        except ValueError as e:
            raise UnreadableError(self.to(key), self.data.get(key), "日期", "a day") from e

    def maybe_day(self, key: str) -> date | None:
        """Return a day, or None where none is said."""
        return None if self.data.get(key) is None else self.day(key)

    def moment(self, key: str) -> datetime:
        """Return a moment with its zone, in Shanghai."""
        try:
            read = datetime.fromisoformat(self.text(key))
        except ValueError as e:
            raise UnreadableError(self.to(key), self.data.get(key), "时刻", "a moment") from e
        if read.tzinfo is None:
            raise UnreadableError(self.to(key), self.data.get(key), "带时区的时刻", "a moment with its zone")
        return read.astimezone(SHANGHAI)

    def sub(self, key: str) -> "Node":
        """Return an object in it."""
        return Node(self.data.get(key), self.to(key))

    def maybe(self, key: str) -> "Node | None":
        """Return an object in it, or None where there is none."""
        return None if self.data.get(key) is None else self.sub(key)

    def each(self, key: str) -> "list[Node]":
        """Return a list of objects; none where it is left out."""
        return [Node(item, f"{self.to(key)}[{n}]") for n, item in enumerate(self._list(key))]

    def texts(self, key: str) -> list[str]:
        """Return a list of texts; none where it is left out."""
        items = self._list(key)
        for n, item in enumerate(items):
            if not isinstance(item, str):
                raise UnreadableError(f"{self.to(key)}[{n}]", item, "文字", "a text")
        return items

    def _list(self, key: str) -> list[Any]:
        value = self.data.get(key, [])
        if not isinstance(value, list):
            raise UnreadableError(self.to(key), value, "列表", "a list")
        return value


# ---------------------------------------------------------------------------------------------------------------------
# Days: the calendars of the State Council's notices, and counting by them.
# ---------------------------------------------------------------------------------------------------------------------

SHANGHAI = timezone(timedelta(hours=8))  # Since 1992 it has had no summer time.
_DAY = timedelta(days=1)
_WEEKEND = 5
_AHEAD = timedelta(days=3)  # So far a year's notice has reached back into the year before.
_REVISION = re.compile(r"([0-9]{4})-([0-9]{4})/([0-9]{4}-[0-9]{2}-[0-9]{2}(?:\.[0-9])?)")


class Year(NamedTuple):
    """One year's file: when it last changed, which days it gives off, which weekend days are worked for them."""

    changed: str
    off: frozenset[date]
    worked: frozenset[date]
    notice: str


def read_year(text: str, name: str) -> tuple[int, Year]:
    """Return the year that a calendar file is of, and what it says.

    Raises:
        RefusedError: If it is no calendar file.
    """
    try:
        said = tomllib.loads(text)
        off: set[date] = set()
        worked: set[date] = set()
        for span in said["holiday"]:
            length = (span["last"] - span["first"]).days
            if not 0 <= length <= 60:  # noqa: PLR2004 - No notice gives off more.
                raise ValueError(f"{span['first']} to {span['last']}")  # noqa: TRY301 - As whatever else is wrong in it.
            off.update(span["first"] + _DAY * n for n in range(length + 1))
            worked.update(span.get("make_up", ()))
        notice = said.get("notice", {}).get("number", "")
        return int(said["year"]), Year(str(said["revision"]), frozenset(off), frozenset(worked), str(notice))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as e:
        raise RefusedError(name, f"不是日历文件（{e}）", f"is no calendar file ({e})") from e


class Calendar:
    """Which days are worked, as far as its years go."""

    def __init__(self, years: Mapping[int, Year]) -> None:
        """Know *years*."""
        self.years = dict(years)
        self._off = frozenset(day for year in years.values() for day in year.off)
        self._worked = frozenset(day for year in years.values() for day in year.worked)
        self._within: dict[str, tuple[Calendar, bool]] = {}

    @property
    def revision(self) -> str:
        """Return what facts call it: its years, and the newest change."""
        if not self.years:
            return ""
        return f"{min(self.years)}-{max(self.years)}/{max(year.changed for year in self.years.values())}"

    def as_of(self, revision: str) -> "tuple[Calendar, bool]":
        """Return the years of a fact's *revision* that are here, and whether they are exactly what it knew."""
        if revision not in self._within:
            found = _REVISION.fullmatch(revision)
            first, last = (int(found[1]), int(found[2])) if found else (1, 0)
            years = {no: year for no, year in self.years.items() if first <= no <= last}
            part = Calendar(years)
            self._within[revision] = (part, part.revision == revision)
        return self._within[revision]

    def is_working(self, day: date) -> bool:
        """Return whether a day is worked."""
        return day in self._worked or (day.weekday() < _WEEKEND and day not in self._off)

    def is_settled(self, day: date) -> bool:
        """Return whether no notice that is still to come can change a day."""
        return day.year in self.years and (day + _AHEAD).year in self.years

    def after(self, day: date, days: int, unit: str) -> tuple[date, bool]:
        """Return the last of so many days after *day*, and whether it may still move."""
        if unit == CALENDAR_DAYS:
            return day + _DAY * days, False
        settled = True
        while days > 0:
            day += _DAY
            settled = settled and self.is_settled(day)
            days -= self.is_working(day)
        return day, not settled

    def between(self, first: date, last: date, unit: str) -> tuple[int, bool]:
        """Return how many days count after *first* up to *last*, and whether that may still change."""
        if unit == CALENDAR_DAYS:
            return (last - first).days, False
        days = [first + _DAY * n for n in range(1, (last - first).days + 1)]
        return sum(map(self.is_working, days)), not all(map(self.is_settled, days))


CALENDAR_DAYS, WORKING_DAYS = "calendar", "working"
DAYS_MOST = 4000  # Of one deadline: more is no deadline, and would be counted for ever.


def begin_of(day: date) -> datetime:
    """Return a day's first moment."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


# ---------------------------------------------------------------------------------------------------------------------
# Policies: what of a county's text, with the office decisions that fill its gaps, counts days.
# ---------------------------------------------------------------------------------------------------------------------

_TWO_KEYS = "; engine A-71"  # Behind the clause of an act that two keys stand for.


class Counted(NamedTuple):
    """A number of days in the text: under which rule's id it stands, and how many of which."""

    owner: str
    days: int
    unit: str


def _clause(table: Mapping[str, Any]) -> str:
    source, office = str(table.get("source", "")), table.get("office")
    return f"{source}; {office}" if office else source


def _filled(base: dict[str, Any], extra: Mapping[str, Any], label: str) -> None:
    """Put what an office decision says into the gaps of a text."""
    for key, value in extra.items():
        said = base.get(key)
        if said is None or said == []:
            base[key] = _labelled(value, label)
            if "source" in base:
                base["office"] = label
        elif isinstance(said, dict) and isinstance(value, dict):
            _filled(said, value, label)
        elif isinstance(said, list) and isinstance(value, dict):
            known = {item.get("id"): item for item in said if isinstance(item, dict)}
            for no, item in value.items():
                if no in known:
                    _filled(known[no], item, label)
                else:
                    said.append(_labelled({"id": no, **item}, label))


def _labelled(value: Any, label: str) -> Any:
    if isinstance(value, dict):
        inner = {key: _labelled(item, label) for key, item in value.items()}
        return inner if "source" in inner else {"source": label, **inner}
    return [_labelled(item, label) for item in value] if isinstance(value, list) else value


class Policy:
    """What one version of a county's rules says of days."""

    def __init__(self, profile: str, engine: str, offices: Sequence[str]) -> None:
        """Read the texts.

        Raises:
            ValueError: If one is no TOML.
        """
        text = tomllib.loads(profile)
        for office in map(tomllib.loads, offices):
            head = office.get("decision", {})
            _filled(text, office.get("profile", {}), f"office decision {head.get('no')} of {head.get('date')}")
        self.text = text
        breach = tomllib.loads(engine).get("breach", {})
        self.remind_before, self.wait = int(breach.get("remind_days_before", 1)), int(breach.get("rung_wait_days", 2))
        self.engine_clause = _clause(breach)
        self.chain = [str(post) for post in text.get("chain", {}).get("posts", [])]
        self.routines = {str(one.get("id")): one for one in text.get("routines", [])}
        self.counted: dict[str, list[Counted]] = {}
        self._walk(text, "")
        if (held := text.get("retention")) is not None:
            days = Counted("retention", int(held["hold_days"]) + int(held["pay_days"]), CALENDAR_DAYS)
            self.counted.setdefault(_clause(held), []).append(days)

    def _walk(self, table: Any, owner: str) -> None:
        if isinstance(table, list):
            for item in table:
                self._walk(item, owner)
        if not isinstance(table, dict):
            return
        if table.get("kind") == "counted" and type(table.get("count")) is int:
            found = Counted(owner, table["count"], str(table.get("unit")))
            self.counted.setdefault(_clause(table), []).append(found)
            return
        for key, item in table.items():
            self._walk(item, str(table.get("id", owner)) if key in ("deadline", "limit") else key)

    def days_of(self, clause: str, no: str) -> list[Counted]:
        """Return which numbers of days stand under a clause for the clock *no*, the one that it names if it does."""
        found = self.counted.get(clause, [])
        named = [one for one in found if re.search(rf"-{re.escape(one.owner)}(?:[-_]|$)", no)]
        return named or found

    def ladder(self, clause: str, first: date) -> list[list[tuple[str, date]]]:
        """Return who may be told from the day *first* on, and when, by the ladders under *clause*."""
        found = []
        if clause == self.engine_clause:
            found.append([(post, first + _DAY * self.wait * n) for n, post in enumerate(self.chain)])
        for ladder in self.text.get("ladders", []):
            rungs = [rung for rung in ladder.get("rungs", []) if rung.get("trigger") == "deadline_breached"]
            if rungs and _clause(ladder) == clause:
                found.append([made for rung in rungs if (made := _rung(rung, first))])
        return found


def _rung(rung: Mapping[str, Any], first: date) -> tuple[str, date] | None:
    told = [*rung.get("to", []), *([rung["actor"]] if rung.get("actor") else [])]
    wait = rung.get("wait_days")
    return (told[0], first + _DAY * wait) if told and wait is not None else None


_PERIOD = re.compile(r"dispatch-([0-9]{4})(?:-(?:W([0-9]{2})|Q([1-4])|([0-9]{2})))?-(.+)")
_WEEK_REPORT = re.compile(r"watch-([0-9]{4})-W([0-9]{2})-report")


def period_of(no: str) -> tuple[date, date, str, str] | None:
    """Return the first and the last day of the period that a clock of a month's case names, its length, its routine."""
    found = _PERIOD.fullmatch(no)
    if found is None:
        return None
    year, week, quarter, month, routine = int(found[1]), found[2], found[3], found[4], found[5]
    if week:
        first = date.fromisocalendar(year, int(week), 1)
        return first, first + _DAY * 6, "week", routine
    months, every = (3, "quarter") if quarter else (1, "month") if month else (12, "year")
    begins = int(month) if month else (int(quarter) - 1) * 3 + 1 if quarter else 1
    ends = begins + months
    after = date(year + (ends > 12), (ends - 1) % 12 + 1, 1)  # noqa: PLR2004 - Months of a year.
    return date(year, begins, 1), after - _DAY, every, routine


# ---------------------------------------------------------------------------------------------------------------------
# What two cases say of one thing: their sums must be equal.
# ---------------------------------------------------------------------------------------------------------------------

_PAIRS = {
    "allot": Both("资金的安排与生效计划的行不符", "what the fund allots is not what the plan in force says"),
    "cut": Both("资金的调减与生效计划的调减不符", "what the fund takes back is not what the plan in force cuts"),
    "included": Both("项目列入计划的金额与计划不符", "what the project took of the plan is not what the plan says"),
    "arrived": Both("项目收到的下达与资金的下达不符", "what arrived at the project is not what the fund released"),
    "cut_noted": Both("项目被收回的金额与资金不符", "what was cut of the project is not what the fund took back"),
    "hold": Both("资金为报账预留的与报账的行不符", "what the fund reserved is not what the claim says"),
    "version": Both("资金预留的报账版次与报账不符", "the fund reserved for another version than the claim's"),
    "freed": Both("资金退还的预留与报账不符", "what the fund freed is not what the claim held"),
    "sent": Both("资金的支付指令与报账不符", "what the fund sent is not what the claim says"),
    "bounced": Both("资金的退汇与报账不符", "what bounced in the fund is not what the claim says"),
    "paid": Both("资金的支付与报账的到账确认不符", "what the fund paid is not what the claim says was confirmed"),
    "refunded": Both("资金的退款与报账不符", "what came back to the fund is not what the claim says"),
    "noted": Both("项目记的报账与报账不符", "what the project noted of the claim is not what the claim says"),
    "unnoted": Both("项目注销的报账与报账不符", "what the project took off its claims is not what the claim says"),
    "paid_noted": Both("项目记的支付与报账不符", "the payment that the project noted is not what the claim says"),
    "refund_noted": Both("项目记的退款与报账不符", "the refund that the project noted is not what the claim says"),
    "asset": Both("项目记的资产与资产的支付不符", "the asset that the project noted is not paid with what it says"),
}
CAUSE, EFFECT = 0, 1  # The case that decides, and the one that it reaches.


class _Said(NamedTuple):
    fact: Fact
    field: str


class _Pair:
    __slots__ = ("needs", "said", "sums")

    def __init__(self) -> None:
        self.sums = [0, 0]
        self.said: list[_Said | None] = [None, None]
        self.needs = ["", ""]


class Pairs:
    """Both sides of what reaches from one case into another, by the command that did it."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, ...], _Pair] = {}
        self.equal = 0
        self.plans: set[str] = set()  # Commands by which a plan came into force.

    def say(self, side: int, key: tuple[str, ...], number: int, said: tuple[Fact, str], other: str) -> None:
        """Note one side's *number*; the other side's stream is *other*. What is equal on both is done with."""
        pair = self._open.setdefault(key, _Pair())
        pair.sums[side] += number
        pair.said[side] = pair.said[side] or _Said(*said)
        pair.needs[1 - side] = other
        if pair.said[0] and pair.said[1] and pair.sums[0] == pair.sums[1]:
            del self._open[key]
            self.equal += 1

    def end(self, report: Report, seen: Mapping[str, int]) -> None:
        """Report every pair that is not equal, as far as both cases are here."""
        for key, pair in self._open.items():
            cause, effect = pair.said
            words = _PAIRS[key[0]]
            if cause and effect:
                expected = f"{pair.sums[CAUSE]} ({cause.fact.place} {cause.field})"
                report.at(FOLDED, *effect, pair.sums[EFFECT], expected, *words, other=cause.fact.place)
                continue
            side = CAUSE if cause else EFFECT
            if key[0] == "cut" and side == EFFECT and key[1] not in self.plans:
                continue  # A lower settlement is no plan's.
            if (missing := pair.needs[1 - side]) not in seen:
                report.note("所涉的另一案件不在包内，未比对", "not compared: the other case is not in this pack")
                continue
            there, said = pair.sums[side], pair.said[side]
            assert said is not None
            report.at(LONELY, said.fact, said.field, there, f"{missing}: 0", *words)
        report.checked["pairs"] += self.equal + len(self._open)


# ---------------------------------------------------------------------------------------------------------------------
# Money: each fen of a fund is somewhere, and what claims, plans, projects and assets say of it is the same.
# ---------------------------------------------------------------------------------------------------------------------

# What each movement adds to (1) or takes from (-1) which sum of a portion; a line has those within what is allotted.
_MOVES: dict[str, dict[str, int]] = {
    "come": {"received": 1, "free": 1},
    "not come": {"received": -1, "free": -1},
    "withdraw": {"withdrawn": 1, "free": -1},
    "allot": {"free": -1, "allotted": 1, "unreleased": 1},
    "unallot": {"unreleased": -1, "allotted": -1, "free": 1},
    "release": {"unreleased": -1, "released": 1, "claimable": 1},
    "reduce": {"claimable": -1, "released": -1, "allotted": -1, "free": 1},
    "reserve": {"claimable": -1, "reserved": 1},
    "free": {"reserved": -1, "claimable": 1},
    "send": {"reserved": -1, "sent": 1},
    "bounce": {"sent": -1, "reserved": 1},
    "pay": {"sent": -1, "paid": 1},
    "refund": {"paid": -1, "claimable": 1},
}
_SUMS = ("received", "withdrawn", "free", "allotted", "unreleased", "released", "claimable", "reserved", "sent", "paid")
_OF_LINE = _SUMS[3:]
_LAWS = (
    (("received",), ("withdrawn",), ("free", "allotted")),
    (("allotted",), (), ("unreleased", "released")),
    (("released",), (), ("claimable", "reserved", "sent", "paid")),
)
# What moves the money that a claim holds: the movement, where it must be before, where it is after, the pair's name.
_OF_CLAIM = {
    "fund.freed/1": ("free", "reserved", "", "freed"),
    "fund.sent/1": ("send", "reserved", "sent", "sent"),
    "fund.bounced/1": ("bounce", "sent", "reserved", "bounced"),
    "fund.paid/1": ("pay", "sent", "paid", "paid"),
    "fund.refunded/1": ("refund", "paid", "", "refunded"),
}

Lines = list[tuple[str, str, str, int]]  # Fund, pool, project, fen.


def _amount(report: Report, fact: Fact, node: Node, key: str = "amount_fen") -> int:
    fen = node.whole(key)
    if fen <= 0:
        report.at(FOLDED, fact, node.to(key), fen, "> 0", "金额须大于零", "an amount must be above zero")
    return fen


class Share(NamedTuple):
    """A part of a movement: of which pool, for which project ("" for none), how much, and where that is said."""

    pool: str
    project: str
    fen: int
    field: str


class Fund:
    """One fund, folded: the sums of each portion and line, what plans have of it, what claims hold."""

    def __init__(self) -> None:
        self.portions: dict[str, dict[str, int]] = {}
        self.lines: dict[tuple[str, str], dict[str, int]] = {}
        self.plans: dict[str, dict[tuple[str, str], int]] = {}
        self.allotted_on: dict[str, date] = {}
        self.holds: dict[str, tuple[str, list[Share]]] = {}
        self.announced = False
        self.entered = False
        self.closed = 0  # The last year that was closed.
        self.arrived_on: date | None = None
        self.terms: Node | None = None

    def move(self, report: Report, fact: Fact, how: str, shares: Iterable[Share]) -> None:
        """Move money and check what it touched."""
        for share in shares:
            portion = self.portions.setdefault(share.pool, dict.fromkeys(_SUMS, 0))
            self._shift(report, fact, portion, how, share, share.pool)
            if share.project:
                line = self.lines.setdefault((share.pool, share.project), dict.fromkeys(_OF_LINE, 0))
                self._shift(report, fact, line, how, share, f"{share.pool} {share.project}")
            self._check_laws(report, fact, portion, share)

    @staticmethod
    def _shift(report: Report, fact: Fact, sums: dict[str, int], how: str, share: Share, where: str) -> None:
        for name, sign in _MOVES[how].items():
            if name not in sums:
                continue
            sums[name] += sign * share.fen
            if sign < 0 and sums[name] < 0:
                left = sums[name] + share.fen
                zh, en = f"{where} 的 {name} 成为负数", f"{name} of {where} falls below zero"
                report.at(FOLDED, fact, share.field, share.fen, f"<= {left}", zh, en)

    @staticmethod
    def _check_laws(report: Report, fact: Fact, portion: Mapping[str, int], share: Share) -> None:
        for plus, minus, right in _LAWS:
            left_fen = sum(portion[name] for name in plus) - sum(portion[name] for name in minus)
            right_fen = sum(portion[name] for name in right)
            if left_fen != right_fen:
                law = " - ".join((*plus, *minus)) + " = " + " + ".join(right)
                report.at(FOLDED, fact, share.field, left_fen, right_fen, f"不守恒：{law}", f"not conserved: {law}")


class Claim:
    """One claim, folded: what it says, and where its money is."""

    def __init__(self) -> None:
        self.version = 0
        self.project = ""
        self.kind = ""
        self.lines: Lines = []
        self.fields: list[str] = []
        self.holds = False
        self.paid = False
        self.gates: dict[str, bool] = {}
        self.moved = False
        self.attempt = 0

    @property
    def total(self) -> int:
        """Return what it claims."""
        return sum(line[3] for line in self.lines)

    def by_fund(self) -> dict[str, list[tuple[str, str, int]]]:
        """Return its lines by fund."""
        funds: dict[str, list[tuple[str, str, int]]] = {}
        for fund, pool, project, fen in sorted(self.lines):
            funds.setdefault(fund, []).append((pool, project, fen))
        return funds


class Project:
    """One project, folded: its sums."""

    def __init__(self) -> None:
        self.sums = dict.fromkeys(("allotted", "released", "claimed", "paid"), 0)
        self.claims: dict[str, int] = {}


class Plan:
    """One plan's latest draft."""

    def __init__(self) -> None:
        self.lines: list[tuple[tuple[str, str, str, int], str]] = []
        self.cuts: list[tuple[tuple[str, str, str, int], str]] = []
        self.version = 0
        self.at_once = False


def _lines(report: Report, fact: Fact, said: Node, key: str) -> list[tuple[tuple[str, str, str, int], str]]:
    found = []
    for node in said.each(key):
        fen = _amount(report, fact, node)
        line = (node.text("fund_no"), node.text("pool"), node.text("project_no"), fen)
        found.append((line, node.to("amount_fen")))
    return found


def _shares(report: Report, fact: Fact, nodes: Iterable[Node]) -> list[Share]:
    return [
        Share(node.text("pool"), node.text("project_no"), _amount(report, fact, node), node.to("amount_fen"))
        for node in nodes
    ]


class Money:
    """The money of one county, fact by fact."""

    def __init__(self, county: str, report: Report, pairs: Pairs) -> None:
        """Fold the facts of *county*."""
        self.county, self.report, self.pairs = county, report, pairs
        self.funds: dict[str, Fund] = {}
        self.claims: dict[str, Claim] = {}
        self.projects: dict[str, Project] = {}
        self.plans: dict[str, Plan] = {}
        self.assets: dict[str, dict[str, int]] = {}  # By asset: what each claim paid of it.
        self.assigned: dict[str, str] = {}  # By claim: its asset.
        self.needed: dict[str, tuple[Fact, str]] = {}  # Streams that a fund's facts name.

    def stream(self, kind: str, no: str) -> str:
        """Return the stream of a case."""
        return f"{self.county}/{kind}/{no}"

    def fold(self, fact: Fact, said: Node) -> bool:
        """Fold one fact; return whether it is known."""
        if fact.name.endswith(".paper-noted/1"):
            self._need("papers", f"{fact.kind}/{fact.no}", fact, "paper")
        if fact.name in ("plan.decided/1", "plan.minutes-bound/1"):
            self._need("meeting", said.text("meeting_no"), fact, "meeting_no")
        if (teller := _MONEY.get(fact.name)) is not None:
            teller(self, fact, said)
            return True
        return fact.name in _NO_MONEY

    def _need(self, kind: str, no: str, fact: Fact, field: str) -> None:
        self.needed.setdefault(self.stream(kind, no), (fact, field))

    def _own(self, fact: Fact, said: Node, key: str) -> None:
        for field, wanted in (("county", self.county), (key, fact.no)):
            if (there := said.text(field)) != wanted:
                zh, en = "与其所在的流不符", "is not that of its stream"
                self.report.at(FOLDED, fact, field, there, wanted, zh, en)

    # A fund -----------------------------------------------------------------------------------------------------------

    def _fund(self, fact: Fact) -> Fund:
        if fact.name in ("fund.received/1", "fund.announced/1"):
            self.report.checked["funds"] += fact.no not in self.funds
        return self.funds.setdefault(fact.no, Fund())

    def fund_entered(self, fact: Fact, said: Node) -> None:
        """Money came, or was announced."""
        fund = self._fund(fact)
        self._own(fact, said, "fund_no")
        if fund.entered:
            self.report.at(FOLDED, fact, "fund_no", fact.no, "-", "资金登记了两次", "the fund was entered twice")
        fund.entered, fund.terms = True, said.sub("terms")
        fund.announced = fact.name == "fund.announced/1"
        fund.arrived_on = None if fund.announced else said.sub("act").day("occurred_on")
        came = [
            Share(node.text("pool"), "", _amount(self.report, fact, node), node.to("amount_fen"))
            for node in said.each("portions")
        ]
        fund.move(self.report, fact, "come", came)

    def fund_arrived(self, fact: Fact, said: Node) -> None:
        """Announced money came, more or less of it."""
        fund = self._fund(fact)
        if not fund.announced:
            self.report.at(FOLDED, fact, STATE, "-", "-", "资金不是待到账的", "the fund was not waited for")
        fund.announced, fund.arrived_on = False, said.sub("act").day("occurred_on")
        for node in said.each("portions"):
            pool, announced, arrived = node.text("pool"), node.whole("announced_fen"), node.whole("arrived_fen")
            known = fund.portions.get(pool, {}).get("received", 0)
            if announced != known:
                zh, en = "与提前告知的不符", "is not what was announced"
                self.report.at(FOLDED, fact, node.to("announced_fen"), announced, known, zh, en)
            more = arrived - known
            share = Share(pool, "", abs(more), node.to("arrived_fen"))
            fund.move(self.report, fact, "come" if more >= 0 else "not come", [share])

    def fund_allotted(self, fact: Fact, said: Node) -> None:
        """A plan took its money."""
        fund, plan = self._fund(fact), said.text("plan_no")
        shares, command = _shares(self.report, fact, said.each("shares")), said.sub("act").text("command_id")
        fund.move(self.report, fact, "allot", shares)
        fund.allotted_on[plan] = said.sub("act").day("occurred_on")
        self._need("plan", plan, fact, "plan_no")
        for share in shares:
            has = fund.plans.setdefault(plan, {})
            has[share.pool, share.project] = has.get((share.pool, share.project), 0) + share.fen
            self._need("project", share.project, fact, share.field)
            key = ("allot", command, fact.no, plan, share.pool, share.project)
            self.pairs.say(EFFECT, key, share.fen, (fact, share.field), self.stream("plan", plan))

    def fund_unallotted(self, fact: Fact, said: Node) -> None:
        """A plan lost money that was not released."""
        fund, plan = self._fund(fact), said.text("plan_no")
        (share,) = _shares(self.report, fact, [said.sub("share")])
        fund.move(self.report, fact, "unallot", [share])
        has, key = fund.plans.setdefault(plan, {}), (share.pool, share.project)
        has[key] = has.get(key, 0) - share.fen
        if has[key] < 0:
            zh, en = "超过该计划所安排的", "more than that plan has"
            self.report.at(FOLDED, fact, share.field, share.fen, f"<= {has[key] + share.fen}", zh, en)
        self._cut(fact, said, share, said.text("by_plan_no"))

    def fund_reduced(self, fact: Fact, said: Node) -> None:
        """Released money that nobody claimed is free again."""
        (share,) = _shares(self.report, fact, [said.sub("share")])
        self._fund(fact).move(self.report, fact, "reduce", [share])
        self._cut(fact, said, share, said.text("reason"))

    def _cut(self, fact: Fact, said: Node, share: Share, plan: str) -> None:
        command, place = said.sub("act").text("command_id"), (fact, share.field)
        key = ("cut", command, fact.no, share.pool, share.project)
        self.pairs.say(EFFECT, key, share.fen, place, self.stream("plan", plan))
        noted = ("cut_noted", command, fact.no, share.project)
        self.pairs.say(CAUSE, noted, share.fen, place, self.stream("project", share.project))

    def fund_released(self, fact: Fact, said: Node) -> None:
        """A plan's money was released, all of it."""
        fund, plan = self._fund(fact), said.text("plan_no")
        shares, command = _shares(self.report, fact, said.each("shares")), said.sub("act").text("command_id")
        fund.move(self.report, fact, "release", shares)
        left = {key: fen for key, fen in fund.plans.get(plan, {}).items() if fen}
        for share in shares:
            left[share.pool, share.project] = left.get((share.pool, share.project), 0) - share.fen
            key = ("arrived", command, fact.no, plan, share.project)
            self.pairs.say(CAUSE, key, share.fen, (fact, share.field), self.stream("project", share.project))
        if fund.announced:
            zh, en = "资金尚未到账", "the money has not arrived"
            self.report.at(FOLDED, fact, STATE, "-", "-", zh, en)
        for (pool, project), fen in left.items():
            if fen:
                field = next((s.field for s in shares if (s.pool, s.project) == (pool, project)), "shares")
                there = sum(s.fen for s in shares if (s.pool, s.project) == (pool, project))
                zh, en = "下达的不是计划所安排的", "what is released is not what the plan has"
                self.report.at(FOLDED, fact, field, there, there + fen, zh, en)

    def fund_reserved(self, fact: Fact, said: Node) -> None:
        """A claim holds money."""
        fund, claim = self._fund(fact), said.text("claim_no")
        shares, command = _shares(self.report, fact, said.each("shares")), said.sub("act").text("command_id")
        other, held = self.stream("claim", claim), fund.holds.get(claim)
        if held and held[0]:
            zh, en = "该报账已占用资金", "this claim holds money already"
            self.report.at(FOLDED, fact, "claim_no", held[0], "-", zh, en)
        fund.move(self.report, fact, "reserve", shares)
        fund.holds[claim] = ("reserved", shares)
        self._need("claim", claim, fact, "claim_no")
        for share in shares:
            key = ("hold", command, fact.no, claim, share.pool, share.project)
            self.pairs.say(EFFECT, key, share.fen, (fact, share.field), other)
        self.pairs.say(EFFECT, ("version", command, fact.no, claim), said.whole("version"), (fact, "version"), other)

    def fund_of_claim(self, fact: Fact, said: Node) -> None:
        """What a claim holds moved on."""
        how, start, end, pair = _OF_CLAIM[fact.name]
        fund, claim = self._fund(fact), said.text("claim_no")
        where, shares = fund.holds.get(claim, ("", []))
        if where != start:
            zh, en = "该报账的资金不在此处", "the claim's money is not there"
            self.report.at(FOLDED, fact, "claim_no", f"{claim}: {where or '-'}", f"{claim}: {start}", zh, en)
        fund.move(self.report, fact, how, [share._replace(field="claim_no") for share in shares])
        fund.holds[claim] = (end, shares)
        key = (pair, said.sub("act").text("command_id"), fact.no, claim)
        fen = sum(share.fen for share in shares)
        self.pairs.say(EFFECT, key, fen, (fact, "claim_no"), self.stream("claim", claim))

    def fund_withdrawn(self, fact: Fact, said: Node) -> None:
        """Free money went back, or will not come."""
        share = Share(said.text("pool"), "", _amount(self.report, fact, said), "amount_fen")
        how = "withdraw" if fact.name == "fund.withdrawn/1" else "not come"
        self._fund(fact).move(self.report, fact, how, [share])

    def fund_closed(self, fact: Fact, said: Node) -> None:
        """A year was closed, with what is left of each portion."""
        fund, year, now = self._fund(fact), said.whole("year"), said.sub("act").moment("recorded_at").year
        if not fund.closed < year <= now:
            zh, en = "不是可结转的年度", "is no year that could be closed"
            self.report.at(FOLDED, fact, "year", year, f"{fund.closed + 1} .. {now}", zh, en)
        fund.closed = year
        nodes = {node.text("pool"): node for node in said.each("carried")}
        for pool in sorted(fund.portions.keys() | nodes.keys()):
            sums, node = fund.portions.get(pool, {}), nodes.get(pool)
            if node is None:
                self.report.at(FOLDED, fact, "carried", "-", pool, "缺少一个资金池", "a pool is missing")
                continue
            for name in ("free", "unreleased", "claimable", "reserved"):
                there, wanted = node.whole(f"{name}_fen"), sums.get(name, 0)
                if there != wanted:
                    zh, en = "与逐笔累计的余额不符", "is not what its movements leave"
                    self.report.at(FOLDED, fact, node.to(f"{name}_fen"), there, wanted, zh, en)

    def fund_moved(self, fact: Fact, said: Node) -> None:
        """The fund runs under other rules."""
        self._fund(fact).terms = said.sub("terms")

    # A plan -----------------------------------------------------------------------------------------------------------

    def plan_drafted(self, fact: Fact, said: Node) -> None:
        """A plan says what it gives and cuts."""
        plan = self.plans.setdefault(fact.no, Plan())
        plan.lines = _lines(self.report, fact, said, "lines")
        plan.cuts = _lines(self.report, fact, said, "cuts")
        version = said.whole("version")
        wanted = plan.version + (fact.name == "plan.drafted/1")
        if version != wanted:
            zh, en = "版次不连续", "its version does not follow"
            self.report.at(FOLDED, fact, "version", version, wanted, zh, en)
        plan.version = version
        if fact.name == "plan.drafted/1":
            self._own(fact, said, "plan_no")
            self.plan_moved(fact, said)

    def plan_moved(self, fact: Fact, said: Node) -> None:
        """A plan's rules say whether its money is released with it."""
        self.plans.setdefault(fact.no, Plan()).at_once = said.sub("terms").flag("at_once")

    def plan_in_force(self, fact: Fact, said: Node) -> None:
        """A plan takes effect: in its funds and its projects."""
        self.report.checked["plans"] += 1
        plan, command = self.plans.setdefault(fact.no, Plan()), said.sub("act").text("command_id")
        self.pairs.plans.add(command)
        for (fund, pool, project, fen), field in plan.lines:
            place, stream = (fact, field), self.stream("fund", fund)
            self.pairs.say(CAUSE, ("allot", command, fund, fact.no, pool, project), fen, place, stream)
            included = ("included", command, fact.no, project)
            self.pairs.say(CAUSE, included, fen, place, self.stream("project", project))
        for (fund, pool, project, fen), field in plan.cuts:
            key = ("cut", command, fund, pool, project)
            self.pairs.say(CAUSE, key, fen, (fact, field), self.stream("fund", fund))

    # A claim ----------------------------------------------------------------------------------------------------------

    def claim_lodged(self, fact: Fact, said: Node) -> None:
        """A claim asks for money, and its funds hold it."""
        claim, command = self.claims.setdefault(fact.no, Claim()), said.sub("act").text("command_id")
        self._own(fact, said, "claim_no")
        version = said.whole("version")
        if version == 1:
            self.report.checked["claims"] += 1
        if version != claim.version + 1:
            zh, en = "版次不连续", "its version does not follow"
            self.report.at(FOLDED, fact, "version", version, claim.version + 1, zh, en)
        claim.version, claim.project = version, said.text("project_no")
        self._need("project", claim.project, fact, "project_no")
        claim.gates = {node.text("id"): node.maybe("deadline") is not None for node in said.sub("terms").each("gates")}
        self._set_lines(fact, said, claim)
        self._hold(fact, claim, command, set(claim.by_fund()))
        self._to_project("noted", fact, claim, command, claim.total)

    def _set_lines(self, fact: Fact, said: Node, claim: Claim) -> None:
        read = _lines(self.report, fact, said, "lines")
        claim.lines, claim.fields, claim.kind = [line for line, _ in read], [f for _, f in read], said.text("kind")
        for n, (_, _, project, _) in enumerate(claim.lines):
            if project != claim.project:
                zh, en = "行的项目与报账的项目不符", "is not the claim's project"
                self.report.at(FOLDED, fact, f"lines[{n}].project_no", project, claim.project, zh, en)

    def _hold(self, fact: Fact, claim: Claim, command: str, funds: set[str]) -> None:
        claim.holds = True
        for (fund, pool, project, fen), field in zip(claim.lines, claim.fields, strict=True):
            if fund in funds:
                key = ("hold", command, fund, fact.no, pool, project)
                self.pairs.say(CAUSE, key, fen, (fact, field), self.stream("fund", fund))
        for fund in sorted(funds):
            of_version = ("version", command, fund, fact.no)
            self.pairs.say(CAUSE, of_version, claim.version, (fact, "version"), self.stream("fund", fund))

    def _to_project(self, pair: str, fact: Fact, claim: Claim, command: str, fen: int) -> None:
        key, field = (pair, command, claim.project, fact.no), claim.fields[0] if len(claim.fields) == 1 else "lines"
        field = field if fact.name in ("claim.lodged/1", "claim.corrected/1") else STATE
        self.pairs.say(CAUSE, key, fen, (fact, field), self.stream("project", claim.project))

    def _to_funds(self, pair: str, fact: Fact, claim: Claim, command: str, funds: Iterable[str]) -> None:
        by_fund = claim.by_fund()
        for fund in funds:
            fen = sum(fen for _, _, fen in by_fund[fund])
            key = (pair, command, fund, fact.no)
            self.pairs.say(CAUSE, key, fen, (fact, STATE), self.stream("fund", fund))

    def claim_corrected(self, fact: Fact, said: Node) -> None:
        """A claim says something else: its funds hold other money."""
        claim, command = self.claims.setdefault(fact.no, Claim()), said.sub("act").text("command_id")
        if (version := said.whole("version")) != claim.version:
            self.report.at(FOLDED, fact, "version", version, claim.version, "不是现行版次", "is not its version")
        before, kind, total, old = claim.by_fund(), claim.kind, claim.total, Claim()
        old.lines, old.fields, old.project = claim.lines, claim.fields, claim.project
        self._set_lines(fact, said, claim)
        after = claim.by_fund()
        other = {fund for fund in before.keys() | after.keys() if before.get(fund) != after.get(fund)}
        self._to_funds("freed", fact, old, command, sorted(other & before.keys()))
        self._hold(fact, claim, command, other & after.keys())
        if (kind, total) != (claim.kind, claim.total):
            self._to_project("unnoted", fact, old, command, total)
            self._to_project("noted", fact, claim, command, claim.total)

    def claim_ended(self, fact: Fact, said: Node) -> None:
        """A claim was returned, rejected or taken back: what it held is free."""
        claim, command = self.claims.setdefault(fact.no, Claim()), said.sub("act").text("command_id")
        if claim.holds:
            self._to_funds("freed", fact, claim, command, claim.by_fund())
            self._to_project("unnoted", fact, claim, command, claim.total)
        claim.holds = False

    def claim_payment(self, fact: Fact, said: Node) -> None:
        """A claim's money went out, came back, was confirmed or refunded."""
        pair = {"sent": "sent", "bounced": "bounced", "confirmed": "paid", "refunded": "refunded"}[
            fact.name.removeprefix("claim.payment-").removesuffix("/1")
        ]
        claim, command = self.claims.setdefault(fact.no, Claim()), said.sub("act").text("command_id")
        claim.attempt += pair == "sent"
        if (attempt := said.whole("attempt", claim.attempt)) != claim.attempt:
            zh, en = "不是这一次支付", "is not that payment's number"
            self.report.at(FOLDED, fact, "attempt", attempt, claim.attempt, zh, en)
        self._to_funds(pair, fact, claim, command, claim.by_fund())
        if pair in ("paid", "refunded"):
            claim.paid = pair == "paid"
            claim.holds = claim.paid
            self.report.checked["payments"] += claim.paid
            noted = "paid_noted" if claim.paid else "refund_noted"
            self._to_project(noted, fact, claim, command, claim.total)

    def claim_moved(self, fact: Fact, _: Node) -> None:
        """A claim runs under other rules: its gates are others."""
        self.claims.setdefault(fact.no, Claim()).moved = True

    # A project --------------------------------------------------------------------------------------------------------

    def _sum(self, fact: Fact, field: str, **more: int) -> None:
        sums = self.projects.setdefault(fact.no, Project()).sums
        for name, fen in more.items():
            sums[name] += fen
        for less, most in (("paid", "claimed"), ("claimed", "released"), ("released", "allotted")):
            touched = less in more or most in more
            if touched and not 0 <= sums[less] <= sums[most]:
                zh, en = f"项目的 {less} 不在 0 与 {most} 之间", f"{less} of the project is not between 0 and {most}"
                self.report.at(FOLDED, fact, field, sums[less], f"0 .. {sums[most]}", zh, en)

    def project_included(self, fact: Fact, said: Node) -> None:
        """A plan gave the project money."""
        fen, plan = _amount(self.report, fact, said), said.text("plan_no")
        self._sum(fact, "amount_fen", allotted=fen)
        key = ("included", said.sub("act").text("command_id"), plan, fact.no)
        self.pairs.say(EFFECT, key, fen, (fact, "amount_fen"), self.stream("plan", plan))

    def project_arrived(self, fact: Fact, said: Node) -> None:
        """A fund released the project's money."""
        fen, fund = _amount(self.report, fact, said), said.text("fund_no")
        self._sum(fact, "amount_fen", released=fen)
        key = ("arrived", said.sub("act").text("command_id"), fund, said.text("plan_no"), fact.no)
        self.pairs.say(EFFECT, key, fen, (fact, "amount_fen"), self.stream("fund", fund))

    def project_cut(self, fact: Fact, said: Node) -> None:
        """Money was taken back from the project."""
        fen, fund = _amount(self.report, fact, said), said.text("fund_no")
        self._sum(fact, "amount_fen", allotted=-fen, released=0 if said.flag("unreleased") else -fen)
        key = ("cut_noted", said.sub("act").text("command_id"), fund, fact.no)
        self.pairs.say(EFFECT, key, fen, (fact, "amount_fen"), self.stream("fund", fund))

    def project_claimed(self, fact: Fact, said: Node) -> None:
        """A claim was noted."""
        fen, claim = _amount(self.report, fact, said), said.text("claim_no")
        self._sum(fact, "amount_fen", claimed=fen)
        self.projects[fact.no].claims[claim] = fen
        self._noted("noted", fact, said, claim, fen, "amount_fen")

    def _noted(self, pair: str, fact: Fact, said: Node, claim: str, fen: int, field: str) -> None:
        key = (pair, said.sub("act").text("command_id"), fact.no, claim)
        self.pairs.say(EFFECT, key, fen, (fact, field), self.stream("claim", claim))

    def project_of_claim(self, fact: Fact, said: Node) -> None:
        """A claim was returned, paid or refunded."""
        claim, project = said.text("claim_no"), self.projects.setdefault(fact.no, Project())
        fen = project.claims.get(claim)
        if fen is None:
            zh, en = "项目没有这笔报账", "the project has no such claim"
            self.report.at(FOLDED, fact, "claim_no", claim, ", ".join(project.claims) or "-", zh, en)
            return
        if fact.name == "project.payment-noted/1":
            self._sum(fact, "claim_no", paid=fen)
            self._noted("paid_noted", fact, said, claim, fen, "claim_no")
            return
        del project.claims[claim]
        refund = fact.name == "project.refund-noted/1"
        self._sum(fact, "claim_no", claimed=-fen, paid=-fen if refund else 0)
        self._noted("refund_noted" if refund else "unnoted", fact, said, claim, fen, "claim_no")

    def project_asset(self, fact: Fact, said: Node) -> None:
        """The payments of some claims formed an asset."""
        claims, project = said.texts("claims"), self.projects.setdefault(fact.no, Project())
        self._need("asset", said.text("asset_no"), fact, "asset_no")
        for n, claim in enumerate(claims):
            key = ("asset", said.sub("act").text("command_id"), said.text("asset_no"), claim)
            asset = self.stream("asset", said.text("asset_no"))
            self.pairs.say(EFFECT, key, project.claims.get(claim, 0), (fact, f"claims[{n}]"), asset)

    # An asset ---------------------------------------------------------------------------------------------------------

    def asset_paid(self, fact: Fact, said: Node) -> None:
        """An asset was paid with what claims paid."""
        paid, command = self.assets.setdefault(fact.no, {}), said.sub("act").text("command_id")
        project = said.text("project_no", "")
        for node in said.each("payments"):
            fen, no = _amount(self.report, fact, node), node.text("claim_no")
            paid[no] = paid.get(no, 0) + fen
            self.report.checked["asset_payments"] += 1
            self._check_payment(fact, node, no, fen)
            other = self.claims[no].project if no in self.claims else project
            key = ("asset", command, fact.no, no)
            self.pairs.say(CAUSE, key, fen, (fact, node.to("amount_fen")), self.stream("project", other))

    def _check_payment(self, fact: Fact, node: Node, no: str, fen: int) -> None:
        if self.assigned.setdefault(no, fact.place) != fact.place:
            zh, en = "该报账的支付已计入资产", "this claim's payment is in an asset already"
            self.report.at(FOLDED, fact, node.to("claim_no"), no, self.assigned[no], zh, en)
        if (claim := self.claims.get(no)) is None:
            return
        wanted = {(fund, pool): of_line for fund, pool, _, of_line in claim.lines}
        known = wanted.get((node.text("fund_no"), node.text("pool")), 0) if claim.paid else 0
        if fen != known:
            zh, en = "与该报账支付的金额不符", "is not what this claim paid"
            self.report.at(FOLDED, fact, node.to("amount_fen"), fen, known, zh, en)

    def asset_payment_out(self, fact: Fact, said: Node) -> None:
        """A payment was refunded: the asset was not paid with it."""
        no = said.text("claim_no")
        self.assets.setdefault(fact.no, {}).pop(no, None)
        self.assigned.pop(no, None)


_MONEY: dict[str, Callable[[Money, Fact, Node], None]] = {
    "fund.received/1": Money.fund_entered,
    "fund.announced/1": Money.fund_entered,
    "fund.arrived/1": Money.fund_arrived,
    "fund.allotted/1": Money.fund_allotted,
    "fund.unallotted/1": Money.fund_unallotted,
    "fund.reduced/1": Money.fund_reduced,
    "fund.released/1": Money.fund_released,
    "fund.reserved/1": Money.fund_reserved,
    **dict.fromkeys(_OF_CLAIM, Money.fund_of_claim),
    "fund.withdrawn/1": Money.fund_withdrawn,
    "fund.revoked/1": Money.fund_withdrawn,
    "fund.year-closed/1": Money.fund_closed,
    "fund.moved/1": Money.fund_moved,
    "plan.drafted/1": Money.plan_drafted,
    "plan.corrected/1": Money.plan_drafted,
    "plan.moved/1": Money.plan_moved,
    "plan.in-force/1": Money.plan_in_force,
    "claim.lodged/1": Money.claim_lodged,
    "claim.corrected/1": Money.claim_corrected,
    **dict.fromkeys(("claim.returned/1", "claim.rejected/1", "claim.withdrawn/1"), Money.claim_ended),
    **dict.fromkeys((f"claim.payment-{how}/1" for how in ("sent", "bounced", "confirmed", "refunded")),
                    Money.claim_payment),
    "claim.moved/1": Money.claim_moved,
    "project.plan-included/1": Money.project_included,
    "project.release-arrived/1": Money.project_arrived,
    "project.allotment-cut/1": Money.project_cut,
    "project.claim-noted/1": Money.project_claimed,
    **dict.fromkeys((f"project.{what}/1" for what in ("claim-unnoted", "payment-noted", "refund-noted")),
                    Money.project_of_claim),
    "project.asset-noted/1": Money.project_asset,
    "asset.formed/1": Money.asset_paid,
    "asset.payments-added/1": Money.asset_paid,
    "asset.payment-taken-out/1": Money.asset_payment_out,
}  # fmt: skip
_FOLDED_KINDS = frozenset({"fund", "plan", "claim", "project", "asset", "obligation"})
# What these cases say besides, and that moves no money.
_NO_MONEY = frozenset(
    f"{kind}.{what}/1"
    for kind, names in {
        "fund": "reported notified",
        "plan": "rules-judged cosigned decided returned minutes-bound release-noted fund-cut rejected withdrawn"
        " paper-noted",
        "claim": "gate-passed paper-noted",
        "project": "registered step-passed step-returned cosigned contract-signed attested target-set linkage-set moved"
        " closed corrected rejected withdrawn paper-noted entry-tested told-apart entry-removed entry-taken-up"
        " estimate-changed entry-confirmed loan-guaranteed loan-repaid loss-covered loss-recovered parts-reported",
        "asset": "title-confirmed handed-over keeper-set upkeep-logged income-entered income-shared weakness-found"
        " weakness-mended disposed",
    }.items()
    for what in names.split()
)


# ---------------------------------------------------------------------------------------------------------------------
# Deadlines: each due day counted again, from the policy's text and the calendars.
# ---------------------------------------------------------------------------------------------------------------------

REMIND_AT = timedelta(hours=8)
PolicyKey = tuple[str, ...]


def _policy_key(ref: Node) -> PolicyKey:
    return ref.text("version"), ref.text("profile"), ref.text("engine"), *ref.texts("office")


class Rung(NamedTuple):
    """A post that is told of a broken deadline, from which day on."""

    post: str
    on: date


def _ladder(said: Node) -> list[Rung]:
    return [Rung(node.text("post"), node.day("on")) for node in said.each("ladder")]


class Clock:
    """One deadline, folded: from what its due day is counted, and how far it came."""

    def __init__(self, said: Node) -> None:
        """Begin as its first fact says."""
        self.case = said.text("case")
        self.trigger, self.unit = said.day("trigger_on"), said.text("unit")
        self.conditions = set(said.texts("conditions"))
        self.fulfilled: set[str] = set()
        self.breached: datetime | None = None
        self.paused: date | None = None
        self.rungs = 0
        self.ended = ""
        # Counted from a day, so many days, and what was granted since: more days, a day until, a pause.
        self.start, self.days = self.trigger, said.whole("count")
        self.granted: list[tuple[int, date | None, tuple[date, date] | None]] = []
        self.stand(said)

    def stand(self, said: Node) -> None:
        """Stand as a fact says that it stands from now on."""
        self.due, self.provisional = said.day("due_on"), said.flag("provisional")
        self.calendar, self.remind = said.text("calendar"), said.maybe_day("remind_on")
        self.ladder = _ladder(said)

    def rest(self) -> None:
        """Count what comes from the due day itself where it is final: nothing moves it back."""
        if not self.provisional:
            self.start, self.days, self.granted = self.due, 0, []

    def counted(self, calendar: Calendar) -> tuple[date, bool]:
        """Return the due day by a calendar, and whether it may still move."""
        on, open_ = self.start, False
        if self.days:
            on, open_ = calendar.after(on, self.days, self.unit)
        for days, until, pause in self.granted:
            if until is not None:
                on = max(on, until)
            elif pause is None:
                on, more = calendar.after(on, days, self.unit) if days else (on, False)
                open_ = open_ or more
            else:
                held, unsure = calendar.between(*pause, self.unit)
                later, more = calendar.after(on, held, self.unit) if held else (on, False)
                on = max(later, pause[1]) if on >= pause[0] else later
                open_ = open_ or more or unsure
        return on, open_

    def late(self, today: date) -> int:
        """Return how many days late it is on a day."""
        return max(0, (min(today, self.paused or today) - self.due).days)


class Deadlines:
    """The deadlines of one county, fact by fact."""

    def __init__(self, county: str, report: Report, calendar: Calendar) -> None:
        """Count by *calendar*."""
        self.county, self.report, self.calendar = county, report, calendar
        self.clocks: dict[str, Clock] = {}
        self.ended: set[str] = set()
        self.texts: dict[PolicyKey, tuple[str, str, tuple[str, ...]]] = {}
        self.policy_of: dict[str, PolicyKey] = {}  # By case.
        self._policies: dict[PolicyKey, Policy | None] = {}
        self.released_from: dict[str, date] = {}  # By the clock of a release: from when it could be released.
        self.expected: dict[str, tuple[Fact, str]] = {}  # Clocks that must be there.

    def adopt(self, fact: Fact, said: Node) -> None:
        """A county adopted rules: their texts are what their digests say."""
        ref, profile, engine = said.sub("policy"), said.text("profile_text"), said.text("engine_text")
        offices = tuple(said.texts("office_texts"))
        named = [("policy.profile", ref.text("profile"), profile), ("policy.engine", ref.text("engine"), engine)]
        digests = ref.texts("office")
        named += [(f"policy.office[{n}]", digest, text) for n, (digest, text) in enumerate(zip(digests, offices))]  # noqa: B905 - Their number is checked.
        for field, there, text in named:
            if (wanted := sha256(text.encode("utf-8", "surrogatepass")).hexdigest()) != there:
                self.report.at(FOLDED, fact, field, there, wanted, "不是其文本的摘要", "is not the digest of its text")
        if len(digests) != len(offices):
            zh, en = "办理规定的份数不符", "not as many texts as digests"
            self.report.at(FOLDED, fact, "office_texts", len(offices), len(digests), zh, en)
        self.texts[_policy_key(ref)] = (profile, engine, offices)
        self.report.checked["policies"] += 1

    def policy(self, case: str) -> Policy | None:
        """Return the rules that a case runs under; where that is not known, the only ones that the county has."""
        key = self.policy_of.get(case)
        if key is None and len(self.texts) == 1:
            key = next(iter(self.texts))
        if key is None or key not in self.texts:
            return None
        if key not in self._policies:
            try:
                self._policies[key] = Policy(*self.texts[key])
            except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
                self._policies[key] = None
        return self._policies[key]

    def fold(self, fact: Fact, said: Node) -> bool:
        """Fold one fact; return whether it is known."""
        if fact.name == "obligation.opened/1":
            self._opened(fact, said)
            return True
        teller = _CLOCKS.get(fact.name)
        if teller is None:
            return False
        clock = self.clocks.get(fact.stream)
        if clock is None:
            zh, en = "该时限未起算或已结束", "this deadline was not opened, or is over"
            self.report.at(FOLDED, fact, STATE, fact.name, "-", zh, en)
        else:
            teller(self, fact, said, clock)
        return True

    def _wrong(self, fact: Fact, field: str, there: object, expected: object, zh: str, en: str) -> None:
        if there != expected:
            self.report.at(FOLDED, fact, field, there, expected, zh, en)

    # The opening ------------------------------------------------------------------------------------------------------

    def _opened(self, fact: Fact, said: Node) -> None:
        if fact.stream in self.clocks or fact.stream in self.ended:
            self.report.at(FOLDED, fact, STATE, fact.name, "-", "时限起算了两次", "the deadline was opened twice")
        self._wrong(fact, "obligation", said.text("obligation"), fact.no, "与流不符", "is not that of its stream")
        self.report.checked["deadlines"] += 1
        count, unit = said.whole("count"), said.text("unit")
        if unit not in (CALENDAR_DAYS, WORKING_DAYS) or not 0 < count <= DAYS_MOST:
            zh, en = "不是时限的天数", "is no deadline's number of days"
            self.report.at(FOLDED, fact, "count", f"{count} {unit}", f"1 .. {DAYS_MOST}", zh, en)
            return
        clock = self.clocks[fact.stream] = Clock(said)
        policy = self.policy(clock.case)
        if policy is None:
            self.report.note(
                "没有所依据的政策文本，天数未核对", "no policy text for it: its number of days is not checked"
            )
        else:
            self._check_days(fact, said, clock, policy)
            self._check_told(fact, said, clock, policy)
        self._check_trigger(fact, said, clock)
        self._check_due(fact, clock)

    def _check_days(self, fact: Fact, said: Node, clock: Clock, policy: Policy) -> None:
        kind, there = clock.case.split("/")[1], (said.whole("count"), clock.unit)
        if kind == "watch" and (found := _WEEK_REPORT.fullmatch(fact.no)):
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            self._of_period(fact, clock, there, monday + _DAY * 7, 7)
            return
        period = period_of(fact.no) if kind == "dispatch" else None
        rhythm = policy.routines.get(period[3], {}).get("deadline", {}) if period else {}
        if period and rhythm.get("kind") == "cadence":
            whole, by = (period[1] - period[0]).days + 1, rhythm.get("by_day")
            days = min(by, whole) if by and period[2] == "month" else whole
            self._of_period(fact, clock, there, period[0], days)
            return
        clause = said.sub("act").text("clause", "").removesuffix(_TWO_KEYS)
        wanted = policy.days_of(clause, fact.no)
        if kind == "dispatch":
            self.report.note("限期由经办人设定，天数无原文可对", "a person set its day: no text has its number of days")
        elif not wanted:
            zh, en = "政策原文在此条下没有计日的时限", "the policy counts no days under this clause"
            self.report.at(FOLDED, fact, "act.clause", clause, "-", zh, en)
        elif there not in {(one.days, one.unit) for one in wanted}:
            expected = " / ".join(sorted({f"{one.days} {one.unit}" for one in wanted}))
            zh, en = f"与政策原文（{clause}）不符", f"is not what the policy says ({clause})"
            self.report.at(FOLDED, fact, "count", f"{there[0]} {there[1]}", expected, zh, en)

    def _of_period(self, fact: Fact, clock: Clock, there: tuple[int, str], first: date, days: int) -> None:
        self._wrong(fact, "trigger_on", clock.trigger, first - _DAY, "与其周期不符", "is not that of its period")
        zh, en = "与其周期的天数不符", "is not its period's number of days"
        self._wrong(fact, "count", f"{there[0]} {there[1]}", f"{days} {CALENDAR_DAYS}", zh, en)

    def _check_told(self, fact: Fact, said: Node, clock: Clock, policy: Policy) -> None:
        day = clock.due - _DAY * policy.remind_before
        expected = day if day > clock.trigger else None
        self._wrong(fact, "remind_on", clock.remind, expected, "提醒日不符", "is not the day of the reminder")
        clause = said.text("ladder_clause")
        ladders = policy.ladder(clause, clock.due + _DAY)
        there = [tuple(rung) for rung in clock.ladder]
        if there not in ladders:
            expected_ladder = " / ".join(", ".join(f"{post} {on}" for post, on in one) for one in ladders) or "-"
            shown_ladder = ", ".join(f"{post} {on}" for post, on in there) or "-"
            zh, en = f"逐级上报与政策原文（{clause}）不符", f"the ladder is not what the policy says ({clause})"
            self.report.at(FOLDED, fact, "ladder", shown_ladder, expected_ladder, zh, en)

    def _check_trigger(self, fact: Fact, said: Node, clock: Clock) -> None:
        kind, no = clock.case.split("/")[1], clock.case.split("/", 2)[2]
        if kind not in ("fund", "plan", "claim", "project"):
            return
        on = said.sub("act").day("occurred_on")
        if kind == "fund" and fact.no.startswith(f"fund-{no}-release-"):
            on = max(on, self.released_from.get(fact.stream, on))
        self._wrong(fact, "trigger_on", clock.trigger, on, "不是起算之日", "is not the day that starts it")

    # Counting ---------------------------------------------------------------------------------------------------------

    def _check_due(self, fact: Fact, clock: Clock) -> None:
        """Count a due day that a fact states, by the calendar that it states."""
        working = clock.unit == WORKING_DAYS
        calendar, exact = self.calendar.as_of(clock.calendar) if working else (self.calendar, True)
        if not working:
            self._wrong(fact, "calendar", clock.calendar, "", "日历日不用日历", "calendar days need no calendar")
        if working and not calendar.years:
            zh, en = "所依据的日历不在包内，期限未复算", "its calendar is not here: the due day is not counted again"
            self.report.note(f"{zh}（{shown(clock.calendar)}）", f"{en} ({shown(clock.calendar)})")
            return
        on, provisional = clock.counted(calendar)
        if exact:
            self._wrong(fact, "due_on", clock.due, on, "期限日期与复算不符", "is not the due day that is counted")
            zh, en = "是否暂定与日历不符", "whether it may still move is not what the calendar says"
            self._wrong(fact, "provisional", clock.provisional, provisional, zh, en)
        elif (clock.due, clock.provisional) != (on, provisional):
            zh, en = "按另一版日历计算，与包内日历不同", "counted on another revision of the calendar than the pack's"
            self.report.note(f"{zh}（{shown(clock.calendar)}）", f"{en} ({shown(clock.calendar)})")

    def _moved(self, fact: Fact, said: Node, clock: Clock) -> None:
        """Check a fact by which a clock is due on another day, and let it stand so."""
        before, remind, ladder = clock.due, clock.remind, clock.ladder
        self._wrong(fact, "due_before", said.day("due_before"), before, "不是此前的期限", "is not the due day before")
        clock.stand(said)
        self._check_due(fact, clock)
        by = clock.due - before
        later = remind + by if remind else None
        expected = later if later and later > clock.trigger else None
        self._wrong(fact, "remind_on", clock.remind, expected, "提醒日不符", "is not the day of the reminder")
        there, wanted = (
            [f"{r.post} {r.on}" for r in clock.ladder],
            [f"{r.post} {r.on + by}" for r in ladder],
        )
        self._wrong(fact, "ladder", there, wanted, "逐级上报未随之顺延", "the ladder did not move as far")
        self.report.checked["due_days_moved"] += 1

    def recomputed(self, fact: Fact, said: Node, clock: Clock) -> None:
        """A provisional due day was counted again."""
        if not clock.provisional:
            self.report.at(FOLDED, fact, "due_on", said.day("due_on"), clock.due, "期限已定", "the due day was final")
        self._moved(fact, said, clock)
        void = said.maybe_day("void_breach")
        breach = clock.breached
        expected = breach.date() if breach and breach < begin_of(clock.due + _DAY) else None
        self._wrong(fact, "void_breach", void, expected, "作废的逾期不符", "is not the breach that falls")
        if void:
            clock.breached, clock.rungs = None, 0

    def extended(self, fact: Fact, said: Node, clock: Clock) -> None:
        """More time was granted."""
        clock.rest()
        clock.granted.append((said.whole("days", 0), said.maybe_day("until"), None))
        before = clock.due
        self._moved(fact, said, clock)
        if clock.due <= before:
            self.report.at(FOLDED, fact, "due_on", clock.due, f"> {before}", "没有延后", "is not later")

    def paused(self, fact: Fact, said: Node, clock: Clock) -> None:
        """It stands still."""
        today = said.sub("act").moment("recorded_at").date()
        self._wrong(fact, "since", said.day("since"), today, "不是记入之日", "is not the day of record")
        clock.paused = said.day("since")

    def resumed(self, fact: Fact, said: Node, clock: Clock) -> None:
        """It runs on."""
        since, today = said.day("since"), said.sub("act").moment("recorded_at").date()
        self._wrong(fact, "since", since, clock.paused, "不是暂停之日", "is not the day of the pause")
        if (today - since).days > DAYS_MOST:
            self.report.at(FOLDED, fact, "since", since, today, "暂停过久", "stood still too long")
            return
        clock.rest()
        clock.granted.append((0, None, (since, today)))
        self._moved(fact, said, clock)
        working = clock.unit == WORKING_DAYS
        calendar, exact = self.calendar.as_of(clock.calendar) if working else (self.calendar, True)
        if exact:
            held, _ = calendar.between(since, today, clock.unit)
            self._wrong(fact, "days", said.whole("days"), held, "暂停天数不符", "is not the number of days held")
        clock.paused = None

    # What came of it --------------------------------------------------------------------------------------------------

    def fulfilled(self, fact: Fact, said: Node, clock: Clock) -> None:
        """One of its conditions was fulfilled."""
        condition = said.text("condition")
        if condition not in clock.conditions - clock.fulfilled:
            left = ", ".join(sorted(clock.conditions - clock.fulfilled)) or "-"
            zh, en = "不是待办的条件", "is no condition that is waited for"
            self.report.at(FOLDED, fact, "condition", condition, left, zh, en)
        clock.fulfilled.add(condition)

    def met(self, fact: Fact, said: Node, clock: Clock) -> None:
        """All its conditions are fulfilled."""
        late = clock.late(said.sub("act").moment("recorded_at").date())
        self._wrong(fact, "days_late", said.whole("days_late"), late, "逾期天数不符", "is not how many days late it is")
        if left := sorted(clock.conditions - clock.fulfilled):
            zh, en = "条件未全部完成", "not all its conditions are fulfilled"
            self.report.at(FOLDED, fact, STATE, fact.name, ", ".join(left), zh, en)
        self._check_breach_told(fact, clock, late)
        self.report.checked["deadlines_met"] += 1
        self._end(fact)

    def _check_breach_told(self, fact: Fact, clock: Clock, late: int) -> None:
        if late and clock.breached is None:
            zh, en = "逾期而没有逾期记录", "it is late and no breach is on record"
            self.report.at(FOLDED, fact, STATE, "-", "obligation.breached/1", zh, en)

    def given_up(self, fact: Fact, said: Node, clock: Clock) -> None:
        """It is waited for no longer."""
        self._check_breach_told(fact, clock, clock.late(said.sub("act").moment("recorded_at").date()))
        self._end(fact)

    def _end(self, fact: Fact) -> None:
        self.clocks.pop(fact.stream, None)
        self.ended.add(fact.stream)

    def breached(self, fact: Fact, said: Node, clock: Clock) -> None:
        """Its due day ended unmet."""
        at, over = said.sub("act").moment("recorded_at"), begin_of(clock.due + _DAY)
        if at < over or clock.breached:
            zh, en = "期限未过，不能记逾期", "the due day had not ended: no breach"
            there = "obligation.breached/1" if clock.breached else at.isoformat()
            self.report.at(FOLDED, fact, "act.recorded_at", there, f">= {over.isoformat()}", zh, en)
        clock.breached = at
        self.report.checked["breaches"] += 1

    def reminded(self, fact: Fact, said: Node, clock: Clock) -> None:
        """Who answers for it was reminded."""
        at = said.sub("act").moment("recorded_at")
        start = begin_of(clock.remind) + REMIND_AT if clock.remind else None
        if start is None or not start <= at < begin_of(clock.due + _DAY):
            zh, en = "不在提醒的时间内", "is not within the time of the reminder"
            self.report.at(FOLDED, fact, "act.recorded_at", at.isoformat(), f"{start} .. {clock.due}", zh, en)

    def escalated(self, fact: Fact, said: Node, clock: Clock) -> None:
        """The next post was told."""
        number, at = said.whole("rung"), said.sub("act").moment("recorded_at")
        self._wrong(fact, "rung", number, clock.rungs + 1, "不是下一级", "is not the next rung")
        clock.rungs = number
        if not 0 < number <= len(clock.ladder):
            zh, en = "没有这一级", "there is no such rung"
            self.report.at(FOLDED, fact, "rung", number, f"1 .. {len(clock.ladder)}", zh, en)
            return
        rung = clock.ladder[number - 1]
        self._wrong(fact, "post", said.text("post"), rung.post, "不是该级的岗位", "is not that rung's post")
        if at < begin_of(rung.on):
            zh, en = "早于该级之日", "comes before that rung's day"
            self.report.at(FOLDED, fact, "act.recorded_at", at.isoformat(), f">= {rung.on}", zh, en)

    # Clocks that must be there ----------------------------------------------------------------------------------------

    def expect(self, fact: Fact, said: Node, money: Money) -> None:
        """Note which clocks a fact of a fund or claim starts by its rules."""
        if fact.name in ("fund.received/1", "fund.arrived/1"):
            self._expect_arrival(fact)
        if fact.name in ("fund.allotted/1", "fund.arrived/1"):
            self._expect_release(fact, said, money)
        if fact.name == "claim.gate-passed/1":
            claim, gate = money.claims.get(fact.no), said.text("gate")
            if claim and not claim.moved and claim.gates.get(gate):
                stream = f"{self.county}/obligation/claim-{fact.no}-v{claim.version}-{gate}"
                self.expected.setdefault(stream, (fact, "gate"))

    def _expect_arrival(self, fact: Fact) -> None:
        policy = self.policy(fact.stream)
        deadline = policy.text.get("receipt", {}).get("deadline", {}) if policy else {}
        if deadline.get("kind") == "counted":
            self.expected.setdefault(f"{self.county}/obligation/fund-{fact.no}-arrival", (fact, STATE))

    def _expect_release(self, fact: Fact, said: Node, money: Money) -> None:
        fund = money.funds[fact.no]
        if fund.terms is None or fund.terms.maybe("release") is None or fund.announced:
            return
        plans = [said.text("plan_no")] if fact.name == "fund.allotted/1" else list(fund.plans)
        for no in plans:
            plan = money.plans.get(no)
            if plan and not plan.at_once and any(fund.plans.get(no, {}).values()):
                stream = f"{self.county}/obligation/fund-{fact.no}-release-{no}"
                self.expected.setdefault(stream, (fact, "plan_no" if len(plans) == 1 else STATE))
                self.released_from[stream] = max(fund.allotted_on[no], fund.arrived_on or fund.allotted_on[no])


_CLOCKS: dict[str, Callable[[Deadlines, Fact, Node, Clock], None]] = {
    "obligation.fulfilled/1": Deadlines.fulfilled,
    "obligation.met/1": Deadlines.met,
    "obligation.dropped/1": Deadlines.given_up,
    "obligation.waived/1": Deadlines.given_up,
    "obligation.reminded/1": Deadlines.reminded,
    "obligation.breached/1": Deadlines.breached,
    "obligation.escalated/1": Deadlines.escalated,
    "obligation.recomputed/1": Deadlines.recomputed,
    "obligation.extended/1": Deadlines.extended,
    "obligation.paused/1": Deadlines.paused,
    "obligation.resumed/1": Deadlines.resumed,
}


# ---------------------------------------------------------------------------------------------------------------------
# All streams together: what their facts say, in the order of the log. Also of whole stores, without a pack.
# ---------------------------------------------------------------------------------------------------------------------

_ADOPTED = "county.policy-adopted/1"
# What all facts of one act say of its days, and how many acts back that is compared: one command of one person
# with one content, since the number of a command may come again in another case.
_DAYS_OF_ACT = ("occurred_on", "recorded_at")
_ACTS_KEPT = 64
_MISSING_TOLD = 20  # Of one gap.
_TERMS = b'"terms":{"policy":'


class County:
    """One county's facts, folded."""

    def __init__(self, name: str, report: Report, calendar: Calendar) -> None:
        """Fold the facts of the county *name*."""
        self.name, self.report = name, report
        self.pairs = Pairs()
        self.money = Money(name, report, self.pairs)
        self.deadlines = Deadlines(name, report, calendar)
        self.versions: dict[str, int] = {}
        self._recorded: dict[str, datetime] = {}
        self._acts: dict[tuple[str, ...], tuple[Fact, Node]] = {}  # The latest, each by its first fact.

    def fold(self, fact: Fact, data: Any = None) -> None:
        """Fold one fact; *data* is its content where it was read already."""
        self._check_version(fact)
        kind, terms = fact.kind, _TERMS in fact.state
        if kind not in _FOLDED_KINDS and fact.name != _ADOPTED and not terms:
            return
        try:
            self._fold(fact, Node(read_json(fact.state) if data is None else data), terms=terms)
        except UnreadableError as e:
            self.report.at(FOLDED, fact, e.path, e.there, "", *e.words)
        except JsonError as e:
            self.report.at(FOLDED, fact, STATE, "", "", *e.words)
        except (ArithmeticError, ValueError, LookupError, TypeError, AttributeError) as e:
            # Whatever else a content can be that no store would keep.
            zh, en = f"内容无法理解（{e}）", f"it makes no sense ({e})"
            self.report.at(FOLDED, fact, STATE, "", "", zh, en)

    def _fold(self, fact: Fact, said: Node, *, terms: bool) -> None:
        if terms and (ref := said.sub("terms").maybe("policy")):
            self.deadlines.policy_of[fact.stream] = _policy_key(ref)
        if (tag := said.data.get("type", fact.name)) != fact.name:
            self.report.at(FOLDED, fact, "type", tag, fact.name, "与事实名称不符", "is not the fact's name")
        self._check_act(fact, said.sub("act"))
        if fact.name == _ADOPTED:
            self.deadlines.adopt(fact, said)
        elif fact.kind in _FOLDED_KINDS:
            known = (self.deadlines if fact.kind == "obligation" else self.money).fold(fact, said)
            if not known:
                self.report.note(
                    f"不认识的事实：{shown(fact.name)}", f"facts of a name that is not known: {shown(fact.name)}"
                )
            self.deadlines.expect(fact, said, self.money)
            self.report.checked["facts_folded"] += known

    def _check_act(self, fact: Fact, act: Node) -> None:
        """Check an act's days, and that all facts of one command say the same of it."""
        own = (act.text("command_id"), act.text("digest"), act.text("person"))
        if (before := self._acts.get(own)) is not None:
            self._check_same(fact, act, *before)
            return
        self._acts[own] = fact, act
        if len(self._acts) > _ACTS_KEPT:
            del self._acts[next(iter(self._acts))]
        recorded, stated = act.moment("recorded_at"), act.day("occurred_on")
        if stated > recorded.date() and fact.name != _ADOPTED:  # Rules may be adopted for a day to come.
            zh, en = "所述之日晚于记入之日", "the stated day lies after the day of record"
            self.report.at(FOLDED, fact, act.to("occurred_on"), stated, f"<= {recorded.date()}", zh, en)
        last = self._recorded.get(fact.stream, recorded)
        if recorded < last - _DAY:
            # No rule of the engine's: a clock may have been set back.
            zh, en = "记入时刻早于其流中此前的事实", "recorded before the fact that it follows in its stream"
            self.report.note(f"{zh}：{shown(fact.stream)}", f"{en}: {shown(fact.stream)}")
        self._recorded[fact.stream] = max(last, recorded)

    def _check_same(self, fact: Fact, act: Node, first: Fact, known: Node) -> None:
        for key in _DAYS_OF_ACT:
            if (there := act.text(key)) != (wanted := known.text(key)):
                zh, en = "与同一办理的另一事实不符", "is not what another fact of the same act says"
                expected = f"{wanted} ({first.place})"
                self.report.at(FOLDED, fact, act.to(key), there, expected, zh, en, other=first.place)

    def _check_version(self, fact: Fact) -> None:
        last = self.versions.get(fact.stream, 0)
        self.versions[fact.stream] = max(last, fact.version)
        if fact.version <= last:
            zh, en = "版次重复或倒退", "its version was there already"
            self.report.at(WHOLE, fact, "version", fact.version, last + 1, zh, en)
        for missing in range(last + 1, min(fact.version, last + _MISSING_TOLD)):
            place = f"{fact.stream}#{missing}"
            words = Both("缺少这条事实", "this fact is missing")
            follows = f"#{fact.version} ({fact.log_index})"
            self.report.add(Finding(WHOLE, fact.log_index, place, "", STATE, f"#{last} → {follows}", place, words))

    def end(self) -> None:
        """Check what can be checked only once all facts were seen."""
        self.pairs.end(self.report, self.versions)
        for stream, (fact, field) in self.money.needed.items():
            if stream not in self.versions:
                zh, en = f"缺少所涉案件 {stream}", f"the case that it names is missing: {stream}"
                self.report.at(WHOLE, fact, field, "-", stream, zh, en)
        policies = f"{self.name}/county"
        if policies not in self.versions and self.money.funds:
            self.report.of(WHOLE, policies, STATE, "-", policies, "缺少政策文本", "the policy texts are missing")
        for stream, (fact, field) in self.deadlines.expected.items():
            if stream not in self.versions:
                zh, en = f"按规则应起算的时限不在：{stream}", f"the deadline that the rules start is missing: {stream}"
                self.report.at(WHOLE, fact, field, "-", stream, zh, en)
        self.report.checked["streams"] += len(self.versions)


StoredFact = tuple[int, str, int, str, bytes]


def check_streams(facts: Iterable[StoredFact], calendars: Mapping[str, str], report: Report | None = None) -> Report:
    """Fold whole streams and report what does not add up: of a pack, of a store, of some of its counties.

    *facts*: place in the log, stream, version, name, stored bytes, in the log's order. *calendars*: the year files'
    texts by their name. What is kept in memory are the cases' sums, never a fact.

    Raises:
        RefusedError: If a calendar file is none.
    """
    report = report or Report()
    counties = Counties(report, calendars)
    for one in facts:
        counties.fold(Fact(*one))
    counties.end()
    return report


class Counties:
    """All counties of a log."""

    def __init__(self, report: Report, calendars: Mapping[str, str]) -> None:
        """Count by the texts of *calendars*."""
        self._report = report
        self._calendar = Calendar(dict(read_year(text, name) for name, text in sorted(calendars.items())))
        self._of: dict[str, County] = {}

    @property
    def calendar(self) -> Calendar:
        """Return the calendar that deadlines are counted by."""
        return self._calendar

    def fold(self, fact: Fact, data: Any = None) -> None:
        """Fold one fact in its county."""
        name, slash, _ = fact.stream.partition("/")
        if not slash:  # The store's own.
            return
        county = self._of.get(name)
        if county is None:
            county = self._of[name] = County(name, self._report, self._calendar)
        county.fold(fact, data)

    def texts(self) -> set[str]:
        """Return the digests of all policy texts that were adopted."""
        every = [text for county in self._of.values() for text in county.deadlines.texts.values()]
        return {sha256(text.encode()).hexdigest() for one in every for text in (one[0], one[1], *one[2])}

    def seen(self) -> dict[str, int]:
        """Return the last version of every stream."""
        return {stream: version for county in self._of.values() for stream, version in county.versions.items()}

    def end(self) -> None:
        """Check what can be checked only once all facts were seen."""
        for county in self._of.values():
            county.end()


# ---------------------------------------------------------------------------------------------------------------------
# A pack: its keys, its proofs, its members.
# ---------------------------------------------------------------------------------------------------------------------

_FACT_LINE = re.compile(rb'\["([^"\\\n\0]+)",([1-9][0-9]{0,8}),"([^"\\\n\0]+)",(\{.*\})\]', re.DOTALL)
_DIGEST = re.compile(rb'"([0-9a-f]{64})"')
_ROTATION = "bridgefund key rotation"
_FACT_HEAD = re.compile(rb'\["([\x21\x23-\x5b\x5d-\x7e]+)",([1-9][0-9]{0,8}),"([\x21\x23-\x5b\x5d-\x7e]+)",')
_ROTATION_LINES = 5
_ROTATIONS_MOST = 200
_AHEAD_MOST, _LOST_MOST = 32, 200
_UNPROVEN_FOLDED = 1000  # More than these are no slips, and could be anything.


class Trust(NamedTuple):
    """Whom a verification trusts: keys that were given, or the pack's own first, and those of the witnesses."""

    keys: tuple[Verifier, ...] = ()
    witnesses: tuple[Verifier, ...] = ()
    witness_needed: bool = False


class Sealed(NamedTuple):
    """What is known of a pack's seal: the checkpoint, and whose signatures hold."""

    checkpoint: Checkpoint
    signers: tuple[Verifier, ...]
    cosigners: tuple[Verifier, ...]
    given: bool  # The keys were given by whoever verifies, and not taken from the pack.


class Rotation(NamedTuple):
    """That a key takes another's place."""

    old: Verifier
    new: Verifier
    at: str


def read_rotation(text: str, origin: str) -> Rotation:
    """Return the rotation that a signed note tells, signed by both keys.

    Raises:
        NoteError: If it is none of the log *origin*, or is not signed by both.
    """
    note = read_note(text)
    lines = note.text.rstrip("\n").split("\n")
    if len(lines) != _ROTATION_LINES or lines[0] != _ROTATION or not lines[4].startswith(AT):
        raise NoteError("no rotation of a key")
    if lines[1] != origin:
        raise NoteError(f"a rotation of another log's key, {lines[1][:80]!r}")
    old, new = read_verifier(lines[2]), read_verifier(lines[3])
    signers = signed_by(note, (old, new))
    for key in (old, new):
        if key not in signers:
            raise NoteError(f"the rotation is not signed by {key.name} ({key.key_id.hex()})")
    return Rotation(old, new, lines[4].removeprefix(AT))


def _named_by_head(index: int, line: bytes) -> Fact | None:
    """Return which fact a line is whose content cannot be read, by what it begins with; None if that is lost too."""
    found = _FACT_HEAD.match(line)
    return Fact(index, found[1].decode(), int(found[2]), found[3].decode(), line) if found else None


class Pack:
    """One pack, verified from its signature to its last file."""

    def __init__(self, path: str, trust: Trust, told: Callable[[int], None] = lambda _: None) -> None:
        """Open the pack at *path*; *told* hears how many facts were read.

        Raises:
            RefusedError: If it is none, or one that this verifier does not read.
        """
        self.report, self._trust, self._told = Report(), trust, told
        self._archive = Archive(path)
        try:
            self.manifest = self._archive.document("manifest.json")
            self._check_format()
            self._archive.check_known()
        except BaseException:
            self._archive.close()
            raise
        self._files: dict[str, Node] = {}
        self._named: set[str] = set()
        self._attached: dict[str, Fact] = {}
        self._lost = 0  # Facts that were not proven.
        self._proofs = Proofs({}, 0, EMPTY_ROOT)

    def _check_format(self) -> None:
        try:
            name = self.manifest.text("format")
        except UnreadableError as e:
            raise RefusedError("manifest.json", *e.words) from e
        number = name.removeprefix(FORMAT_NAME)
        if number == name:
            raise RefusedError("manifest.json", f"不是审计包：{shown(name)}", f"no audit pack: {shown(name)}")
        if number != str(FORMAT):
            zh, en = (
                f"格式 {shown(number)} 的包；本程序读 {FORMAT}",
                f"a pack of format {shown(number)}; this verifier reads {FORMAT}",
            )
            raise RefusedError("manifest.json", zh, en)

    def verify(self) -> Sealed:
        """Verify it all; what is found stands in `report`.

        Raises:
            RefusedError: If it cannot be read within bounds.
        """
        try:
            return self._verify()
        finally:
            self._archive.close()

    def _verify(self) -> Sealed:
        sealed = self._seal()
        names = [name for name in self._archive.names if name.startswith("calendars/")]
        texts = {name: self._archive.text(name) for name in sorted(names)}
        counties = Counties(self.report, texts)
        for name in names:
            if int(name[-9:-5]) not in counties.calendar.years:
                self.report.of(
                    BESIDE, name, "year", "", name[-9:-5], "年份与文件名不符", "is not of the year of its name"
                )
        self.report.note(
            f"日历不在封存之内，须与国务院通知核对：{counties.calendar.revision or '-'}",
            f"the calendars are not sealed, compare them with the notices: {counties.calendar.revision or '-'}",
        )
        self._manifest(sealed.checkpoint)
        self._facts(sealed.checkpoint, counties)
        self._heads(sealed.checkpoint, counties)
        counties.end()
        self._policies(counties)
        self._all_members()
        self._check_files()
        return sealed

    # The seal ---------------------------------------------------------------------------------------------------------

    def _seal(self) -> Sealed:
        text = self._archive.text("checkpoint")
        try:
            note = read_note(text)
            checkpoint = read_checkpoint(note.text)
        except ValueError as e:
            raise RefusedError("checkpoint", f"不是签名的检查点（{e}）", f"no signed checkpoint ({e})") from e
        keys, given = self._keys(checkpoint)
        signers = self._signers(note, keys, "checkpoint")
        if not signers:
            there = ", ".join(f"{one.name}+{one.key_id.hex()}" for one in note.signatures)
            wanted = ", ".join(f"{key.name}+{key.key_id.hex()}" for key in keys) or "-"
            zh, en = "检查点不是由所信任的密钥签名", "the checkpoint is not signed by a trusted key"
            self.report.of(SIGNED, "checkpoint", "signature", there, wanted, zh, en)
        cosigners = self._signers(note, self._trust.witnesses, "checkpoint")
        self.report.checked["signatures"] += len(signers) + len(cosigners)
        if self._trust.witness_needed and not cosigners:
            wanted = ", ".join(map(str, self._trust.witnesses)) or "-"
            zh, en = "没有见证人的副署", "no witness has countersigned it"
            self.report.of(SIGNED, "checkpoint", "cosignature", "-", wanted, zh, en)
        known = {(key.name, key.key_id) for key in (*keys, *self._trust.witnesses)}
        if others := sorted({one.name for one in note.signatures if (one.name, one.key_id) not in known}):
            said = shown(", ".join(others))
            self.report.note(f"另有未核对的签名：{said}", f"signatures by keys that were not given: {said}")
        return Sealed(checkpoint, tuple(signers), tuple(cosigners), given)

    def _signers(self, note: Note, keys: Iterable[Verifier], place: str) -> list[Verifier]:
        found = []
        for key in keys:
            try:
                found += signed_by(note, (key,))[:1]
            except NoteError as e:
                self.report.of(SIGNED, place, "signature", str(key), "", "签名不成立", str(e))
        return found

    def _keys(self, checkpoint: Checkpoint) -> tuple[list[Verifier], bool]:
        """Return the trusted keys: those given, else the pack's first; and on along the rotations."""
        said = self._archive.document("keys.json")
        try:
            rotations = said.texts("rotations")
            trusted = list(self._trust.keys) or [read_verifier(text) for text in said.texts("verifiers")[:1]]
        except (NoteError, UnreadableError) as e:
            raise RefusedError("keys.json", f"密钥不可读（{e}）", f"its keys cannot be read ({e})") from e
        if len(rotations) > _ROTATIONS_MOST:
            raise RefusedError("keys.json", f"超过 {_ROTATIONS_MOST} 次轮换", f"more than {_ROTATIONS_MOST} rotations")
        held = []
        for n, text in enumerate(rotations):
            try:
                held.append(read_rotation(text, checkpoint.origin))
            except (NoteError, UnicodeError) as e:
                field = f"rotations[{n}]"
                self.report.of(
                    SIGNED, "keys.json", field, "", "", "密钥轮换说明不成立", f"a rotation that does not hold: {e}"
                )
        self._follow(trusted, held)
        self.report.checked["rotations"] += len(held)
        return trusted, bool(self._trust.keys)

    def _follow(self, trusted: list[Verifier], rotations: Sequence[Rotation]) -> None:
        """Trust what a trusted key names in a rotation: its successor, and the one before it for older checkpoints."""
        for _ in rotations:
            for one in rotations:
                for key, other in ((one.old, one.new), (one.new, one.old)):
                    if key in trusted and other not in trusted:
                        trusted.append(other)
                        ids = f"{one.old.key_id.hex()} → {one.new.key_id.hex()}"
                        self.report.note(f"密钥轮换 {ids}（{shown(one.at)}）", f"key rotation {ids} ({shown(one.at)})")

    def _manifest(self, checkpoint: Checkpoint) -> None:
        try:
            self._files = {node.text("digest"): node for node in self.manifest.each("files")}
            pairs = (
                ("size", self.manifest.whole("size"), checkpoint.size),
                ("origin", self.manifest.text("origin"), checkpoint.origin),
            )
        except UnreadableError as e:
            raise RefusedError("manifest.json", f"{e.path}：{e.words.zh}", f"{e.path}: {e.words.en}") from e
        for field, there, wanted in pairs:
            if there != wanted:
                zh, en = "与检查点不符", "is not what the checkpoint says"
                self.report.of(BESIDE, "manifest.json", field, there, wanted, zh, en)

    # Facts ------------------------------------------------------------------------------------------------------------

    def _facts(self, checkpoint: Checkpoint, counties: Counties) -> None:
        said = self._archive.document("proofs.json")
        try:
            nodes, size = said.sub("nodes").data, said.whole("size")
        except UnreadableError as e:
            raise RefusedError("proofs.json", f"{e.path}：{e.words.zh}", f"{e.path}: {e.words.en}") from e
        if size != checkpoint.size:
            zh, en = "与检查点不符", "is not what the checkpoint says"
            self.report.of(PROVEN, "proofs.json", "size", size, checkpoint.size, zh, en)
        proofs = self._proofs = Proofs(nodes, checkpoint.size, checkpoint.root)
        walk = _Walk(self.report, proofs, said.data.get("indices"))
        for number, line in enumerate(self._archive.lines("facts.jsonl"), start=1):
            if number > FACTS_MOST:
                raise RefusedError("facts.jsonl", f"超过 {FACTS_MOST} 条", f"more than {FACTS_MOST} facts")
            for index, each, at, proven in walk.take(number, line):
                self._fact(index, each, at, counties, proven=proven)
            if number % 500 == 0:
                self._told(number)
        for index, each, at, proven in walk.end():
            self._fact(index, each, at, counties, proven=proven)

    def _fact(self, index: int, line: bytes, number: int, counties: Counties, *, proven: bool) -> None:
        self.report.checked["facts"] += 1
        where = f"facts.jsonl:{number}"
        found = _FACT_LINE.fullmatch(line)
        fact, data = None, None
        try:
            _check_size(line)
            if found:
                parts = (found[1].decode(), int(found[2]), found[3].decode(), found[4])
                fact = Fact(index, *parts)
                data = read_json(found[4])
        except JsonError as e:
            if proven or e.hostile:
                raise RefusedError(where, *e.words) from e
        except UnicodeDecodeError as e:
            if proven:
                raise RefusedError(where, f"不是 UTF-8（{e}）", f"is no UTF-8 ({e})") from e
        if proven and fact is None:
            raise RefusedError(where, "不是规范的事实行", "is no canonical line of a fact")
        if not proven:
            self._lost += 1
            named = fact or _named_by_head(index, line)
            self._unproven(named or Fact(index, where, 0, "", line), line, nameless=named is None)
        if fact and data is not None and (proven or self._lost <= _UNPROVEN_FOLDED):
            self._note_digests(fact, data)
            counties.fold(fact, data)

    def _unproven(self, fact: Fact, line: bytes, *, nameless: bool) -> None:
        zh, en = (
            "事实不是日志所封存的（无法证明到检查点）",
            "this is not what the log sealed: no proof leads to the checkpoint",
        )
        place = fact.stream if nameless else fact.place
        words, there, wanted = Both(zh, en), leaf_hash(line).hex(), self._proofs.leaf(fact.log_index)
        expected = f"sha256 {wanted.hex()}" if wanted and wanted.hex() != there else ""
        self.report.add(Finding(PROVEN, fact.log_index, place, fact.name, STATE, f"sha256 {there}", expected, words))

    def _note_digests(self, fact: Fact, data: Any) -> None:
        if self._files:
            self._named.update(m.decode() for m in _DIGEST.findall(fact.state) if m.decode() in self._files)
        if fact.name == "paper.attached/1" and isinstance(data, dict):
            self._attached[str(data.get("digest"))] = fact

    def _heads(self, checkpoint: Checkpoint, counties: Counties) -> None:
        said = self._archive.document("heads.json")
        seen = counties.seen()
        if checkpoint.heads is None:
            zh, en = "检查点没有各流的末尾", "the checkpoint does not say how far each stream goes"
            self.report.of(WHOLE, "checkpoint", "heads", "-", "heads", zh, en)
            return
        try:
            proofs = Proofs(said.sub("nodes").data, checkpoint.streams, checkpoint.heads)
            heads = [
                (node, node.text("stream"), node.whole("version"), node.whole("index")) for node in said.each("heads")
            ]
        except UnreadableError as e:
            raise RefusedError("heads.json", f"{e.path}：{e.words.zh}", f"{e.path}: {e.words.en}") from e
        known = set()
        for node, stream, version, index in heads:
            known.add(stream)
            leaf = leaf_hash(b'["%b",%d]' % (stream.encode("utf-8", "surrogatepass"), version))
            if not proofs.holds(leaf, index):
                zh, en = "末尾无法证明到检查点", "no proof leads from this head to the checkpoint"
                self.report.of(WHOLE, f"heads.json {shown(stream)}#{version}", node.path, version, "", zh, en)
            self._head(stream, version, seen.get(stream, 0))
        for stream in sorted(seen.keys() - known):
            zh, en = "没有此流的末尾证明", "no head proves how far this stream goes"
            self.report.of(WHOLE, f"{shown(stream)}#{seen[stream]}", "heads", "-", stream, zh, en)
        self.report.checked["heads"] += len(heads)
        try:
            fund, county = self.manifest.text("fund"), self.manifest.text("county")
        except UnreadableError as e:
            raise RefusedError("manifest.json", *e.words) from e
        if county != fund.partition("/")[0]:
            zh, en = "与所述的资金不符", "is not that of its fund"
            self.report.of(BESIDE, "manifest.json", "county", county, fund.partition("/")[0], zh, en)
        if fund not in seen:
            zh, en = "包内没有所述的资金", "the fund that the pack is of is not in it"
            self.report.of(WHOLE, "manifest.json", "fund", "-", fund, zh, en)

    def _head(self, stream: str, version: int, last: int) -> None:
        for missing in range(last + 1, min(version, last + _MISSING_TOLD) + 1):
            zh, en = "流的末尾缺少这条事实", "this fact is missing at the end of its stream"
            self.report.of(WHOLE, f"{shown(stream)}#{missing}", STATE, f"#{last}", f"#{version}", zh, en)
        if last > version:
            zh, en = "流在检查点所述末尾之后还有事实", "the stream goes beyond what the checkpoint says"
            self.report.of(WHOLE, f"{shown(stream)}#{last}", STATE, f"#{last}", f"#{version}", zh, en)

    # Members ----------------------------------------------------------------------------------------------------------

    def _policies(self, counties: Counties) -> None:
        texts = counties.texts()
        for name in self._archive.names:
            if name.startswith("policies/"):
                digest = sha256(self._archive.whole(name)).hexdigest()
                said = name.removeprefix("policies/").partition("-")[0]
                if digest not in texts or not digest.startswith(said):
                    zh, en = "不是事实中采纳的政策文本", "is not a policy text that a fact adopted"
                    self.report.of(BESIDE, name, "sha256", digest, said, zh, en)

    def _all_members(self) -> None:
        """Read what nobody read yet, and compare every member with the manifest."""
        for name in self._archive.names:
            if name not in self._archive.digests:
                for _ in self._archive.pieces(name):
                    pass
        said, there = self.manifest.data.get("members"), self._archive.digests
        listed = said if isinstance(said, dict) else {}
        for name in sorted((listed.keys() | there.keys()) - {"manifest.json"}):
            if listed.get(name) != there.get(name):
                zh, en = "与清单的摘要不符", "is not what the manifest says"
                wanted = listed.get(name, "-")
                self.report.of(BESIDE, shown(name), "sha256", there.get(name, "-"), wanted, zh, en)
        self.report.checked["members"] += len(there)

    def _check_files(self) -> None:
        there = {name.removeprefix("files/"): name for name in self._archive.names if name.startswith("files/")}
        for digest, name in there.items():
            if (actual := self._archive.digests[name]) != digest:
                zh, en = "文件内容与其摘要不符", "its content is not that of its digest"
                self.report.of(BESIDE, name, "sha256", actual, digest, zh, en)
        for digest, node in self._files.items():
            if node.data.get("in_pack") is True and digest not in there:
                self.report.of(
                    BESIDE, f"files/{shown(digest)}", node.path, "-", digest, "包内没有此文件", "is not in the pack"
                )
            if digest not in self._named:
                zh, en = "没有事实提到此文件", "no fact names this file"
                self.report.of(BESIDE, f"files/{shown(digest)}", node.path, digest, "-", zh, en)
        for digest in sorted(there.keys() - self._files.keys()):
            self.report.of(
                BESIDE, there[digest], "files", "-", digest, "清单未列此文件", "is not in the manifest's list"
            )
        for digest in sorted(self._attached.keys() - self._files.keys()):
            zh, en = "清单未列此附件", "this paper is not in the manifest's list"
            self.report.at(BESIDE, self._attached[digest], "digest", digest, "files", zh, en)
        self.report.checked["files"] += len(there)
        if absent := len(self._files) - len(there):
            self.report.note("只有摘要、未附文件", "papers of which only the digest is here", absent)


class Proofs:
    """The nodes of a pack that prove leaves to one root."""

    def __init__(self, nodes: Mapping[str, Any], size: int, root: bytes) -> None:
        """Prove in a tree of *size* leaves."""
        self._nodes, self.size, self._root = nodes, size, root

    def _node(self, level: int, number: int) -> bytes | None:
        text = self._nodes.get(f"{level}/{number}")
        try:
            node = base64.b64decode(text, validate=True) if isinstance(text, str) else None
        except (binascii.Error, ValueError):
            return None
        return node if node and len(node) == HASH_SIZE else None

    def leaf(self, index: int) -> bytes | None:
        """Return the hash of a leaf as its neighbour's proof has it, if it is here."""
        return self._node(0, index)

    def holds(self, leaf: bytes, index: int) -> bool:
        """Return whether a leaf's own path leads to the root."""
        if not 0 <= index < self.size:
            return False
        path = []
        for place in proof_places(index, self.size):
            node = self._node(*place)
            if node is None:
                return False
            path.append(node)
        return proven_root(leaf, index, self.size, path) == self._root


Placed = tuple[int, bytes, int, bool]  # Place in the log, line, its number, proven.


class _Walk:
    """Lays the lines of a pack beside the places in the log that it names, also where one is missing or changed."""

    def __init__(self, report: Report, proofs: Proofs, indices: Any) -> None:
        """Go along *indices*.

        Raises:
            RefusedError: If they are no list of places.
        """
        if not isinstance(indices, list) or not all(type(one) is int and one >= 0 for one in indices):
            raise RefusedError("proofs.json", "indices 应为序号列表", "indices must be a list of places")
        self._report, self._proofs, self._indices, self._at = report, proofs, indices, 0
        self._waiting: list[tuple[bytes, int]] = []
        self._lost = 0
        for before, after in pairwise(indices):
            if after <= before:
                zh, en = "序号没有递增", "its places do not ascend"
                report.of(WHOLE, "proofs.json", "indices", after, f"> {before}", zh, en)

    def take(self, number: int, line: bytes) -> Iterator[Placed]:
        """Take one more line; yield what is placed by it."""
        leaf = leaf_hash(line)
        ahead = len(self._waiting) + (_AHEAD_MOST if self._lost < _LOST_MOST else 1)
        for place in range(self._at, min(self._at + ahead, len(self._indices))):
            if self._proofs.holds(leaf, self._indices[place]):
                yield from self._place_waiting(place)
                yield self._indices[place], line, number, True
                self._at = place + 1
                return
        self._waiting.append((line, number))
        self._lost += 1
        if len(self._waiting) >= _AHEAD_MOST:
            yield from self._place_waiting(min(self._at + len(self._waiting), len(self._indices)))

    def end(self) -> Iterator[Placed]:
        """Yield what still waits, and report what is missing at the end."""
        yield from self._place_waiting(len(self._indices))

    def _place_waiting(self, until: int) -> Iterator[Placed]:
        """Place the lines that no proof placed before the place *until*; what remains of either is a finding."""
        free = self._indices[self._at : until]
        for n, (line, number) in enumerate(self._waiting):
            yield free[n] if n < len(free) else -1, line, number, False
        for index in free[len(self._waiting) :]:
            words = Both("包内缺少日志此处的事实", "the fact at this place of the log is not in the pack")
            self._report.add(Finding(PROVEN, index, f"log {index}", "", STATE, "-", "", words))
        self._waiting, self._at = [], until


# ---------------------------------------------------------------------------------------------------------------------
# The command.
# ---------------------------------------------------------------------------------------------------------------------

WELL, FOUND, REFUSED = 0, 1, 2
_FIRST_TOLD = 5  # What else is wrong at the first divergence.
_ABOUT = """\
核验一份审计包：逐条重算哈希并证明到检查点，核对签名，按事实重新累计资金，按政策原文和日历重新计算期限。
只需 Python 3.11 及以上的标准库；把本文件单独复制到任何地方即可运行。结果：0 全部相符，1 有发现，2 不是可读的审计包。
密钥须向机关公布处核对；不给 --key 时使用包内自带的第一把，只说明包内自相一致。

Verifies an audit pack: hashes every fact again and proves it to the checkpoint, checks signatures, folds the money
from the facts, counts every deadline from the policy's text and the calendars. It needs Python 3.11 or later and
nothing else: copy this one file anywhere. It ends with 0 where all is well, 1 with findings, 2 where there is no pack
to be read. Compare the key with the one that the office published: without --key the pack's own first key is used,
which shows only that the pack agrees with itself."""
_EXAMPLES = """\
例 / examples:
  python3 -I verify.py F1.zip --key 'ledger.county.example+1a2b3c4d+AQ…'
  python3 -I verify.py pack.zip --witness 'audit-office+5e6f7a8b+BP…' --require-witness --lang en
  python3 -I verify.py pack.zip --json > findings.json"""
COUNTED = {
    "facts": Both("条事实", "facts"),
    "signatures": Both("个签名", "signatures"),
    "heads": Both("个流的末尾", "heads of streams"),
    "streams": Both("个流", "streams"),
    "facts_folded": Both("条事实重新累计", "facts folded"),
    "funds": Both("笔资金", "funds"),
    "plans": Both("个生效计划", "plans in force"),
    "claims": Both("笔报账", "claims"),
    "payments": Both("笔支付", "payments"),
    "pairs": Both("处跨案件核对", "sums compared between cases"),
    "asset_payments": Both("笔资产支付", "payments of assets"),
    "deadlines": Both("个时限", "deadlines"),
    "deadlines_met": Both("个办结时限", "deadlines met"),
    "due_days_moved": Both("次期限变动", "due days moved"),
    "breaches": Both("次逾期", "breaches"),
    "policies": Both("次政策采纳", "policies adopted"),
    "members": Both("个成员", "members"),
    "files": Both("个文件", "files"),
    "rotations": Both("次密钥轮换", "rotations of keys"),
}


def counted(report: Report, language: str) -> str:
    """Return in words how many of what were looked at."""
    said = ((n, COUNTED[what]) for what, n in report.checked.items() if what in COUNTED and n)
    return ", ".join(f"{n} {w.en}" for n, w in said) if language == "en" else "、".join(f"{n} {w.zh}" for n, w in said)


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "verify.py", description=_ABOUT, epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pack", metavar="PACK", help="审计包 / the pack")
    key_help = "所信任的公钥（可重复），name+id+key / a public key to trust, may be repeated"
    parser.add_argument("--key", metavar="VKEY", action="append", default=[], help=key_help)
    witness_help = "见证人的公钥（可重复）/ a witness's public key, may be repeated"
    parser.add_argument("--witness", metavar="VKEY", action="append", default=[], help=witness_help)
    need_help = "必须有见证人副署 / a witness must have countersigned"
    parser.add_argument("--require-witness", action="store_true", help=need_help)
    parser.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    parser.add_argument("--lang", choices=("zh", "en"), default=_language(), help="语言 / the language")
    limit_help = "最多列出多少条发现 / list at most so many findings (50)"
    parser.add_argument("--limit", type=int, default=50, help=limit_help)
    return parser.parse_args(words)


def _language() -> str:
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "zh")
    return "en" if spoken.startswith("en") else "zh"


def _counter() -> Callable[[int], None]:
    """Return what shows on a terminal how many facts were read, once it takes over two seconds."""
    began = time.monotonic()

    def told(count: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - began > 2:  # noqa: PLR2004
            sys.stderr.write(f"\r{count} …")
            sys.stderr.flush()

    return told


def _trust(said: argparse.Namespace) -> Trust:
    try:
        keys, witnesses = (tuple(map(read_verifier, given)) for given in (said.key, said.witness))
    except (ValueError, UnicodeError) as e:
        raise RefusedError("--key / --witness", f"不是公钥（{e}）", f"no public key ({e})") from e
    for key, kind in [*((key, SIGNS) for key in keys), *((key, COSIGNS) for key in witnesses)]:
        if key.kind != kind:
            raise RefusedError(str(key), "密钥的用途不符", "this key is for something else")
    return Trust(keys, witnesses, said.require_witness)


def _summary(report: Report, sealed: Sealed) -> dict[str, Any]:
    point = sealed.checkpoint
    return {
        "ok": not report.found,
        "origin": point.origin,
        "size": point.size,
        "root": base64.b64encode(point.root).decode(),
        "at": point.at,
        "key_given": sealed.given,
        "signed_by": [str(key) for key in sealed.signers],
        "cosigned_by": [str(key) for key in sealed.cosigners],
        "checked": dict(report.checked),
        "found": report.found,
    }


def told_in_json(report: Report, sealed: Sealed, limit: int) -> str:
    """Return a report as JSON."""
    data = _summary(report, sealed)
    data["findings"] = [one.plain() for one in report.in_order()[:limit]]
    data["notes"] = [{**words._asdict(), "times": times} for words, times in report.notes.items()]
    return json.dumps(data, ensure_ascii=False, indent=1)


def told_in_words(report: Report, sealed: Sealed, language: str, limit: int) -> Iterator[str]:
    """Yield the lines of a report, the first divergence first."""

    def t(zh: str, en: str) -> str:
        return en if language == "en" else zh

    found, point = report.in_order(), sealed.checkpoint
    if found:
        yield t("*** 第一处不符 ***", "*** FIRST DIVERGENCE ***")
        yield f"  {found[0].text(language)}"
        more = [one for one in found[1:] if one.place == found[0].place]
        yield from (f"    {one.text(language)}" for one in more[:_FIRST_TOLD])
        yield ""
    yield (
        t("检查点", "checkpoint") + f": {point.origin} {point.size} {base64.b64encode(point.root).decode()} {point.at}"
    )
    for key in sealed.signers:
        yield t("签名", "signed by") + f": {key}"
    for key in sealed.cosigners:
        yield t("见证人副署", "countersigned by") + f": {key}"
    if not sealed.given:
        zh, en = "未给 --key：用的是包内自带的密钥，须与机关公布的核对", "no --key given: this is the pack's OWN key"
        yield "!!! " + t(zh, f"{en}; compare it with the one that the office published")
    yield t("已核对：", "checked ") + counted(report, language)
    for words, times in report.notes.items():
        yield t("说明", "note") + f" ({times}): {t(*words)}"
    if not found:
        yield t("全部相符。", "All is well.")
        return
    yield t(f"共 {report.found} 处不符：", f"{report.found} findings:")
    for n, one in enumerate(found[:limit], start=1):
        yield f"  {n}. {one.text(language)}"
    if report.found > limit:
        yield t(f"  …… 其余 {report.found - limit} 处未列出", f"  … and {report.found - limit} more")


def main(words: Sequence[str] | None = None) -> int:
    """Verify the pack that the command line names and return how it ended."""
    said = _arguments(sys.argv[1:] if words is None else words)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        pack = Pack(said.pack, _trust(said), _counter())
        sealed = pack.verify()
    except RefusedError as e:
        sys.stderr.write(f"{said.pack}: {shown(e.where)}: {e.words.en if said.lang == 'en' else e.words.zh}\n")
        return REFUSED
    except MemoryError:
        sys.stderr.write(f"{said.pack}: 内存不足 / out of memory\n")
        return REFUSED
    if said.json:
        lines: Iterable[str] = [told_in_json(pack.report, sealed, said.limit)]
    else:
        lines = told_in_words(pack.report, sealed, said.lang, said.limit)
    sys.stdout.write("\n".join(lines) + "\n")
    return FOUND if pack.report.found else WELL


if __name__ == "__main__":
    sys.exit(main())
