"""Packs made by hand from the facts of a store: a fund's, in format 1, for tests that read, change or forge them."""

import base64
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import verify
from audit.verify import SIGNS, Verifier
from domain.log_reading import Row
from tests.places import ROOT

CALENDARS = ROOT / "policies" / "calendars"
ORIGIN = "ledger.sample.example"
AT = "2023-12-31T18:00:00+08:00"
# What a case of a fund hangs on, by the fields that name it.
NAMED = {"plan_no": "plan", "project_no": "project", "claim_no": "claim", "asset_no": "asset", "meeting_no": "meeting"}


class Key(NamedTuple):
    """A private key and its public half as verifiers write it."""

    private: Ed25519PrivateKey
    public: Verifier

    def sign(self, text: str) -> str:
        """Return a note over *text*, signed."""
        return f"{text}\n{self.line(text)}"

    def line(self, text: str) -> str:
        """Return its signature as a line."""
        return verify.signature_line(self.public, self.private.sign(text.encode()))


def key_of(seed: int, name: str = ORIGIN, kind: int = SIGNS) -> Key:
    """Return the key of a seed: the same in every run."""
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return Key(private, verify.verifier(name, kind, private.public_key().public_bytes_raw()))


OFFICE = key_of(1)


def rows_of(url: str) -> list[Row]:
    """Return all facts of an SQLite store, in the order of its log."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        statement = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"
        return [Row(*row) for row in connection.execute(statement)]


def calendars() -> dict[str, str]:
    """Return the calendar files' texts by their names in a pack."""
    return {f"calendars/{file.name}": file.read_text(encoding="utf-8") for file in sorted(CALENDARS.glob("*.toml"))}


def facts_of(rows: Iterable[Row]) -> list[tuple[int, str, int, str, bytes]]:
    """Return facts as `check_streams` takes them."""
    return [(n, row.stream, row.version, row.topic, bytes(row.state)) for n, row in enumerate(rows)]


def streams_of(rows: Iterable[Row], fund: str) -> set[str]:
    """Return the streams that hang on a fund."""
    county = fund.split("/", 1)[0]
    by_stream: dict[str, list[Any]] = {}
    for row in rows:
        by_stream.setdefault(row.stream, []).append(json.loads(row.state))
    found, left = {f"{county}/county", f"{county}/mandates"} & by_stream.keys(), [fund]
    while left:
        stream = left.pop()
        if stream in found or stream not in by_stream:
            continue
        found.add(stream)
        # A plan names projects that other funds pay for, and they are none of this one's.
        text = json.dumps(by_stream[stream]) if stream.split("/")[1] != "plan" else ""
        for name, kind in NAMED.items():
            left += [f"{county}/{kind}/{no}" for no in re.findall(rf'"{name}": "([^"]+)"', text)]
        left.append(stream.replace("/", "/papers/", 1))
        left += [f"{county}/meeting/{fact['meeting_no']}" for fact in by_stream[stream] if fact.get("meeting_no")]
    cases = set(found)
    return found | {s for s, facts in by_stream.items() if "/obligation/" in s and facts[0].get("case") in cases}


def nodes_of(leaves: list[bytes], indices: Iterable[int]) -> dict[str, str]:
    """Return the nodes that prove some leaves."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        levels.append(verify.level_above(levels[-1]))
    places = {place for index in indices for place in verify.proof_places(index, len(leaves))}
    return {f"{lv}/{n}": base64.b64encode(levels[lv][n]).decode() for lv, n in sorted(places)}


@dataclass(frozen=True)
class Pack:
    """The members of a pack, and how to write them."""

    members: Mapping[str, bytes]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def json(self, name: str) -> Any:
        """Return a member that is JSON."""
        return json.loads(self.members[name])

    def changed(self, **members: Any) -> "Pack":
        """Return it with other members, by their names without the ending; the manifest is made to fit."""
        names = {name.partition(".")[0]: name for name in self.members}
        new = {names[key]: value if isinstance(value, bytes) else _plain(value) for key, value in members.items()}
        return replace(self, members=_listed({**self.members, **new}))

    @property
    def lines(self) -> list[bytes]:
        """Return the lines of its facts."""
        return self.members["facts.jsonl"].splitlines()

    def with_lines(self, lines: Iterable[bytes]) -> "Pack":
        """Return it with other lines of facts."""
        return self.changed(facts=b"".join(line + b"\n" for line in lines))

    def write(self, file: Path) -> Path:
        """Write it."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
            for name, content in self.members.items():
                out.writestr(name, content)
        return file


def _plain(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _listed(members: Mapping[str, bytes]) -> dict[str, bytes]:
    manifest = json.loads(members["manifest.json"])
    manifest["members"] = {n: sha256(content).hexdigest() for n, content in members.items() if n != "manifest.json"}
    return {**members, "manifest.json": _plain(manifest)}


def pack_of(
    rows: list[Row],
    fund: str,
    key: Key = OFFICE,
    sign: Callable[[str], str] | None = None,
    rotations: tuple[str, ...] = (),
) -> Pack:
    """Return the pack of a fund from a whole log, sealed by *key*; *sign* makes the note otherwise."""
    lines = [verify.leaf_bytes(row.stream, row.version, row.topic, bytes(row.state)) for row in rows]
    leaves, last = [verify.leaf_hash(line) for line in lines], {row.stream: row.version for row in rows}
    wanted = streams_of(rows, fund)
    indices = [n for n, row in enumerate(rows) if row.stream in wanted]
    ordered = sorted(last, key=str.encode)
    heads = [verify.leaf_hash(verify.head_bytes(stream, last[stream])) for stream in ordered]
    places = [ordered.index(stream) for stream in sorted(wanted, key=str.encode)]
    point = verify.Checkpoint(
        ORIGIN, len(rows), verify.root_of(leaves), verify.heads_root(last.items()), len(heads), AT
    )
    policy = next(json.loads(row.state) for row in rows if row.topic == "county.policy-adopted/1")
    texts = {"profile": policy["profile_text"], "engine": policy["engine_text"]}
    said = {"format": "bridgefund-audit-pack/1", "county": fund.split("/", 1)[0], "fund": fund, "origin": ORIGIN}
    more = {"size": len(rows), "made_at": AT, "build": "test", "sample": True, "files": _papers(rows, wanted)}
    manifest = {**said, **more}
    listed = [{"stream": ordered[p], "version": last[ordered[p]], "index": p} for p in places]
    members = {
        "manifest.json": _plain(manifest),
        "README.md": b"# \n",
        "checkpoint": (sign or key.sign)(point.text()).encode(),
        "keys.json": _plain({"verifiers": [str(key.public)], "rotations": list(rotations)}),
        "facts.jsonl": b"".join(lines[n] + b"\n" for n in indices),
        "proofs.json": _plain({"size": len(rows), "indices": indices, "nodes": nodes_of(leaves, indices)}),
        "heads.json": _plain({"streams": len(heads), "heads": listed, "nodes": nodes_of(heads, places)}),
        **{name: text.encode() for name, text in calendars().items()},
        **{f"policies/{sha256(t.encode()).hexdigest()}-{what}.toml": t.encode() for what, t in texts.items()},
    }
    return Pack(_listed(members))


def _papers(rows: Iterable[Row], wanted: set[str]) -> list[dict[str, Any]]:
    facts = [json.loads(r.state) for r in rows if r.topic == "paper.attached/1" and r.stream in wanted]
    return [
        {"digest": fact["digest"], "size_bytes": fact["size_bytes"], "name": fact["file_name"], "case": fact["case"],
         "in_pack": False, "withdrawn": False}
        for fact in facts
    ]  # fmt: skip
