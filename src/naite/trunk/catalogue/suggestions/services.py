"""Classifying many listings and courses at once, and learning from each confirmation."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from naite.roots.audit import services as audit
from naite.roots.errors import Refused
from naite.trunk.catalogue import services
from naite.trunk.catalogue.models import CourseVersion, Listing
from naite.trunk.catalogue.suggestions.models import LearnedWord
from naite.trunk.catalogue.suggestions.rules import Lead, Learned, Scheme, Suggested, suggest, tokens
from naite.trunk.people.models import Person

# Words that many titles taught; more would cost more than they say.
MOST_WORDS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody confirmed for one listing, or for the current version of one course."""

    listing_id: UUID | None = None
    version_id: UUID | None = None
    category: str
    area: str
    sub_area: str

    @property
    def key(self) -> UUID:
        found = self.version_id or self.listing_id
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were classified, and which were not, with the reason."""

    classified: int
    refused: tuple[tuple[UUID, str], ...]


def learned() -> Learned:
    """Return what confirmations taught so far, in one query."""
    found: dict[Scheme, dict[str, dict[str, int]]] = {"area": {}, "category": {}}
    rows = LearnedWord.objects.order_by("-times").values_list("scheme", "word", "code", "times")
    for scheme, word, code, times in rows[:MOST_WORDS]:
        found["area" if scheme == "area" else "category"].setdefault(word, {})[code] = times
    return found


def suggestion_of(listing: Listing, known: Learned, *, lead: Lead | None = None) -> Suggested:
    """Suggest both classifications of one listing; ``lead`` leads from the six fields over to the areas."""
    return suggest(
        listing.title, listing.description[:600], learned=known, category=listing.category, lead=lead
    )


def suggestion_of_course(version: CourseVersion, known: Learned, *, lead: Lead | None = None) -> Suggested:
    """Suggest both classifications of a course, as of a listing."""
    told = f"{version.summary} {version.description}"[:600]
    return suggest(version.title, told, learned=known, category=version.category, lead=lead)


def classify_many(*, choices: Sequence[Choice], actor: Person, now: datetime) -> Outcome:
    """Classify listings and courses as confirmed, each in a transaction of its own with what it teaches.

    What a title's words stood for is counted, so the next suggestion knows it; a listing that was classified so
    already teaches nothing twice. What one row may not, stops no other. Raises NotAllowed where nothing is one's own.
    """
    done, refused = 0, []
    for choice in choices:
        try:
            with transaction.atomic():
                done += _classify(choice, actor, now)
        except (Listing.DoesNotExist, CourseVersion.DoesNotExist):
            continue
        except Refused as refusal:
            refused.append((choice.key, str(refusal)))
    if done:
        audit.record("catalogue.classified_many", actor=actor, now=now, rows=done)
    return Outcome(done, tuple(refused))


def _classify(choice: Choice, actor: Person, now: datetime) -> bool:
    """Classify one and learn from it; tells whether that changed anything."""
    rows = (
        CourseVersion.objects.filter(pk=choice.key)
        if choice.version_id
        else Listing.objects.filter(pk=choice.key)
    )
    former = rows.values_list("category", "area", "sub_area").first()
    said = {"category": choice.category, "area": choice.area, "sub_area": choice.sub_area}
    item: Listing | CourseVersion
    if choice.version_id:
        item = services.classify_course(version_id=choice.version_id, **said, actor=actor, now=now)
    else:
        item = services.classify_listing(listing_id=choice.key, **said, actor=actor, now=now)
    changed = former != (item.category, item.area, item.sub_area)
    if changed:
        _learn(item)
    return changed


def _learn(listing: Listing | CourseVersion) -> None:
    """Count the words of a title for the classes that were confirmed."""
    pairs: defaultdict[Scheme, str] = defaultdict(str)
    pairs["area"], pairs["category"] = listing.sub_area, listing.category
    for scheme, code in pairs.items():
        if not code:
            continue
        for word in tokens(listing.title):
            row, _new = LearnedWord.objects.get_or_create(scheme=scheme, word=word[:40], code=code)
            LearnedWord.objects.filter(pk=row.pk).update(times=F("times") + 1)
