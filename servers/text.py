"""A sentence in both languages of the product."""

from typing import NamedTuple


class Text(NamedTuple):
    """The same sentence twice, with the same numbers."""

    zh: str
    en: str

    def to(self, language: str) -> str:
        """Return the sentence in *language*; whatever is not English gets Chinese."""
        return self.en if language.startswith("en") else self.zh
