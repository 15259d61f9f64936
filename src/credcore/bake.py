"""Badges in pictures: PNG and SVG, after Open Badges 3.0 section 5.3, reading the OB 2.x forms too.

Pictures come from strangers. Sizes are limited before anything is unpacked, checksums are checked, documents
with entities or more than one credential are refused.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from credcore.errors import MalformedInput

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
LARGEST_PICTURE: Final = 32 * 1024 * 1024
LARGEST_TEXT: Final = 16 * 1024 * 1024
_KEYWORDS: Final = {b"openbadgecredential": 3, b"openbadges": 2}
_SVG: Final = "http://www.w3.org/2000/svg"
_OB3: Final = "https://purl.imsglobal.org/ob/v3p0"
_ELEMENTS: Final = {f"{_OB3} credential": 3, "http://openbadges.org assertion": 2}
_DEEPEST: Final = 256


@dataclass(frozen=True, slots=True)
class Baked:
    """What a picture carried: its text, the Open Badges version of the form, the kind of picture."""

    text: str
    version: int
    container: Literal["png", "svg"]


def is_png(data: bytes) -> bool:
    return data.startswith(PNG_SIGNATURE)


def is_svg(data: bytes) -> bool:
    """True if the bytes look like XML; whether it is SVG shows on reading."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(b"<")


def bake(data: bytes, text: str) -> bytes:
    """A copy of the picture that carries the credential instead of any it carried before."""
    return bake_png(data, text) if is_png(data) else bake_svg(data, text)


def unbake(data: bytes) -> Baked:
    """The one credential of a picture; refuses pictures with none, with several, and hostile files."""
    if len(data) > LARGEST_PICTURE:
        raise MalformedInput("the picture is too large", code="too_large")
    if is_png(data):
        found: list[Baked] = [
            Baked(_text(kind, body), version, "png")
            for kind, body, _ in _chunks(data)
            if (version := _carries(kind, body))
        ]
    elif is_svg(data):
        found = [Baked(item.text, item.version, "svg") for item in _read_svg(data).credentials]
    else:
        raise MalformedInput("neither PNG nor SVG", code="not_a_picture")
    if not found:
        raise MalformedInput("the picture carries no badge", code="no_badge")
    if len(found) > 1:
        raise MalformedInput("the picture carries several badges", code="several_badges")
    return found[0]


def bake_png(data: bytes, text: str) -> bytes:
    """The PNG with one uncompressed ``iTXt`` chunk ``openbadgecredential`` after its header.

    Drops any credential it had, OB 2.x forms too, and whatever follows the end of the picture. Refuses
    what is not a complete PNG.
    """
    if not is_png(data) or len(data) > LARGEST_PICTURE:
        raise MalformedInput("not a PNG", code="not_a_picture")
    body = b"openbadgecredential\0" + b"\0\0" + b"\0\0" + text.encode("utf-8")
    parts: list[bytes | memoryview] = [PNG_SIGNATURE]
    for kind, content, whole in _chunks(data):
        if _carries(kind, content):
            continue
        parts.append(whole)
        if kind == b"IHDR":
            parts.append(_chunk(b"iTXt", body))
    return b"".join(parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview, memoryview]]:
    view, position, first = memoryview(data), len(PNG_SIGNATURE), True
    while True:
        if position + 12 > len(data):
            raise MalformedInput("the PNG is cut off", code="damaged_picture")
        (length,) = struct.unpack_from(">I", data, position)
        kind = bytes(view[position + 4 : position + 8])
        end = position + 12 + length
        if end > len(data) or first != (kind == b"IHDR"):
            raise MalformedInput("the PNG is damaged", code="damaged_picture")
        body = view[position + 8 : end - 4]
        if struct.unpack_from(">I", data, end - 4)[0] != zlib.crc32(view[position + 4 : end - 4]):
            raise MalformedInput("the PNG is damaged (checksum)", code="damaged_picture")
        yield kind, body, view[position:end]
        if kind == b"IEND":
            return
        position, first = end, False


def _carries(kind: bytes, body: memoryview) -> int:
    if kind not in (b"iTXt", b"tEXt", b"zTXt"):
        return 0
    return _KEYWORDS.get(bytes(body[:80]).split(b"\0", 1)[0], 0)


def _text(kind: bytes, body: memoryview) -> str:
    _, _, rest = bytes(body).partition(b"\0")
    try:
        if kind == b"tEXt":
            return rest.decode("utf-8")
        if kind == b"zTXt":
            return _inflate(rest[1:]).decode("utf-8")
        compressed, rest = rest[:1] == b"\1", rest[2:]
        rest = rest.partition(b"\0")[2].partition(b"\0")[2]
        return (_inflate(rest) if compressed else rest).decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedInput("the badge in the picture is not UTF-8", code="damaged_picture") from None


def _inflate(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, LARGEST_TEXT)
    except zlib.error:
        raise MalformedInput("the badge in the picture is damaged", code="damaged_picture") from None
    if not unpacker.eof:
        raise MalformedInput("the badge in the picture is too large or cut off", code="too_large")
    return text


@dataclass(slots=True)
class _Element:
    version: int
    start: int
    end: int = -1
    text: str = ""
    depth: int = 0


class _read_svg:
    """One pass over an SVG: where its root opens, and the credential elements with their byte ranges."""

    def __init__(self, data: bytes) -> None:
        self.credentials: list[_Element] = []
        self.root_end = -1
        self.root_start = -1
        self.root_is_empty = False
        self._root_seen = False
        self._just_opened = False
        self._data = data
        self._depth = 0
        self._open: _Element | None = None
        self._pieces: list[str] = []
        self._parser = parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.CommentHandler = self._other
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            data.decode("utf-8")
            parser.Parse(data, True)
        except (expat.ExpatError, UnicodeDecodeError):
            raise MalformedInput("the SVG is damaged", code="damaged_picture") from None
        if not self._root_seen:
            raise MalformedInput("not an SVG", code="not_a_picture")

    def _mark(self) -> None:
        if self._root_seen and self.root_end < 0:
            self.root_end = self._parser.CurrentByteIndex
        self._just_opened = False

    def _closing(self) -> tuple[bool, int]:
        """Whether the element that ends here is of the form ``<a/>``, and the byte after its end."""
        index = self._parser.CurrentByteIndex
        if self._just_opened and self._data[index - 2 : index] == b"/>":
            return True, index
        return False, self._data.index(b">", index) + 1

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._mark()
        if not self._root_seen:
            if name != f"{_SVG} svg":
                raise MalformedInput("not an SVG", code="not_a_picture")
            self._root_seen, self.root_start = True, self._parser.CurrentByteIndex
        self._depth += 1
        if self._depth > _DEEPEST:
            raise MalformedInput("the SVG is nested too deeply", code="too_deep")
        self._just_opened = True
        version = _ELEMENTS.get(name)
        if version is None:
            return
        if self._open is not None:
            raise MalformedInput("a badge inside a badge", code="several_badges")
        self._open = _Element(version, self._parser.CurrentByteIndex, depth=self._depth)
        self._pieces = []
        self._open.text = attributes.get("verify", "")

    def _end(self, name: str) -> None:
        empty, after = self._closing()
        if self._depth == 1:
            self.root_is_empty = empty
        self._mark()
        if self._open is not None and self._depth == self._open.depth:
            text = "".join(self._pieces).strip()
            self._open.text = text or self._open.text
            self._open.end = after
            self.credentials.append(self._open)
            self._open = None
        self._depth -= 1

    def _characters(self, text: str) -> None:
        self._mark()
        if self._open is not None:
            self._pieces.append(text)

    def _other(self, _: str) -> None:
        self._mark()

    def _instruction(self, _: str, __: str) -> None:
        self._mark()

    def _doctype(self, _name: str, system: str | None, _public: str | None, internal: int) -> None:
        # A plain SVG 1.1 doctype is harmless and never loaded; an internal subset can define entities.
        if internal:
            raise MalformedInput("the SVG defines entities", code="entities")


def bake_svg(data: bytes, text: str) -> bytes:
    """The SVG with the credential as first child of its root; everything else stays byte for byte.

    Drops any credential it had. A compact JWS goes into ``verify``, JSON into a CDATA section.
    """
    if not is_svg(data) or len(data) > LARGEST_PICTURE:
        raise MalformedInput("not an SVG", code="not_a_picture")
    svg = _read_svg(data)
    namespace = f'xmlns:openbadges="{_OB3}"'
    if text.lstrip().startswith("{"):
        escaped = text.replace("]]>", "]]]]><![CDATA[>")
        element = f"<openbadges:credential {namespace}><![CDATA[{escaped}]]></openbadges:credential>"
    else:
        element = f"<openbadges:credential {namespace} verify={quoteattr(text)}></openbadges:credential>"
    baked = element.encode("utf-8")
    if svg.root_is_empty:
        name = data[svg.root_start + 1 : svg.root_end - 2].split(None, 1)[0]
        return data[: svg.root_end - 2] + b">" + baked + b"</" + name + b">" + data[svg.root_end :]
    result, position = [data[: svg.root_end], baked], svg.root_end
    for item in svg.credentials:
        result.append(data[position : item.start])
        position = item.end
    result.append(data[position:])
    return b"".join(result)
