"""Finding units by name or code."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet

from naite.trunk.catalogue.standards.models import StandardList, StandardUnit
from naite.trunk.catalogue.standards.rules import plain_words

MOST = 50


@dataclass(frozen=True, slots=True)
class Job:
    """A sub-class (세분류): what people call a job, with its units."""

    sub_code: str
    name: str
    path: str
    units: int


def newest_list(scheme: str = "ncs") -> StandardList | None:
    """Return the list that is in force, None where none was brought in."""
    return StandardList.objects.filter(scheme=scheme).order_by("-number").first()


def current_units(scheme: str = "ncs") -> QuerySet[StandardUnit]:
    """Return the units of the newest list."""
    number = StandardList.objects.filter(scheme=scheme).order_by("-number").values("number")[:1]
    return StandardUnit.objects.filter(scheme=scheme, last_list=number)


def find_units(text: str, *, scheme: str = "ncs", most: int = MOST) -> list[StandardUnit]:
    """Return current units whose names or code have every word of the text; by code from its beginning.

    Words may be written together or apart: 데이터베이스구현 finds 데이터베이스 구현. Names that begin with the
    text come first. Nothing is found for an empty text.
    """
    words = text.split()[:8]
    if not words:
        return []
    wanted = Q()
    for word in words:
        plain = plain_words(word)
        if not plain:
            return []
        wanted &= Q(words__contains=plain) | Q(code__startswith=word)
    start = plain_words(text)
    rows = list(current_units(scheme).filter(wanted).order_by("code")[: most * 4])
    rows.sort(key=lambda row: (not plain_words(row.name).startswith(start), row.code))
    return rows[:most]


def find_jobs(text: str, *, scheme: str = "ncs", most: int = 20) -> list[Job]:
    """Return the sub-classes whose own name, or a unit of which, has every word of the text."""
    words = [plain_words(word) for word in text.split()[:8]]
    if not words or not all(words):
        return []
    wanted = Q()
    for word in words:
        wanted &= Q(sub_code__startswith=word[:8]) if word.isdigit() else Q(words__contains=word)
    codes = current_units(scheme).filter(wanted).values_list("sub_code", flat=True).distinct()[: most * 2]
    rows = (
        current_units(scheme)
        .filter(sub_code__in=list(codes))
        .values("sub_code")
        .annotate(count=Count("pk"), name=Max("sub_name"), path_=Min("path"))
        .order_by("sub_code")
    )
    jobs = [Job(row["sub_code"], row["name"] or row["sub_code"], row["path_"], row["count"]) for row in rows]
    start = plain_words(text)
    jobs.sort(key=lambda job: (start not in plain_words(job.name), job.sub_code))
    return jobs[:most]


def units_of_job(sub_code: str, *, scheme: str = "ncs") -> list[StandardUnit]:
    """Return the current units of a sub-class."""
    return list(current_units(scheme).filter(sub_code=sub_code).order_by("code"))


def units_by_code(codes: Iterable[str], *, scheme: str = "ncs") -> dict[str, StandardUnit]:
    """Return units by their code, those of former lists too."""
    return {
        unit.code: unit for unit in StandardUnit.objects.filter(scheme=scheme, code__in=list(codes)[:500])
    }
