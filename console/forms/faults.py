"""What is wrong with a form, field by field, in words that say what would do."""

from collections.abc import Iterable
from typing import NamedTuple

from domain.errors import BadInputError
from doors.texts import t


class FieldError(NamedTuple):
    """What is wrong with one field, by its path (`""` for the form as a whole), in both languages."""

    path: str
    zh: str
    en: str

    @property
    def words(self) -> str:
        """Return it in the language that a person reads here."""
        return t(self.zh, self.en)


class UnreadError(ValueError):
    """A text that is not what its field is for; says what would be, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


class FormError(BadInputError):
    """A form that is no request: everything that is wrong with it, not the first thing only."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("form", "；".join(f"{one.path} {one.zh} / {one.en}" for one in self.errors))

    def text(self, language: str) -> str:
        """Return all of it in *language* (`zh` or `en`)."""
        chinese = language.startswith("zh")
        return ("；" if chinese else "; ").join(one.zh if chinese else one.en for one in self.errors)

    def of(self, path: str) -> tuple[FieldError, ...]:
        """Return what is wrong with the field at *path*."""
        return tuple(one for one in self.errors if one.path == path)
