"""Which confirmed records prove a qualification, and under which names; pure decisions (row B2)."""

from datetime import date, datetime

from naite.roots.dates import day_of
from naite.trunk.records.models import Entry

# Grades as the form for certificates stores them, in the words that follow a qualification's name.
_GRADES = {
    "professional_engineer": "기술사",
    "master_craftsman": "기능장",
    "engineer": "기사",
    "industrial_engineer": "산업기사",
    "craftsman": "기능사",
    "1": "1급",
    "2": "2급",
    "3": "3급",
}


def proves(entry: Entry, *, now: datetime) -> bool:
    """Whether a record is a live qualification that an institution confirmed and whose time is not over."""
    if entry.section != Entry.Section.CERTIFICATES or entry.voided_at is not None:
        return False
    if entry.provenance == Entry.Provenance.SELF:
        return False
    until = str((entry.details or {}).get("valid_until") or "")
    try:
        return not until or date.fromisoformat(until) >= day_of(now)
    except ValueError:
        return False


def names_of(entry: Entry) -> frozenset[str]:
    """The names under which a badge may ask for this qualification: with its grade, and without where it has none."""
    title = _plain(entry.title)
    grade = str((entry.details or {}).get("grade") or "").strip()
    words = _plain(_GRADES.get(grade, grade)) if grade != "single" else ""
    if not words or title.endswith(words):
        return frozenset({title})
    return frozenset({title + words})


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
