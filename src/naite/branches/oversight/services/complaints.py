"""What a complainant does, without an account: report, follow, add."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.oversight import queries, rules
from naite.branches.oversight.models import Complaint, ComplaintEvent, ComplaintFile, ComplaintMessage
from naite.branches.oversight.texts import Upload, keep_files, need, within
from naite.roots import limits
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, Refused
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person

PER_PLACE_AN_HOUR, TRIES_IN_TEN_MINUTES = 5, 10
PURPOSE = "oversight.complaint"


class TooOften(Refused):
    code = "too_often"
    status = 429


@dataclass(frozen=True, slots=True)
class ComplaintText:
    """What is reported, about what, and by whom if they want to say."""

    concern: str
    body: str
    course: Course | None = None
    organisation: Organisation | None = None
    place: str = ""
    happened: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


@transaction.atomic
def report(
    *, text: ComplaintText, uploads: Sequence[Upload], place: str, now: datetime
) -> tuple[Complaint, str]:
    """Take in a complaint and return it with its key, which is shown once and kept as a digest alone.

    Refuses without words or without saying about which course, bad addresses, files that are not what they
    seem, and more than five an hour from one place, which is counted and not kept: the log names nobody.
    """
    if not limits.allowed("complaint", place, most=PER_PLACE_AN_HOUR, seconds=3600, now=now):
        raise TooOften(
            _(
                "짧은 사이에 신고가 여러 번 들어왔습니다. 한 시간 뒤에 다시 보내 주세요. 적으신 글은 그대로 있습니다."
            )
        )
    office = queries.institute()
    if office is None:
        raise Refused(_("아직 신고를 받는 곳이 없습니다. 운영기관에 전화해 주세요."), code="no_office")
    if text.concern not in Complaint.Concern.values:
        told = _("어떤 일인지 골라 주세요.")
        raise Invalid(told, fields={"concern": told})
    body = need(text.body, field="body", most=rules.MAX_BODY, empty=_("무슨 일이 있었는지 적어 주세요."))
    about = within(text.place, field="place", most=200)
    if text.course is None and text.organisation is None and not about:
        told = _("어느 기관의 어떤 강좌인지 적어 주세요.")
        raise Invalid(told, fields={"place": told})
    contact = _contact(text)
    key = rules.new_key()
    number = _free_number(now)
    today = day_of(now)
    course = text.course
    row = Complaint.objects.create(
        number=number,
        key_digest=rules.key_digest(number, key),
        office=office,
        course=course,
        organisation=course.organisation if course else text.organisation,
        recognition=queries.recognition_of(course, on=today) if course else None,
        place=about,
        concern=text.concern,
        happened=within(text.happened, field="happened", most=100),
        body=body,
        contact=contact,
        has_contact=bool(contact),
        received_at=now,
        due_on=rules.complaint_due(today),
        changed_at=now,
    )
    _attach(row, None, uploads, now=now)
    add_event(row, "reported", actor=None, now=now)
    _record("oversight.report", row, now)
    return row, key


def find(*, number: str, key: str, place: str, now: datetime) -> Complaint:
    """Return the complaint of a number and its key.

    One sentence refuses a wrong number and a wrong key alike, and too many tries are refused altogether.
    """
    if not limits.allowed("complaint-key", place, most=TRIES_IN_TEN_MINUTES, seconds=600, now=now):
        raise TooOften(_("여러 번 맞지 않았습니다. 10분 뒤에 다시 해 주세요."))
    plain = rules.plain(number)
    spelled = f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"
    row = Complaint.objects.filter(number=spelled).first()
    digest = rules.key_digest(number, key)
    if row is None or not hmac.compare_digest(row.key_digest, digest):
        told = _("번호와 열쇠가 맞는 신고가 없습니다. 접수할 때 받은 두 가지를 그대로 적어 주세요.")
        raise Invalid(told, code="no_such_complaint", fields={"number": told})
    return row


@transaction.atomic
def reply(*, complaint: Complaint, body: str, uploads: Sequence[Upload], now: datetime) -> ComplaintMessage:
    """Add words or files of the complainant, who has shown the key; also after the end."""
    row = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    if row.contact_erased_at is not None:
        raise Refused(_("보관 기간이 지난 신고입니다. 새로 신고해 주세요."), code="too_old")
    words = need(body, field="body", most=rules.MAX_ANSWER, empty=_("덧붙일 말을 적어 주세요."))
    message = ComplaintMessage.objects.create(
        complaint=row, kind=ComplaintMessage.Kind.REPLY, body=words, at=now
    )
    _attach(row, message, uploads, now=now)
    Complaint.objects.filter(pk=row.pk).update(changed_at=now)
    add_event(row, "replied", actor=None, now=now)
    _record("oversight.reply", row, now)
    return message


def add_event(
    row: Complaint, act: str, *, actor: Person | None, now: datetime, reason: str = "", shown: bool = True
) -> ComplaintEvent:
    """Add a line to a complaint's history."""
    return ComplaintEvent.objects.create(
        complaint=row, at=now, act=act, actor=actor, reason=reason, due_on=row.due_on, shown=shown
    )


def _attach(
    row: Complaint, message: ComplaintMessage | None, uploads: Sequence[Upload], *, now: datetime
) -> None:
    there = list(
        ComplaintFile.objects.filter(complaint=row, message=message).values_list("file_id", flat=True)
    )
    for stored in keep_files(uploads, there=there, purpose=PURPOSE, now=now):
        ComplaintFile.objects.create(complaint=row, message=message, file=stored, added_at=now)


def _contact(text: ComplaintText) -> dict[str, str]:
    email = text.email.strip()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            told = _("전자우편 주소가 올바르지 않습니다. 예: name@example.kr")
            raise Invalid(told, fields={"email": told}) from error
    given = {
        "name": within(text.name, field="name", most=60),
        "email": email[:254],
        "phone": within(text.phone, field="phone", most=30),
    }
    return {name: value for name, value in given.items() if value}


def _free_number(now: datetime) -> str:
    while True:
        number = rules.new_number(day_of(now).year)
        if not Complaint.objects.filter(number=number).exists():
            return number


def _record(action: str, row: Complaint, now: datetime) -> None:
    """Record without the place: an address would tell who complains."""
    token = audit.acting_from("")
    try:
        audit.record(action, actor=None, now=now, subject=row)
    finally:
        audit.stop_acting(token)
