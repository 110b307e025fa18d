"""Stored histories of every process and path still fit the workflows: what runs out there goes on after a release."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from tests.histories.record import PATHS, RECORDER, place, to_record
from tests.places import HISTORIES
from workflows.messages import WORKFLOWS

ENDS = ("WorkflowExecutionCompleted", "WorkflowExecutionContinuedAsNew")


def stored(name: str) -> dict[str, Any]:
    """Return a stored history."""
    history: dict[str, Any] = json.loads(place(name).read_text(encoding="utf-8"))
    return history


async def replay(name: str, history: dict[str, Any]) -> None:
    """Let today's workflows, in their sandbox, take a history's path again."""
    await Replayer(workflows=WORKFLOWS).replay_workflow(WorkflowHistory.from_json(PATHS[name], history))


def parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every named value in *value*, at any depth."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key, part
            yield from parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from parts(part)


def test_every_process_and_path_has_its_history_and_nothing_else_lies_there() -> None:
    assert {path.name for path in HISTORIES.glob("*.json")} == {place(name).name for name in PATHS}
    assert {name.partition(".")[0] for name in PATHS} == {process.__name__ for process in WORKFLOWS}


@pytest.mark.parametrize("name", PATHS)
async def test_a_stored_history_is_replayed_to_its_end(name: str) -> None:
    history = stored(name)
    last = history["events"][-1]
    assert any(f"{end[0].lower()}{end[1:]}EventAttributes" in last for end in ENDS)
    await replay(name, history)


@pytest.mark.parametrize("name", PATHS)
async def test_a_history_that_does_not_fit_is_noticed(name: str) -> None:
    history = stored(name)
    types = [part for key, part in parts(history) if key == "activityType"]
    types[-1]["name"] = "another_activity"
    with pytest.raises(NondeterminismError):
        await replay(name, history)


def test_a_stored_history_is_not_recorded_again() -> None:
    with pytest.raises(SystemExit, match="never recorded again"):
        to_record(["ClaimReview.paid"])
    with pytest.raises(SystemExit, match="no such path"):
        to_record(["ClaimReview.lost"])
    assert to_record([]) == []


@pytest.mark.parametrize("name", PATHS)
def test_a_stored_history_tells_nothing_of_the_machine_that_recorded_it(name: str) -> None:
    named = list(parts(stored(name)))
    assert {part for key, part in named if key == "identity"} == {RECORDER}
    assert not [part for key, part in named if key == "stackTrace" and part]
    assert not [part for key, part in named if key != "data" and isinstance(part, str) and part.startswith("/")]
