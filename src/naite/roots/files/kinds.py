"""Which file is it really? Decided by its bytes alone. No Django rows, no network."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class Unfit(Exception):
    """The bytes begin like a known kind but must not be taken; ``message`` says what to do."""

    def __init__(self, code: str, message: Sentence) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of file: how it is called, its endings (the first is given to files without one), its type."""

    key: str
    label: Sentence
    endings: tuple[str, ...]
    media_type: str
    family: str


PDF = Kind("pdf", "PDF", (".pdf",), "application/pdf", "document")
PNG = Kind("png", _("PNG 사진"), (".png",), "image/png", "image")
JPEG = Kind("jpeg", _("JPG 사진"), (".jpg", ".jpeg", ".jfif"), "image/jpeg", "image")
WEBP = Kind("webp", _("WEBP 사진"), (".webp",), "image/webp", "image")
HEIC = Kind("heic", _("HEIC 사진"), (".heic", ".heif"), "image/heic", "image")
HWP = Kind("hwp", _("한글(HWP)"), (".hwp",), "application/x-hwp", "office")
HWPX = Kind("hwpx", _("한글(HWPX)"), (".hwpx",), "application/hwp+zip", "office")
DOCX = Kind(
    "docx",
    _("워드(DOCX)"),
    (".docx",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "office",
)
XLSX = Kind(
    "xlsx",
    _("엑셀(XLSX)"),
    (".xlsx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "office",
)
PPTX = Kind(
    "pptx",
    _("파워포인트(PPTX)"),
    (".pptx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "office",
)
SVG = Kind("svg", _("SVG 그림"), (".svg",), "image/svg+xml", "vector")
ZIP = Kind("zip", _("압축 파일(ZIP)"), (".zip",), "application/zip", "archive")
CSV = Kind("csv", "CSV", (".csv", ".txt"), "text/csv", "text")

ALL = (PDF, PNG, JPEG, WEBP, HEIC, HWP, HWPX, DOCX, XLSX, PPTX, SVG, ZIP, CSV)
BY_KEY = {kind.key: kind for kind in ALL}
IMAGES = frozenset({PNG, JPEG, WEBP, HEIC})
OFFICE = frozenset({HWP, HWPX, DOCX, XLSX, PPTX})
DOCUMENTS = frozenset({PDF, *IMAGES, *OFFICE})
EVIDENCE = frozenset({PDF, *IMAGES, HWP, HWPX})
TABLES = frozenset({XLSX, CSV})
VECTOR = frozenset({SVG, PNG})
ARCHIVES = frozenset({ZIP})

_MOST_UNPACKED = 500 * 1024 * 1024
_MOST_MEMBERS = 20_000
_PROGRAM_ENDINGS = tuple(
    ".exe .dll .scr .com .msi .bat .cmd .ps1 .vbs .vbe .js .jse .wsf .hta .lnk .jar .apk .sh .pif .cpl".split()
)
_PROGRAM_STARTS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xfe\xed\xfa\xcf",
    b"#!",
    b"dex\n",
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def recognise(content: bytes) -> Kind | None:
    """Return what the bytes are, None when they are nothing that Naite knows.

    Raises ``Unfit`` for programs, for files that need a password, for documents that carry code, for archives
    that unpack beyond measure, and for a file that is two kinds at once.
    """
    if content.startswith(_PROGRAM_STARTS):
        raise Unfit("program", _("실행 파일은 받지 않습니다."))
    for starts, check in _CHECKS:
        if starts(content):
            return check(content)
    return None


def _pdf(content: bytes) -> Kind:
    if b"%%EOF" not in content[-2048:]:
        raise Unfit("damaged", _("PDF가 끝까지 들어 있지 않습니다. 다시 저장해서 올려 주세요."))
    _no_archive_behind(content)
    # What stands between the streams, with the spelling #4A undone that can hide a name.
    bones = re.sub(rb"stream\r?\n.*?endstream", b"", content, flags=re.DOTALL)
    bones = re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), bones)
    if re.search(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)", bones):
        raise Unfit("password", _("암호가 걸린 PDF입니다. 암호를 풀고 저장해서 올려 주세요."))
    if re.search(rb"/(?:JavaScript|JS|Launch)\b", bones):
        raise Unfit(
            "code", _("PDF 안에 실행되는 코드가 들어 있습니다. 인쇄해서 PDF로 저장한 것을 올려 주세요.")
        )
    return PDF


def _png(content: bytes) -> Kind:
    at = 8
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND":
            if at != len(content):
                raise _two_kinds()
            return PNG
    raise _damaged_picture()


def _jpeg(content: bytes) -> Kind:
    """Phones put more behind the picture (depth, a short film), so only an archive there is refused."""
    if b"\xff\xd9" not in content[2:] or not re.search(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb]", content):
        raise _damaged_picture()
    _no_archive_behind(content)
    return JPEG


def _webp(content: bytes) -> Kind:
    size = int.from_bytes(content[4:8], "little") + 8
    if size > len(content):
        raise _damaged_picture()
    if size + 1 < len(content):
        raise _two_kinds()
    return WEBP


def _heic(content: bytes) -> Kind:
    at = 0
    names = set()
    while at + 8 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(content[at + 8 : at + 16], "big")
        names.add(name)
        if length == 0:
            at = len(content)
        elif length < 8:
            raise _damaged_picture()
        at += length
    if at < len(content) or not {b"ftyp", b"meta"} <= names:
        raise _damaged_picture()
    _no_archive_behind(content)
    return HEIC


def _ole(content: bytes) -> Kind:
    """Old office formats share one wrapping; only HWP is taken."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unfit("password", _("암호가 걸린 문서입니다. 암호를 풀고 저장해서 올려 주세요."))
    at = content.find(b"HWP Document File")
    if at >= 0 and "FileHeader".encode("utf-16-le") in content:
        flags = int.from_bytes(content[at + 36 : at + 40], "little")
        if flags & 0b10:
            raise Unfit("password", _("암호가 걸린 문서입니다. 암호를 풀고 저장해서 올려 주세요."))
        return HWP
    raise Unfit(
        "old_office", _("옛 형식의 문서입니다. PDF나 새 형식(DOCX, XLSX, HWPX)으로 저장해서 올려 주세요.")
    )


def _zip(content: bytes) -> Kind:
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unfit("damaged", _("파일이 깨졌습니다. 다시 저장해서 올려 주세요.")) from error
    if not members or min(member.header_offset for member in members) != 0:
        raise _two_kinds()
    if any(member.flag_bits & 0x1 for member in members):
        raise Unfit("password", _("암호가 걸린 파일입니다. 암호를 풀고 저장해서 올려 주세요."))
    if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _MOST_UNPACKED:
        raise Unfit("too_much_inside", _("압축을 풀면 너무 커집니다. 나누어 올려 주세요."))
    names = {member.filename for member in members}
    if any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names):
        raise Unfit("paths", _("압축 파일 안의 이름이 올바르지 않습니다. 다시 압축해서 올려 주세요."))
    lowered = {name.lower() for name in names}
    if any(name.endswith(_PROGRAM_ENDINGS) for name in lowered):
        raise Unfit("program", _("실행 파일이 들어 있어 받지 않습니다. 빼고 올려 주세요."))
    if any(name.endswith("vbaproject.bin") for name in lowered):
        raise Unfit("code", _("매크로가 든 문서입니다. 매크로 없이 저장해서 올려 주세요."))
    return _office_of(archive, names)


def _office_of(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    if "[Content_Types].xml" in names:
        for member, kind in (
            ("word/document.xml", DOCX),
            ("xl/workbook.xml", XLSX),
            ("ppt/presentation.xml", PPTX),
        ):
            if member in names:
                return kind
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
        try:
            said = archive.read("mimetype").strip()
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise Unfit("damaged", _("파일이 깨졌습니다. 다시 저장해서 올려 주세요.")) from error
        if said == b"application/hwp+zip" and any(name.startswith("Contents/") for name in names):
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
                "META-INF/manifest.xml"
            ):
                raise Unfit("password", _("암호가 걸린 문서입니다. 암호를 풀고 저장해서 올려 주세요."))
            return HWPX
    return ZIP


def _svg(content: bytes) -> Kind | None:
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unfit(
            "code", _("그림 안에 쓸 수 없는 것(DTD)이 들어 있습니다. 빼고 저장해서 올려 주세요.")
        ) from error
    except (ParseError, ValueError):
        return None
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        return None
    for element in root.iter():
        name = element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
        if name in {"script", "foreignobject", "iframe", "handler", "set", "animate"}:
            raise Unfit("code", _("그림 안에 실행되는 코드가 들어 있습니다. 빼고 저장해서 올려 주세요."))
        for key, value in element.attrib.items():
            plain = key.rpartition("}")[2].lower()
            target = re.sub(r"\s+", "", value).lower()
            outside = plain == "href" and not target.startswith(("#", "data:image/png", "data:image/jpeg"))
            if plain.startswith("on") or outside or "javascript:" in target or "url(http" in target:
                raise Unfit(
                    "code", _("그림 안에 코드나 바깥 주소가 들어 있습니다. 빼고 저장해서 올려 주세요.")
                )
    return SVG


def _csv(content: bytes) -> Kind | None:
    """Plain text in UTF-8 or CP949, without the control characters that tables never hold."""
    if re.search(rb"[\x00-\x08\x0b\x0e-\x1f]", content):
        return None
    if re.match(
        rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|script|\?xml|\?php)", content[:300], re.IGNORECASE
    ):
        return None
    for encoding in ("utf-8-sig", "cp949"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return CSV
    return None


def _no_archive_behind(content: bytes) -> None:
    """Refuse a file with a ZIP archive at its end: programs that read archives look there first."""
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if at < 0 or at + 22 > len(content):
        return
    if at + 22 + int.from_bytes(content[at + 20 : at + 22], "little") == len(content):
        raise _two_kinds()


def _two_kinds() -> Unfit:
    return Unfit(
        "two_kinds", _("파일 뒤나 앞에 다른 파일이 붙어 있습니다. 원본을 다시 저장해서 올려 주세요.")
    )


def _damaged_picture() -> Unfit:
    return Unfit("damaged", _("사진이 깨졌거나 끝까지 들어 있지 않습니다. 다시 찍거나 저장해서 올려 주세요."))


def _is_heic(content: bytes) -> bool:
    brands = {content[8:12], *(content[at : at + 4] for at in range(16, min(len(content), 64), 4))}
    return content[4:8] == b"ftyp" and bool(brands & {b"heic", b"heix", b"mif1", b"hevc", b"heim"})


_CHECKS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], Kind | None]], ...] = (
    (lambda c: c.startswith(b"%PDF-"), _pdf),
    (lambda c: c.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    (lambda c: c.startswith(b"\xff\xd8\xff"), _jpeg),
    (lambda c: c.startswith(b"RIFF") and c[8:12] == b"WEBP", _webp),
    (_is_heic, _heic),
    (lambda c: c.startswith(_OLE), _ole),
    (lambda c: c.startswith(b"PK\x03\x04"), _zip),
    (lambda c: b"<svg" in c[:2000].lower(), _svg),
    (lambda c: bool(c), _csv),
)
