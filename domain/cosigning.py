"""Co-signing (会签): what a post does together with others (会同) stands once each of them has signed for itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.act import Act
from domain.errors import RefusedError

COSIGN = "cosign"


class CosignMissingError(RefusedError):
    """A case was to go on before all who take part in what was done have co-signed it."""

    zh = "{case} 的 {what} 由 {posts} 会同办理，尚未会签；须先会签（{clause}）"
    en = "{case}: {what} is done together with {posts}, who must co-sign it first ({clause})"


class NothingToCosignError(RefusedError):
    """A co-signature of a post that is not asked for it, or has given it already."""

    zh = "{case} 的 {what} 现在不由 {post} 会签；只有 {posts} 须会签（{clause}）"
    en = "{case}: no co-signature of {what} by {post} is waited for, only by {posts} ({clause})"


@dataclass
class Cosigned:
    """Who has co-signed what: of each thing done together, for each post whose hands it went through."""

    by: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def note(self, what: str, act: Act) -> None:
        """Fold one co-signature in."""
        self.by.setdefault(what, {})[act.post] = act.hands

    def void(self, what: Iterable[str]) -> None:
        """Let co-signatures fall: what they were given for is done anew."""
        for one in what:
            self.by.pop(one, None)

    def missing(self, what: str, together: tuple[str, ...]) -> tuple[str, ...]:
        """Return the posts whose co-signature is still waited for."""
        return tuple(post for post in together if post not in self.by.get(what, {}))

    def check_all(self, case: str, what: str, together: tuple[str, ...], clause: str) -> None:
        """Check that everybody has co-signed.

        Raises:
            CosignMissingError: If somebody has not.
        """
        if missing := self.missing(what, together):
            raise CosignMissingError(case=case, what=what, posts=", ".join(missing), clause=clause)

    def check_may(self, case: str, what: str, together: tuple[str, ...], act: Act) -> None:
        """Check that the post of *act* is waited for.

        Raises:
            NothingToCosignError: If it is not.
        """
        missing = self.missing(what, together)
        if act.post not in missing:
            posts = ", ".join(missing) or "-"
            raise NothingToCosignError(case=case, what=what, post=act.post, posts=posts, clause=act.clause)

    def hands(self, what: str) -> dict[str, str]:
        """Return whose hands the co-signatures went through: two posts in one hand are one hand."""
        return {person: COSIGN for hands in self.by.get(what, {}).values() for person in hands}
