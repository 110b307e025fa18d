"""The door at the command line: each command is where its table says, and only the one asked for is loaded."""

import subprocess
import sys

import pytest
from typer.main import get_group
from typer.testing import CliRunner

from cli.main import COMMANDS, door
from tests.places import ROOT


def test_help_lists_every_command_in_order() -> None:
    group = get_group(door())
    assert list(group.commands) == list(COMMANDS)
    assert [name for name, command in group.commands.items() if not command.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_teaches_itself(name: str) -> None:
    said = CliRunner().invoke(door([name]), [name, "--help"])
    assert said.exit_code == 0, said.output
    assert "Usage" in said.output


def test_help_says_how_a_name_is_marked() -> None:
    """Its brackets are no markup: eaten by the screen, the example would teach to write the name in the open."""
    said = CliRunner().invoke(door(["act"]), ["act", "--help"])
    assert "[[h-编号:户名]]" in said.output
    assert "[[h-7:户主某]]" in said.output


def test_reading_loads_neither_a_worker_nor_what_sends_letters() -> None:
    script = "import sys; from cli.main import door; door(['fund']); print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert "cli.funds" in ran.stdout.split()
    assert {"worker", "notices.mail", "simulation.year", "openpyxl"} & set(ran.stdout.split()) == set()


def test_a_word_that_is_no_command_is_named() -> None:
    said = CliRunner().invoke(door(["fnud"]), ["fnud"])
    assert said.exit_code == 2
    assert "fnud" in said.output
