"""Setting documents with typst. One compiler a template for the process; one document of one page takes some 15 ms."""

import json
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from fontTools.ttLib import TTFont

FONTS = ("PretendardGOV-Regular.otf", "PretendardGOV-Bold.otf")
PDF_STANDARDS: list[Any] = ["a-3a", "ua-1"]
_lock = threading.Lock()


class FontsMissing(RuntimeError):
    """The fonts for PDFs are not there; the message says how to get them."""


def fonts_dir() -> Path:
    """Where the fonts lie; raises FontsMissing."""
    folder = Path(settings.VENDOR_DIR).parent / "vendor-fonts"
    missing = [name for name in FONTS if not (folder / name).is_file()]
    if missing:
        raise FontsMissing(
            f"{folder} lacks {', '.join(missing)}: run `make assets` (or set NAITE_VENDOR_DIR)."
        )
    return folder


def characters() -> frozenset[int]:
    """Return the code points that the fonts can print."""
    return _characters(fonts_dir())


def printable(data: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Put □ in the place of characters that the fonts lack; tells whether there were any."""
    text = json.dumps(data, ensure_ascii=False)
    known = characters()
    lacking = {c for c in set(text) if ord(c) > 126 and ord(c) not in known}
    if not lacking:
        return data, False
    replaced: dict[str, Any] = json.loads(text.translate({ord(c): "□" for c in lacking}))
    return replaced, True


def compile_template(template: Path, inputs: dict[str, Any], **how: Any) -> bytes | list[bytes]:
    """Set a template; each input reaches it as JSON, never as markup. ``how`` goes to typst."""
    told = {name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()}
    compiler = _compiler(fonts_dir(), template)
    with _lock:
        made = compiler.compile(sys_inputs=told, **how)
    assert made is not None
    return made


@lru_cache(maxsize=8)
def _compiler(fonts: Path, template: Path) -> typst.Compiler:
    return typst.Compiler(
        input=str(template), root=str(template.parent), font_paths=[str(fonts)], ignore_system_fonts=True
    )


@lru_cache(maxsize=1)
def _characters(fonts: Path) -> frozenset[int]:
    found = [TTFont(fonts / name, lazy=True).getBestCmap() for name in FONTS]
    return frozenset(found[0]) & frozenset(found[1]) | {0x01, 0x02, 0x200B}
