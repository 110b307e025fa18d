"""An audit pack (审计包): a fund's facts with everything that proves them to one seal, in one file.

What is in it, member by member, is in the decision on packs; `audit/verify.py` reads it with nothing of ours.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from audit.files import BadFile
from audit.log_tree import Tree
from audit.pack_archive import PackArchive, whole_file
from audit.pack_papers import Papers, put_files
from audit.pack_readme import readme
from audit.pack_refusals import FundNotSealedError, SealBrokenError
from audit.packing_streams import ROWS, Told, checked, streams_of
from audit.seal_refusals import DamagedSealError
from audit.seals import Seal, Seals
from audit.verify import Checkpoint, head_bytes, leaf_bytes, leaf_hash
from domain.cases import STORE, kind_of, parse_case
from domain.collecting import uncollected
from domain.county import PolicyAdopted
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.papers import PAPERS
from domain.registry import stored_name
from domain.store import STORE as STORE_DECIDER
from domain.stored_facts import read_fact
from files.store import FileStore

FORMAT = "bridgefund-audit-pack/1"
_POLICY = stored_name(PolicyAdopted)


@dataclass(frozen=True)
class Packed:
    """What is in a pack, and which of the files that should be are not."""

    origin: str
    size: int
    at: str
    facts: int
    streams: int
    members: dict[str, str]
    files: list[dict[str, Any]] = field(default_factory=list)
    bad_files: list[BadFile] = field(default_factory=list)


@dataclass
class _Found:
    """What one pass over the log brings: all leaves and heads, and of the pack which facts, papers and policies."""

    leaves: bytearray = field(default_factory=bytearray)
    heads: dict[str, int] = field(default_factory=dict)
    indices: list[int] = field(default_factory=list)
    papers: Papers = field(default_factory=Papers)
    policies: dict[str, bytes] = field(default_factory=dict)


def pack(
    ledger: Ledger,
    fund: str,
    seal: Seal,
    out: Path,
    calendars: Path,
    files: FileStore | None = None,
    *,
    force: bool = False,
    told: Told = lambda *_: None,
    told_of_files: Told = lambda *_: None,
) -> Packed:
    """Write the pack of a *fund*'s case as of a *seal* at *out*, with the papers' files where they are asked for.

    The same store, seal and build give the same bytes.

    Raises:
        FundNotSealedError: If the seal is older than the fund.
        DamagedSealError: If the keys that sealed are not on record.
        OddFactError: If a column of a fact is not what a ledger writes.
        UnreadableFactError: If this build cannot read a fact that says what belongs to the pack.
        SealBrokenError: If the log is not what was sealed.
        FileStoreError: If the file store does not answer.
        PackUnwritableError: If the disk does not take it.
        StoreUnreachableError: If the store does not answer.
    """
    head, by_year = seal.checkpoint, _calendars(calendars)
    keys, rotations = Seals(ledger).keys()
    if not keys:
        raise DamagedSealError(which="ledger_seal_keys", reason="no key / 没有公钥")
    streams = streams_of(ledger, fund, seal.position, lambda at, of: told(at, 3 * of))
    at = datetime.fromisoformat(head.at)
    with whole_file(out, force=force) as file, PackArchive(out, file, at) as archive:
        # As they are: a byte that is damaged on the way is then one fact's, which the verifier names.
        with archive.member("facts.jsonl", packed=False) as write:
            found = _read(ledger, seal, streams, write, told)
        if fund not in found.heads:
            raise FundNotSealedError(fund=fund, at=head.at, size=head.size)
        ours = {stream: found.heads[stream] for stream in streams if stream in found.heads}
        archive.add("proofs.json", _json(_proofs(_unchanged(found, head), found.indices)))
        archive.add("heads.json", _json(_proven_heads(found.heads, ours)))
        archive.add("checkpoint", seal.text.encode())
        archive.add("keys.json", _json({"verifiers": [str(key) for key in keys], "rotations": rotations}))
        for name, content in (by_year | dict(sorted(found.policies.items()))).items():
            archive.add(name, content)
        listed, bad = put_files(archive, found.papers, files, told_of_files)
        said = Packed(head.origin, head.size, head.at, len(found.indices), len(ours), archive.digests, listed, bad)
        sample = ledger.state(STORE_DECIDER, STORE).sample is not None
        archive.add("README.md", readme(fund, said, sorted(ours), str(keys[0]), sample=sample).encode())
        archive.add("manifest.json", _json(_manifest(ledger.build, fund, said, sample=sample)))
    return said


def unsealed(ledger: Ledger, fund: str, behind: int, told: Told = lambda *_: None) -> int:
    """Return how many facts of a fund's pack stand in the log behind the position of a seal."""
    end = ledger.recorder.max_notification_id() or 0
    if end <= behind:
        return 0
    streams, count, after = streams_of(ledger, fund, end, told), 0, behind
    while rows := ledger.rows(after, ROWS):
        count += sum(row.stream in streams for row in rows)
        after = rows[-1].position
    return count


def _read(ledger: Ledger, seal: Seal, streams: frozenset[str], write: Callable[[bytes], None], told: Told) -> _Found:
    """Hash all facts under a seal, and hand on those of the pack."""
    found, index, after, end = _Found(), 0, 0, seal.position
    with uncollected():
        while after < end and (rows := ledger.rows(after, ROWS)):
            for after, stream, version, name, state in checked(rows):
                if after > end:
                    break
                line = leaf_bytes(stream, version, name, state)
                found.leaves += leaf_hash(line)
                found.heads[stream] = version
                if stream in streams:
                    found.indices.append(index)
                    write(line + b"\n")
                    _note(found, stream, version, name, state)
                index += 1
            told(2 * end + min(after, end), 3 * end)
    return found


def _note(found: _Found, stream: str, version: int, name: str, state: bytes) -> None:
    if kind_of(stream) == PAPERS.kind:
        found.papers.note(read_fact(name, state, f"{stream}#{version}"))
    elif name == _POLICY:
        adopted: PolicyAdopted = read_fact(name, state, f"{stream}#{version}")
        ref = adopted.policy
        texts = [("profile", ref.profile, adopted.profile_text), ("engine", ref.engine, adopted.engine_text)]
        texts += [("office", digest, text) for digest, text in zip(ref.office, adopted.office_texts, strict=True)]
        found.policies |= {f"policies/{digest}-{what}.toml": text.encode() for what, digest, text in texts}


def _unchanged(found: _Found, head: Checkpoint) -> Tree:
    tree = Tree(bytes(found.leaves))
    if (tree.size, tree.root) != (head.size, head.root):
        raise SealBrokenError(size=head.size, now=tree.size)
    return tree


def _proofs(tree: Tree, indices: list[int]) -> dict[str, Any]:
    return {"size": tree.size, "indices": indices, "nodes": _nodes(tree, indices)}


def _proven_heads(heads: Mapping[str, int], ours: Mapping[str, int]) -> dict[str, Any]:
    ordered = sorted(heads, key=str.encode)
    place = {stream: index for index, stream in enumerate(ordered) if stream in ours}
    tree = Tree(b"".join([leaf_hash(head_bytes(stream, heads[stream])) for stream in ordered]))
    rows = [{"stream": stream, "version": ours[stream], "index": index} for stream, index in place.items()]
    return {"streams": tree.size, "heads": rows, "nodes": _nodes(tree, place.values())}


def _nodes(tree: Tree, indices: Iterable[int]) -> dict[str, str]:
    """Return the nodes that prove leaves, each once: what `verify.proof_places` names, for all of them together."""
    nodes, level, last, at = dict[str, str](), 0, tree.size - 1, set(indices)
    while last > 0:
        needed = {number ^ 1 for number in at if number % 2 or number < last}
        for number in sorted(needed):
            nodes[f"{level}/{number}"] = b64encode(tree.node(level, number, tree.size)).decode()
        at, last, level = {number >> 1 for number in at}, last >> 1, level + 1
    return nodes


def _calendars(folder: Path) -> dict[str, bytes]:
    try:
        return {f"calendars/{file.name}": file.read_bytes() for file in sorted(folder.glob("*.toml"))}
    except OSError as e:
        raise BadInputError(str(folder), str(e)) from e


def _manifest(build: str, fund: str, said: Packed, *, sample: bool) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "county": parse_case(fund).county,
        "fund": fund,
        "origin": said.origin,
        "size": said.size,
        "made_at": said.at,
        "build": build,
        "sample": sample,
        "members": dict(said.members),
        "files": said.files,
    }


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
