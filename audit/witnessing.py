"""Witnessing (见证): whoever stands outside countersigns that a log only ever grew; needs its folder, not its store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit.log_folder import Published, read_folder
from audit.notes import cosigned, joined, lines_by, without
from audit.published import EACH, KEYS, LATEST, Keys, LogFolder, Told
from audit.seal_keys import SealKey
from audit.seals import Signed
from audit.verify import SIGNS, Verifier
from audit.witness_refusals import NotSignedError, RewrittenError, SmallerError, SplitViewError
from audit.witness_state import Trust, WitnessState
from domain.errors import BadInputError


@dataclass(frozen=True)
class Witnessed:
    """What was countersigned, what was seen of that log before, and whether the countersignature is new."""

    signed: Signed
    before: Signed | None
    new: bool


def witness(
    folder: Path,
    key: SealKey,
    state: Path,
    now: datetime,
    trust: Verifier | None = None,
    told: Told = lambda *_: None,
) -> Witnessed:
    """Countersign the latest checkpoint in a *folder* with a witness's *key*, if it goes on from what was seen before.

    *trust* is the log's key, needed at the first time; afterwards its own *state* says. What is countersigned is kept
    there before anybody is shown it, so that no two roots of one size are ever signed.

    Raises:
        FindingError: If the log does not go on from what was seen, or is signed by another key; see the classes.
        BadInputError: If a file or a key is none, or nothing says whom to trust.
    """
    latest = latest_of(folder)
    kept = WitnessState(state, latest.checkpoint.origin)
    trusted = _trusted(kept, trust, LogFolder(folder).keys().rotations)
    _check_signed(latest, trusted.key)
    with kept.files.alone():
        seen = kept.seen()
        _check_grown(kept, seen, latest)
        if seen and seen[-1].checkpoint.size < latest.checkpoint.size:
            _check_goes_on(kept, seen, latest, _read_same(folder, latest, told))
        elif not seen:
            _read_same(folder, latest, told)
        kept.keep_trust(trusted)
        known = next((one for one in seen if one.note.text == latest.note.text), None)
        own = lines_by(known.text, [key.verifier]) if known else []
        signed = known if known and own else _countersigned(latest, trusted.key, key, now)
        if not own:
            kept.keep(signed)
    _hand_back(folder, signed, [trusted.key, key.verifier], key)
    return Witnessed(signed, seen[-1] if seen else None, not own)


def _countersigned(latest: Signed, log: Verifier, key: SealKey, now: datetime) -> Signed:
    """Return a checkpoint with the log's own signature and a witness's: of what others wrote there nothing is kept."""
    by_log = "".join(lines_by(latest.text, [log]))
    return Signed(f"{latest.note.text}\n{by_log}{cosigned(latest.note, key, now)}")


def latest_of(folder: Path) -> Signed:
    """Return a folder's latest checkpoint.

    Raises:
        BadInputError: If there is none.
    """
    found = LogFolder(folder).latest()
    if found is None:
        raise BadInputError(str(folder), f"no published seals: it has no file `{LATEST}` / 没有公布的封印")
    return found


def _trusted(kept: WitnessState, given: Verifier | None, rotations: tuple[str, ...]) -> Trust:
    known = kept.trust()
    if known is None and given is None:
        reason = (
            f"the first checkpoint of {kept.origin}: give its key, told by the office itself and not by this folder / "
            "首次见证须给出该单位当面告知的公钥"
        )
        raise BadInputError("--trust", reason)
    if given and (given.kind != SIGNS or given.name != kept.origin):
        raise BadInputError("--trust", f"{given} is no key of the log {kept.origin} / 不是该日志的公钥")
    first = known or (Trust(given) if given else None)
    assert first is not None
    trust = first.followed(rotations)
    if given and str(given) not in "".join([str(trust.key), *trust.rotations]):
        raise BadInputError("--trust", f"{kept.origin} is witnessed under {trust.key} / 此前信任的是另一把公钥")
    return trust


def _check_signed(latest: Signed, key: Verifier) -> None:
    head = latest.checkpoint
    if not lines_by(latest.text, [key]) or head.origin != key.name:
        raise NotSignedError(origin=head.origin, size=head.size, key=str(key))


def _check_grown(kept: WitnessState, seen: Sequence[Signed], latest: Signed) -> None:
    """Raise where the log is smaller than it was, or says two things of one size."""
    now = latest.checkpoint
    for one in seen:
        if one.checkpoint.size == now.size and one.claim != latest.claim:
            raise SplitViewError(origin=now.origin, size=now.size, kept=kept.keep_evidence(one, latest))
    if seen and now.size < (last := seen[-1].checkpoint).size:
        where = kept.keep_evidence(seen[-1], latest)
        raise SmallerError(origin=now.origin, seen=last.size, seen_at=last.at, size=now.size, kept=where)


def _check_goes_on(kept: WitnessState, seen: Sequence[Signed], latest: Signed, published: Published) -> None:
    """Raise where the leaves that are published now do not begin with those that were seen."""
    tree, agreed = published.tree, 0
    for one in seen:
        head = one.checkpoint
        if tree.root_at(head.size) != head.root:
            where, now = kept.keep_evidence(one, latest), latest.checkpoint
            raise RewrittenError(origin=now.origin, agreed=agreed, seen=head.size, seen_at=head.at, kept=where)
        agreed = head.size


def _read_same(folder: Path, latest: Signed, told: Told) -> Published:
    """Return what the folder holds under that checkpoint.

    Raises:
        BadInputError: If another was published meanwhile, or a file is damaged.
        TilesDifferError: If the leaves are not those under it.
    """
    published = read_folder(folder, told)
    if published.latest.note.text != latest.note.text:
        raise BadInputError(str(folder), "a new checkpoint was published meanwhile: try again / 期间有新的封印，请重试")
    return published


def _hand_back(folder: Path, signed: Signed, known: Sequence[Verifier], key: SealKey) -> None:
    """Write the countersignature, and the key that it can be checked with, into the folder.

    A line there that claims to be the log's or the witness's and is not would spoil the note for whoever checks it.
    """
    there, own = LogFolder(folder), lines_by(signed.text, [key.verifier])
    with there.files.alone():
        keys = there.keys()
        if key.verifier not in keys.verifiers:
            there.files.write(KEYS, keys.with_(Keys((key.verifier,))).text().encode())
        size = signed.checkpoint.size
        for name, found in ((f"{EACH}/{size}", there.at(size)), (LATEST, there.latest())):
            if found and found.note.text == signed.note.text:
                text = joined(without(found.text, lines_by(found.text, known, hold=False)), own)
                if text != found.text:
                    there.files.write(name, text.encode())
