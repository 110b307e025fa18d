"""What a report needs to be said in somebody's language: sentences, and a county's own names for ids."""

from typing import Protocol


class Words(Protocol):
    """The words of one county in one language."""

    def say(self, zh: str, en: str) -> str:
        """Return the sentence in the reader's language."""

    def both(self, text: str) -> str:
        """Return the reader's half of a `中文 / English` text."""

    def word(self, value: str) -> str:
        """Return a value of a policy in the field's words."""

    def county(self, county: str) -> str:
        """Return a county's name."""

    def named(self, field: str, value: str) -> str:
        """Return the name of an id that stands in *field*, or the id itself."""

    def step(self, step: str) -> str:
        """Return the name of an open step."""

    def stage(self, stage: str) -> str:
        """Return where a case stands."""

    def who(self, post: str, person: str) -> str:
        """Return a post and who acted for it."""


def listed(words: Words, parts: list[str]) -> str:
    """Return parts as a list in the reader's language."""
    return words.say("、", ", ").join(parts)


def wan_yuan(words: Words) -> str:
    """Return the unit in which money is shown."""
    return words.say("单位：万元", "in wan yuan (10,000 yuan)")
