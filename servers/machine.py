"""What this machine offers: its environment, the programs on its PATH, the user's cache folder."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from servers.errors import UnavailableError

COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # Maven writes such codes even when told not to.
LAST_WORDS_MAX = 400  # Enough of a tool's output to see why it failed.


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return `$BRIDGEFUND_CACHE`, or `bridgefund` in `$XDG_CACHE_HOME`, or in `~/.cache`."""
    if own := environ.get("BRIDGEFUND_CACHE"):
        return Path(own).expanduser().absolute()
    shared = environ.get("XDG_CACHE_HOME")
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    return (Path(shared) if shared else home / ".cache").absolute() / "bridgefund"


@dataclass(frozen=True)
class Machine:
    """An environment, and what follows from it."""

    environ: Mapping[str, str]

    @classmethod
    def of(cls, environ: Mapping[str, str] | None) -> "Machine":
        """Return the machine that *environ* describes; without one, the process's own."""
        return cls(dict(os.environ if environ is None else environ))

    @property
    def servers(self) -> Path:
        """The folder that servers are installed into, one sub-folder per server and version."""
        return cache_folder(self.environ) / "servers"

    def program(self, name: str) -> Path | None:
        """Return the program called *name* on the PATH."""
        found = shutil.which(name, path=self.environ.get("PATH", ""))
        return Path(found) if found else None

    def needs(self, name: str) -> Path:
        """Return the program called *name*.

        Raises:
            UnavailableError: it is not on the PATH.
        """
        if found := self.program(name):
            return found
        raise UnavailableError(f"PATH 上没有 {name}", f"no {name} on the PATH")

    def run(
        self,
        command: Sequence[Path | str],
        seconds: float,
        *,
        folder: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> str:
        """Run *command* to its end and return what it wrote, stdout and stderr together.

        Raises:
            UnavailableError: it does not start, ends with another code than 0, or takes longer than *seconds*.
        """
        try:
            process = subprocess.Popen(  # noqa: S603 - commands are this room's own
                command,
                cwd=folder,
                env={**self.environ, **(more or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,  # Compilers start children: all of them must end together.
            )
        except OSError as error:
            raise UnavailableError(f"无法执行：{error}", f"cannot be run: {error}") from error
        return _ended(process, seconds)

    def run_module(self, module: str, *arguments: str, seconds: float) -> str:
        """Run one of our own modules with this interpreter, as `run` does; wherever the process stands.

        Raises:
            UnavailableError: it ends with another code than 0, or takes longer than *seconds*.
        """
        source = {"PYTHONPATH": str(Path(__file__).parent.parent)}
        return self.run((sys.executable, "-m", module, *arguments), seconds, more=source)


def _ended(process: subprocess.Popen[str], seconds: float) -> str:
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        _kill(process)
        raise UnavailableError(f"超过 {seconds:.0f} 秒未完成", f"not done after {seconds:.0f} seconds") from error
    except BaseException:
        _kill(process)
        raise
    output = COLOUR.sub("", output)
    if process.returncode:
        words = last_words(output)
        raise UnavailableError(
            f"退出码 {process.returncode}：{words or '没有输出'}",
            f"exit code {process.returncode}: {words or 'no output'}",
        )
    return output


def _kill(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)  # It leads the session that it was started in.
    process.communicate()


def last_words(output: str) -> str:
    """Return the end of a tool's *output*, on one line."""
    words = " ".join(output.split())
    return words if len(words) <= LAST_WORDS_MAX else "…" + words[-LAST_WORDS_MAX:]
