"""A short year of each county, act by act: who asked, under which line of the text, and what the case then runs under.

The stories lie in `stories/`, read against the counties' texts line by line. What a story tells is what the engine
did, not what a file says: whoever changes a rule of a county changes its story, and says so.
`python -m tests.domain.test_stories` writes them anew.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.cases import county_stream
from domain.ledger import Ledger
from domain.stored_facts import canonical
from tests.domain.walk import Walk

STORIES = Path(__file__).parent / "stories"
# What depends on the run or on a text's every byte: ids of commands, digests, the days that only count acts.
_NOT_TOLD = {"digest", "policy", "county"}
# What each county's story shows.
_ROWS = {
    "guangfeng-2021": (
        "GF",
        """
        RO-02 RO-03 LC-01 LC-02 LC-03 LC-04 LC-05 LC-08 LC-10 LC-11 LC-12 LC-13 FD-01 FD-06 FD-07 FD-10 FD-12 FD-15
        FD-17 FD-26 RV-07 RV-08
        """,
    ),
    "jiashi-2022": (
        "JS",
        """
        RO-02 RO-03 RO-04 LC-05 LC-10 LC-11 LC-12 LC-13 FD-01 FD-02 FD-03 FD-04 FD-05 FD-06 FD-07 FD-15 RV-01 RV-02
        RV-05 RV-06 RV-07 RV-08 SV-09
        """,
    ),
    "meilan-2023": (
        "ML",
        """
        LC-01 LC-03 LC-10 LC-12 LC-13 LC-16 LC-17 LC-18 FD-01 FD-02 FD-03 FD-10 FD-15 FD-17 RV-05 RV-07 RV-08 PF-01
        AS-02 AS-03 AS-04 LG-02
        """,
    ),
    "jinghe-2023": (
        "JH",
        """
        RO-02 RO-03 LC-01 LC-02 LC-03 LC-05 LC-08 LC-09 LC-10 LC-11 LC-12 LC-13 LC-15 LC-16 FD-01 FD-03 FD-05 FD-06
        FD-07 FD-10 FD-15 FD-17 FD-25 RV-01 RV-06 RV-07 BL-01
        """,
    ),
    "maojian-2017": (
        "MJ",
        """
        RO-02 RO-03 LC-01 LC-02 LC-03 LC-05 LC-08 LC-10 LC-11 LC-12 LC-15 LC-16 LC-18 FD-01 FD-03 FD-07 FD-15 FD-24
        RV-01 RV-02 RV-05 RV-06 RV-07 RV-08 RV-09
        """,
    ),
}


def story(ledger: Ledger, folder: str) -> Iterator[str]:
    """Yield a line for each fact of a county's short year."""
    Walk.real(ledger, folder).year()
    for entry in ledger.log():
        if entry.stream == county_stream(folder.partition("-")[0]):
            continue
        told = dict(canonical(entry.fact))
        act = told.pop("act")
        who = f"{act['post']} [{act['clause']}]"
        yield f"{entry.stream.partition('/')[2]} {told.pop('fact')} {who} {_plain(told)}".rstrip()


def _plain(value: Any) -> str:
    match value:
        case dict():
            parts = (f"{name}={_plain(item)}" for name, item in value.items() if name not in _NOT_TOLD and _told(item))
            return f"({' '.join(parts)})"
        case list():
            return f"[{', '.join(map(_plain, value))}]"
    return msgspec.json.encode(value).decode() if isinstance(value, str) and " " in value else str(value)


def _told(value: Any) -> bool:
    return value not in ("", None, [], {})


@pytest.mark.parametrize(
    "folder",
    [
        pytest.param(folder, marks=[pytest.mark.row(row, code) for row in rows.split()], id=folder)
        for folder, (code, rows) in _ROWS.items()
    ],
)
def test_a_countys_short_year_goes_as_its_text_says(ledger: Ledger, folder: str) -> None:
    assert list(story(ledger, folder)) == (STORIES / f"{folder}.txt").read_text(encoding="utf-8").splitlines()


def main() -> None:
    """Write the stories anew."""
    for folder in _ROWS:
        with tempfile.TemporaryDirectory() as place, Ledger(f"sqlite:///{place}/ledger.db") as ledger:
            lines = [f"{line}\n" for line in story(ledger, folder)]
        (STORIES / f"{folder}.txt").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
