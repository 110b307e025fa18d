from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest

from files.kinds import type_of
from tests.files.samples import DOCM, DOCX, EXE, JPEG, OFD, OFFICE, PDF, PNG, TIFF, office, packed, xlsx

ZIP = "application/zip"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (TIFF, "image/tiff"),
        (OFD, "application/ofd"),
        (DOCX, f"{OFFICE}wordprocessingml.document"),
        (xlsx(), f"{OFFICE}spreadsheetml.sheet"),
        (office(f"{OFFICE}presentationml.presentation.main+xml"), f"{OFFICE}presentationml.presentation"),
        # Macros, and what only looks like an office file, are an archive like any other.
        (DOCM, ZIP),
        (packed({"word/document.xml": "<w/>"}), ZIP),
        (packed({"a.pdf": "%PDF"}), ZIP),
        (DOCX[:-30], ZIP),
        (b"PK\x03\x04" + b"\x00" * 100, ZIP),
        (EXE, "application/vnd.microsoft.portable-executable"),
        ("只是文字".encode(), "application/octet-stream"),
        (b"\x00", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_type_is_told_by_content(content: bytes, media_type: str) -> None:
    stream = BytesIO(content)
    stream.seek(min(3, len(content)))  # Wherever somebody left it.
    assert type_of(stream) == media_type


def test_an_archive_with_a_list_made_to_fill_a_memory_is_not_opened() -> None:
    crowded = packed({"[Content_Types].xml": DOCX.decode("latin-1"), **{f"{n:0>200}": "" for n in range(5_000)}})
    assert type_of(BytesIO(crowded)) == ZIP


def test_a_part_made_to_fill_a_memory_is_not_read() -> None:
    main = f'<Override ContentType="{OFFICE}wordprocessingml.document.main+xml"/>'
    assert type_of(BytesIO(packed({"[Content_Types].xml": main + " " * (1 << 18)}))) == ZIP


@pytest.mark.parametrize("packing", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_a_part_that_cannot_be_unpacked_is_told_and_raises_nothing(packing: int) -> None:
    """Each way of packing has an error of its own for data that are none; bzip2's looks like a disk's."""
    out = BytesIO()
    with ZipFile(out, "w", packing) as archive:
        archive.writestr("[Content_Types].xml", DOCX.decode("latin-1"))
    start = 30 + len("[Content_Types].xml")
    for at in range(start, start + 60):
        broken = bytearray(out.getvalue())
        broken[at] ^= 0xFF
        # A bit that nothing depends on leaves the file what it is; no other is more than an archive.
        assert type_of(BytesIO(bytes(broken))) in {ZIP, f"{OFFICE}wordprocessingml.document"}
