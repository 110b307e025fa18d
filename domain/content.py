"""What a case says (内容): its fields, amounts and papers, each part with a digest, and one digest of them all."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain, count
from typing import Any, Literal, NamedTuple

import msgspec

PartKind = Literal["fields", "amounts", "papers"]


class Part(NamedTuple):
    """One part: of which kind, its name, and what it says; an amount in fen, a paper by its SHA-256 in hex."""

    kind: PartKind
    name: str
    text: str

    @property
    def key(self) -> str:
        """Return its name among all, such as `amounts:F1 integrated`."""
        return f"{self.kind}:{self.name}"

    @property
    def digest(self) -> str:
        """Return the SHA-256 of its canonical text, in hex."""
        return sha256(json.dumps(self, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part that says something else than before; "" is where there was none, or is none any more."""

    part: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Content:
    """What a case says at one moment; it never changes, so it is shared and not copied."""

    parts: tuple[Part, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of all parts' digests, in hex: in whatever order the parts stand."""
        return sha256("".join(sorted(part.digest for part in self.parts)).encode()).hexdigest()

    def of(self, covers: Sequence[str]) -> "Content":
        """Return the parts of the kinds that *covers* names; without a name, all."""
        return Content(tuple(part for part in self.parts if part.kind in covers)) if covers else self

    def changes(self, now: "Content") -> tuple[Change, ...]:
        """Return what says something else in *now*, part by part."""
        before, after = ({part.key: part.text for part in of.parts} for of in (self, now))
        keys = dict.fromkeys((*before, *after))
        return tuple(
            Change(key, before.get(key, ""), after.get(key, "")) for key in keys if before.get(key) != after.get(key)
        )

    def __deepcopy__(self, _: Any) -> "Content":
        """Return itself."""
        return self


def fields(**said: Any) -> Iterator[Part]:
    """Yield a part for each field that says something: a text as it is, anything else in canonical JSON."""
    for name, value in said.items():
        if value:
            yield Part("fields", name, value if isinstance(value, str) else canonical(value))


def canonical(value: Any) -> str:
    """Return a value as JSON, in one order: structs, lists, numbers, texts."""
    return msgspec.json.encode(value, order="sorted").decode()


class Attached(NamedTuple):
    """A paper that is attached to a case: for which of its steps, and its SHA-256 in hex."""

    step: str
    digest: str


def papers(
    own: Iterable[tuple[str, str]], attached: Mapping[str, Attached], steps: Sequence[str] | None
) -> Iterator[Part]:
    """Yield a part for each paper: the case's *own*, and what is *attached* for one of *steps*, or for any if None.

    What became the case's own by being attached is there once, under the name that it was attached by. No paper hides
    another of its name: of two with one name, the second gets a number.
    """
    shown = {name: one.digest for name, one in attached.items() if steps is None or one.step in steps}
    taken: set[str] = set()
    for name, digest in (*shown.items(), *((n, d) for n, d in own if d not in shown.values())):
        numbers = (f"{name} {n}" for n in count(2))
        free = next(one for one in chain((name,), numbers) if one not in taken)
        taken.add(free)
        yield Part("papers", free, digest)


def with_paper(attached: Mapping[str, Attached], name: str, paper: Attached) -> dict[str, Attached]:
    """Return what is attached after one more paper was, or after one was taken back, which has no digest."""
    return {n: one for n, one in {**attached, name: paper}.items() if one.digest}
