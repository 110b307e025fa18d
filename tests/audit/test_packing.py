"""An audit pack: which streams, each proven to the seal; the same bytes twice; whole on the disk or not there."""

import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec import structs

from audit import verify
from audit.pack_archive import whole_file
from audit.pack_refusals import FundNotSealedError, PackUnwritableError, SealBrokenError, TooManyFilesError
from audit.packing import unsealed
from audit.packing_streams import streams_of
from audit.seal_keys import SealKey, make_key
from audit.sealing import seal
from audit.seals import Seals
from domain.ledger import Ledger, Recorded, Step
from domain.meeting_facts import AgendaItem, MeetingCalled
from domain.obligation_facts import Drop, ObligationOpened
from domain.papers import PaperAttached
from domain.stored_facts import read_fact
from domain.surplus_facts import SurplusFound, SurplusItem, SweepTerms
from tests.audit.packs import (
    CALENDARS,
    FUND,
    OTHER,
    PHOTO,
    REPORT,
    SEALED_AT,
    SIGNED,
    Pack,
    packed,
    stored_files,
    tell_two,
)
from tests.databases import KINDS, new_store
from tests.disks import SmallDisk, can_mount, mounted
from tests.domain.given import REF, by
from tests.domain.test_ledger import arrives

# By hand, from the story: what F1 paid for, what was lodged on it and given back, and what hangs on each.
GATES = {
    "C1": ("v1-finance_section", "v1-payment_centre", "v1-deputy_director"),
    "C2": (
        "v1-finance_section",
        "v1-payment_centre",
        "v2-finance_section",
        "v2-payment_centre",
        "v2-deputy_director",
    ),
    "C3": ("v1-finance_section", "v1-payment_centre"),
    "C4": ("v1-finance_section", "v1-payment_centre", "v1-deputy_director"),
}
MUST_HOLD = {
    "sample/county",
    "sample/mandates",
    FUND,
    "sample/obligation/fund-F1-arrival",
    "sample/obligation/fund-F1-release-P1",
    "sample/plan/P1",
    "sample/meeting/M1",
    "sample/meeting/M2",
    "sample/project/S01",
    "sample/papers/project/S01",
    "sample/performance/S01",
    "sample/obligation/project-S01-accept-2",
    "sample/obligation/project-S01-retention",
    "sample/handling/claim-C3",
    *(f"sample/claim/{no}" for no in GATES),
    *(f"sample/obligation/claim-{no}-{gate}" for no, gates in GATES.items() for gate in gates),
}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SealKey:
    return make_key(tmp_path_factory.mktemp("keys") / "log.key", "ledger.county.example")


@pytest.fixture(scope="module", params=KINDS)
def sealed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, key: SealKey) -> Iterator[Ledger]:
    """A sealed store of two counties, for tests that only read."""
    with new_store(request, request.param, tmp_path_factory.mktemp("sealed")) as url, Ledger(url) as ledger:
        tell_two(ledger)
        seal(ledger, key, SEALED_AT)
        yield ledger


@pytest.fixture
def own(tmp_path: Path, key: SealKey) -> Iterator[Ledger]:
    """A sealed store of a test's own."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        tell_two(ledger)
        seal(ledger, key, SEALED_AT)
        yield ledger


def test_a_pack_holds_what_the_fund_paid_for_each_fact_proven_to_the_seal(
    sealed: Ledger, key: SealKey, tmp_path: Path
) -> None:
    said = packed(sealed, tmp_path / "F1.zip")
    pack = Pack(tmp_path / "F1.zip")
    pack.check(key)
    assert set(pack.streams) == MUST_HOLD
    assert (said.facts, said.streams) == (len(pack.lines), len(MUST_HOLD))
    manifest = pack.json("manifest.json")
    assert list(manifest)[:7] == ["format", "county", "fund", "origin", "size", "made_at", "build"]
    assert (manifest["format"], manifest["fund"], manifest["made_at"]) == (
        "bridgefund-audit-pack/1",
        FUND,
        SEALED_AT.isoformat(),
    )
    assert (manifest["sample"], manifest["build"]) == (True, sealed.build)
    assert {(one["digest"], one["withdrawn"], one["in_pack"]) for one in manifest["files"]} == {
        (sha256(REPORT).hexdigest(), False, False),
        (sha256(SIGNED).hexdigest(), False, False),
        (sha256(PHOTO).hexdigest(), True, False),
    }


def test_each_fund_has_its_own_streams(sealed: Ledger, key: SealKey, tmp_path: Path) -> None:
    """F2 paid for one claim only, with F1; of the others of the same project nothing is in its pack."""
    packed(sealed, tmp_path / "F2.zip", "sample/fund/F2")
    pack = Pack(tmp_path / "F2.zip")
    pack.check(key)
    claims = {stream for stream in pack.streams if "/claim/" in stream or "/claim-" in stream}
    assert claims == {
        "sample/claim/C2",
        *(f"sample/obligation/claim-C2-{gate}" for gate in GATES["C2"]),
    }
    assert FUND not in pack.streams


def test_nothing_of_another_county_is_in_it(sealed: Ledger, key: SealKey, tmp_path: Path) -> None:
    """The other county has cases of the very same numbers."""
    packed(sealed, tmp_path / "one.zip")
    packed(sealed, tmp_path / "two.zip", f"{OTHER}/fund/F1")
    one, two = Pack(tmp_path / "one.zip"), Pack(tmp_path / "two.zip")
    two.check(key)
    assert {stream.replace(OTHER, "sample") for stream in two.streams} == set(one.streams)
    assert not any(OTHER.encode() in line for line in one.lines)
    assert OTHER.encode() not in one.members["heads.json"]
    assert not any(b"sample" in line for line in two.lines)


def test_what_is_readable_beside_the_facts_is_what_the_facts_say(sealed: Ledger, tmp_path: Path) -> None:
    packed(sealed, tmp_path / "F1.zip")
    members = Pack(tmp_path / "F1.zip").members
    policies = {name: content for name, content in members.items() if name.startswith("policies/")}
    assert sorted(name.rpartition("-")[2] for name in policies) == ["engine.toml", "profile.toml"]
    assert all(sha256(content).hexdigest() in name for name, content in policies.items())
    calendars = {name: content for name, content in members.items() if name.startswith("calendars/")}
    assert calendars == {f"calendars/{file.name}": file.read_bytes() for file in CALENDARS.glob("*.toml")}
    readme = members["README.md"].decode()
    assert readme.index("# 审计包") < readme.index("# Audit pack")
    assert all(words in readme for words in ("被拒的办理尝试", "attempts that were refused", "样例 SAMPLE"))
    assert {info for name in members if not name.isascii() for info in name} == set()


def test_the_same_store_and_seal_give_the_same_bytes(own: Ledger, tmp_path: Path) -> None:
    """Also when the log has gone on since: what came after the seal is in neither."""
    packed(own, tmp_path / "one.zip", files=stored_files(tmp_path / "files"))
    own.execute(Step("sample/fund/F9", arrives()))
    own.execute(Step("sample/obligation/claim-C3-v1-payment_centre", Drop(by("li"), "样例：另行办理")))
    packed(own, tmp_path / "two.zip", files=stored_files(tmp_path / "files"))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        infos = archive.infolist()
    assert {info.date_time for info in infos} == {(2024, 1, 1, 9, 30, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def test_what_came_after_the_seal_is_counted_if_it_is_of_the_fund(own: Ledger, key: SealKey) -> None:
    last = Seals(own).last()
    assert last is not None
    assert unsealed(own, FUND, last.position) == 0
    own.execute(Step("sample/fund/F9", arrives()))
    assert unsealed(own, FUND, last.position) == 0
    own.execute(Step("sample/obligation/claim-C3-v1-payment_centre", Drop(by("li"), "样例：另行办理")))
    assert unsealed(own, FUND, last.position) > 0
    again = seal(own, key, SEALED_AT + timedelta(days=1)).seal
    assert unsealed(own, FUND, again.position) == 0


def test_a_fund_that_came_after_the_seal_is_not_packed(own: Ledger, tmp_path: Path) -> None:
    own.execute(Step("sample/fund/F9", arrives()))
    with pytest.raises(FundNotSealedError, match="F9"):
        packed(own, tmp_path / "F9.zip", "sample/fund/F9")
    assert not (tmp_path / "F9.zip").exists()


def test_a_log_that_is_not_what_was_sealed_is_not_packed(own: Ledger, tmp_path: Path) -> None:
    """A changed fact, of whatever stream; facts that are gone."""
    change = (
        "UPDATE stored_events SET state = CAST(replace(state, ?, ?) AS BLOB) WHERE originator_id = 'sample/plan/P1'"
    )
    own.stored.write((change, ("2023", "2024")))
    with pytest.raises(SealBrokenError):
        packed(own, tmp_path / "F1.zip")
    own.stored.write(("DELETE FROM stored_events WHERE originator_id LIKE ?", (f"{OTHER}/%",)))
    with pytest.raises(SealBrokenError):
        packed(own, tmp_path / "F1.zip")
    assert list(tmp_path.glob("*F1*")) == []


def test_files_are_in_it_by_digest_and_what_is_missing_or_altered_is_said(own: Ledger, tmp_path: Path) -> None:
    kept = stored_files(tmp_path / "files")
    told: list[tuple[int, int]] = []
    said = packed(own, tmp_path / "whole.zip", files=kept, told_of_files=lambda at, of: told.append((at, of)))
    members = Pack(tmp_path / "whole.zip").members
    assert said.bad_files == []
    assert sorted(content for name, content in members.items() if name.startswith("files/")) == [PHOTO, REPORT, SIGNED]
    assert told[-1][0] == told[-1][1]

    next((tmp_path / "files").rglob(sha256(PHOTO).hexdigest())).unlink()
    next((tmp_path / "files").rglob(sha256(SIGNED).hexdigest())).write_bytes(b"a report, sIgned")
    said = packed(own, tmp_path / "less.zip", files=kept)
    less = Pack(tmp_path / "less.zip")
    assert [(one.kind, one.paper) for one in said.bad_files] == [("digest", "acceptance_report"), ("missing", "photos")]
    assert {(one["name"], one["in_pack"]) for one in less.json("manifest.json")["files"]} == {
        ("acceptance_report.pdf", True),
        ("acceptance_report.pdf", False),
        ("photos.pdf", False),
    }
    assert [content for name, content in less.members.items() if name.startswith("files/")] == [REPORT]
    assert "2 more are missing or altered" in less.members["README.md"].decode()


def test_more_files_than_a_verifier_reads_are_refused(
    own: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.pack_papers.FILES_MOST", 2)
    with pytest.raises(TooManyFilesError, match="3 files, at most 2"):
        packed(own, tmp_path / "F1.zip", files=stored_files(tmp_path / "files"))
    assert not (tmp_path / "F1.zip").exists()


def test_names_beside_the_store_are_not_in_it(own: Ledger, tmp_path: Path) -> None:
    (tmp_path / "ledger.db.names.json").write_text('{"p-payment_centre": "样例·王五"}', encoding="utf-8")
    packed(own, tmp_path / "F1.zip", files=stored_files(tmp_path / "files"))
    assert not any("王五".encode() in content for content in Pack(tmp_path / "F1.zip").members.values())
    assert any(b'"p-payment_centre"' in line for line in Pack(tmp_path / "F1.zip").lines)


def test_an_attempt_a_run_and_the_countys_books_are_in_no_pack(own: Ledger) -> None:
    end = own.recorder.max_notification_id() or 0
    kinds = {stream.split("/")[1] for stream in streams_of(own, FUND, end)}
    assert kinds & {"attempts", "runs", "bank", "year", "outbox", "document", "people", "absence"} == set()


def test_what_hangs_on_a_case_is_in_it_in_whatever_order_it_came(own: Ledger) -> None:
    """A sweep's deadline is opened before its list names the fund; a meeting has the plan on its agenda, undecided."""
    (deadline, *_), act = own.facts("sample/obligation/fund-F1-arrival"), by("li")
    sweep, meeting, other = "sample/surplus/2023-current_year", "sample/meeting/M9", "sample/surplus/2023-prior_year"
    terms = SweepTerms(REF, "JS L29", "finance_section", (), "leading_group", "project", "JS L29")

    assert isinstance(deadline, ObligationOpened)

    def of(case: str) -> ObligationOpened:
        return structs.replace(deadline, case=case)

    def found(fund_no: str) -> SurplusFound:
        return SurplusFound(act, "sample", 2023, "current_year", (SurplusItem(fund_no, "integrated", 1),), terms)

    agenda = (AgendaItem("1", "sample/plan/P1", "P1", "leading_group"),)
    facts = {
        "sample/obligation/sweep": of(sweep),
        "sample/obligation/other-sweep": of(other),
        sweep: found("F1"),
        other: found("F2"),
        meeting: MeetingCalled(act, "sample", "M9", "leading_group", date(2023, 9, 1), agenda),
        "sample/obligation/meeting": of(meeting),
        "sample/papers/meeting/M9": PaperAttached(
            act, meeting, "minutes", "s", "m.pdf", "a" * 64, 1, "application/pdf"
        ),
    }
    own.save(*(Recorded(stream, 1, fact) for stream, fact in facts.items()))
    end = own.recorder.max_notification_id() or 0
    new = {"sample/obligation/sweep", sweep, meeting, "sample/obligation/meeting", "sample/papers/meeting/M9"}
    assert streams_of(own, FUND, end) == MUST_HOLD | new
    assert streams_of(own, FUND, end - len(facts)) == MUST_HOLD


def test_every_fact_of_a_pack_is_read_again_as_it_was_stored(own: Ledger, tmp_path: Path) -> None:
    packed(own, tmp_path / "F1.zip")
    for line in Pack(tmp_path / "F1.zip").lines:
        head, _, state = line[:-1].partition(b",{")
        stream, version, name = head.decode().strip('["').replace('"', "").split(",")
        assert read_fact(name, b"{" + state, f"{stream}#{version}") == own.facts(stream)[int(version) - 1]


@pytest.mark.skipif(not can_mount(), reason="no disk of our own can be made here")
def test_a_full_disk_leaves_nothing_and_what_was_there_stays(own: Ledger, tmp_path: Path) -> None:
    with mounted(tmp_path / "small", 1) as small:
        (small / "F1.zip").write_bytes(b"an older pack")
        SmallDisk(small, "").fill()
        for force, out in ((True, "F1.zip"), (False, "other.zip")):
            with pytest.raises(PackUnwritableError, match="No space left"):
                packed(own, small / out, files=stored_files(tmp_path / "files"), force=force)
        assert sorted(file.name for file in small.iterdir()) == ["F1.zip", "filler"]
        assert (small / "F1.zip").read_bytes() == b"an older pack"


@pytest.mark.parametrize("nameless", [True, False])
def test_a_file_is_there_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, nameless: bool) -> None:
    """Also where the system has no files without a name. Over one that is there it is put only with force."""
    if not nameless:
        monkeypatch.setattr("audit.pack_archive._nameless", lambda _: None)
    out = tmp_path / "F1.zip"
    with whole_file(out, force=False) as file:
        file.write(b"one")
        assert not out.exists()
    assert out.read_bytes() == b"one"
    with pytest.raises(PackUnwritableError), whole_file(out, force=False) as file:
        file.write(b"two")
    assert out.read_bytes() == b"one"
    with pytest.raises(KeyError), whole_file(out, force=True) as file:
        raise KeyError
    with whole_file(out, force=True) as file:
        file.write(b"two")
    assert out.read_bytes() == b"two"
    assert [file.name for file in tmp_path.iterdir()] == ["F1.zip"]
    shutil.rmtree(tmp_path)
    with pytest.raises(PackUnwritableError), whole_file(out, force=False):
        raise AssertionError


def test_a_flipped_byte_of_a_packs_facts_names_the_fact(sealed: Ledger, key: SealKey, tmp_path: Path) -> None:
    packed(sealed, tmp_path / "F1.zip")
    whole, pack = (tmp_path / "F1.zip").read_bytes(), Pack(tmp_path / "F1.zip")
    facts, indices = pack.members["facts.jsonl"], pack.json("proofs.json")["indices"]
    begins = whole.index(facts)
    newlines = [n for n, byte in enumerate(facts) if byte == ord("\n")][:: len(indices) // 10]
    places = [*range(0, len(facts), len(facts) // 40), *newlines]
    assert len(places) >= 50
    for place in places:
        flipped = bytearray(whole)
        flipped[begins + place] ^= 1
        (tmp_path / "bad.zip").write_bytes(flipped)
        read = verify.Pack(str(tmp_path / "bad.zip"), verify.Trust((key.verifier,)))
        read.verify()
        first = read.report.in_order()[0]
        assert (first.rank, first.log_index) == (verify.PROVEN, indices[facts[:place].count(b"\n")])


def test_a_flipped_byte_elsewhere_in_a_pack_is_a_damaged_archive(sealed: Ledger, key: SealKey, tmp_path: Path) -> None:
    packed(sealed, tmp_path / "F1.zip")
    whole, pack = (tmp_path / "F1.zip").read_bytes(), Pack(tmp_path / "F1.zip")
    after = whole.index(pack.members["facts.jsonl"]) + len(pack.members["facts.jsonl"])
    flipped = bytearray(whole)
    flipped[after + 200] ^= 1  # Within the proofs, which are packed.
    (tmp_path / "bad.zip").write_bytes(flipped)
    with pytest.raises(verify.RefusedError, match=r"proofs\.json"):
        verify.Pack(str(tmp_path / "bad.zip"), verify.Trust((key.verifier,))).verify()
