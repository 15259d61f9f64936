"""Cancelling a recognition: prior notice, opinion, hearing where it is demanded, decision."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.branches.oversight import deadlines, rules
from naite.branches.oversight.models import (
    Cancellation,
    CorrectionOrder,
    Investigation,
    Objection,
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
from naite.branches.oversight.texts import need, within
from naite.branches.oversight.workflow import CANCELLATION
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Recognition

S = Cancellation.State


@dataclass(frozen=True, slots=True)
class Hearing:
    """When and where the institution is heard (청문)."""

    on: date
    place: str


def locked(cancellation: Cancellation) -> Cancellation:
    """Lock a cancellation, so that what is done with it passes one by one."""
    return (
        Cancellation.objects.select_for_update(of=("self",))
        .select_related("recognition__course__organisation", "organisation")
        .get(pk=cancellation.pk)
    )


@transaction.atomic
def give_notice(
    *,
    recognition: Recognition,
    ground: str,
    order: CorrectionOrder | None,
    investigation: Investigation | None,
    grounds: str,
    delivered_on: date,
    opinion_until: date,
    hearing: Hearing | None,
    actor: Person,
    now: datetime,
) -> Cancellation:
    """Tell the institution beforehand that its recognition is to be cancelled (사전 통지, 행정절차법 제21조).

    False means need no correction order. The two other grounds need one of the same ground that was not
    fulfilled, with no objection under way (평생교육법 제23조제4항·제5항): refused otherwise. The time for an
    opinion is at least ten days after the notice arrived; a hearing is told ten whole days before, and where
    ``NAITE_CANCELLATION_HEARING`` demands one there must be one.
    """
    organisation = recognition.course.organisation
    require_officer(actor, organisation.pk, now=now)
    if ground not in Ground.values:
        told = _("취소하려는 근거를 골라 주세요.")
        raise Invalid(told, fields={"ground": told})
    if recognition.cancelled_on is not None:
        raise Refused(_("이미 취소된 평가인정입니다."), code="cancelled")
    _require_order(recognition, ground, order)
    facts = need(
        grounds, field="grounds", most=rules.MAX_BODY, empty=_("어떤 사실 때문에 취소하려는지 적어 주세요.")
    )
    if delivered_on > day_of(now):
        told = _("기관이 받은 날은 오늘보다 뒤일 수 없습니다.")
        raise Invalid(told, fields={"delivered_on": told})
    earliest = deadlines.last_day("opinion", delivered_on)
    if opinion_until < earliest:
        told = _("의견을 낼 시간을 적어도 10일 주어야 합니다. 가장 이른 날은 %(day)s입니다.") % {
            "day": f"{earliest:%Y.%m.%d}"
        }
        raise Invalid(told, code="opinion_too_short", fields={"opinion_until": told})
    if hearing is None and settings.CANCELLATION_HEARING:
        told = _("이 나이테는 취소하기 전에 청문을 하도록 정했습니다. 청문할 날과 곳을 적어 주세요.")
        raise Invalid(told, code="hearing_demanded", fields={"hearing_on": told})
    if hearing is not None and delivered_on > deadlines.latest_notice(hearing.on):
        told = _(
            "청문은 통지가 닿고 열흘이 온전히 지난 뒤에 할 수 있습니다(행정절차법 제21조제2항). 더 뒤로 정해 주세요."
        )
        raise Invalid(told, code="hearing_too_soon", fields={"hearing_on": told})
    number = next_number(Cancellation, now=now)
    try:
        with transaction.atomic():
            row = Cancellation.objects.create(
                number=number,
                recognition=recognition,
                organisation=organisation,
                ground=ground,
                order=order,
                investigation=investigation,
                grounds=facts,
                noticed_at=now,
                noticed_by=actor,
                notice_delivered_on=delivered_on,
                opinion_until=opinion_until,
                hearing=hearing is not None,
                hearing_on=hearing.on if hearing else None,
                hearing_place=within(hearing.place, field="hearing_place", most=200) if hearing else "",
                changed_at=now,
            )
    except IntegrityError:
        raise Refused(_("이 평가인정의 취소 절차가 이미 진행 중입니다."), code="already_noticed") from None
    note(
        recognition,
        act="cancellation_noticed",
        actor=actor,
        now=now,
        subject=row,
        due_on=opinion_until,
        number=number,
        ground=ground,
    )
    _tell(row, _("평가인정 취소를 미리 알려 드립니다"), "noticed", now)
    return row


def _require_order(recognition: Recognition, ground: str, order: CorrectionOrder | None) -> None:
    """Refuse the two lesser grounds without an order of the same ground that was not fulfilled."""
    if not rules.needs_order(ground):
        return
    fits = (
        order is not None
        and order.recognition_id == recognition.pk
        and order.ground == ground
        and order.state == CorrectionOrder.State.NOT_FULFILLED
        and not order.objections.filter(state=Objection.State.FILED).exists()
        # What an objection reversed does not come again on the same order.
        and not Cancellation.objects.filter(order=order, state=S.REVERSED).exists()
    )
    if not fits:
        raise Refused(
            _(
                "이 근거로 취소하려면 같은 근거의 시정명령을 먼저 하고, 기한이 지나도록 바로잡지 않았어야 합니다"
                "(평생교육법 제23조제4항·제5항). 시정명령을 먼저 하세요."
            ),
            code="correction_first",
        )


@transaction.atomic
def give_opinion(
    *, cancellation: Cancellation, opinion: str, waive: bool, actor: Person, now: datetime
) -> Cancellation:
    """Give the institution's opinion (의견제출, 행정절차법 제27조), or say that there will be none.

    May be given anew until the deadline; refused after it.
    """
    row = locked(cancellation)
    require_speaker(actor, row.organisation, now=now)
    if row.state != S.NOTICED:
        raise Refused(_("이미 결정되었습니다."), code="decided")
    if row.opinion_until < day_of(now):
        raise Refused(_("의견을 낼 수 있는 기한이 지났습니다."), code="too_late")
    words = (
        "" if waive else need(opinion, field="opinion", most=rules.MAX_BODY, empty=_("의견을 적어 주세요."))
    )
    row.opinion, row.opinion_waived, row.opinion_at, row.opinion_by = words, waive, now, actor
    row.changed_at = now
    row.save(update_fields=["opinion", "opinion_waived", "opinion_at", "opinion_by", "changed_at"])
    note(
        row.recognition,
        act="opinion_waived" if waive else "opinion_given",
        actor=actor,
        now=now,
        subject=row,
        by=row.organisation,
        number=row.number,
    )
    return row


@transaction.atomic
def hold_hearing(*, cancellation: Cancellation, record: str, actor: Person, now: datetime) -> Cancellation:
    """Record a hearing that was held (청문조서, 행정절차법 제34조); refuses before its day, and twice."""
    row = locked(cancellation)
    require_officer(actor, row.organisation_id, now=now)
    words = need(record, field="record", most=rules.MAX_BODY, empty=_("청문에서 나온 말을 적어 주세요."))
    if row.state != S.NOTICED or not row.hearing or row.hearing_held_at is not None:
        raise Refused(_("지금 적을 청문이 없습니다."), code="no_hearing")
    if row.hearing_on is None or row.hearing_on > day_of(now):
        raise Refused(_("청문할 날이 아직 오지 않았습니다."), code="too_early")
    row.hearing_record, row.hearing_held_at, row.changed_at = words, now, now
    row.save(update_fields=["hearing_record", "hearing_held_at", "changed_at"])
    note(row.recognition, act="hearing_held", actor=actor, now=now, subject=row, number=row.number)
    return row


@transaction.atomic
def decide(
    *,
    cancellation: Cancellation,
    cancel: bool,
    reasons: str,
    delivered_on: date,
    actor: Person,
    now: datetime,
) -> Cancellation:
    """Decide on a cancellation, with reasons; the recognition itself is cancelled by ``flows.oversight``.

    Refuses before the time for an opinion is over, unless one was given or waived, before a hearing that is
    due, and when the order it rests on was lifted meanwhile. False means leave no choice: the institute may
    drop the case only where the ground proved untrue, which the reasons must say.
    """
    row = locked(cancellation)
    require_officer(actor, row.organisation_id, now=now)
    words = need(reasons, field="reasons", most=rules.MAX_BODY, empty=_("결정한 까닭을 적어 주세요."))
    if row.state == S.NOTICED:
        if row.opinion_at is None and row.opinion_until >= day_of(now):
            raise Refused(
                _("%(day)s까지 기관의 의견을 기다려야 합니다.") % {"day": f"{row.opinion_until:%Y.%m.%d}"},
                code="opinion_awaited",
            )
        if row.hearing and row.hearing_held_at is None:
            raise Refused(_("청문을 하고 적은 다음에 결정할 수 있습니다."), code="hearing_awaited")
        if delivered_on > day_of(now):
            told = _("기관이 받은 날은 오늘보다 뒤일 수 없습니다.")
            raise Invalid(told, fields={"delivered_on": told})
        if cancel:
            _require_order(row.recognition, row.ground, row.order)
    CANCELLATION.move(
        row,
        "cancel" if cancel else "drop",
        reasons=words,
        decided_at=now,
        decided_by=actor,
        delivered_on=delivered_on,
        changed_at=now,
    )
    note(
        row.recognition,
        act="cancelled" if cancel else "not_cancelled",
        actor=actor,
        now=now,
        subject=row,
        audience=PUBLIC if cancel else PARTIES,
        number=row.number,
        ground=row.ground,
        effective_on=effective_on(row).isoformat() if cancel else None,
    )
    _tell(
        row,
        _("평가인정 취소를 결정했습니다") if cancel else _("평가인정을 취소하지 않기로 했습니다"),
        "decided",
        now,
    )
    return row


def effective_on(row: Cancellation) -> date:
    """Return from when a cancellation holds: for false means it never counted, else from the day it arrived."""
    if row.ground == Ground.FALSE_MEANS:
        return row.recognition.valid_from
    assert row.delivered_on is not None
    return row.delivered_on


def _tell(row: Cancellation, subject: str, key: str, now: datetime) -> None:
    tell_institution(
        row.organisation,
        subject=subject,
        body=_("평가인정 %(recognition)s 과정에 대한 문서(%(number)s)를 확인해 주세요.\n\n%(url)s\n")
        % {
            "recognition": row.recognition.number,
            "number": row.number,
            "url": f"{settings.BASE_URL}/work/oversight/cancellations/{row.pk}/",
        },
        key=f"cancellation:{row.pk}:{key}",
        now=now,
    )
