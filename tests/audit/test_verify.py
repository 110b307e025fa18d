"""The offline verifier on packs that are well, changed, forged; in the one way that an auditor uses it: alone."""

import ast
import json
import random
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from audit import verify
from domain.ledger import Ledger
from domain.log_reading import Row
from tests.audit.handmade import (
    OFFICE,
    ORIGIN,
    Pack,
    calendars,
    facts_of,
    key_of,
    nodes_of,
    pack_of,
    rows_of,
)
from tests.places import ROOT
from tests.story import tell

VERIFIER = ROOT / "audit" / "verify.py"
F1, F2 = "sample/fund/F1", "sample/fund/F2"
KEY = ("--key", str(OFFICE.public))


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """The facts of the sample county's story."""
    url = f"sqlite:///{tmp_path_factory.mktemp('verified')}/ledger.db"
    with Ledger(url) as ledger:
        tell(ledger)
    return rows_of(url)


@pytest.fixture(scope="module")
def pack(rows: list[Row]) -> Pack:
    """The pack of the story's fund, sealed by the office."""
    return pack_of(rows, F1)


class Said(NamedTuple):
    """How a verification ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Return what it printed as JSON."""
        return json.loads(self.out)

    @property
    def first(self) -> str:
        """Return the first divergence's place."""
        return str(self.data["findings"][0]["place"])

    @property
    def places(self) -> list[str]:
        """Return the places of all findings."""
        return [one["place"] for one in self.data["findings"]]


Verify = Callable[..., Said]


@pytest.fixture
def verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Verify:
    """Verifies a pack, with the office's key unless others are said."""

    def run(pack: Pack | Path, *words: str) -> Said:
        file = pack if isinstance(pack, Path) else pack.write(tmp_path / "pack.zip")
        code = verify.main([str(file), *(words or (*KEY, "--json", "--limit", "1000"))])
        return Said(code, *capsys.readouterr())

    return run


def place_of(line: bytes) -> str:
    """Return the stream and version of a line."""
    stream, version, *_ = json.loads(line)
    return f"{stream}#{version}"


def named(pack: Pack, name: str) -> list[int]:
    """Return which lines of a pack are facts of a name."""
    return [n for n, line in enumerate(pack.lines) if json.loads(line)[2] == name]


def resealed(rows: list[Row], n: int, old: str, new: str) -> Pack:
    """Return the pack of a log of which fact *n* was changed and everything sealed again, with the office's key."""
    state = bytes(rows[n].state)
    assert old.encode() in state
    changed = rows[n]._replace(state=state.replace(old.encode(), new.encode(), 1))
    return pack_of([*rows[:n], changed, *rows[n + 1 :]], F1)


# What is well ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fund", [F1, F2])
def test_pack_that_is_well_ends_with_0_and_says_how_much_was_looked_at(
    rows: list[Row], fund: str, verified: Verify
) -> None:
    pack = pack_of(rows, fund)
    said = verified(pack)
    assert (said.code, said.data["found"], said.data["ok"]) == (0, 0, True), said.out
    checked = said.data["checked"]
    assert checked["facts"] == len(pack.lines)
    assert checked["deadlines"] > 0
    assert checked["pairs"] > 0
    text = verified(pack, *KEY, "--lang", "en").out
    assert f"{len(pack.lines)} facts" in text
    assert f"{checked['deadlines']} deadlines" in text
    assert "All is well." in text
    assert "全部相符。" in verified(pack, *KEY, "--lang", "zh").out


def test_verifier_alone_in_an_empty_folder_needs_nothing_else(pack: Pack, tmp_path: Path) -> None:
    """One file, copied alone, run by `python3 -I`."""
    empty = tmp_path / "empty"
    empty.mkdir()
    shutil.copy(VERIFIER, empty)
    file = pack.write(tmp_path / "pack.zip")
    ended = subprocess.run(
        [sys.executable, "-I", "verify.py", str(file), *KEY, "--lang", "en"],
        cwd=empty,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    taught = subprocess.run(
        [sys.executable, "-I", "verify.py", "--help"], cwd=empty, capture_output=True, encoding="utf-8", check=True
    )
    assert "核验一份审计包" in taught.stdout
    assert "Verifies an audit pack" in taught.stdout
    assert [file.name for file in empty.iterdir()] == ["verify.py"]


def test_verifier_imports_the_standard_library_only() -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    names = {a.name for n in imports if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module or "." for n in imports if isinstance(n, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_whole_story_adds_up_without_a_pack(rows: list[Row]) -> None:
    report = verify.check_streams(facts_of(rows), calendars())
    assert [one.text("en") for one in report.in_order()] == []
    assert report.checked["funds"] == 2


def test_year_of_the_sample_county_adds_up(played: Path, verified: Verify) -> None:
    rows = rows_of(f"sqlite:///{played / 'year.db'}")
    report = verify.check_streams(facts_of(rows), calendars())
    assert [one.text("en") for one in report.in_order()] == []
    for fund in sorted({row.stream for row in rows if "/fund/" in row.stream}):
        assert verified(pack_of(rows, fund)).data["findings"] == []


# What was changed by hand ---------------------------------------------------------------------------------------------


def test_flipped_byte_in_any_fact_is_found_and_the_fact_named(pack: Pack, verified: Verify) -> None:
    for n in range(3, len(pack.lines), 17):
        lines = pack.lines
        at = (n * 37) % len(lines[n])
        flipped = bytes([lines[n][at] ^ 1])
        if flipped == b"\n":
            continue
        changed = lines[n][:at] + flipped + lines[n][at + 1 :]
        said = verified(pack.with_lines([*lines[:n], changed, *lines[n + 1 :]]))
        assert said.code == 1
        index = pack.json("proofs.json")["indices"][n]
        assert said.data["findings"][0]["log_index"] == index


_VALUE = re.compile(rb'"(\w+)":("\d{4}-\d\d-\d\d[^"]*"|\d+)')


def _values(pack: Pack) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield where in which line an amount, a date or a version of a fund, a claim or a deadline stands, and another."""
    for n, line in enumerate(pack.lines):
        if json.loads(line)[0].split("/")[1] not in ("fund", "claim", "obligation"):
            continue
        for found in _VALUE.finditer(line):
            text = found[2].decode().strip('"')
            if found[2].isdigit():
                yield n, *found.span(2), str(int(text) + 1).encode()
            else:
                later = date.fromisoformat(text[:10]) + timedelta(days=1)
                yield n, *found.span(2), f'"{later}{text[10:]}"'.encode()


def test_any_amount_date_or_version_that_is_changed_names_its_fact(pack: Pack, verified: Verify) -> None:
    """The line's own hash is mended, its proof is as it was."""
    values = list(_values(pack))
    assert len(values) > 300
    for n, start, end, other in values[:: len(values) // 40]:
        line = pack.lines[n]
        lines = [*pack.lines[:n], line[:start] + other + line[end:], *pack.lines[n + 1 :]]
        said = verified(pack.with_lines(lines))
        assert (said.code, said.first) == (1, place_of(line))


def test_changed_amount_whose_hash_is_mended_is_named_with_its_field(pack: Pack, verified: Verify) -> None:
    """In the facts, and wherever a node is the hash that it had; its neighbour's proof goes with it."""
    n = named(pack, "claim.lodged/1")[0]
    line = pack.lines[n]
    amount = re.findall(rb'"amount_fen":(\d+)', line)[0]
    changed = line.replace(b'"amount_fen":' + amount, b'"amount_fen":%d' % (int(amount) + 100), 1)
    old, new = (b64encode(verify.leaf_hash(one)).decode() for one in (line, changed))
    proofs = json.loads(pack.members["proofs.json"].decode().replace(old, new))
    forged = pack.with_lines([*pack.lines[:n], changed, *pack.lines[n + 1 :]]).changed(proofs=proofs)
    said = verified(forged)
    assert (said.code, said.first) == (1, place_of(line))
    found = [(one["field"], one["there"]) for one in said.data["findings"]]
    assert any(str(int(amount) + 100) in there for _, there in found) or any(
        str(int(amount) + 100) in one["expected"] for one in said.data["findings"]
    )
    assert any(field.endswith("amount_fen") for field, _ in found)
    text = verified(forged, *KEY, "--lang", "en").out
    assert text.startswith("*** FIRST DIVERGENCE ***")
    assert place_of(line) in text.splitlines()[1]


@pytest.mark.parametrize("with_place", [True, False])
@pytest.mark.parametrize("last", [True, False])
def test_dropped_fact_is_named(pack: Pack, verified: Verify, with_place: bool, last: bool) -> None:  # noqa: FBT001
    """In the middle of its stream, or its last; its place in the log is dropped with it, or not."""
    stream = "sample/claim/C1" if last else F1
    of_stream = [n for n, line in enumerate(pack.lines) if json.loads(line)[0] == stream]
    n = of_stream[-1] if last else of_stream[2]
    dropped = pack.with_lines([*pack.lines[:n], *pack.lines[n + 1 :]])
    if with_place:
        proofs = pack.json("proofs.json")
        del proofs["indices"][n]
        dropped = dropped.changed(proofs=proofs)
    said = verified(dropped)
    assert said.code == 1
    assert place_of(pack.lines[n]) in said.places[:2]
    assert len([place for place in said.places if place.startswith("facts.jsonl")]) == 0


def test_whole_stream_that_is_dropped_is_named(pack: Pack, verified: Verify) -> None:
    """With its heads and proofs: what the fund's own facts name must be there."""
    for stream in ("sample/claim/C1", "sample/plan/P1", "sample/obligation/fund-F1-arrival", "sample/county"):
        proofs, heads, lines = pack.json("proofs.json"), pack.json("heads.json"), pack.lines
        left = [n for n, line in enumerate(lines) if json.loads(line)[0] != stream]
        assert len(left) < len(lines), stream
        proofs["indices"] = [proofs["indices"][n] for n in left]
        heads["heads"] = [head for head in heads["heads"] if head["stream"] != stream]
        said = verified(pack.with_lines(lines[n] for n in left).changed(proofs=proofs, heads=heads))
        assert said.code == 1
        assert any(stream in (one["expected"], one["place"]) for one in said.data["findings"])


def test_swapped_and_inserted_facts_are_found(pack: Pack, verified: Verify) -> None:
    lines = pack.lines
    n = named(pack, "fund.reserved/1")[0]
    swapped = verified(pack.with_lines([*lines[:n], lines[n + 1], lines[n], *lines[n + 2 :]]))
    assert swapped.code == 1
    assert {place_of(lines[n]), place_of(lines[n + 1])} & set(swapped.places)
    inserted = verified(pack.with_lines([*lines[: n + 1], lines[n], *lines[n + 1 :]]))
    assert inserted.code == 1
    assert place_of(lines[n]) in inserted.places


# Who signed -----------------------------------------------------------------------------------------------------------


def test_forgery_whole_in_itself_is_found_by_its_key_alone(rows: list[Row], verified: Verify) -> None:
    """A new tree, a new key: without `--key` the pack agrees with itself, and the verifier says whose key it is."""
    n = next(n for n, row in enumerate(rows) if row.topic == "claim.payment-confirmed/1")
    state = bytes(rows[n].state).replace(b"bank-", b"other-")
    forged = pack_of([*rows[:n], rows[n]._replace(state=state), *rows[n + 1 :]], F1, key_of(66))
    said = verified(forged)
    assert (said.code, said.first, said.data["findings"][0]["field"]) == (1, "checkpoint", "signature")
    alone = verified(forged, "--lang", "en")
    assert alone.code == 0
    assert "OWN key" in alone.out
    assert str(key_of(66).public) in alone.out


def test_key_that_took_over_is_trusted_along_the_rotation(rows: list[Row], verified: Verify) -> None:
    new, stranger = key_of(2), key_of(3)

    def note(old: str, *signers: Any) -> str:
        text = f"bridgefund key rotation\n{ORIGIN}\n{old}\n{new.public}\nat 2023-06-01T00:00:00+08:00\n"
        return f"{text}\n{''.join(key.line(text) for key in signers)}"

    good = pack_of(rows, F1, new, rotations=(note(str(OFFICE.public), OFFICE, new),))
    assert verified(good).code == 0
    for bad in (
        pack_of(rows, F1, new),
        pack_of(rows, F1, new, rotations=(note(str(OFFICE.public), new),)),
        pack_of(rows, F1, new, rotations=(note(str(stranger.public), stranger, new),)),
        pack_of(rows, F1, new, rotations=("no note\n",)),
    ):
        assert verified(bad).code == 1


def test_signature_that_does_not_hold_is_found(pack: Pack, verified: Verify) -> None:
    note = pack.members["checkpoint"].decode()
    said = verified(pack.changed(checkpoint=note.replace(f"at {2023}", f"at {2024}").encode()))
    assert (said.code, said.first) == (1, "checkpoint")


def test_witness_is_looked_for(rows: list[Row], verified: Verify) -> None:
    witness = key_of(9, "audit-office", verify.COSIGNS)

    def sign(text: str) -> str:
        moment = (1_700_000_000).to_bytes(8, "big")
        signed = witness.private.sign(verify.cosigned_text(text, 1_700_000_000).encode())
        return OFFICE.sign(text) + verify.signature_line(witness.public, moment + signed)

    words = (*KEY, "--witness", str(witness.public), "--require-witness", "--lang", "en")
    ended = verified(pack_of(rows, F1, sign=sign), *words)
    assert (ended.code, f"countersigned by: {witness.public}" in ended.out) == (0, True)
    without = verified(pack_of(rows, F1), *words)
    assert (without.code, "no witness" in without.out) == (1, True)


# What the office itself could change, with its true key ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "field"),
    [
        pytest.param("claim.lodged/1", '"amount_fen":', '"amount_fen":1', "amount_fen", id="a claim's amount"),
        pytest.param("fund.allotted/1", '"amount_fen":', '"amount_fen":1', "amount_fen", id="an allotment"),
        pytest.param("fund.reserved/1", '"version":1', '"version":2', "version", id="a reservation's version"),
        pytest.param("project.claim-noted/1", '"amount_fen":', '"amount_fen":1', "amount_fen", id="a noted claim"),
        pytest.param("obligation.opened/1", '"due_on":"2023-0', '"due_on":"2024-0', "due_on", id="a due day"),
        pytest.param("obligation.opened/1", '"count":3', '"count":30', "count", id="a number of days"),
        pytest.param("obligation.met/1", '"days_late":', '"days_late":1', "days_late", id="days late"),
        pytest.param("claim.payment-sent/1", '"attempt":1', '"attempt":2', "attempt", id="an attempt"),
        pytest.param(
            "fund.paid/1", '"occurred_on":"2023', '"occurred_on":"2022', "act.occurred_on", id="a payment's day"
        ),
        pytest.param("fund.paid/1", '"claim_no":"C1"', '"claim_no":"C9"', "claim_no", id="whose payment"),
    ],
)
def test_office_that_seals_a_change_anew_is_found_where_it_breaks_something(
    rows: list[Row], verified: Verify, name: str, old: str, new: str, field: str
) -> None:
    """Money, days, or what another case says of it."""
    n = next(n for n, row in enumerate(rows) if row.topic == name and old.encode() in bytes(row.state))
    said = verified(resealed(rows, n, old, new))
    assert said.code == 1
    place = f"{rows[n].stream}#{rows[n].version}"
    found = [one for one in said.data["findings"] if place in (one["place"], one["other"])]
    assert found, said.out
    assert any(one["field"].endswith(field) or one["place"] != place for one in found)


@pytest.mark.parametrize(
    ("name", "old", "new"), [("claim.payment-confirmed/1", "bank-", "other-"), ("fund.notified/1", "样例", "另一")]
)
def test_office_that_seals_anew_what_nothing_else_says_is_not_found(
    rows: list[Row], verified: Verify, name: str, old: str, new: str
) -> None:
    """It takes a witness that saw the log before."""
    n = next(n for n, row in enumerate(rows) if row.topic == name)
    assert verified(resealed(rows, n, old, new)).code == 0


def test_number_that_is_no_integer_is_a_finding(rows: list[Row], verified: Verify) -> None:
    n = next(n for n, row in enumerate(rows) if row.topic == "fund.reserved/1")
    amount = json.loads(rows[n].state)["shares"][0]["amount_fen"]
    said = verified(resealed(rows, n, f'"amount_fen":{amount}', f'"amount_fen":{amount}.0'))
    assert said.code == 1
    assert (said.first, said.data["findings"][0]["field"]) == (
        f"{rows[n].stream}#{rows[n].version}",
        "shares[0].amount_fen",
    )


def test_facts_of_an_unknown_name_are_told_with_their_count(rows: list[Row]) -> None:
    facts = facts_of(rows)
    last = max(version for _, stream, version, _, _ in facts if stream == F1)
    act = json.dumps(json.loads(rows[-1].state)["act"]).encode()
    facts.append((len(facts), F1, last + 1, "fund.sung-of/1", b'{"type":"fund.sung-of/1","act":%b}' % act))
    report = verify.check_streams(facts, calendars())
    assert report.found == 0
    assert {note.en: count for note, count in report.notes.items()}[
        "facts of a name that is not known: fund.sung-of/1"
    ] == 1


# Members --------------------------------------------------------------------------------------------------------------


def test_members_are_held_to_the_manifest_the_facts_and_their_digests(pack: Pack, verified: Verify) -> None:
    policy = next(name for name in pack.members if name.startswith("policies/"))
    readme = Pack({**pack.members, "README.md": b"other"})
    assert verified(readme).first == "README.md"
    other = Pack({**pack.members, policy: pack.members[policy] + b"#"})
    assert policy in verified(other).places


def test_attached_files_are_held_to_their_digests(pack: Pack, verified: Verify) -> None:
    voucher = json.loads(pack.lines[named(pack, "claim.lodged/1")[0]])[3]["vouchers"][0]
    content = b"a paper"
    digest = sha256(content).hexdigest()
    manifest = pack.json("manifest.json")
    listed = {"size_bytes": 7, "name": "paper.pdf", "case": F1, "in_pack": True, "withdrawn": False}
    manifest["files"] = [{"digest": voucher, **listed}]
    changed = Pack({**pack.members, f"files/{voucher}": content})
    said = verified(changed.changed(manifest=manifest))
    assert said.code == 1
    assert f"files/{voucher}" in said.places
    manifest["files"] = [{"digest": digest, **listed}]
    unknown = Pack({**pack.members, f"files/{digest}": content}).changed(manifest=manifest)
    assert (verified(unknown).code, verified(unknown).first) == (1, f"files/{digest}")


def test_heads_that_are_not_proven_are_found(pack: Pack, verified: Verify) -> None:
    heads = pack.json("heads.json")
    heads["nodes"] = nodes_of([verify.leaf_hash(b"x")] * heads["streams"], [one["index"] for one in heads["heads"]])
    said = verified(pack.changed(heads=heads))
    assert said.code == 1
    assert all(place.startswith("heads.json") for place in said.places)


# Contents that no store would keep ------------------------------------------------------------------------------------

_ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**60,
    1.5,
    "",
    "x",
    "2023-13-45",
    [],
    {},
    [1],
    ["x"],
    {"a": 1},
    "0001-01-01T00:00:00+14:00",
)


def _odd(data: Any, lots: random.Random) -> Any:
    """Return JSON with one thing in it that is something else, or nothing."""
    if isinstance(data, dict) and data and lots.random() < 0.9:
        key = lots.choice(sorted(data))
        rest = {**data, key: _odd(data[key], lots)}
        if lots.random() < 0.1:
            del rest[key]
        return rest
    if isinstance(data, list) and data and lots.random() < 0.9:
        n = lots.randrange(len(data))
        return [*data[:n], _odd(data[n], lots), *data[n + 1 :]]
    return lots.choice(_ODD)


def test_no_content_makes_the_verifier_stumble(rows: list[Row]) -> None:
    """A field of any other kind, or none, is a finding or nothing to it, and never an error of its own."""
    lots, facts = random.Random(7), facts_of(rows)  # noqa: S311 - The same in every run.
    for _ in range(60):
        changed = list(facts)
        for n in lots.sample(range(1, len(facts)), 12):
            index, stream, version, name, state = facts[n]
            changed[n] = (index, stream, version, name, json.dumps(_odd(json.loads(state), lots)).encode())
        report = verify.check_streams(changed, calendars())
        assert all(one.text("zh") and one.text("en") for one in report.in_order())


def test_of_two_neighbours_whose_proofs_fail_that_one_is_first_of_which_more_does_not_add_up() -> None:
    def unproven(index: int, place: str) -> verify.Finding:
        return verify.Finding(verify.PROVEN, index, place, "", "state", "", "", verify.Both("", ""))

    claim, project = unproven(4, "a/claim/C1#1"), unproven(5, "a/project/P1#3")
    far, later = unproven(90, "a/fund/F1#9"), unproven(92, "a/fund/F1#10")
    report = verify.Report()
    for one in (later, far, claim, project):
        report.add(one)
    for field in ("amount_fen", "claim_no"):
        report.add(verify.Finding(verify.FOLDED, 5, project.place, "", field, "", "", verify.Both("", ""), claim.place))
    report.add(verify.Finding(verify.FOLDED, 92, later.place, "", "amount_fen", "", "", verify.Both("", "")))
    # The claim is named by what the project says of it; of the fund's ninth fact nothing is amiss but its proof.
    assert report.in_order()[:4] == [project, later, claim, far]
