"""What can go wrong, by what to do next: refused for good, contended for now, unreadable by this build."""

from typing import Any, ClassVar

from domain.sealed import bare
from domain.words import in_chinese


class BridgefundError(Exception):
    """The root. Its text is there in both languages of the product, with the same numbers."""

    zh: ClassVar[str] = "{reason}"
    en: ClassVar[str] = "{reason}"
    temporary: ClassVar[bool] = False  # Asking again may help.

    def __init__(self, **numbers: Any) -> None:
        self.numbers = numbers
        super().__init__(self.text("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        """Go from one process to another."""
        return _again, (type(self), self.numbers)

    def text(self, language: str) -> str:
        """Return the reason in *language* (`zh` or `en`)."""
        if not language.startswith("zh"):
            return bare(self.en.format(**self.numbers))
        return bare(self.zh.format(**{name: in_chinese(number) for name, number in self.numbers.items()}))


def _again(kind: type[BridgefundError], numbers: dict[str, Any]) -> BridgefundError:
    error = kind.__new__(kind)
    BridgefundError.__init__(error, **numbers)
    return error


class RefusedError(BridgefundError):
    """A rule says no. Asking again changes nothing; the text says which rule, which numbers, what would do."""


class BadInputError(BridgefundError):
    """What was handed in is malformed: a file, a field or a flag. Nothing was changed by it."""

    zh = "{place}：{reason}"
    en = "{place}: {reason}"

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place=place, reason=reason)


class FindingError(BridgefundError):
    """What was checked is not what it should be: evidence, and no mistake of whoever asked (exit code 1)."""


class ContendedError(BridgefundError):
    """Other writers got in first too often. Asking again may help."""

    temporary = True
    zh = "其他写入抢先了 {attempts} 次，请重试：{streams}"
    en = "{attempts} appends lost to other writers, try again: {streams}"


class StoreUnreachableError(BridgefundError):
    """The store does not answer, or what stands there is no store."""

    temporary = True
    zh = "打不开库 {place}：{reason}"
    en = "the store {place} cannot be opened: {reason}"


class UnfinishedCopyError(BridgefundError):
    """What stands there is a copy of a store that was never finished: part of its facts are missing."""

    zh = "{place} 是尚未复制完的库，内容不全，不得使用；请再次执行 bridgefund migrate 把它复制完"
    en = "{place} is a copy that was never finished, facts are missing: run `bridgefund migrate` again to finish it"


class UnreadableFactError(BridgefundError):
    """A stored fact that this build does not know; a newer build may."""

    zh = "{place}：无法读取已存事实：{reason}"
    en = "{place}: cannot read a stored fact: {reason}"


class AnotherBuildError(UnreadableFactError):
    """The same, and another build than this one was the last that noted itself before it was written."""

    zh = "{place}：无法读取已存事实：{reason}；写入此处的版本是 {written}，本版本是 {here}，请用写入的或更新的版本"
    en = (
        "{place}: cannot read a stored fact: {reason}; "
        "build {written} was writing here, this is build {here}: use the one that wrote it or a newer one"
    )
