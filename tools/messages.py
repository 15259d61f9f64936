"""Collect translatable text and compile the catalogues, with nothing but Python.

    python -m tools.messages            collect new text into src/naite/locale/*/django.po, compile all
    python -m tools.messages --check    change nothing; say what is missing and end with 1 when anything is

The English catalogue holds every text of the pages and services; the Korean one only better words for a few
texts of the packages used. Entries name their files but not the lines, so that they change only when text does.
"""

import argparse
import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parents[1] / "src" / "naite"
LOCALE = SOURCE / "locale"
# name → (number of the argument with the context, of the text, of the plural)
_CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "_": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
_TEMPLATE_CALL = re.compile(r"\b(?:n?p?gettext|_)\(")


class Key(NamedTuple):
    context: str | None
    text: str
    plural: str | None


@dataclass
class Entry:
    key: Key
    translations: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    fuzzy: bool = False

    @property
    def is_translated(self) -> bool:
        return bool(self.translations) and all(self.translations) and not self.fuzzy


Catalogue = dict[Key, Entry]


def collect(source: Path = SOURCE) -> dict[Key, set[str]]:
    """Return every translatable text with the files it is in."""
    found: dict[Key, set[str]] = {}
    for path in sorted(source.rglob("*.py")):
        if "migrations" not in path.parts:
            for key in _python_texts(path.read_text(encoding="utf-8")):
                found.setdefault(key, set()).add(path.relative_to(source).as_posix())
    for path in sorted([*source.rglob("*.html"), *source.rglob("templates/**/*.txt")]):
        for key in _template_texts(path.read_text(encoding="utf-8")):
            found.setdefault(key, set()).add(path.relative_to(source).as_posix())
    return found


def _python_texts(code: str) -> Iterator[Key]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            key = _key(name, node.args)
            if key:
                yield key


def _key(name: str, arguments: list[ast.expr]) -> Key | None:
    if name not in _CALLS:
        return None
    context, text, plural = _CALLS[name]

    def literal(position: int | None) -> str | None:
        if position is None or position >= len(arguments):
            return None
        node = arguments[position]
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    value = literal(text)
    return Key(literal(context), value, literal(plural)) if value else None


def _template_texts(source: str) -> Iterator[Key]:
    from django.utils.translation.template import templatize  # noqa: PLC0415 - only this needs Django

    code = templatize(source)
    for match in _TEMPLATE_CALL.finditer(code):
        call = _call_at(code, match.start())
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            key = _key(call.func.id, call.args)
            if key:
                yield key


def _call_at(code: str, start: int) -> ast.expr | None:
    """Return the call that begins here: the shortest stretch up to a bracket that is an expression."""
    end = start
    while True:
        end = code.find(")", end) + 1
        if not end:
            return None
        try:
            return ast.parse(code[start:end], mode="eval").body
        except SyntaxError:
            continue


def read_po(path: Path) -> Catalogue:
    """Return the entries of a .po file without its header."""
    catalogue: Catalogue = {}
    if not path.exists():
        return catalogue
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        fields: dict[str, str] = {}
        current = ""
        flags: set[str] = set()
        for line in block.splitlines():
            if line.startswith("#,"):
                flags |= {flag.strip() for flag in line[2:].split(",")}
            elif line.startswith("#"):
                continue
            elif match := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(".*")$', line):
                current = match.group(1)
                fields[current] = ast.literal_eval(match.group(2))
            elif line.startswith('"') and current:
                fields[current] += ast.literal_eval(line)
        if fields.get("msgid"):
            key = Key(fields.get("msgctxt"), fields["msgid"], fields.get("msgid_plural"))
            texts = [value for name, value in sorted(fields.items()) if name.startswith("msgstr")]
            catalogue[key] = Entry(key, texts, fuzzy="fuzzy" in flags)
    return catalogue


def merged(old: Catalogue, found: dict[Key, set[str]], plurals: int) -> Catalogue:
    """Return the catalogue of what is there now, with the translations it had."""
    fresh: Catalogue = {}
    for key in sorted(found, key=lambda key: (key.text, key.context or "", key.plural or "")):
        kept = old.get(key)
        wanted = plurals if key.plural else 1
        texts = kept.translations if kept and len(kept.translations) == wanted else [""] * wanted
        fresh[key] = Entry(key, texts, found[key], kept.fuzzy if kept else False)
    return fresh


def header(language: str, plurals: int) -> str:
    rule = "nplurals=1; plural=0;" if plurals == 1 else "nplurals=2; plural=(n != 1);"
    return (
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
        f"Language: {language}\nPlural-Forms: {rule}\n"
    )


def write_po(path: Path, catalogue: Catalogue, language: str, plurals: int) -> None:
    """Write a .po file, one entry a block, sorted by text."""
    blocks = [f'msgid ""\nmsgstr {_quoted(header(language, plurals))}']
    for entry in catalogue.values():
        lines = [f"#: {place}" for place in sorted(entry.places)]
        if entry.fuzzy:
            lines.append("#, fuzzy")
        if entry.key.context is not None:
            lines.append(f"msgctxt {_quoted(entry.key.context)}")
        lines.append(f"msgid {_quoted(entry.key.text)}")
        if entry.key.plural is None:
            lines.append(f"msgstr {_quoted(entry.translations[0])}")
        else:
            lines.append(f"msgid_plural {_quoted(entry.key.plural)}")
            lines += [f"msgstr[{number}] {_quoted(text)}" for number, text in enumerate(entry.translations)]
        blocks.append("\n".join(lines))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    if "\n" not in escaped:
        return f'"{escaped}"'
    parts = [part for part in re.split(r"(?<=\n)", escaped) if part]
    return '""\n' + "\n".join('"' + part.replace("\n", "\\n") + '"' for part in parts)


def compiled(catalogue: Catalogue, language: str, plurals: int) -> bytes:
    """Return the .mo file of a catalogue (GNU gettext's format); what is not translated is left out."""
    texts = {"": header(language, plurals)}
    for entry in catalogue.values():
        if entry.is_translated:
            name = entry.key.text if entry.key.context is None else f"{entry.key.context}\x04{entry.key.text}"
            if entry.key.plural is not None:
                name += f"\x00{entry.key.plural}"
            texts[name] = "\x00".join(entry.translations)
    pairs = sorted((name.encode(), text.encode()) for name, text in texts.items())
    names = b"".join(name + b"\x00" for name, _ in pairs)
    values = b"".join(text + b"\x00" for _, text in pairs)
    first = 7 * 4
    at_names, at_values = first + 16 * len(pairs), first + 16 * len(pairs) + len(names)
    tables: tuple[list[int], list[int]] = ([], [])
    for name, text in pairs:
        tables[0].extend((len(name), at_names))
        tables[1].extend((len(text), at_values))
        at_names += len(name) + 1
        at_values += len(text) + 1
    start = struct.pack("<7I", 0x950412DE, 0, len(pairs), first, first + 8 * len(pairs), 0, 0)
    return start + struct.pack(f"<{4 * len(pairs)}I", *tables[0], *tables[1]) + names + values


def faults(entry: Entry) -> list[str]:
    """Return what is wrong with an entry's translation: missing, fuzzy, or other placeholders."""
    if entry.fuzzy:
        return ["fuzzy"]
    if not entry.is_translated:
        return ["not translated"]
    wanted = {match.group() for match in _PLACEHOLDER.finditer(entry.key.text)}
    if entry.key.plural:
        wanted |= {match.group() for match in _PLACEHOLDER.finditer(entry.key.plural)}
    for text in entry.translations:
        has = {match.group() for match in _PLACEHOLDER.finditer(text)}
        if has - wanted or (wanted - has and entry.key.plural is None):
            return [f"placeholders {sorted(wanted ^ has)}"]
    return []


def check() -> list[str]:
    """Return one line for everything that keeps the catalogues from being complete and compiled."""
    found, lines = collect(), []
    english = read_po(LOCALE / "en" / "LC_MESSAGES" / "django.po")
    lines += [f"not in the catalogue: {key.text!r}" for key in found if key not in english]
    lines += [f"no longer in the sources: {key.text!r}" for key in english if key not in found]
    korean = read_po(LOCALE / "ko" / "LC_MESSAGES" / "django.po")
    for language, catalogue, plurals in (("en", english, 2), ("ko", korean, 1)):
        for entry in catalogue.values():
            lines += [f"{language}: {fault}: {entry.key.text!r}" for fault in faults(entry)]
        binary = LOCALE / language / "LC_MESSAGES" / "django.mo"
        if not binary.exists() or binary.read_bytes() != compiled(catalogue, language, plurals):
            lines.append(f"{language}: django.mo is not what django.po says: run make messages")
    return lines


def update() -> int:
    """Bring the catalogues and their compiled forms up to date; return how many texts lack a translation."""
    path = LOCALE / "en" / "LC_MESSAGES" / "django.po"
    english = merged(read_po(path), collect(), 2)
    write_po(path, english, "en", 2)
    path.with_suffix(".mo").write_bytes(compiled(english, "en", 2))
    path = LOCALE / "ko" / "LC_MESSAGES" / "django.po"
    korean = read_po(path)
    write_po(path, korean, "ko", 1)
    path.with_suffix(".mo").write_bytes(compiled(korean, "ko", 1))
    return sum(not entry.is_translated for entry in english.values())


def main() -> int:
    parser = argparse.ArgumentParser(description="Collect translatable text and compile the catalogues.")
    parser.add_argument("--check", action="store_true", help="change nothing, end with 1 when incomplete")
    if parser.parse_args().check:
        lines = check()
        print("\n".join(lines) or "messages: complete")
        return 1 if lines else 0
    missing = update()
    print(f"messages: {missing} to translate" if missing else "messages: complete")
    return 0


if __name__ == "__main__":
    sys.exit(main())
