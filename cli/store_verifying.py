"""`bridgefund audit verify --store`: a whole store, its proofs first, then its money and deadlines, then its files."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import typer

from audit.divergence import Divergence
from audit.files import FilesReport, check_files
from audit.log_folder import read_folder
from audit.store_folding import fold_store
from audit.store_verifying import Verified, heads_differ, processes, verify_store
from audit.verify import FOUND, REFUSED, WELL, Report, Verifier, counted, read_checkpoint, read_note
from cli.errors import exits_on_error
from cli.reading import bar_if_slow, console_of
from domain.cases import STORE
from domain.errors import BadInputError, BridgefundError
from domain.ledger import LOOK_ERRORS, Ledger
from domain.store import STORE as STORE_DECIDER
from doors.paper_files import file_store
from doors.stores import open_store, store_url, without_password
from doors.texts import language, t
from files.store import FileStoreError
from settings import Settings

CALENDARS = Path(__file__).parent.parent / "policies" / "calendars"
NOTE_BYTES_MOST = 256 * 1024


@dataclass(frozen=True)
class Outside:
    """What is held against a store, and is kept elsewhere: keys to trust, checkpoints, a folder of published seals."""

    keys: Sequence[Verifier]
    checkpoints: Sequence[Path]
    folder: Path | None


@dataclass(frozen=True)
class Whole:
    """What came of verifying a store; without a file store *files* says why not."""

    proofs: Verified
    folded: Report
    files: FilesReport | str

    @property
    def found(self) -> int:
        """Return how many things were found."""
        files = 0 if isinstance(self.files, str) else len(self.files.found)
        return len(self.proofs.found) + self.folded.found + files


def verify_stored(store: str | None, outside: Outside, number: int, limit: int, *, as_json: bool) -> None:
    """Verify a store and print what was checked and found; exit code 1 if anything is."""
    with exits_on_error(), _unread_is_refused(store_url(store)), open_store(store) as ledger:
        sample = ledger.state(STORE_DECIDER, STORE).sample is not None
        whole = _verified(ledger, outside, number)
        if as_json:
            typer.echo(json.dumps({"sample": sample, **_plain(whole, limit)}, ensure_ascii=False, indent=2))
        else:
            console = console_of(sample=sample)
            for line in _lines(whole, limit):
                console.print(line, soft_wrap=True)
    raise typer.Exit(FOUND if whole.found else WELL)


@contextmanager
def _unread_is_refused(url: str) -> Iterator[None]:
    """End with exit code 2 where a store does not answer, or is damaged: 1 says that something was found."""
    try:
        yield
    except (BridgefundError, *LOOK_ERRORS) as error:
        if isinstance(error, BridgefundError) and not error.temporary:
            raise
        text = error.text(language()) if isinstance(error, BridgefundError) else f"{without_password(url)}: {error}"
        typer.echo(text, err=True)
        raise typer.Exit(REFUSED) from error


def _verified(ledger: Ledger, outside: Outside, number: int) -> Whole:
    notes = [_note(path) for path in outside.checkpoints]
    published = read_folder(outside.folder) if outside.folder else None
    if published:
        notes.append(published.latest.text)
    calendars = {path.name: path.read_text(encoding="utf-8") for path in CALENDARS.glob("*.toml")}
    with processes(number) as pool:
        with bar_if_slow(t("重算每条事实", "hashing every fact")) as told:
            tree = published.tree if published else None
            proofs = verify_store(ledger, outside.keys, notes, pool, told, published=tree)
        proofs.found += heads_differ(ledger, proofs)
        with bar_if_slow(t("重新累计资金、计算期限", "folding money and deadlines")) as told:
            folded = fold_store(ledger.url, calendars, pool, number, told)
    with bar_if_slow(t("重读附件", "reading the files")) as told:
        return Whole(proofs, folded, _files(ledger, told))


def _files(ledger: Ledger, told: Any) -> FilesReport | str:
    try:
        return check_files(ledger, file_store(Settings.from_env(os.environ), ledger.url), told)
    except FileStoreError as error:
        return error.text(language())


def _note(path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(NOTE_BYTES_MOST + 1)
        if len(text) > NOTE_BYTES_MOST:
            raise BadInputError(str(path), t("太大，不是检查点", "too large for a checkpoint"))
        read_checkpoint(read_note(text.decode()).text)
        return text.decode()
    except OSError as e:
        raise BadInputError(str(path), str(e.strerror)) from e
    except ValueError as e:  # Of a note, of its text, or of a size of thousands of digits.
        raise BadInputError(str(path), str(e)) from e


def _lines(whole: Whole, limit: int) -> Iterator[str]:
    proofs = whole.proofs
    yield t(
        f"重算事实 {proofs.facts} 条，检查点 {proofs.seals} 个；已封印且相符 {proofs.sealed} 条",
        f"{proofs.facts} facts hashed again, {proofs.seals} checkpoints; {proofs.sealed} facts are as they were sealed",
    )
    if proofs.facts > proofs.sealed:
        yield t(
            f"没有封印证明的 {proofs.facts - proofs.sealed} 条", f"{proofs.facts - proofs.sealed} have no such proof"
        )
    if not proofs.pinned:
        keys = ", ".join(proofs.trusted) or "-"
        yield t(
            f"未给出 --key：所用公钥取自本库（{keys}），须与公布的核对",
            f"no --key was given: the store's own key was used ({keys}); compare it with the published one",
        )
    if proofs.uncovered:
        yield t(
            f"旧版本写入、没有留存摘要的 {proofs.uncovered} 条", f"{proofs.uncovered} of an older build have no leaf"
        )
    yield t("重新累计：", "folded again: ") + counted(whole.folded, language())
    yield _files_line(whole.files)
    for note, times in whole.folded.notes.items():
        yield t(f"说明：{note.zh}（{times}）", f"note: {note.en} ({times})")
    found = _found(whole)
    if found:
        yield t(f"第一处不符：{found[0]}", f"first divergence: {found[0]}")
    yield from (f"✗ {line}" for line in found[1:limit])
    yield t(f"发现 {whole.found} 项", f"{whole.found} found")


def _files_line(files: FilesReport | str) -> str:
    if isinstance(files, str):
        return t(f"附件未核对：{files}", f"files were not checked: {files}")
    return t(f"附件 {files.papers} 份，文件 {files.files} 个", f"{files.papers} papers in {files.files} files")


def _found(whole: Whole) -> list[str]:
    lines = [_said(one) for one in whole.proofs.found]
    lines += [one.text(language()) for one in whole.folded.in_order()]
    if not isinstance(whole.files, str):
        for bad in whole.files.found:
            words = bad.words()
            lines.append(f"{bad.case} {bad.paper} {bad.file_name}: {words.zh if language() == 'zh' else words.en}")
    return lines


def _said(one: Divergence) -> str:
    words = one.words()
    return words.zh if language() == "zh" else words.en


def _plain(whole: Whole, limit: int) -> dict[str, Any]:
    proofs = asdict(replace(whole.proofs, last=[]))
    del proofs["last"]
    proofs["found"] = [{**asdict(one), **asdict(one.words())} for one in whole.proofs.found[:limit]]
    folded = {
        "checked": dict(whole.folded.checked),
        "notes": [{**note._asdict(), "times": times} for note, times in whole.folded.notes.items()],
        "found": [one.plain() for one in whole.folded.in_order()[:limit]],
    }
    files = whole.files if isinstance(whole.files, str) else asdict(whole.files)
    return {"proofs": proofs, "folded": folded, "files": files, "found": whole.found}
