"""What a witness keeps (见证存档), in a folder of its own: whose key it trusts, what it countersigned, and evidence."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from audit.outside import Outside
from audit.published import NOTE_MAX, read_signed
from audit.seal_keys import read_rotation
from audit.seals import Signed
from audit.verify import Verifier, read_verifier
from audit.witness_refusals import TwoSuccessorsError
from domain.errors import BadInputError

TRUST, SEEN, EVIDENCE = "trusted.json", "seen", "evidence"
_NAME = 16  # Of a digest: a log's name may hold what no file's may.


@dataclass(frozen=True)
class Trust:
    """The key of a log that a witness goes by now, and the notes that led to it from the one that it was given."""

    key: Verifier
    rotations: tuple[str, ...] = ()

    def followed(self, rotations: tuple[str, ...]) -> "Trust":
        """Return the key that this one handed over to, step by step.

        Raises:
            TwoSuccessorsError: If it handed over to two.
        """
        key, taken = self.key, list(self.rotations)
        steps = {text: read_rotation(text) for text in rotations if text not in taken}
        while after := {new: text for text, (old, new) in steps.items() if old == key}:
            if len(after) > 1:
                raise TwoSuccessorsError(key=str(key), names=", ".join(map(str, after)))
            ((key, text),) = after.items()
            taken.append(text)
            del steps[text]
        return Trust(key, tuple(taken))


class WitnessState:
    """What a witness keeps of one log."""

    def __init__(self, state: Path, origin: str) -> None:
        """Name the folder of this log within the witness's."""
        self.origin = origin
        self.path = state / sha256(origin.encode()).hexdigest()[:_NAME]
        self.files = Outside(self.path)

    def trust(self) -> Trust | None:
        """Return whose key is trusted, or None at the first time.

        Raises:
            BadInputError: If the file is damaged.
        """
        text = self.files.read_text(TRUST, NOTE_MAX * 4)
        if text is None:
            return None
        try:
            said = json.loads(text)
            key = read_verifier(said["key"])
            if (said["origin"], key.name) == (self.origin, self.origin):
                return Trust(key, tuple(said["rotations"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
            raise BadInputError(str(self.path / TRUST), f"damaged / 已损坏: {e}") from e
        raise BadInputError(str(self.path / TRUST), f"of another log than {self.origin} / 属于另一日志")

    def keep_trust(self, trust: Trust) -> None:
        """Keep whose key is trusted."""
        if trust != self.trust():
            said = {"origin": self.origin, "key": str(trust.key), "rotations": list(trust.rotations)}
            self.files.write(TRUST, (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode())

    def seen(self) -> list[Signed]:
        """Return what was countersigned, the smallest first.

        Raises:
            BadInputError: If one of them is damaged.
        """
        found = [read_signed(self.files, f"{SEEN}/{size}") for size in self.files.numbers(SEEN)]
        return [one for one in found if one is not None]

    def keep(self, signed: Signed) -> None:
        """Keep what is countersigned, before anybody is shown it."""
        self.files.write(f"{SEEN}/{signed.checkpoint.size}", signed.text.encode())

    def keep_evidence(self, *notes: Signed) -> str:
        """Keep notes that contradict each other, byte for byte; return where."""
        for one in notes:
            digest = sha256(one.text.encode()).hexdigest()[:_NAME]
            self.files.write(f"{EVIDENCE}/{one.checkpoint.size}-{digest}", one.text.encode())
        return str(self.path / EVIDENCE)
