"""Going through the accounts for a recognition, some hundred entries at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from naite.roots.audit import services as audit
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.recognition.coverage import Coverage, coverage_of
from naite.trunk.recognition.models import Recognition
from naite.trunk.records.models import Entry, RecognitionSweep, SectionTransfer

CHUNK = 500
Kind = RecognitionSweep.Kind
Direction = SectionTransfer.Direction
Basis = SectionTransfer.Basis


def begin(*, recognition_id: UUID, kind: str, reason: str = "", now: datetime) -> RecognitionSweep:
    """Note that the accounts have to be gone through; the same recognition and kind once."""
    sweep, _new = RecognitionSweep.objects.get_or_create(
        recognition_id=recognition_id, kind=kind, defaults={"started_at": now, "reason": reason[:300]}
    )
    return sweep


def missed(*, limit: int = 20) -> list[UUID]:
    """Return recognitions for which nobody began to go through the accounts, the latest first."""
    begun = RecognitionSweep.objects.filter(kind=Kind.GRANTED).values("recognition_id")
    return list(
        Recognition.objects.exclude(pk__in=begun)
        .filter(cancelled_on=None)
        .order_by("-created_at")
        .values_list("id", flat=True)[:limit]
    )


def propose_next(*, sweep_id: UUID, now: datetime) -> Iterator[list[SectionTransfer]]:
    """Propose what a recognition changes chunk by chunk, yielding what was newly proposed in each transaction.

    Up: completions and uploads of the course that stand in section 5 and are covered; then entries that
    learners wrote themselves under the institution's and the course's name. Down: everything that stands in
    section 4 by the recognition. May be killed at any point and called again; nothing is proposed twice.
    """
    sweep = RecognitionSweep.objects.get(pk=sweep_id)
    recognition = Recognition.objects.select_related("course__organisation", "course__current").get(
        pk=sweep.recognition_id
    )
    coverage = coverage_of([recognition.course_id])
    titles = {
        _plain(title): version_id
        for version_id, title in CourseVersion.objects.filter(course_id=recognition.course_id)
        .order_by("number")
        .values_list("id", "title")
    }
    while sweep.done_at is None:
        with transaction.atomic():
            sweep = RecognitionSweep.objects.select_for_update().get(pk=sweep_id)
            if sweep.done_at is not None:
                return
            entries = list(_candidates(sweep, recognition)[:CHUNK])
            new = _keep(_proposals(entries, sweep, recognition, coverage, titles, now))
            sweep.proposed_count += len(new)
            if entries:
                sweep.after_account, sweep.after_entry = entries[-1].account_id, entries[-1].id
            if len(entries) < CHUNK:
                sweep.after_account = sweep.after_entry = None
                if sweep.kind == Kind.GRANTED and not sweep.named:
                    sweep.named = True
                else:
                    sweep.done_at = now
            sweep.save()
            audit.record_many(
                "records.propose_transfer",
                [(each, each.account.person_id, {"direction": each.direction}) for each in new],
                actor=None,
                now=now,
            )
            yield new


def _candidates(sweep: RecognitionSweep, recognition: Recognition) -> QuerySet[Entry]:
    entries = Entry.objects.filter(voided_at=None, account__closed_at=None).select_related("account__person")
    if sweep.kind == Kind.WITHDRAWN:
        entries = entries.filter(
            course_id=recognition.course_id,
            recognition_id=recognition.pk,
            section=Entry.Section.RECOGNISED,
        )
    elif sweep.named:
        entries = entries.filter(
            source=Entry.Source.LEARNER,
            section=Entry.Section.OTHER,
            provider_name=recognition.course.organisation.name,
        )
    else:
        entries = entries.filter(
            course_id=recognition.course_id,
            section=Entry.Section.OTHER,
            source__in=(Entry.Source.COMPLETION, Entry.Source.UPLOAD),
        )
    if sweep.after_account is not None:
        entries = entries.filter(
            Q(account_id__gt=sweep.after_account)
            | Q(account_id=sweep.after_account, id__gt=sweep.after_entry)
        )
    return entries.order_by("account_id", "id")


def _proposals(
    entries: Sequence[Entry],
    sweep: RecognitionSweep,
    recognition: Recognition,
    coverage: Coverage,
    titles: dict[str, UUID],
    now: datetime,
) -> Iterator[SectionTransfer]:
    down = sweep.kind == Kind.WITHDRAWN
    for entry in entries:
        version_id = titles.get(_plain(entry.title)) if sweep.named else entry.course_version_id
        if sweep.named and version_id is None:
            continue
        covers = coverage.covering(
            course_id=recognition.course_id, run_id=entry.run_id, on=entry.completed_on
        )
        if not down and covers is None:
            continue
        by = recognition if down or covers is None else covers
        yield SectionTransfer(
            account=entry.account,
            direction=Direction.DOWN if down else Direction.UP,
            basis=Basis.NAMED if sweep.named else Basis.SOURCE,
            entry_id=entry.id,
            organisation=recognition.course.organisation,
            course_id=recognition.course_id,
            course_version_id=version_id,
            recognition_id=by.pk,
            recognition_number=by.number,
            reason=sweep.reason,
            proposed_at=now,
        )


def _keep(proposals: Iterator[SectionTransfer]) -> list[SectionTransfer]:
    made = list(proposals)
    SectionTransfer.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    mine = set(
        SectionTransfer.objects.filter(
            account_id__in={each.account_id for each in made}, id__in=[each.id for each in made]
        ).values_list("id", flat=True)
    )
    return [each for each in made if each.id in mine]


def _plain(title: str) -> str:
    return "".join(title.split()).casefold()
