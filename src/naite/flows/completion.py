"""From the decision on an enrolment to the record of it and the badges it earns."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from naite.flows.award import issue_badges_for_entry, revoke_badges_of_entry
from naite.trunk.assessment import services as assessment
from naite.trunk.assessment.models import Completion
from naite.trunk.delivery.models import Enrolment
from naite.trunk.people.models import Person
from naite.trunk.records import services as records
from naite.trunk.records.models import Entry, LearningAccount
from naite.trunk.records.services import EntryDraft

_RELATED = ("run__version__course", "run__organisation", "person")


def complete(*, enrolment: Enrolment, actor: Person, now: datetime) -> Completion:
    """Decide one enrolment; a completion becomes an entry of the learner's account and earns its badges.

    One transaction: the decision, the entry and the task that issues badges commit together. Without an open
    account the decision waits until one is opened (``flows.accounts``). Safe to repeat.
    """
    with transaction.atomic():
        completion = assessment.decide_completion(enrolment=enrolment, actor=actor, now=now)
        record(completion, now=now)
    return completion


def complete_run(
    *, run_id: UUID, enrolment_ids: Iterable[UUID] | None = None, actor: Person, now: datetime
) -> list[Completion]:
    """Decide all confirmed enrolments of a run, or the named ones: all of them or, when one is refused, none."""
    enrolments = (
        Enrolment.objects.filter(run_id=run_id, state=Enrolment.State.CONFIRMED)
        .select_related(*_RELATED)
        .order_by("number")
    )
    if enrolment_ids is not None:
        enrolments = enrolments.filter(pk__in=set(enrolment_ids))
    with transaction.atomic():
        return [complete(enrolment=enrolment, actor=actor, now=now) for enrolment in enrolments]


def correct(*, completion: Completion, reason: str, actor: Person, now: datetime) -> Completion:
    """Decide anew on changed figures; the old entry is voided and its badges are revoked, left to right."""
    with transaction.atomic():
        renewed = assessment.supersede_completion(completion=completion, reason=reason, actor=actor, now=now)
        for entry in Entry.objects.filter(
            account__person=completion.enrolment.person_id,
            source=Entry.Source.COMPLETION,
            source_key=str(completion.pk),
            voided_at=None,
        ):
            records.void_entry(entry=entry, reason=reason, actor=None, now=now)
            revoke_badges_of_entry(
                account_id=entry.account_id, entry_id=entry.id, reason=reason, actor=None, now=now
            )
        record(renewed, now=now)
    return renewed


def record(completion: Completion, *, now: datetime) -> Entry | None:
    """Put a completion into the learner's open account and enqueue its badges; None where there is nothing to.

    The actor of the entry is the system: whoever decided had the right to decide, and the entry follows.
    """
    if completion.outcome != Completion.Outcome.COMPLETED:
        return None
    account = LearningAccount.objects.filter(person_id=completion.enrolment.person_id, closed_at=None).first()
    if account is None:
        return None
    entry = records.add_entry(_draft(completion, account), actor=None, now=now)
    issue_badges_for_entry.enqueue(account_id=str(entry.account_id), entry_id=str(entry.id))
    return entry


def _draft(completion: Completion, account: LearningAccount) -> EntryDraft:
    run = completion.enrolment.run
    version = run.version
    return EntryDraft(
        account=account,
        source=Entry.Source.COMPLETION,
        source_key=str(completion.pk),
        title=version.title,
        provider_name=run.organisation.name,
        organisation_id=run.organisation_id,
        course_id=version.course_id,
        course_version_id=version.pk,
        run_id=run.pk,
        area=version.area,
        sub_area=version.sub_area,
        category=version.category,
        hours=completion.hours,
        score=completion.score,
        started_on=min(run.starts_on, completion.completed_on) if run.starts_on else None,
        completed_on=completion.completed_on,
    )
