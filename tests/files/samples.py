"""Files of each type, as small as the type allows."""

from io import BytesIO
from zipfile import ZipFile

import openpyxl

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 40
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 40
TIFF = b"II*\x00" + b"\x00" * 40
EXE = b"MZ\x90\x00" + b"\x00" * 200
OFFICE = "application/vnd.openxmlformats-officedocument."


def xlsx() -> bytes:
    """Return a real workbook."""
    out = BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def packed(parts: dict[str, str]) -> bytes:
    """Return a ZIP of these parts."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def office(main: str) -> bytes:
    """Return an office file whose main part is of a type."""
    types = f'<Types><Override PartName="/main.xml" ContentType="{main}"/></Types>'
    return packed({"[Content_Types].xml": types, "main.xml": "<main/>"})


DOCX = office(f"{OFFICE}wordprocessingml.document.main+xml")
DOCM = office("application/vnd.ms-word.document.macroEnabled.main+xml")
OFD = packed({"OFD.xml": "<ofd:OFD/>", "Doc_0/Document.xml": "<d/>"})
