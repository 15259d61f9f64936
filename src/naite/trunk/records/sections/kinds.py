"""The kinds of entry that learners write, as data: where each belongs and what is asked (평생교육법 시행규칙 제4조).

A form, its checks, the entry's page and the printed document all follow from this table.
"""

from naite.trunk.records.models import Entry
from naite.trunk.records.sections import other, qualifications, schooling
from naite.trunk.records.sections.shapes import Confirmer, Detail, EntryKind, Hours, Label, without_example

__all__ = [
    "BY_KEY",
    "KINDS",
    "Confirmer",
    "Detail",
    "EntryKind",
    "Hours",
    "facts_of",
    "in_short",
    "kind_of",
    "kinds_of",
]

KINDS = (*schooling.KINDS, *qualifications.KINDS, *other.KINDS)
BY_KEY = {kind.key: kind for kind in KINDS}


def kind_of(entry: Entry) -> EntryKind | None:
    """Return the kind of an entry; None for what came from completions and uploads, and for old own words."""
    return BY_KEY.get(entry.kind)


def kinds_of(section: Entry.Section) -> tuple[EntryKind, ...]:
    return tuple(kind for kind in KINDS if kind.section == section)


def facts_of(entry: Entry, *, sensitive: bool = False) -> list[tuple[Label, Label]]:
    """Return the facts of an entry as label and value, in the order of the form.

    Sealed facts are read only when they are asked for.
    """
    kind = kind_of(entry)
    if kind is None:
        return []
    found: list[tuple[Label, Label]] = []
    sealed = entry.sealed_details if sensitive and kind.sensitive else {}
    for each in kind.details:
        value = (sealed if each.sensitive else entry.details).get(each.key, "")
        if value != "":
            shown = str(value).replace("-", ".") if each.shape == "date" else str(value)
            found.append((without_example(each.label), each.choice_labels.get(str(value), shown)))
    return found


def in_short(entry: Entry) -> str:
    """고등학교 · 졸업: the public facts in one line, without dates of validity."""
    kind = kind_of(entry)
    if kind is None:
        return ""
    shown = []
    for each in kind.public:
        value = entry.details.get(each.key, "")
        if value != "" and each.shape != "date" and value != "none":
            shown.append(str(each.choice_labels.get(str(value), value)))
    return " · ".join(shown)
