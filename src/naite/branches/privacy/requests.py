"""Asking for access, correction, erasure and suspension, and answering within ten days."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from naite.branches.privacy import rules
from naite.branches.privacy.models import DataRequest
from naite.branches.privacy.workflow import REQUESTS, WAITING
from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day
from naite.roots.errors import Invalid, NotAllowed
from naite.roots.notices import services as notices
from naite.trunk.people.models import Person
from naite.trunk.people.standing import manner

TEXT_LENGTH = 2_000
MOST_WAITING = 5
OUTCOMES = {"done": "grant", "partly": "grant_partly", "declined": "decline"}


def can_answer(person: Person | None) -> bool:
    """Whoever runs the installation answers for it (개인정보 처리자)."""
    return person is not None and person.is_active and person.is_operator


@transaction.atomic
def ask(*, person: Person, kind: str, text: str, actor: Person, now: datetime) -> DataRequest:
    """Keep a person's request and start its clock of ten days (개인정보 보호법 제35조~제37조).

    Refuses anyone but the person, an unknown kind, an empty text, and a sixth request while five wait.
    """
    if manner(actor, person.pk, scope="account", now=now) not in {"own", "guardian"}:
        raise NotAllowed(_("내 정보에 대한 요청은 본인만 할 수 있습니다."))
    text, fields = text.strip(), {}
    if kind not in DataRequest.Kind.values:
        fields["kind"] = _("무엇을 해 드릴지 골라 주세요.")
    if not text:
        fields["text"] = _("어떤 정보를 어떻게 해 드릴지 적어 주세요.")
    elif len(text) > TEXT_LENGTH:
        fields["text"] = _("%(n)s자까지 적을 수 있습니다.") % {"n": f"{TEXT_LENGTH:,}"}
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="request_faults", fields=fields)
    if DataRequest.objects.filter(person=person, state__in=WAITING).count() >= MOST_WAITING:
        raise Invalid(
            _("답을 기다리는 요청이 다섯 건 있습니다. 답을 받은 다음 다시 요청해 주세요."), code="too_many"
        )
    row = DataRequest.objects.create(
        person=person,
        kind=kind,
        text=text,
        asked_by=actor,
        asked_at=now,
        due_on=rules.due_on(day_of(now)),
    )
    audit.record("privacy.ask", actor=actor, now=now, subject=row, about=person.pk, kind=kind)
    return row


def _staff(actor: Person) -> None:
    if not can_answer(actor):
        raise NotAllowed(_("개인정보 요청에는 운영자만 답합니다."))


@transaction.atomic
def postpone(*, row: DataRequest, until: date, because: str, actor: Person, now: datetime) -> DataRequest:
    """Put the answer off once, and tell the person why and until when.

    Refuses who may not answer, a day that is not later or more than 30 days later, an empty reason, and a
    request that was put off before.
    """
    _staff(actor)
    fields = {}
    if fault := rules.postpone_fault(row.due_on, until):
        fields["until"] = {
            "not_later": _("지금 기한보다 뒤의 날을 적어 주세요."),
            "too_late": _("30일보다 더 미룰 수 없습니다."),
        }[fault]
    if not because.strip():
        fields["because"] = _("미루는 까닭을 적어 주세요. 요청한 분께 그대로 알립니다.")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="postpone_faults", fields=fields)
    REQUESTS.move(row, "postpone", due_on=until, postponed_because=because.strip()[:TEXT_LENGTH])
    audit.record(
        "privacy.postpone_request",
        actor=actor,
        now=now,
        subject=row,
        about=row.person_id,
        reason=row.postponed_because,
    )
    _tell(
        row,
        _("개인정보 요청의 답이 늦어집니다"),
        _("%(day)s까지 답을 드리겠습니다.\n까닭: %(why)s")
        % {"day": show_day(until, today=day_of(now)), "why": row.postponed_because},
        now,
    )
    return row


@transaction.atomic
def answer(*, row: DataRequest, outcome: str, text: str, actor: Person, now: datetime) -> DataRequest:
    """Answer a request: done, done in part, or declined; always with what was done or why not.

    Refuses who may not answer, an empty answer, and a request answered or withdrawn meanwhile.
    """
    _staff(actor)
    text, fields = text.strip(), {}
    if outcome not in OUTCOMES:
        fields["outcome"] = _("답을 골라 주세요.")
    if not text:
        fields["text"] = _("무엇을 했는지, 하지 않았다면 왜인지 적어 주세요.")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="answer_faults", fields=fields)
    REQUESTS.move(row, OUTCOMES[outcome], answer=text[:TEXT_LENGTH], answered_by=actor, answered_at=now)
    audit.record(
        "privacy.answer_request",
        actor=actor,
        now=now,
        subject=row,
        about=row.person_id,
        outcome=outcome,
    )
    _tell(row, _("개인정보 요청에 답을 드립니다"), f"{row.get_state_display()}\n\n{row.answer}", now)
    return row


@transaction.atomic
def withdraw(*, row: DataRequest, actor: Person, now: datetime) -> DataRequest:
    """Take a request back while it waits. Refuses anyone but the person."""
    if actor.pk != row.person_id:
        raise NotAllowed(_("이 요청은 본인만 거둘 수 있습니다."))
    REQUESTS.move(row, "withdraw")
    audit.record("privacy.withdraw_request", actor=actor, now=now, subject=row, about=row.person_id)
    return row


def read(*, row: DataRequest, actor: Person, now: datetime) -> DataRequest:
    """Let staff see a request; the look is logged."""
    _staff(actor)
    audit.record("privacy.view_request", actor=actor, now=now, subject=row, about=row.person_id)
    return row


def of(person: Person) -> QuerySet[DataRequest]:
    """Return a person's requests, latest first."""
    return DataRequest.objects.filter(person=person).order_by("-asked_at", "-id")


def all_requests(*, waiting: bool) -> QuerySet[DataRequest]:
    """Return everybody's requests: those that wait by their due day, or the answered ones, latest first."""
    rows = DataRequest.objects.select_related("person", "answered_by")
    if waiting:
        return rows.filter(state__in=WAITING).order_by("due_on", "id")
    return rows.filter(~Q(state__in=WAITING)).order_by("-asked_at", "-id")


def _tell(row: DataRequest, subject: str, body: str, now: datetime) -> None:
    person = row.person
    notices.tell(
        to=person,
        subject=f"[{settings.OPERATOR_NAME}] {subject}",
        body=_("%(name)s 님, 안녕하세요.") % {"name": person.name}
        + f"\n\n{body}\n\n"
        + _("요청과 답: %(url)s") % {"url": f"{settings.BASE_URL}/my/account/requests/"},
        now=now,
    )
