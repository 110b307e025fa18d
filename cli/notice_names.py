"""The words of notices: names of posts, steps, cases and people, in the language of whoever reads them."""

from collections.abc import Mapping
from typing import Any

from domain.cases import parse_case
from domain.ledger import Ledger
from domain.registry import BY_KIND
from doors.names import Names
from doors.policy_phrases import both, word
from doors.texts import speaking
from notices.words import one_line
from projections.case_rows import SUMMARIES


class NoticeNames:
    """Looks every name up as it stands when the notice is made."""

    def __init__(self, ledger: Ledger, people: Mapping[str, str]) -> None:
        self._ledger = ledger
        self._people = people

    def county(self, county: str, lang: str) -> str:
        """Return a county's name."""
        with speaking(lang):
            return self._names(county).county(county)

    def post(self, county: str, post: str, lang: str) -> str:
        """Return a post's name."""
        with speaking(lang):
            return self._names(county).named("post", post)

    def step(self, county: str, step: str, lang: str) -> str:
        """Return the name of an open step or condition, such as `release:P1`."""
        head, _, rest = step.partition(":")
        with speaking(lang):
            names = self._names(county)
            if not rest:
                return names.step(step)
            of = names.named("stage", rest)
            return f"{names.step(head)} {of if of != rest else names.named('post', rest)}"

    def word(self, value: str, lang: str) -> str:
        """Return a value in the field's words."""
        with speaking(lang):
            return both(word(value))

    def title(self, case: str) -> str:
        """Return what a case is called beside its id."""
        kind = parse_case(case).kind
        state: Any = self._ledger.state(BY_KIND[kind], case)
        if kind not in SUMMARIES or kind == "claim" or not state.done:  # A claim's is its kind, in English.
            return ""
        return one_line(str(SUMMARIES[kind](state)["title"]))

    def person(self, person: str) -> str:
        """Return a person's name, where a file gives it."""
        return self._people.get(person, "")

    def _names(self, county: str) -> Names:
        return Names.of(self._ledger, county, self._people)
