"""The digest of a ledger: per stream, log order aside, times cut to the business day, so that seeds compare."""

import json
from hashlib import sha256
from typing import Any

from domain.ledger import Ledger, canonical


def stream_digests(ledger: Ledger) -> dict[str, str]:
    """Return the SHA-256 of each stream's canonical facts, in hex."""
    hashes: dict[str, Any] = {}
    for entry in ledger.log():
        line = json.dumps(canonical(entry.fact), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        hashes.setdefault(entry.stream, sha256()).update(f"{line}\n".encode())
    return {stream: hashes[stream].hexdigest() for stream in sorted(hashes)}


def ledger_digest(ledger: Ledger) -> str:
    """Return one SHA-256 over all streams' digests, in hex."""
    lines = "".join(f"{stream} {digest}\n" for stream, digest in stream_digests(ledger).items())
    return sha256(lines.encode()).hexdigest()
