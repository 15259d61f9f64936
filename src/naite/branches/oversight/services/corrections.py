"""Correction orders: issued with a deadline, answered with evidence, judged."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.branches.oversight import case_queries, deadlines, rules
from naite.branches.oversight.models import (
    CorrectionAnswer,
    CorrectionFile,
    CorrectionOrder,
    Investigation,
)
from naite.branches.oversight.models.corrections import Ground
from naite.branches.oversight.services.common import (
    PARTIES,
    PUBLIC,
    next_number,
    note,
    require_officer,
    require_speaker,
    tell_institution,
)
from naite.branches.oversight.texts import Upload, keep_files, need
from naite.branches.oversight.workflow import ORDER
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Recognition

S = CorrectionOrder.State


def locked(order: CorrectionOrder) -> CorrectionOrder:
    """Lock an order, so that what is done with it passes one by one."""
    return CorrectionOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)


@transaction.atomic
def issue(
    *,
    recognition: Recognition,
    investigation: Investigation | None,
    ground: str,
    grounds: str,
    demands: str,
    delivered_on: date,
    until: date,
    publish: bool,
    actor: Person,
    now: datetime,
) -> CorrectionOrder:
    """Order the institution to put something right until a day (시정명령, 평생교육법 제23조제5항).

    Refuses false means, which are cancelled without an order (제23조제4항); a day before the letter arrives or
    later than two months after it (시행령 제14조의4); a second running order on the same ground; and a
    recognition that is cancelled. The institution is told; publishing it adds a public line (제23조제6항).
    """
    organisation = recognition.course.organisation
    require_officer(actor, organisation.pk, now=now)
    if ground == Ground.FALSE_MEANS:
        raise Refused(
            _(
                "거짓이나 부정한 방법으로 받은 인정은 시정명령 없이 취소해야 합니다(평생교육법 제23조제4항). 취소 절차를 시작하세요."
            ),
            code="must_cancel",
        )
    if ground not in Ground.values:
        told = _("어떤 근거로 명하는지 골라 주세요.")
        raise Invalid(told, fields={"ground": told})
    if recognition.cancelled_on is not None:
        raise Refused(_("이미 취소된 평가인정입니다."), code="cancelled")
    facts = need(
        grounds, field="grounds", most=rules.MAX_BODY, empty=_("무엇이 어긋났는지 사실을 적어 주세요.")
    )
    wanted = need(
        demands, field="demands", most=rules.MAX_BODY, empty=_("무엇을 바로잡아야 하는지 적어 주세요.")
    )
    if delivered_on > day_of(now):
        told = _("기관이 받은 날은 오늘보다 뒤일 수 없습니다.")
        raise Invalid(told, fields={"delivered_on": told})
    latest = deadlines.last_day("correction", delivered_on)
    if not delivered_on < until <= latest:
        told = _("시정 기한은 기관이 받은 다음 날부터 2개월 안, 늦어도 %(day)s입니다.") % {
            "day": f"{latest:%Y.%m.%d}"
        }
        raise Invalid(told, code="too_long_to_correct", fields={"until": told})
    if investigation is not None and investigation.recognition_id != recognition.pk:
        raise Refused(_("다른 평가인정의 조사입니다."), code="other_recognition")
    number = next_number(CorrectionOrder, now=now)
    try:
        with transaction.atomic():
            row = CorrectionOrder.objects.create(
                number=number,
                recognition=recognition,
                organisation=organisation,
                investigation=investigation,
                ground=ground,
                grounds=facts,
                demands=wanted,
                issued_at=now,
                decided_by=actor,
                delivered_on=delivered_on,
                until=until,
                published=publish,
                changed_at=now,
            )
    except IntegrityError:
        raise Refused(
            _("같은 근거의 시정명령이 아직 진행 중입니다. 그 결과를 먼저 정하세요."), code="already_ordered"
        ) from None
    note(
        recognition,
        act="correction_ordered",
        actor=actor,
        now=now,
        subject=row,
        audience=PUBLIC if publish else PARTIES,
        due_on=until,
        number=number,
        ground=ground,
    )
    _tell(row, _("시정명령이 왔습니다"), "issued", now)
    return row


@transaction.atomic
def answer(
    *, order: CorrectionOrder, body: str, uploads: Sequence[Upload], actor: Person, now: datetime
) -> CorrectionAnswer:
    """Report what was put right, with evidence. May be repeated until the office has judged."""
    row = locked(order)
    require_speaker(actor, row.organisation, now=now)
    words = need(body, field="body", most=rules.MAX_BODY, empty=_("무엇을 어떻게 바로잡았는지 적어 주세요."))
    ORDER.move(row, "answer", changed_at=now)
    made = CorrectionAnswer.objects.create(order=row, body=words, by=actor, at=now)
    for stored in keep_files(uploads, there=(), purpose="oversight.correction", now=now):
        CorrectionFile.objects.create(answer=made, file=stored)
    note(
        row.recognition,
        act="correction_answered",
        actor=actor,
        now=now,
        subject=row,
        by=row.organisation,
        number=row.number,
        files=made.files.count() or None,
    )
    return made


@transaction.atomic
def send_back(*, order: CorrectionOrder, reason: str, actor: Person, now: datetime) -> CorrectionOrder:
    """Say what an answer still lacks; the deadline stays. Refuses once it has passed."""
    row = locked(order)
    require_officer(actor, row.organisation_id, now=now)
    words = need(reason, field="reason", most=rules.MAX_REASON, empty=_("무엇이 모자라는지 적어 주세요."))
    due = case_queries.correction_due(row)
    if due is not None and due < day_of(now):
        raise Refused(
            _("시정 기한이 지났습니다. 시정 완료인지 시정 안 됨인지 정하세요."), code="deadline_passed"
        )
    ORDER.move(row, "send_back", changed_at=now)
    latest = row.answers.order_by("-at", "-id").first()
    if latest is not None:
        latest.reply, latest.replied_at = words, now
        latest.save(update_fields=["reply", "replied_at"])
    note(
        row.recognition,
        act="correction_sent_back",
        actor=actor,
        now=now,
        subject=row,
        reason=words,
        due_on=due,
        number=row.number,
    )
    _tell(row, _("시정 결과를 보완해 주세요"), f"back:{now.isoformat()}", now)
    return row


@transaction.atomic
def judge(
    *, order: CorrectionOrder, fulfilled: bool, reason: str, actor: Person, now: datetime
) -> CorrectionOrder:
    """Decide whether an order was fulfilled.

    That it was not can only be said once the deadline has passed, days under objection included, and never
    while an objection is under way.
    """
    row = locked(order)
    require_officer(actor, row.organisation_id, now=now)
    words = need(reason, field="reason", most=rules.MAX_REASON, empty=_("그렇게 정한 까닭을 적어 주세요."))
    if not fulfilled:
        due = case_queries.correction_due(row)
        if due is None:
            raise Refused(
                _("이의신청을 살펴보는 동안은 시정 기한이 멈춥니다. 이의신청에 먼저 답하세요."),
                code="under_objection",
            )
        if due >= day_of(now):
            raise Refused(
                _("시정 기한 %(day)s까지는 시정 안 됨으로 정할 수 없습니다.") % {"day": f"{due:%Y.%m.%d}"},
                code="time_left",
            )
    ORDER.move(row, "fulfil" if fulfilled else "fail", verdict=words, closed_at=now, changed_at=now)
    note(
        row.recognition,
        act="correction_fulfilled" if fulfilled else "correction_not_fulfilled",
        actor=actor,
        now=now,
        subject=row,
        audience=PUBLIC if row.published else PARTIES,
        reason=words,
        number=row.number,
    )
    _tell(row, _("시정 결과를 확인했습니다"), "judged", now)
    return row


def _tell(row: CorrectionOrder, subject: str, key: str, now: datetime) -> None:
    tell_institution(
        row.organisation,
        subject=subject,
        body=_("평가인정 %(recognition)s 과정의 시정명령(%(number)s)을 확인해 주세요.\n\n%(url)s\n")
        % {
            "recognition": row.recognition.number,
            "number": row.number,
            "url": f"{settings.BASE_URL}/work/oversight/orders/{row.pk}/",
        },
        key=f"order:{row.pk}:{key}",
        now=now,
    )
