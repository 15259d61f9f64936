"""Running all migrations takes longer than most tests: on SQLite their result is kept for the next run.

A copy lies in the system's temporary folder under a digest of everything that migrations read, so a changed
migration is run again. PostgreSQL always runs them, as does the first run after a change.
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.core.management.commands.migrate import Command
from django.db import connections

SRC = Path(__file__).resolve().parents[1] / "src" / "naite"
# What migrations load rows from, beside what lies in their own folders.
ALSO_READ = (
    "branches/counselling/shipped.py",
    "branches/counselling/texts.py",
    "branches/counselling/content",
    "branches/privacy/texts.py",
    "roots/first_tables.py",
    "trunk/people/regions.py",
    "trunk/people/data",
)


def _read_by_migrations() -> Iterator[Path]:
    yield from SRC.glob("*/*/migrations/*.py")
    for name in ALSO_READ:
        path = SRC / name
        yield from path.rglob("*.*") if path.is_dir() else [path]


def _template() -> Path:
    digest = hashlib.sha256(f"{django.VERSION}{sqlite3.sqlite_version}".encode())
    for path in sorted(_read_by_migrations()):
        if path.suffix != ".pyc":
            digest.update(str(path.relative_to(SRC)).encode() + path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"naite-migrated-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise RuntimeError(f"{folder} belongs to somebody else")
    return folder / f"{digest.hexdigest()[:32]}.sqlite3"


def place(folder: Path) -> None:
    """Put a kept result, if there is one, where a server with this data directory looks for its database."""
    template = _template()
    if template.exists():
        shutil.copyfile(template, folder / "naite.sqlite3")


def keep_results() -> None:
    """Let ``migrate`` copy a kept result into an empty SQLite database, and keep one where there is none."""
    really = Command.handle

    def handle(self: Command, *arguments: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if (
            connection.vendor != "sqlite"
            or options.get("app_label")
            or connection.introspection.table_names()
        ):
            really(self, *arguments, **options)
            return
        connection.ensure_connection()
        template = _template()
        if template.exists():
            with sqlite3.connect(template) as kept:
                kept.backup(connection.connection)
            return
        really(self, *arguments, **options)
        fresh = template.with_suffix(f".{os.getpid()}")
        with sqlite3.connect(fresh) as kept:
            connection.connection.backup(kept)
        fresh.replace(template)

    Command.handle = handle  # type: ignore[method-assign]
