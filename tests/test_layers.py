"""Which room may import which, as docs/architecture.md draws it; and what nobody may reach for inside the rules."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

HOUSE = Path(__file__).parent.parent
TABLE = (HOUSE / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## Rooms")[2].partition("\n## ")[0]
NOT_ROOMS = ("tests", "benchmarks")
DOORS = ("doors", "cli", "console")
# What the rules stand on besides the standard library; the ledger alone knows eventsourcing.
PACKAGES_OF_DOMAIN = {"cryptography", "msgspec", "pydantic", "pydantic_core", "tree_sitter", "tree_sitter_toml"}
STANDARD_BUT_NOT_IN_DOMAIN = {
    "asyncio",
    "concurrent",
    "glob",
    "http",
    "multiprocessing",
    "os",
    "platform",
    "random",
    "secrets",
    "select",
    "selectors",
    "shutil",
    "signal",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "time",
    "urllib.request",
    "uuid",
}
NOT_IN_WORKFLOWS = {"random", "secrets", "socket", "sqlalchemy", "subprocess", "time", "urllib.request", "uuid"}
LOTS = re.compile(r"uuid[1-8]?|random|randint|choice|secrets|urandom|perf_counter|monotonic|time_ns")
OF_ACCOUNTS = {f"console/{name}.py" for name in ("account_tables", "accounts", "drafts", "lockout", "sessions")}
COUNTIES = re.compile("guangfeng|jiashi|meilan|jinghe|maojian|广丰|伽师|美兰|精河|茅箭", re.IGNORECASE)


class Import(NamedTuple):
    """One imported name, and where."""

    file: Path
    line: int
    module: str

    @property
    def room(self) -> str:
        """Return the room that imports."""
        return self.file.relative_to(HOUSE).parts[0].removesuffix(".py")

    @property
    def top(self) -> str:
        """Return the room or package that is imported."""
        return self.module.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.file.relative_to(HOUSE)}:{self.line} imports {self.module}"


def files() -> list[Path]:
    """Return the program's own files, tests and benchmarks aside."""
    found = [*HOUSE.glob("*.py"), *HOUSE.glob("[a-z]*/**/*.py")]
    return sorted(f for f in found if f.relative_to(HOUSE).parts[0] not in NOT_ROOMS)


FILES = files()
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}


def imports() -> Iterator[Import]:
    """Yield every import, those inside functions and conditions too."""
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (Import(file, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = "." * node.level + (node.module or "")
                yield Import(file, node.lineno, base)
                # `from urllib import request` reaches the module `urllib.request`.
                yield from (Import(file, node.lineno, f"{base}.{alias.name}") for alias in node.names)


IMPORTS = list(imports())


def rooms() -> dict[str, set[str]]:
    """Return what each room may import, as the table says."""
    allowed: dict[str, set[str]] = {}
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in TABLE.splitlines() if row.startswith("| `")]
    names = [[name.strip("/").removesuffix(".py") for name in re.findall(r"`([^`]+)`", row[0])] for row in rows]
    everything = {name for of_row in names for name in of_row}
    for of_row, row in zip(names, rows, strict=True):
        said = set(re.findall(r"`([^`]+)`", row[2]))
        may = everything - said if row[2].startswith("all") else said
        allowed |= {name: may | set(of_row) for name in of_row}
    return allowed


ROOMS = rooms()


def test_table_names_every_room_there_is() -> None:
    assert {"domain", "activities", "workflows", "cli", "worker"} <= ROOMS.keys()
    assert {file.relative_to(HOUSE).parts[0].removesuffix(".py") for file in FILES} <= ROOMS.keys()
    assert ROOMS["domain"] == {"domain"}
    assert ROOMS["workflows"] == {"workflows", "activities", "domain"}
    assert "cli" not in ROOMS["worker"]


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_imports_go_the_way_of_the_table(room: str) -> None:
    own = [i for i in IMPORTS if i.room == room]
    assert [str(i) for i in own if i.top in ROOMS.keys() - ROOMS[room]] == []
    assert [str(i) for i in own if i.module.startswith(".")] == [], "relative imports hide the arrow"


def test_domain_stands_on_few_packages_of_others() -> None:
    standard = set(__import__("sys").stdlib_module_names)
    own = [i for i in IMPORTS if i.room == "domain" and i.top != "domain"]
    strangers = [i for i in own if i.top not in standard | PACKAGES_OF_DOMAIN | {"eventsourcing"}]
    # What the library's recorder on PostgreSQL is written in.
    strangers = [i for i in strangers if (i.file.name, i.top) != ("recorder_postgres.py", "psycopg")]
    assert [str(i) for i in strangers] == []


def test_domain_reaches_for_no_clock_network_or_process() -> None:
    # The ledger may name the errors of the database that it stands on.
    own = [i for i in IMPORTS if i.room == "domain" and (i.file.name, i.module) != ("ledger.py", "sqlite3")]
    reaching = [i for i in own if i.module in STANDARD_BUT_NOT_IN_DOMAIN or i.top in STANDARD_BUT_NOT_IN_DOMAIN]
    assert [str(i) for i in reaching] == []


def test_workflows_reach_for_no_clock_chance_or_network() -> None:
    own = [i for i in IMPORTS if i.room == "workflows"]
    assert [str(i) for i in own if i.module in NOT_IN_WORKFLOWS or i.top in NOT_IN_WORKFLOWS] == []


def test_ledger_alone_knows_eventsourcing() -> None:
    assert {str(i.file.relative_to(HOUSE)) for i in IMPORTS if i.top == "eventsourcing"} == {
        "domain/ledger.py",
        "domain/recorder_sqlite.py",
        "domain/recorder_postgres.py",
    }


def test_read_models_alone_speak_sql() -> None:
    # And the notices, whose outbox no ledger can give back; and what copies a store whole.
    others = [
        i for i in IMPORTS if i.top == "sqlalchemy" and i.room not in ("projections", "notices", "personal", "stores")
    ]
    # The console's accounts are no read model, and nothing else in it speaks SQL.
    others = [i for i in others if str(i.file.relative_to(HOUSE)) not in OF_ACCOUNTS]
    # A door may name the type of what it hands on.
    named = ("sqlalchemy", "sqlalchemy.Engine")
    assert [str(i) for i in others if i.room not in DOORS or i.module not in named] == []


def test_of_the_console_the_command_line_knows_the_accounts_and_how_it_is_started() -> None:
    """Accounts are made there, before anybody can sign in; only the demo lets sample people in."""
    reached: dict[str, set[str]] = {}
    for i in IMPORTS:
        if i.room == "cli" and i.module.startswith("console.") and i.module.count(".") > 1:
            reached.setdefault(str(i.file.relative_to(HOUSE)), set()).add(i.module.rpartition(".")[0])
    assert reached == {
        "cli/accounts.py": {"console.account_tables", "console.accounts", "console.keys"},
        "cli/console.py": {"console.house", "console.serving"},
        "cli/demo_console.py": {"console.demo", "console.house", "console.serving"},
    }


@pytest.mark.parametrize("room", ["domain", "workflows"])
def test_rules_and_workflows_are_told_the_time(room: str) -> None:
    asked = [
        f"{file.relative_to(HOUSE)}:{node.lineno} {ast.unparse(node)}"
        for file, tree in TREES.items()
        if file.relative_to(HOUSE).parts[0] == room
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("now", "utcnow", "today", "fromtimestamp")
        and ast.unparse(node.value).rpartition(".")[2] in ("datetime", "date")
    ]
    assert asked == []


@pytest.mark.parametrize("room", ["domain", "workflows"])
def test_rules_and_workflows_draw_no_lots(room: str) -> None:
    named = [
        f"{file.relative_to(HOUSE)}:{node.lineno} {ast.unparse(node)}"
        for file, tree in TREES.items()
        if file.relative_to(HOUSE).parts[0] == room
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and LOTS.fullmatch(node.id))
        or (isinstance(node, ast.Attribute) and LOTS.fullmatch(node.attr))
    ]
    assert named == []


def test_no_county_is_named_in_the_program() -> None:
    """A county is a file: a sixth one needs no code. The doors' help has examples, and the demo shows one county."""
    named = [
        f"{file.relative_to(HOUSE)}:{number} {text.strip()}"
        for file in FILES
        if file.relative_to(HOUSE).parts[0] not in ("samples", "cli")
        for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if COUNTIES.search(text)
    ]
    assert named == []


def test_no_door_treats_one_county_in_a_way_of_its_own() -> None:
    decides = [
        f"{file.relative_to(HOUSE)}:{node.lineno} {ast.unparse(node)}"
        for file, tree in TREES.items()
        if file.relative_to(HOUSE).parts[0] == "cli" and file.name != "demo.py"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, str) and COUNTIES.fullmatch(node.value))
        or (isinstance(node, ast.Name) and COUNTIES.search(node.id))
        or (isinstance(node, ast.FunctionDef | ast.ClassDef) and COUNTIES.search(node.name))
    ]
    assert decides == []
