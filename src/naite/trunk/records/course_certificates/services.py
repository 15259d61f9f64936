"""What becomes of 수료증 after they are made: handed out, taken back."""

from datetime import datetime
from typing import BinaryIO, Literal, cast
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.delivery.models import CourseRun
from naite.trunk.delivery.policies import can_run, require_staff
from naite.trunk.people.models import Person
from naite.trunk.records.models import CertificateBatch, CourseCertificate


def can_see(actor: Person | None, certificate: CourseCertificate, *, now: datetime) -> bool:
    """The person it was given to, and the staff of the institution that gave it."""
    if actor is None or not actor.is_active:
        return False
    return actor.pk == certificate.person_id or can_run(actor, certificate.batch.run, now=now)


def certificate_of(certificate_id: UUID) -> CourseCertificate | None:
    return (
        CourseCertificate.objects.filter(pk=certificate_id)
        .select_related("batch__run__organisation", "person")
        .first()
    )


def given_to(person: Person) -> QuerySet[CourseCertificate]:
    """Return the 수료증 that a person was given, the latest first."""
    return (
        CourseCertificate.objects.filter(person=person)
        .exclude(pdf="")
        .select_related("batch__run__version")
        .order_by("-issued_at", "-pk")
    )


def batches_of(run: CourseRun) -> QuerySet[CertificateBatch]:
    return CertificateBatch.objects.filter(run=run).select_related("made_by").order_by("-ordered_at", "-pk")


def latest_of(run: CourseRun) -> dict[UUID, CourseCertificate]:
    """Return for each completion of a class its latest 수료증, whatever its state."""
    rows = (
        CourseCertificate.objects.filter(batch__run=run).defer("content").order_by("batch__ordered_at", "pk")
    )
    return {row.completion_id: row for row in rows}


def open_certificate(*, certificate: CourseCertificate, actor: Person | None, now: datetime) -> BinaryIO:
    """Open the signed PDF. Refuses who may not see it and one that is not made; writes an audit event."""
    if not can_see(actor, certificate, now=now):
        raise NotAllowed(_("이 수료증은 받은 사람과 준 기관만 볼 수 있습니다."))
    if not certificate.pdf:
        raise Refused(_("아직 만들지 않은 수료증입니다. 잠시 뒤에 다시 눌러 주세요."), code="not_made")
    audit.record(
        "records.download_course_certificate",
        actor=actor,
        now=now,
        subject=certificate,
        about=certificate.person_id,
    )
    return cast(BinaryIO, default_storage.open(certificate.pdf))


def open_bundle(
    *, batch: CertificateBatch, what: Literal["zip", "print"], actor: Person | None, now: datetime
) -> BinaryIO:
    """Open the ZIP of all documents, or the one file for printing. Only for staff; writes an audit event."""
    require_staff(actor, batch.run, now=now)
    name = batch.zip_file if what == "zip" else batch.print_file
    if not name:
        raise Refused(_("아직 다 만들지 않았습니다. 잠시 뒤에 다시 눌러 주세요."), code="not_made")
    audit.record(
        "records.download_course_certificates",
        actor=actor,
        now=now,
        subject=batch,
        people=list(batch.certificates.values_list("person_id", flat=True)),
        what=what,
    )
    return cast(BinaryIO, default_storage.open(name))


@transaction.atomic
def withdraw(
    *, certificate: CourseCertificate, reason: str, actor: Person | None, now: datetime
) -> CourseCertificate:
    """Take a 수료증 back: whoever checks it learns that it no longer counts. The file and row stay.

    Refuses anyone but the institution's staff, and an empty reason. Safe to repeat: the first reason stays.
    """
    require_staff(actor, certificate.batch.run, now=now)
    reason = reason.strip()
    if not reason:
        message = _("거두는 까닭을 적어 주세요.")
        raise Invalid(message, code="reason", fields={"reason": message})
    changed = CourseCertificate.objects.filter(pk=certificate.pk, withdrawn_at=None).update(
        withdrawn_at=now, withdraw_reason=reason[:300]
    )
    certificate.refresh_from_db()
    if changed:
        audit.record(
            "records.withdraw_course_certificate",
            actor=actor,
            now=now,
            subject=certificate,
            about=certificate.person_id,
            reason=reason[:300],
        )
    return certificate
