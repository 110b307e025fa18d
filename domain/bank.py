"""Bank (项目库): one county's list of all that ever entered it, by place and object, so that duplicates are found.

It holds what a project is and where; what becomes of an entry stands in the project's own stream.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from domain.act import CaseState, Decider
from domain.bank_facts import ListProject, ProjectListed

# What many names have and no project is told by. Longest first: "项目" must not leave half of "建设项目".
_FILLERS = ("建设项目", "实施项目", "项目", "工程", "建设", "新建", "改建", "扩建", "实施", "样例")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass
class BankState(CaseState):
    """The entries, and which of them stand at one place under the same words."""

    entries: dict[str, ProjectListed] = field(default_factory=dict)
    alike: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)

    def looks_like(self, listed: ProjectListed) -> list[ProjectListed]:
        """Return what stands in the list with the same place, the same words and years that overlap."""
        found = (self.entries[no] for no in self.alike.get(_key(listed), ()) if no != listed.project_no)
        return [one for one in found if one.first_year <= listed.last_year and listed.first_year <= one.last_year]


def normalised(name: str, *places: str) -> str:
    """Return what a name says of its object, whatever the order, the signs and the filling words.

    Chinese has no spaces between its words: what is left of two names is the same if it is made of the same characters.
    """
    text = _plain(name)
    for part in (*(_plain(place) for place in places), *_FILLERS):
        shorter = text.replace(part, "") if part else text
        text = shorter or text  # A name that is nothing but filling words is told by them.
    return "".join(sorted(text))


def _plain(text: str) -> str:
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _key(listed: ProjectListed) -> tuple[str, str, str]:
    return _plain(listed.township), _plain(listed.village), listed.words


def judge(state: BankState, command: ListProject) -> tuple[ProjectListed, ...]:
    """Return the fact of *command*: what is listed so already is not listed again."""
    before = state.entries.get(command.listed.project_no)
    same = before is not None and _content(before) == _content(command.listed)
    return () if same else (command.listed,)


def _content(listed: ProjectListed) -> tuple[object, ...]:
    return listed.name, listed.village, listed.township, listed.first_year, listed.last_year


def apply(state: BankState, fact: ProjectListed) -> None:
    """Fold one fact into the state."""
    if before := state.entries.get(fact.project_no):
        state.alike[_key(before)].remove(fact.project_no)
    state.entries[fact.project_no] = fact
    state.alike.setdefault(_key(fact), []).append(fact.project_no)


BANK = Decider("bank", BankState, judge, apply, (ListProject,), (ProjectListed,))
