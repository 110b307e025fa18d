"""Chromium for the console's tests: found or, on Debian as root, installed; Chinese in the font that comes with us."""

import os
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from domain.errors import BridgefundError
from servers.errors import UnavailableError
from servers.machine import Machine
from servers.progress import Say, progress
from servers.text import Text
from settings import language

NAMES = ("chromium", "chromium-browser", "google-chrome")
WHERE = "/usr/bin"  # Besides the PATH.
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends", "chromium")
UPDATE = ("apt-get", "update")
INSTALL_SECONDS = 600.0
PROBE_SECONDS = 30.0
DEBIAN = Path("/etc/debian_version")
SYSTEM_FONTS = "/etc/fonts/fonts.conf"
FONT = "noto_cjk_sans_otc"  # The package that brings it: the PDFs' font.
# As root there is no sandbox to be had; and a test's browser has nothing to look for outside.
ARGS = [
    "--no-sandbox",
    "--lang=zh-CN",  # Date fields are drawn by the browser, in its own language.
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  {system}
  <dir>{font}</dir>
  <match target="pattern">
    <edit name="family" mode="append_last" binding="strong"><string>Noto Sans CJK SC</string></edit>
  </match>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class ChromiumNotHadError(BridgefundError):
    """No Chromium is there, and none could be installed."""

    zh = (
        "找不到 Chromium，也无法安装：{why_zh}\n"
        "补救办法：以 root 执行 apt-get install chromium；或者设置 CHROMIUM=程序路径，使用已有的 Chromium 或 Chrome"
    )
    en = (
        "Chromium was not found and could not be installed: {why_en}\n"
        "To mend it: as root, apt-get install chromium; or set CHROMIUM=PATH of a Chromium or Chrome that is there"
    )

    def __init__(self, why: Text) -> None:
        super().__init__(why_zh=why.zh, why_en=why.en)


def chromium(machine: Machine, say: Say, *, root: bool, debian: bool) -> Path:
    """Return the browser's program: `$CHROMIUM`, the PATH, `/usr/bin`; else install Debian's.

    Raises:
        ChromiumNotHadError: There is none, and none can be had; or `$CHROMIUM` is none.
    """
    try:
        return found(machine) or _installed(machine, say, root=root, debian=debian)
    except UnavailableError as error:
        raise ChromiumNotHadError(error.reason) from error


def found(machine: Machine) -> Path | None:
    """Return the browser that this machine has.

    Raises:
        UnavailableError: `$CHROMIUM` names no program.
    """
    if told := machine.environ.get("CHROMIUM"):
        if not os.access(told, os.X_OK) or not Path(told).is_file():
            raise UnavailableError(f"$CHROMIUM：{told} 不是程序", f"$CHROMIUM: {told} is no program")
        return Path(told)
    wide = Machine({**machine.environ, "PATH": os.pathsep.join((machine.environ.get("PATH", ""), WHERE))})
    return next((program for name in NAMES if (program := wide.program(name))), None)


def _installed(machine: Machine, say: Say, *, root: bool, debian: bool) -> Path:
    if not (debian and machine.program("apt-get")):
        raise UnavailableError("本机不是 Debian 一类的系统", "this is no Debian system")
    if not root:
        raise UnavailableError("安装需要 root", "to install it takes root")
    with say.working(Text("安装 Chromium：apt-get", "Installing Chromium: apt-get")):
        try:
            _apt(machine, INSTALL)
        except UnavailableError:  # A fresh image has no lists yet, or old ones.
            _apt(machine, UPDATE)
            _apt(machine, INSTALL)
    if (program := found(machine)) is None:
        raise UnavailableError("apt-get 装完后仍没有 chromium", "apt-get ended well, and there is no chromium")
    return program


def _apt(machine: Machine, words: tuple[str, ...]) -> None:
    machine.run(words, INSTALL_SECONDS, more={"DEBIAN_FRONTEND": "noninteractive"})


def of_this_machine() -> Path:
    """Return this machine's browser, installed if need be.

    Raises:
        ChromiumNotHadError: There is none, and none can be had.
    """
    say = progress(language(os.environ))
    return chromium(Machine.of(None), say, root=os.geteuid() == 0, debian=DEBIAN.exists())


def environ_with_font(folder: Path, *, system: bool = True) -> dict[str, str]:
    """Return an environment whose Chromium has our font, by a fontconfig file in *folder*; no font package is needed.

    Without *system* it has that font and none of the machine's.
    """
    include = f'<include ignore_missing="yes">{SYSTEM_FONTS}</include>' if system else ""
    conf = folder / "fonts.conf"
    cache = folder / "fontconfig"
    conf.write_text(FONTS_CONF.format(system=include, font=files(FONT), cache=cache), encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(conf)}


def main(environ: Mapping[str, str] = os.environ) -> int:
    """Find or install the browser and say where it is; without one say in both languages why, and return 2."""
    try:
        program = of_this_machine()
        version = Machine.of(environ).run((program, "--version"), PROBE_SECONDS).strip().splitlines()[-1]
    except ChromiumNotHadError as error:
        sys.stderr.write(f"{error.text('zh')}\n{error.text('en')}\n")
        return 2
    except UnavailableError as error:
        sys.stderr.write(f"Chromium {error.reason.zh}\nChromium {error.reason.en}\n")
        return 2
    sys.stdout.write(f"Chromium: {program} ({version})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
