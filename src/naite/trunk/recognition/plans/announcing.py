"""The public notice board: notices and campaigns of offices, dated, with files (row A3a)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed
from naite.roots.files import services as files
from naite.roots.text import tidy
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.recognition.models import NoticeFile, PublicNotice

MOST_FILES = 10
_OFFICER_OF = {
    Organisation.Kind.MINISTRY: Role.MINISTRY_OFFICIAL,
    Organisation.Kind.NATIONAL_INSTITUTE: Role.NATIONAL_OFFICER,
    Organisation.Kind.PROVINCIAL_INSTITUTE: Role.PROVINCIAL_OFFICER,
    Organisation.Kind.LOCAL_GOVERNMENT: Role.LOCAL_OFFICER,
    Organisation.Kind.EDUCATION_OFFICE: Role.EDUCATION_OFFICER,
}


def can_announce(person: Person | None, office: Organisation | None, *, now: datetime) -> bool:
    """Whether a person announces in the name of an office: its officers."""
    if office is None or office.closed_on is not None:
        return False
    role = _OFFICER_OF.get(Organisation.Kind(office.kind))
    return role is not None and has_role(person, office, role, now=now)


def shown(on: date) -> QuerySet[PublicNotice]:
    """Return what hangs on the board on a day, newest first."""
    return (
        PublicNotice.objects.filter(from_on__lte=on, withdrawn_at=None)
        .filter(Q(until_on=None) | Q(until_on__gte=on))
        .select_related("office__region", "plan")
    )


@transaction.atomic
def announce(
    *,
    office: Organisation,
    kind: str,
    title: str,
    body: str,
    from_on: date,
    until_on: date | None = None,
    uploads: Sequence[tuple[str, files.Readable]] = (),
    actor: Person,
    now: datetime,
) -> PublicNotice:
    """Put a notice or campaign on the board from a day on, with files. Refuses who is not of the office, empty or
    overlong words, days in the past or out of order, and what ``roots.files`` refuses; then nothing is kept."""
    if not can_announce(actor, office, now=now):
        raise NotAllowed(_("공고는 지자체, 교육청, 진흥원, 교육부의 담당자가 올립니다."))
    title, body = " ".join(tidy(title).split()), tidy(body)
    wrong: dict[str, str] = {}
    if not title or len(title) > 150:
        wrong["title"] = _("제목을 150자까지 적어 주세요.")
    if not body or len(body) > 20_000:
        wrong["body"] = _("내용을 20,000자까지 적어 주세요.")
    if kind not in PublicNotice.Kind.values:
        wrong["kind"] = _("구분을 골라 주세요.")
    if from_on < day_of(now):
        wrong["from_on"] = _("오늘이나 앞으로 올 날을 적어 주세요.")
    if until_on is not None and until_on < from_on:
        wrong["until_on"] = _("내리는 날이 올리는 날보다 앞섭니다.")
    if len(uploads) > MOST_FILES:
        wrong["uploads"] = _("파일은 %(most)s개까지입니다.") % {"most": MOST_FILES}
    if wrong:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="notice_faults", fields=wrong)
    made = PublicNotice.objects.create(
        office=office,
        kind=kind,
        title=title,
        body=body,
        from_on=from_on,
        until_on=until_on,
        created_by=actor,
        created_at=now,
    )
    for name, stream in uploads:
        try:
            kept = files.keep(stream, name=name, purpose="public_notice", now=now)
        except Invalid as refusal:
            raise Invalid(
                f"{name}: {refusal.message}",
                code=refusal.code,
                fields={"uploads": f"{name}: {refusal.message}"},
            ) from refusal
        NoticeFile.objects.create(notice=made, file=kept)
    audit.record("recognition.announce", actor=actor, now=now, subject=made)
    return made


@transaction.atomic
def withdraw(*, notice: PublicNotice, actor: Person, now: datetime) -> PublicNotice:
    """Take a notice off the board; the row stays. Safe to repeat."""
    if not can_announce(actor, notice.office, now=now):
        raise NotAllowed(_("공고를 올린 기관의 담당자만 내립니다."))
    changed = PublicNotice.objects.filter(pk=notice.pk, withdrawn_at=None).update(
        withdrawn_at=now, withdrawn_by=actor
    )
    if changed:
        audit.record("recognition.withdraw_notice", actor=actor, now=now, subject=notice)
    notice.refresh_from_db()
    return notice
