"""The digest of a ledger: per stream, log order aside, times cut to the business day, so that seeds compare."""

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from itertools import groupby

from domain.calendar import day_of
from domain.ledger import Entry, Ledger
from domain.stored_facts import canonical


def stream_digests(ledger: Ledger) -> dict[str, str]:
    """Return the SHA-256 of each stream's canonical facts, in hex."""
    of_streams: dict[str, list[Entry]] = {}
    for entry in ledger.log():
        of_streams.setdefault(entry.stream, []).append(entry)
    return {
        stream: sha256("".join(_in_order(of_streams[stream])).encode()).hexdigest() for stream in sorted(of_streams)
    }


def _in_order(entries: list[Entry]) -> Iterator[str]:
    """Yield a stream's lines. Clocks of several cases that ring at one moment write in no order: theirs are sorted."""
    for rang, together in groupby(entries, key=_moment_of_a_clock):
        lines = [
            json.dumps(canonical(entry.fact), sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"
            for entry in together
        ]
        yield from sorted(lines) if rang else lines


def _moment_of_a_clock(entry: Entry) -> date | None:
    return day_of(entry.fact.act.recorded_at) if entry.fact.act.door == "clock" else None


def ledger_digest(ledger: Ledger) -> str:
    """Return one SHA-256 over all streams' digests, in hex."""
    lines = "".join(f"{stream} {digest}\n" for stream, digest in stream_digests(ledger).items())
    return sha256(lines.encode()).hexdigest()
