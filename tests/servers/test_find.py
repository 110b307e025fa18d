"""Where the servers are looked for, in which order, and what is said when there is none."""

from pathlib import Path

import pytest

from servers import find
from servers.errors import ServerNotHadError
from servers.machine import Machine, cache_folder
from servers.progress import QUIET
from servers.ways import WRAPPER
from tests.servers.conftest import FakeMachine

CLI_IN_CACHE = "temporal-cli-1.5.1/temporal"
TEST_SERVER_IN_CACHE = "temporal-test-server-1.38.0/temporal-test-server"


def test_temporal_on_the_path_comes_before_the_cache(machine: FakeMachine) -> None:
    machine.saying(machine.servers / CLI_IN_CACHE, "temporal version cached")
    on_path = machine.saying("temporal", "temporal version 1.6.0")

    assert find.temporal_cli(QUIET, machine.environ) == on_path


def test_another_program_of_that_name_is_passed_over(machine: FakeMachine) -> None:
    machine.saying("temporal", "a clock of some kind, version 2")
    cached = machine.saying(machine.servers / CLI_IN_CACHE, "temporal version cached")

    assert find.temporal_cli(QUIET, machine.environ) == cached


def test_what_is_in_the_cache_is_not_built_again(machine: FakeMachine) -> None:
    machine.go()
    cached = machine.saying(machine.servers / CLI_IN_CACHE, "temporal version cached")

    assert find.temporal_cli(QUIET, machine.environ) == cached
    assert not (machine.folder / "builds").exists()


def test_with_go_the_cli_is_built_into_the_cache(machine: FakeMachine) -> None:
    machine.go()

    assert find.temporal_cli(QUIET, machine.environ) == machine.servers / CLI_IN_CACHE
    assert machine.builds == ["github.com/temporalio/cli/cmd/temporal@v1.5.1"]


def test_a_test_server_that_was_named_comes_before_the_cache(machine: FakeMachine) -> None:
    machine.saying(machine.servers / TEST_SERVER_IN_CACHE, "")
    named = machine.saying(machine.folder / "mine", "")

    told = machine.environ | {"TEMPORAL_TEST_SERVER": str(named)}
    assert find.test_server(QUIET, told) == named


def test_a_named_test_server_that_is_no_program_is_passed_over(machine: FakeMachine) -> None:
    cached = machine.saying(machine.servers / TEST_SERVER_IN_CACHE, "")

    told = machine.environ | {"TEMPORAL_TEST_SERVER": str(machine.folder / "nothing")}
    assert find.test_server(QUIET, told) == cached


def test_a_test_server_that_lost_a_file_is_not_taken(machine: FakeMachine) -> None:
    exe = machine.saying(machine.servers / TEST_SERVER_IN_CACHE, "")
    (exe.parent / "contents").write_text("3 jars/one.jar\n", encoding="utf-8")
    machine.saying("java", "")
    jar = exe.parent / "jars" / "one.jar"
    jar.parent.mkdir()

    jar.write_bytes(b"abc")
    assert find.look(find.TEST_SERVER, Machine(machine.environ))[0] == exe
    jar.write_bytes(b"ab")
    assert find.look(find.TEST_SERVER, Machine(machine.environ))[0] is None
    jar.unlink()
    assert find.look(find.TEST_SERVER, Machine(machine.environ))[0] is None


def test_a_program_of_an_older_version_is_written_anew_and_the_rest_stays(machine: FakeMachine) -> None:
    exe = machine.saying(machine.servers / TEST_SERVER_IN_CACHE, "")
    (exe.parent / "jar").write_bytes(b"abc")
    (exe.parent / "contents").write_text(f"3 jar\n{exe.stat().st_size} {exe.name}\n", encoding="utf-8")
    machine.saying("java", "")

    assert find.test_server(QUIET, machine.environ) == exe
    assert exe.read_text(encoding="utf-8") == WRAPPER
    assert (exe.parent / "contents").read_text(encoding="utf-8") == f"3 jar\n{len(WRAPPER)} {exe.name}\n"
    assert find.look(find.TEST_SERVER, Machine(machine.environ))[0] == exe


def test_without_any_way_to_a_cli_the_error_lists_all_that_was_tried(machine: FakeMachine) -> None:
    with pytest.raises(ServerNotHadError) as caught:
        find.temporal_cli(QUIET, machine.environ)

    ways = [tried.way.en for tried in caught.value.tried]
    assert ways == [
        "temporal on the PATH",
        "the cache folder",
        "the Temporal SDK's own download",
        "go install github.com/temporalio/cli/cmd/temporal@v1.5.1",
    ]
    for language in ("zh", "en"):
        text = caught.value.text(language)
        for tried in caught.value.tried:
            assert f"- {tried.way.to(language)}" in text
            assert tried.reason.to(language) in text
        assert "bridgefund doctor --install" in text
        assert "TEMPORAL_ADDRESS" in text
    assert caught.value.tried[-1].reason.zh == "PATH 上没有 go"


def test_without_any_way_to_a_test_server_the_error_lists_all_that_was_tried(machine: FakeMachine) -> None:
    machine.saying("java", "")

    with pytest.raises(ServerNotHadError) as caught:
        find.test_server(QUIET, machine.environ)

    assert [(tried.way.en, tried.reason.en) for tried in caught.value.tried[::3]] == [
        ("$TEMPORAL_TEST_SERVER", "not set"),
        ("the Maven artifact io.temporal:temporal-test-server:1.38.0", "no mvn on the PATH"),
    ]
    assert len(caught.value.tried) == 4
    assert "apt-get install default-jre-headless maven" in caught.value.text("zh")


def test_a_build_that_fails_is_told_with_its_own_last_words(machine: FakeMachine) -> None:
    machine.go(before="sys.exit('no space left on device')")

    with pytest.raises(ServerNotHadError) as caught:
        find.temporal_cli(QUIET, machine.environ)

    assert caught.value.tried[-1].reason.en == "exit code 1: no space left on device"


def test_a_cache_folder_that_cannot_be_made_is_told(machine: FakeMachine) -> None:
    machine.go()
    in_the_way = machine.folder / "file"
    in_the_way.touch()

    with pytest.raises(ServerNotHadError) as caught:
        find.temporal_cli(QUIET, machine.environ | {"BRIDGEFUND_CACHE": str(in_the_way)})

    assert caught.value.tried[-1].way.en == "writing the cache folder"


def test_a_running_server_is_the_one_that_was_named(machine: FakeMachine) -> None:
    assert find.running_server(machine.environ) is None
    assert find.running_server(machine.environ | {"TEMPORAL_ADDRESS": "127.0.0.1:7233"}) == "127.0.0.1:7233"


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"HOME": "/h"}, "/h/.cache/bridgefund"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/x/bridgefund"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x", "BRIDGEFUND_CACHE": "/b"}, "/b"),
    ],
)
def test_the_cache_folder_is_the_first_that_is_named(environ: dict[str, str], folder: str) -> None:
    assert cache_folder(environ) == Path(folder)
