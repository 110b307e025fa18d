"""The two Temporal servers, found or installed."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from servers.errors import ServerNotHadError, Tried, UnavailableError
from servers.install import alone, install
from servers.machine import Machine
from servers.progress import Say
from servers.text import Text
from servers.ways import (
    CLI_EXE,
    CLI_MODULE,
    CLI_VERSION,
    TEST_SERVER_EXE,
    TEST_SERVER_VERSION,
    assemble_test_server,
    build_cli,
    check_cli,
    check_test_server,
    download_cli,
    download_test_server,
    is_older_program,
    renew_program,
)

INSTALL_COMMAND = "bridgefund doctor --install"


@dataclass(frozen=True)
class Look:
    """A place where a server may lie already."""

    name: Text
    at: Callable[[Machine], Path]


@dataclass(frozen=True)
class Fill:
    """A way to fill a new folder of the cache with a server."""

    name: Text
    into: Callable[[Machine, Path], None]
    tools: tuple[str, ...] = ()  # The doctor's findings that it needs; empty: the network alone.


@dataclass(frozen=True)
class Server:
    """A server: where to look for it, how to get it, in this order."""

    name: Text
    folder: str
    exe: str
    check: Callable[[Machine, Path], str]  # Says a version, or what it runs on; raises UnavailableError.
    looks: tuple[Look, ...]
    fills: tuple[Fill, ...]
    mend: Text

    def cached(self, machine: Machine) -> Path:
        """Return the program in the cache folder.

        Raises:
            UnavailableError: nothing is there, or not the whole of it.
        """
        exe = machine.servers / self.folder / self.exe
        if not exe.exists():
            raise UnavailableError(f"没有 {exe}", f"no {exe}")
        self.check(machine, exe)
        return exe


def _on_path(machine: Machine) -> Path:
    exe = machine.needs(CLI_EXE)
    check_cli(machine, exe)
    return exe


def _as_told(machine: Machine) -> Path:
    told = machine.environ.get("TEMPORAL_TEST_SERVER")
    if not told:
        raise UnavailableError("未设置", "not set")
    check_test_server(machine, Path(told))
    return Path(told)


DOWNLOAD = Text("Temporal SDK 自带的下载", "the Temporal SDK's own download")

CLI = Server(
    name=Text("Temporal 开发服务器（temporal）", "The Temporal dev server (temporal)"),
    folder=f"temporal-cli-{CLI_VERSION}",
    exe=CLI_EXE,
    check=check_cli,
    looks=(Look(Text("PATH 上的 temporal", "temporal on the PATH"), _on_path),),
    fills=(
        Fill(DOWNLOAD, download_cli),
        Fill(Text(f"go install {CLI_MODULE}", f"go install {CLI_MODULE}"), build_cli, ("go",)),
    ),
    mend=Text(
        f"安装 Go 1.25 以上版本后执行 `{INSTALL_COMMAND}`；或者设置 TEMPORAL_ADDRESS=主机:端口，使用已有的服务器",
        f"install Go 1.25 or newer, then `{INSTALL_COMMAND}`; or set TEMPORAL_ADDRESS=HOST:PORT of a running server",
    ),
)

TEST_SERVER = Server(
    name=Text("快进时间的测试服务器", "The time-skipping server"),
    folder=f"temporal-test-server-{TEST_SERVER_VERSION}",
    exe=TEST_SERVER_EXE,
    check=check_test_server,
    looks=(Look(Text("$TEMPORAL_TEST_SERVER", "$TEMPORAL_TEST_SERVER"), _as_told),),
    fills=(
        Fill(DOWNLOAD, download_test_server),
        Fill(
            Text(
                f"Maven 构件 io.temporal:temporal-test-server:{TEST_SERVER_VERSION}",
                f"the Maven artifact io.temporal:temporal-test-server:{TEST_SERVER_VERSION}",
            ),
            assemble_test_server,
            ("java", "mvn"),
        ),
    ),
    mend=Text(
        f"安装 Java 17 以上版本和 Maven（如 apt-get install default-jre-headless maven）后执行 `{INSTALL_COMMAND}`；"
        "或者设置 TEMPORAL_TEST_SERVER=程序路径",
        "install Java 17 or newer and Maven (as in: apt-get install default-jre-headless maven), then "
        f"`{INSTALL_COMMAND}`; or set TEMPORAL_TEST_SERVER=PATH of the program",
    ),
)


def temporal_cli(say: Say, environ: Mapping[str, str] | None = None) -> Path:
    """Return Temporal's CLI, which holds the dev server: PATH, cache folder, the SDK's download, Go.

    Raises:
        ServerNotHadError: none of these led to one.
    """
    return _had(CLI, Machine.of(environ), say)


def test_server(say: Say, environ: Mapping[str, str] | None = None) -> Path:  # noqa: PT028 - no test's
    """Return the time-skipping server: `$TEMPORAL_TEST_SERVER`, cache folder, the SDK's download, Maven.

    Raises:
        ServerNotHadError: none of these led to one.
    """
    return _had(TEST_SERVER, Machine.of(environ), say)


test_server.__test__ = False  # type: ignore[attr-defined]  # pytest takes the name for a test's


def running_server(environ: Mapping[str, str] | None = None) -> str | None:
    """Return the address of a server that runs already, `$TEMPORAL_ADDRESS`: then none need be found."""
    return Machine.of(environ).environ.get("TEMPORAL_ADDRESS") or None


def look(server: Server, machine: Machine) -> tuple[Path | None, list[Tried]]:
    """Return where *server* lies, and the places looked at in vain before. Installs nothing."""
    tried: list[Tried] = []
    cache = Look(Text("缓存文件夹", "the cache folder"), server.cached)
    for place in (*server.looks, cache):
        try:
            return place.at(machine), tried
        except UnavailableError as error:
            tried.append(Tried(place.name, error.reason))
    return None, tried


def _had(server: Server, machine: Machine, say: Say) -> Path:
    found, tried = look(server, machine)
    if found:
        _renewed(server, machine, found, say)
        return found
    try:
        with alone(machine.servers / server.folder, say):
            return _installed(server, machine, say, tried)
    except OSError as error:
        tried.append(Tried(Text("写缓存文件夹", "writing the cache folder"), Text(str(error), str(error))))
        raise ServerNotHadError(server.name, tried, server.mend) from error


def _renewed(server: Server, machine: Machine, exe: Path, say: Say) -> None:
    folder = machine.servers / server.folder
    if server is not TEST_SERVER or exe.parent != folder or not is_older_program(exe):
        return
    with suppress(OSError), alone(folder, say):  # In a folder that only others may write, the older one does.
        renew_program(exe)


def _installed(server: Server, machine: Machine, say: Say, tried: list[Tried]) -> Path:
    with suppress(UnavailableError):
        return server.cached(machine)  # Another process may have installed it while this one waited.
    folder = machine.servers / server.folder
    for way in server.fills:
        name = server.name
        try:
            with say.working(Text(f"安装{name.zh}：{way.name.zh}", f"Installing. {name.en}: {way.name.en}")):
                install(folder, partial(way.into, machine))
            return server.cached(machine)
        except UnavailableError as error:
            tried.append(Tried(way.name, error.reason))
            say.line(Text(f"未成功：{error.reason.zh}", f"Not so: {error.reason.en}"))
    raise ServerNotHadError(server.name, tried, server.mend)
