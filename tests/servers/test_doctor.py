"""What the doctor finds, and the exit code that follows."""

import asyncio
import json
import re

import pytest
import typer
from typer.testing import CliRunner, Result

from cli.doctor import doctor
from servers.doctor import Finding, complete, examine
from servers.find import temporal_cli
from servers.ports import free_ports
from servers.progress import QUIET
from servers.run import dev_server
from tests.servers.conftest import FakeMachine


def found(machine: FakeMachine, **more: str) -> dict[str, Finding]:
    return {finding.key: finding for finding in examine(machine.environ | more)}


def with_java(machine: FakeMachine, version: str = "17.0.15") -> None:
    machine.saying("java", f'openjdk version "{version}"')
    machine.saying("mvn", "\x1b[0mApache Maven 3.8.7")


def test_an_empty_machine_lacks_both_servers(machine: FakeMachine) -> None:
    findings = found(machine)

    assert not complete(findings.values())
    assert findings["python"].found
    for key in ("dev_server", "test_server", "go", "java", "mvn", "psql"):
        assert not findings[key].found, key
    assert "address" not in findings
    assert not machine.servers.parent.exists(), "the doctor changes nothing"


def test_with_go_and_java_and_maven_the_servers_can_be_installed(machine: FakeMachine) -> None:
    machine.go()
    with_java(machine)
    findings = found(machine)

    assert complete(findings.values())
    for key in ("dev_server", "test_server"):
        assert not findings[key].found
        assert findings[key].installable
        assert findings[key].mend.en == "bridgefund doctor --install"


def test_a_java_that_is_too_old_installs_nothing(machine: FakeMachine) -> None:
    machine.go()
    with_java(machine, "1.8.0_402")
    findings = found(machine)

    assert not findings["java"].found
    assert "older than 17" in findings["java"].detail.en
    assert not complete(findings.values())


def test_what_cannot_be_written_cannot_be_installed(machine: FakeMachine) -> None:
    machine.go()
    with_java(machine)
    in_the_way = machine.folder / "file"
    in_the_way.touch()
    findings = found(machine, BRIDGEFUND_CACHE=str(in_the_way))

    assert not findings["cache"].found
    assert not complete(findings.values())


def test_the_dev_server_that_was_found_is_told_with_its_version(machine: FakeMachine) -> None:
    exe = machine.saying("temporal", "temporal version 1.5.1 (Server 1.29.1)")

    assert found(machine)["dev_server"].detail.en == f"{exe} (1.5.1 (Server 1.29.1))"


def test_the_postgresql_of_the_tests_is_told_with_its_version(machine: FakeMachine) -> None:
    told = found(machine)["postgresql"]
    assert (told.found, told.needed) == (True, False)
    assert re.search(r"bin/postgres \(postgres \(PostgreSQL\) \d+\.\d+", told.detail.en), told.detail


def test_without_the_development_packages_there_is_none_and_none_is_needed(
    machine: FakeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servers.doctor.POSTGRESQL_PACKAGE", "no_such_package")
    told = found(machine)["postgresql"]
    assert (told.found, told.needed, told.mend.en) == (False, False, "install the development packages: make setup")


async def test_an_address_that_answers_stands_for_the_dev_server(machine: FakeMachine) -> None:
    named = str(machine.saying(machine.folder / "mine", ""))
    async with dev_server(temporal_cli(QUIET)) as address:
        findings = await asyncio.to_thread(found, machine, TEMPORAL_ADDRESS=address, TEMPORAL_TEST_SERVER=named)

    assert findings["address"].found
    assert not findings["dev_server"].found
    assert complete(findings.values())


def test_an_address_that_does_not_answer_is_not_complete(machine: FakeMachine) -> None:
    machine.saying("temporal", "temporal version 1.5.1")
    named = str(machine.saying(machine.folder / "mine", ""))
    [nobody] = free_ports(1)
    findings = found(machine, TEMPORAL_ADDRESS=f"127.0.0.1:{nobody}", TEMPORAL_TEST_SERVER=named)

    assert findings["dev_server"].found
    assert findings["test_server"].found
    assert not complete(findings.values())


def bridgefund_doctor(machine: FakeMachine, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    for name in ("BRIDGEFUND_CACHE", "XDG_CACHE_HOME", "TEMPORAL_ADDRESS", "TEMPORAL_TEST_SERVER", "BRIDGEFUND_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in machine.environ.items():
        monkeypatch.setenv(name, value)
    app = typer.Typer()
    app.command()(doctor)
    return CliRunner().invoke(app, arguments)


def test_incomplete_is_exit_code_2_with_what_mends_it(machine: FakeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    result = bridgefund_doctor(machine, monkeypatch)

    assert result.exit_code == 2
    assert "✗ Temporal 开发服务器" in result.stdout
    assert "补救：安装 Go 1.25 以上版本后执行 `bridgefund doctor --install`" in result.stdout


def test_the_findings_as_json_say_the_same(machine: FakeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    result = bridgefund_doctor(machine, monkeypatch, "--json")

    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["complete"]) == (2, False)
    by_key = {finding["key"]: finding for finding in answer["findings"]}
    assert by_key["python"]["mend"] is None
    assert by_key["dev_server"]["mend"]["en"].startswith("install Go")


def test_install_installs_what_it_can_and_tells_why_not_the_rest(
    machine: FakeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.go()
    result = bridgefund_doctor(machine, monkeypatch, "--install")

    assert result.exit_code == 2
    assert (machine.servers / "temporal-cli-1.5.1" / "temporal").exists()
    assert "✓ Temporal 开发服务器" in result.stdout
    assert "  - Temporal SDK 自带的下载" in result.stderr
    assert "  - Maven 构件 io.temporal:temporal-test-server:1.38.0：PATH 上没有 java" in result.stderr


def test_complete_is_exit_code_0(machine: FakeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.go()
    with_java(machine)

    assert bridgefund_doctor(machine, monkeypatch).exit_code == 0
