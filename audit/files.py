"""The files of papers, held against the ledger: each attached digest is there, has its size, and is what it says."""

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.ledger import Ledger
from domain.papers import PaperAttached
from domain.words import Both
from files.store import FileStore, FileStoreError

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class BadFile:
    """A file that is missing or altered, and a paper that rests on it."""

    kind: str  # missing, unreadable, size or digest.
    case: str
    paper: str
    digest: str
    file_name: str
    size_bytes: int
    found: str

    def words(self) -> Both:
        """Return what is wrong with it."""
        if self.kind == "missing":
            return Both("文件库里没有", "is not in the file store")
        if self.kind == "unreadable":
            return Both(f"无法读取：{self.found}", f"cannot be read: {self.found}")
        if self.kind == "size":
            return Both(f"应为 {self.size_bytes} 字节，现为 {self.found}", f"{self.size_bytes} bytes, now {self.found}")
        return Both(f"内容已改，现摘要 {self.found}", f"its content was altered: now {self.found}")


@dataclass
class FilesReport:
    """What was looked at, and what was found. Orphans are files that no paper names: uploaded and not asked for."""

    found: list[BadFile] = field(default_factory=list)
    papers: int = 0
    files: int = 0
    read_bytes: int = 0
    orphans: int = 0
    unfinished: int = 0


def check_files(ledger: Ledger, store: FileStore, told: Progress = lambda _at, _of: None) -> FilesReport:
    """Read every attached file through, each once; *told* hears how many bytes were read, of how many.

    Versions that were replaced and papers that were taken back are looked at as well: nothing is ever deleted.

    Raises:
        FileStoreError: If the store does not answer.
    """
    resting: dict[str, list[PaperAttached]] = {}
    for entry in ledger.log(of=(PaperAttached,)):
        resting.setdefault(entry.fact.digest, []).append(entry.fact)
    report = FilesReport(papers=sum(map(len, resting.values())), files=len(resting))
    whole = sum(papers[0].size_bytes for papers in resting.values())
    for digest, papers in resting.items():
        wrong = look(store, papers[0], report, lambda seen: told(seen, whole))
        if wrong:
            kind, found = wrong
            report.found += [
                BadFile(kind, one.case, one.paper, digest, one.file_name, one.size_bytes, found) for one in papers
            ]
    report.orphans = sum(digest not in resting for digest in store.stored())
    report.unfinished = store.unfinished()
    return report


def look(
    store: FileStore, paper: PaperAttached, report: FilesReport, told: Callable[[int], None]
) -> tuple[str, str] | None:
    """Return what is wrong with a file and what was found, or None; *report* counts what was read.

    Raises:
        FileStoreError: If the store does not answer.
    """
    before, size = report.read_bytes, store.size(paper.digest)
    if size is None:
        return "missing", "-"
    try:
        measured = store.measure(paper.digest, lambda seen: told(before + seen))
    except FileStoreError as error:  # The others are looked at all the same.
        return "unreadable", str(error.numbers["reason"])
    report.read_bytes = before + measured.size_bytes
    if measured.size_bytes != paper.size_bytes:
        return "size", str(measured.size_bytes)
    return None if measured.digest == paper.digest else ("digest", measured.digest)
