"""The language of the command line."""

import os

import settings


def language() -> str:
    """Return the language that a person reads here: `zh` or `en`."""
    return settings.language(os.environ)


def t(zh: str, en: str) -> str:
    """Return the sentence in the language that a person reads here."""
    return en if language() == "en" else zh
