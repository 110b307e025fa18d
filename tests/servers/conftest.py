"""Machines made of a few small programs in a temporary folder."""

import sys
from pathlib import Path

import pytest

from servers.ports import free_ports


class FakeMachine:
    """A home, and a PATH that holds nothing but what a test puts there; the network is out of its reach."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        [nobody] = free_ports(1)
        self.environ = {
            "PATH": str(self.bin),
            "HOME": str(folder / "home"),
            # The SDK's download goes through this proxy, where nobody listens.
            "HTTPS_PROXY": f"http://127.0.0.1:{nobody}",
        }

    @property
    def servers(self) -> Path:
        """The cache folder's part for servers."""
        return self.folder / "home" / ".cache" / "bridgefund" / "servers"

    def program(self, path: Path | str, body: str) -> Path:
        """Write a Python program; a bare name puts it on the PATH."""
        target = self.bin / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"#!{sys.executable}\nimport os, sys, time\n{body}\n", encoding="utf-8")
        target.chmod(0o755)
        return target

    def saying(self, path: Path | str, words: str) -> Path:
        """Write a program that says *words* whatever it is asked."""
        return self.program(path, f"print({words!r})")

    def go(self, before: str = "") -> Path:
        """Put a Go on the PATH that counts its builds, does *before*, and builds a CLI."""
        return self.program(
            "go",
            f"if sys.argv[1] == 'version': print('go version go1.26.8 linux/amd64'); sys.exit()\n"
            f"with open({str(self.folder / 'builds')!r}, 'a') as builds: builds.write(sys.argv[2] + '\\n')\n"
            f"{before}\n"
            f"exe = os.path.join(os.environ['GOBIN'], 'temporal')\n"
            f"with open(exe, 'w') as file: file.write('#!/bin/sh\\necho temporal version built\\n')\n"
            f"os.chmod(exe, 0o755)",
        )

    @property
    def builds(self) -> list[str]:
        """What the fake Go was asked to build, build by build."""
        return (self.folder / "builds").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    return FakeMachine(tmp_path)
