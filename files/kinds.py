"""Of which type a file is (附件类型), by what is in it. Its name is not asked."""

import struct
import zlib
from lzma import LZMAError
from typing import IO
from zipfile import BadZipFile, ZipFile

import puremagic

UNKNOWN = "application/octet-stream"
ZIP = "application/zip"
OFD = "application/ofd"
_ZIP_STARTS = b"PK\x03\x04"
# The end of a ZIP: a mark, and in it how long its list of contents is.
_END, _END_BYTES, _COMMENT_MOST = b"PK\x05\x06", 22, 65_535
# An office file lists some dozens of parts; a list that is longer is made to fill a memory.
_LIST_MOST_BYTES, _PART_MOST_BYTES = 1 << 20, 1 << 18
_TYPES_PART, _OFD_PART = "[Content_Types].xml", "OFD.xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS = {
    f"{_OFFICE}{kind}".encode() + b".main+xml": f"{_OFFICE}{kind}"
    for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
}


def type_of(stream: IO[bytes]) -> str:
    """Return the media type of what a seekable stream holds; `application/octet-stream` where nothing is known."""
    stream.seek(0)
    head = stream.read(len(_ZIP_STARTS))
    stream.seek(0)
    if head == _ZIP_STARTS:
        return _in_zip(stream)
    try:
        return puremagic.from_stream(stream, mime=True) or UNKNOWN
    except (puremagic.PureError, ValueError):
        return UNKNOWN


def _in_zip(stream: IO[bytes]) -> str:
    """Return what a ZIP is: by the type of its main part, since every office file begins as any archive does."""
    if _list_bytes(stream) > _LIST_MOST_BYTES:
        return ZIP
    try:
        with ZipFile(stream) as packed:
            names = set(packed.namelist())
            if _OFD_PART in names:
                return OFD
            if _TYPES_PART not in names or packed.getinfo(_TYPES_PART).file_size > _PART_MOST_BYTES:
                return ZIP
            try:
                types = packed.read(_TYPES_PART)
            except OSError:  # So bzip2 says that its data are none, and not that the disk fails: the list was read.
                return ZIP
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error, LZMAError):
        return ZIP
    return next((media_type for main, media_type in _MAIN_PARTS.items() if main in types), ZIP)


def _list_bytes(stream: IO[bytes]) -> int:
    """Return how long a ZIP's list of contents says that it is, in bytes; more than any, if it does not say."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - _END_BYTES - _COMMENT_MOST))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        return _LIST_MOST_BYTES + 1
    (size,) = struct.unpack_from("<I", tail, at + 12)
    return int(size)
