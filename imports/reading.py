"""A file becomes a table: its kind by its name, its size bounded, its SHA-256 taken of the very bytes that are read."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from imports.csv_files import read_csv
from imports.faults import NotReadableError, Said
from imports.table import Table
from imports.toml_files import read_toml
from imports.xlsx_files import read_xlsx

FILE_BYTES_MAX = 10 * 2**20
_READERS = {".xlsx": read_xlsx, ".csv": read_csv, ".toml": read_toml}
SUFFIXES = tuple(_READERS)


@dataclass(frozen=True)
class Source:
    """A file, read once: what is digested is what is checked."""

    name: str
    content: bytes
    digest: str


def open_source(path: Path) -> Source:
    """Return the file at *path*.

    Raises:
        NotReadableError: If it cannot be read, is of no kind that is read here, or is too large.
    """
    if path.suffix.lower() not in _READERS:
        kinds = " ".join(_READERS)
        said = Said(f"不能导入 {path.suffix or '无后缀'} 文件；可用：{kinds}", f"no file to import; there are: {kinds}")
        raise NotReadableError(path.name, said)
    try:
        with path.open("rb") as stream:
            content = stream.read(FILE_BYTES_MAX + 1)
    except OSError as e:
        reason = e.strerror or str(e)
        raise NotReadableError(str(path), Said(reason, reason)) from e
    if len(content) > FILE_BYTES_MAX:
        most = FILE_BYTES_MAX // 2**20
        raise NotReadableError(path.name, Said(f"超过 {most} MiB；请分成几个文件", f"over {most} MiB: divide it"))
    # A name may hold bytes that are no text; no store takes those.
    name = path.name.encode(errors="replace").decode()
    return Source(name, content, sha256(content).hexdigest())


def read_table(source: Source) -> Table:
    """Return the table in a file.

    Raises:
        NotReadableError: If there is none in it.
    """
    return _READERS[Path(source.name).suffix.lower()](source.name, source.content)
