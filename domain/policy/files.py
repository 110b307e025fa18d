"""Files (附件文件): which types a paper's file may be of, by what is in it, and how large it may be."""

from typing import Annotated

from pydantic import Field

from domain.policy.base import Count, Model, Rule

MIB = 1024 * 1024


class FileType(Model):
    """A type that is allowed: its media type, as found in the content, and how such a file's name ends."""

    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
    endings: tuple[Annotated[str, Field(pattern=r"^[a-z0-9]+$")], ...]


class FileRule(Rule):
    """What a paper's file must be (A-57). A county that has a rule of its own is under that one alone."""

    # A file is read through while whoever asks waits.
    size_most_mib: Annotated[Count, Field(le=512)]
    types: tuple[FileType, ...]

    @property
    def size_most_bytes(self) -> int:
        """Return the largest size, in bytes."""
        return self.size_most_mib * MIB

    def endings(self, media_type: str) -> tuple[str, ...]:
        """Return how the names of files of a type end; none, if the type is not allowed."""
        return next((one.endings for one in self.types if one.media_type == media_type), ())
