"""The badge frameworks there are: shipped, in the operator's directory, and made by institutions (rows B1, B2).

A framework is one JSON file, here or in the directory that ``BADGE_FRAMEWORKS_DIR`` names, or a row of the
database with the same JSON. Old versions stay, because badges carry the version they were made by.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from naite.trunk.badges.framework_shape import (
    DEMANDS,
    SHOWN_BY_COMPLETION,
    BadgeArea,
    BadgeType,
    Framework,
    FrameworkError,
    Term,
    as_data,
    parse,
    read,
)
from naite.trunk.badges.models import FrameworkVersion
from naite.trunk.people.models import Organisation

__all__ = [
    "DEMANDS",
    "SHOWN_BY_COMPLETION",
    "BadgeArea",
    "BadgeType",
    "Framework",
    "FrameworkError",
    "Term",
    "as_data",
    "current",
    "forget_kept",
    "framework",
    "frameworks",
    "offered",
    "parse",
    "read",
]

HERE = Path(__file__).parent / "frameworks"


def frameworks() -> Mapping[tuple[str, int], Framework]:
    """Return all frameworks by code and version; raises FrameworkError over a file that cannot be used."""
    return _load(str(getattr(settings, "BADGE_FRAMEWORKS_DIR", "") or ""))


def current() -> list[Framework]:
    """Return the newest version of each framework, by code."""
    newest: dict[str, Framework] = {}
    for key in sorted(frameworks()):
        newest[key[0]] = frameworks()[key]
    return list(newest.values())


def framework(code: str, version: int) -> Framework | None:
    """Return one version of a framework, shipped or made by an institution; badges keep the one they carry."""
    return frameworks().get((code, version)) or _kept(code, version)


def offered(organisation: Organisation) -> list[Framework]:
    """Return the newest version of each framework that an institution may make badges in, shipped ones first.

    Besides those that everybody has these are its own and those of the organisation above it.
    """
    owners = [organisation.pk, *([organisation.parent_id] if organisation.parent_id else [])]
    rows = (
        FrameworkVersion.objects.filter(owner_id__in=owners, published_at__isnull=False)
        .order_by("code", "version")
        .values_list("code", "version")
    )
    found = [_kept(code, version) for code, version in dict(rows).items()]
    return [*current(), *(item for item in found if item is not None)]


_published: dict[tuple[str, int], Framework] = {}


def _kept(code: str, version: int) -> Framework | None:
    """A framework of the database. Published ones never change, so each process reads one once."""
    known = _published.get((code, version))
    if known is None:
        row = FrameworkVersion.objects.filter(code=code, version=version, published_at__isnull=False).first()
        if row is None:
            return None
        known = _published[code, version] = parse(row.data)
    return known


def forget_kept() -> None:
    """Read published frameworks anew; for processes whose database was replaced."""
    _published.clear()


@lru_cache(maxsize=16)
def _load(extra: str) -> Mapping[tuple[str, int], Framework]:
    found: dict[tuple[str, int], Framework] = {}
    for directory in [HERE, *([Path(extra)] if extra else [])]:
        for path in sorted(directory.glob("*.json")):
            item = read(path)
            if (item.code, item.version) in found:
                raise FrameworkError(f"{path}: {item.code} version {item.version} is there twice")
            found[item.code, item.version] = item
    return found
