"""What stands in a line for a value that has a name: people read and write the name, and the request has the id."""

import re
from collections import Counter
from collections.abc import Mapping

from console.forms.labels import Both
from console.forms.offering import Options

Values = Mapping[str, list[str]]
_ROW = re.compile(r"\.[0-9]{1,6}\.")


def called(options: Options) -> dict[str, Both]:
    """Return by what each of some options is called in a line, by its value.

    That is its name, in both languages. One that holds the value in both says more than one needs to write, and one
    that several share says too little: there the value stands for itself.
    """
    words = Counter(word for one in options.choices for word in {one.value, *one.label})
    alone = {one.value: one.label for one in options.choices if all(words[word] == 1 for word in set(one.label))}
    return {value: label for value, label in alone.items() if all(label) and any(value not in word for word in label)}


def meant(values: Values, choices: Mapping[str, Options]) -> dict[str, list[str]]:
    """Return what was filled in with the values that are meant by their names; anything else as it was written."""
    known = {
        path: {word: value for value, label in called(options).items() for word in label}
        for path, options in choices.items()
    }
    return {path: [_of(known, path).get(one.strip(), one) for one in said] for path, said in values.items()}


def _of(known: Mapping[str, Mapping[str, str]], path: str) -> Mapping[str, str]:
    return known.get(_ROW.sub(".*.", path, count=1), {})
