"""What the institute's officers do with a complaint."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.oversight import policies, queries, rules
from naite.branches.oversight.models import Complaint, ComplaintFile, ComplaintMessage
from naite.branches.oversight.services.complaints import add_event
from naite.branches.oversight.texts import need
from naite.branches.oversight.workflow import COMPLAINT
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.roots.notices import services as notices
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.models import CaseEvent


def _locked(complaint: Complaint, actor: Person, now: datetime) -> Complaint:
    row = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    require_officer(row, actor, now)
    return row


def require_officer(complaint: Complaint, actor: Person, now: datetime) -> None:
    """Refuse anybody who does not work on this complaint."""
    if not policies.can_oversee(actor, complaint.organisation_id, now=now):
        raise NotAllowed(
            _(
                "국가평생교육진흥원에서 사후 관리를 맡은 담당자만 볼 수 있습니다. 그 기관의 사람은 맡을 수 없습니다."
            )
        )


@transaction.atomic
def accept(*, complaint: Complaint, course: Course | None, actor: Person, now: datetime) -> Complaint:
    """Take a complaint up (접수), with the course it is about if the complainant only described it.

    The case of the course's recognition gets a line that only offices read.
    """
    row = _locked(complaint, actor, now)
    about = row.course or course
    given = queries.recognition_of(about, on=day_of(now)) if about else None
    COMPLAINT.move(
        row,
        "accept",
        changed_at=now,
        handler=row.handler or actor,
        course=about,
        organisation=about.organisation if about else row.organisation,
        recognition=row.recognition or given,
    )
    require_officer(row, actor, now)
    _done(row, "accepted", actor, now)
    if row.recognition is not None:
        note_event(
            act="complaint_accepted",
            actor=actor,
            now=now,
            recognition=row.recognition,
            office=row.office,
            audience=CaseEvent.Audience.OFFICES,
            number=row.number,
        )
    return row


@transaction.atomic
def put_out_of_scope(*, complaint: Complaint, reason: str, actor: Person, now: datetime) -> Complaint:
    """End a complaint that the institute does not handle; the complainant reads the reason."""
    row = _locked(complaint, actor, now)
    words = need(
        reason,
        field="reason",
        most=rules.MAX_REASON,
        empty=_("왜 다루지 않는지, 어디에 알리면 되는지 적어 주세요."),
    )
    COMPLAINT.move(row, "put_out_of_scope", changed_at=now, ended_at=now, answer=words)
    _done(row, "put_out_of_scope", actor, now, reason=words)
    return row


@transaction.atomic
def merge(*, complaint: Complaint, into_number: str, actor: Person, now: datetime) -> Complaint:
    """Handle a complaint together with an earlier one about the same institution.

    Refuses itself, one that was merged or has ended, and one about another institution.
    """
    row = _locked(complaint, actor, now)
    plain = rules.plain(into_number)
    into = Complaint.objects.filter(number=f"{plain[:4]}-{plain[4:8]}-{plain[8:]}").first()
    told = ""
    if into is None or into.pk == row.pk:
        told = _("그 번호의 다른 신고가 없습니다. 번호를 확인해 주세요.")
    elif not into.is_waiting:
        told = _("이미 끝난 신고입니다. 처리 중인 신고의 번호를 적어 주세요.")
    elif row.organisation_id and into.organisation_id and row.organisation_id != into.organisation_id:
        told = _("다른 기관에 대한 신고입니다. 같은 기관의 신고만 합칠 수 있습니다.")
    if told or into is None:
        raise Invalid(told, code="cannot_merge", fields={"into": told})
    COMPLAINT.move(row, "merge", changed_at=now, ended_at=now, merged_into=into)
    _done(row, "merged", actor, now)
    add_event(into, "took_in", actor=actor, now=now, reason=row.number, shown=False)
    return row


@transaction.atomic
def assign(*, complaint: Complaint, to: Person, actor: Person, now: datetime) -> Complaint:
    """Give a complaint to a colleague; refuses whoever may not work on it."""
    row = _locked(complaint, actor, now)
    if not policies.can_oversee(to, row.organisation_id, now=now):
        told = _("이 신고를 맡을 수 없는 사람입니다. 다른 담당자를 골라 주세요.")
        raise Invalid(told, code="cannot_handle", fields={"handler": told})
    if not row.is_waiting:
        raise Refused(_("이미 끝난 신고입니다."), code="ended")
    Complaint.objects.filter(pk=row.pk).update(handler=to, changed_at=now)
    row.handler = to
    add_event(row, "assigned", actor=actor, now=now, reason=to.name, shown=False)
    audit.record("oversight.assign_complaint", actor=actor, now=now, subject=row, to=to.pk)
    return row


@transaction.atomic
def write(
    *, complaint: Complaint, body: str, to_complainant: bool, actor: Person, now: datetime
) -> ComplaintMessage:
    """Write to the complainant, who reads it with number and key; or a note among officers."""
    row = _locked(complaint, actor, now)
    words = need(body, field="body", most=rules.MAX_ANSWER, empty=_("글을 적어 주세요."))
    kind = ComplaintMessage.Kind.ANSWER if to_complainant else ComplaintMessage.Kind.NOTE
    message = ComplaintMessage.objects.create(complaint=row, kind=kind, author=actor, body=words, at=now)
    Complaint.objects.filter(pk=row.pk).update(changed_at=now)
    if to_complainant:
        _done(row, "wrote", actor, now)
    else:
        audit.record("oversight.note_complaint", actor=actor, now=now, subject=row)
    return message


@transaction.atomic
def close(
    *, complaint: Complaint, outcome: str, answer: str, actor: Person, now: datetime
) -> list[Complaint]:
    """End a complaint with what came of it; those merged into it get the same answer. Returns all of them."""
    row = _locked(complaint, actor, now)
    if outcome not in Complaint.Outcome.values:
        told = _("어떻게 처리했는지 골라 주세요.")
        raise Invalid(told, fields={"outcome": told})
    words = need(
        answer,
        field="answer",
        most=rules.MAX_ANSWER,
        empty=_("처리 결과를 신고한 분이 알 수 있게 적어 주세요."),
    )
    COMPLAINT.move(row, "close", changed_at=now, ended_at=now, outcome=outcome, answer=words)
    ended = [row, *row.merged.all()]
    Complaint.objects.filter(merged_into=row).update(outcome=outcome, answer=words, changed_at=now)
    for each in ended:
        _done(each, "closed", actor, now)
    return ended


@transaction.atomic
def reveal(*, complaint: Complaint, reason: str, actor: Person, now: datetime) -> dict[str, str]:
    """Return the complainant's contact data to the officer who handles the complaint.

    Refuses everybody else, and an empty reason; the reason stays in the complaint's history and in the log.
    """
    row = _locked(complaint, actor, now)
    if row.handler_id != actor.pk:
        raise NotAllowed(_("이 신고를 맡은 담당자만 연락처를 볼 수 있습니다. 먼저 맡아 주세요."))
    if row.contact_erased_at is not None:
        raise Refused(_("보관 기간이 지나 지운 연락처입니다."), code="contact_erased")
    words = need(
        reason,
        field="reason",
        most=rules.MAX_REASON,
        empty=_("왜 연락처가 필요한지 적어 주세요. 기록에 남습니다."),
    )
    add_event(row, "contact_shown", actor=actor, now=now, reason=words, shown=False)
    audit.record("oversight.view_complainant", actor=actor, now=now, subject=row, reason=words)
    return dict(row.contact)


@transaction.atomic
def look(*, complaint: Complaint, actor: Person, now: datetime) -> None:
    """Record that an officer read a complaint; refuses others."""
    require_officer(complaint, actor, now)
    audit.record("oversight.view_complaint", actor=actor, now=now, subject=complaint)


@transaction.atomic
def look_at_file(*, attached: ComplaintFile, actor: Person, now: datetime) -> StoredFile:
    """Return a complaint's file to an officer, whose look is recorded; refuses others."""
    require_officer(attached.complaint, actor, now)
    audit.record("oversight.view_file", actor=actor, now=now, subject=attached)
    return attached.file


def erase_due(*, now: datetime, limit: int = 200) -> int:
    """Erase contact data of complaints that ended long enough ago, and what was sent there; returns how many.

    Safe to repeat. ``NAITE_COMPLAINT_CONTACT_DAYS`` says how long.
    """
    before = now - timedelta(days=settings.COMPLAINT_CONTACT_DAYS)
    rows = Complaint.objects.filter(has_contact=True, contact_erased_at=None, ended_at__lte=before)
    erased = 0
    for row in rows.order_by("ended_at")[:limit]:
        with transaction.atomic():
            row.contact = {}
            row.contact_erased_at = now
            row.save(update_fields=["contact", "contact_erased_at"])
            notices.forget(starting=_letters_of(row))
            add_event(row, "contact_erased", actor=None, now=now)
        erased += 1
    return erased


def _letters_of(row: Complaint) -> str:
    return f"complaint:{row.pk}:"


def _done(row: Complaint, act: str, actor: Person, now: datetime, *, reason: str = "") -> None:
    """Write the history, the log, and to the complainant that there is something to read.

    The letter names neither course nor institution: others may see the mailbox.
    """
    event = add_event(row, act, actor=actor, now=now, reason=reason)
    audit.record(f"oversight.complaint_{act}", actor=actor, now=now, subject=row)
    address = row.contact.get("email") if row.has_contact and row.contact_erased_at is None else None
    if address:
        notices.send(
            address=address,
            subject=_("신고 처리 소식이 있습니다"),
            body=_(
                "신고하신 일에 새 소식이 있습니다.\n접수번호와 열쇠를 넣고 확인해 주세요.\n\n"
                "접수번호 %(number)s\n%(url)s\n"
            )
            % {"number": row.number, "url": f"{settings.BASE_URL}/complaints/"},
            now=now,
            dedupe_key=f"{_letters_of(row)}{event.pk}",
        )
