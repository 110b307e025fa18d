"""The command that a broken run names plays that very run again: its folder too, whatever the folder is called."""

from pathlib import Path

from cli.simulating import replay_command


def test_replay_names_folder_and_office() -> None:
    assert replay_command("river", 2024, 7, None, no_office=False) == "bridgefund simulate river --year 2024 --seed 7"
    told = replay_command("river", 2024, 7, Path("my samples"), no_office=True)
    assert told == "bridgefund simulate river --year 2024 --seed 7 --samples 'my samples' --no-office"
