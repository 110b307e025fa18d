"""Logs to be sealed: facts in a store, or leaves of numbers without one; keys of the seal, and days."""

from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

from audit.log_folder import publish
from audit.log_tree import Tree
from audit.published import Keys
from audit.seal_keys import SealKey, make_key
from audit.sealing import Sealed, seal
from audit.seals import Seal
from audit.verify import Checkpoint
from domain.calendar import SHANGHAI
from domain.ledger import Ledger, Step
from tests.domain.test_ledger import appoints

BEGAN = datetime(2022, 3, 10, 18, tzinfo=SHANGHAI)
LOG, WITNESS = "ledger.county.example", "audit.city.example"
_numbers = count(1)


def day(number: int) -> datetime:
    """Return the evening of a day, counted from the first."""
    return BEGAN + timedelta(days=number)


def grow(ledger: Ledger, facts: int) -> None:
    """Let something happen: each fact in a stream of its own."""
    for _ in range(facts):
        ledger.execute(Step(f"county-{next(_numbers)}/mandates", appoints("li")))


def tree_of(size: int, salt: str = "") -> Tree:
    """Return the tree over the hashes of numbers."""
    return Tree(b"".join(sha256(f"{salt}{n}".encode()).digest() for n in range(size)))


def rewritten(tree: Tree, at: int) -> Tree:
    """Return a tree whose leaf *at* is another one."""
    return Tree(tree.leaves[: at * 32] + sha256(b"another").digest() + tree.leaves[(at + 1) * 32 :])


def head_of(tree: Tree, key: SealKey, at: datetime = BEGAN) -> Seal:
    """Return a checkpoint over a tree, sealed without a store."""
    text = Checkpoint(key.name, tree.size, tree.root, sha256(b"heads").digest(), 1, at.isoformat()).text()
    return Seal(f"{text}\n{key.signature(text)}", tree.size)


def put_out(folder: Path, tree: Tree, key: SealKey, at: datetime = BEGAN) -> Seal:
    """Publish a checkpoint over a tree; return it."""
    made = head_of(tree, key, at)
    publish(folder, [made], tree, Keys((key.verifier,), key.rotations))
    return made


def log_key(folder: Path, name: str = LOG) -> SealKey:
    """Make a log's key."""
    return make_key(folder / f"log-{next(_numbers)}.key", name)


def witness_key(folder: Path) -> SealKey:
    """Make a witness's key."""
    return make_key(folder / f"witness-{next(_numbers)}.key", WITNESS, "witness")


def handed_over(folder: Path, key: SealKey) -> SealKey:
    """Make the next key of a log."""
    return make_key(folder / f"log-{next(_numbers)}.key", key.name, after=key, at=BEGAN)


def sealed_on(ledger: Ledger, key: SealKey, number: int = 0) -> Sealed:
    """Seal a store on a day."""
    return seal(ledger, key, day(number))
