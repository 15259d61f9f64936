"""Small whole files of every kind, for tests of uploads."""

import struct
import zipfile
import zlib
from io import BytesIO


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(colour: tuple[int, int, int] = (120, 80, 40), size: int = 4) -> bytes:
    """A square of one colour."""
    rows = b"".join(b"\0" + bytes(colour) * size for _ in range(size))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def jpeg(tail: bytes = b"") -> bytes:
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\xd2"
        b"\xff\xd9" + tail
    )


def webp(tail: bytes = b"") -> bytes:
    body = b"WEBPVP8L" + struct.pack("<I", 6) + b"\x2f\0\0\0\0\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body + tail


def heic() -> bytes:
    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body) + 8) + name + body

    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", b"\0" * 8) + box(b"mdat", b"\1" * 20)


def pdf(inside: bytes = b"", trailer: bytes = b"") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R "
        + inside
        + b">>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
        + b"trailer\n<< /Root 1 0 R "
        + trailer
        + b">>\nstartxref\n9\n%%EOF\n"
    )


def zipped(members: dict[str, bytes], *, encrypted: bool = False) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    content = bytearray(buffer.getvalue())
    if encrypted:
        at = content.find(b"PK\x01\x02")
        content[at + 8] |= 1
    return bytes(content)


def docx(**more: bytes) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", **more})


def xlsx() -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"})


def hwpx(manifest: bytes = b"<m/>") -> bytes:
    return zipped(
        {
            "mimetype": b"application/hwp+zip",
            "Contents/section0.xml": b"<s/>",
            "META-INF/manifest.xml": manifest,
        }
    )


def hwp(*, password: bool = False) -> bytes:
    header = b"HWP Document File".ljust(32, b"\0") + b"\0\0\1\5" + struct.pack("<I", 2 if password else 1)
    names = "FileHeader".encode("utf-16-le").ljust(128, b"\0")
    return (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + names + header).ljust(2048, b"\0")


def svg(inside: str = "<path d='M0 0h1'/>") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{inside}</svg>'.encode()
