"""The letters of oversight as plain parts, for the office, the institution and the printer.

Every adverse letter states its grounds and how to object (불복 고지, 행정절차법 제26조).
"""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.branches.oversight import case_queries, deadlines
from naite.branches.oversight.models import Cancellation, CorrectionOrder, Objection
from naite.branches.oversight.services.cancellations import effective_on
from naite.roots.dates import day_of
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models import Recognition

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: from whom to whom, what it says under which heads, and how one may object."""

    title: Text
    number: str
    day: date
    organisation: Organisation
    recognition: Recognition
    parts: list[tuple[Text, Text]]
    official: Person | None
    remedies: list[Text] = field(default_factory=list)


def letter_of(kind: str, case_id: UUID) -> Letter | None:
    """Return the letter of an order, a notice, a decision or an answer; None where there is none."""
    if kind == "order":
        order = case_queries.order(case_id)
        return _order(order) if order else None
    if kind in ("notice", "decision"):
        row = case_queries.cancellation(case_id)
        if row is None or (kind == "decision" and row.state == Cancellation.State.NOTICED):
            return None
        return _notice(row) if kind == "notice" else _decision(row)
    if kind == "answer":
        objection = case_queries.objection(case_id)
        decided = objection and objection.state in (Objection.State.UPHELD, Objection.State.REJECTED)
        return _answer(objection) if objection and decided else None
    return None


def _day(day: date | None) -> str:
    return f"{day:%Y.%m.%d}" if day else "–"


def _remedies(delivered_on: date) -> list[Text]:
    period = deadlines.rule("objection_file", delivered_on)
    return [
        _(
            "이의신청: 이 처분을 받은 날부터 %(days)d일 안에(%(day)s까지) 우리 기관에 낼 수 있습니다. (%(source)s)"
        )
        % {
            "days": period.amount,
            "day": _day(deadlines.last_day("objection_file", delivered_on)),
            "source": period.source,
        },
        _("행정심판: 처분이 있음을 안 날부터 90일 안에 청구할 수 있습니다. (행정심판법 제27조)"),
        _("행정소송: 처분이 있음을 안 날부터 90일 안에 제기할 수 있습니다. (행정소송법 제20조)"),
    ]


def _order(row: CorrectionOrder) -> Letter:
    return Letter(
        title=_("시정명령"),
        number=row.number,
        day=day_of(row.issued_at),
        organisation=row.organisation,
        recognition=row.recognition,
        parts=[
            (_("근거"), f"{row.get_ground_display()} ({_('평생교육법 제23조제4항·제5항')})"),
            (_("어긋난 사실"), row.grounds),
            (_("바로잡을 것"), row.demands),
            (_("시정 기한"), _day(row.until)),
            (
                _("지키지 않으면"),
                _("기한이 지나도록 바로잡지 않으면 평가인정을 취소할 수 있습니다(평생교육법 제23조제4항)."),
            ),
        ],
        official=row.decided_by,
        remedies=[
            *_remedies(row.delivered_on),
            _("이의신청을 살펴보는 날만큼 시정 기한이 늘어납니다. (평생교육법 시행령 제14조의4)"),
        ],
    )


def _notice(row: Cancellation) -> Letter:
    parts: list[tuple[Text, Text]] = [
        (_("하려는 처분"), _("평가인정 취소")),
        (_("근거"), f"{row.get_ground_display()} ({_('평생교육법 제23조제4항')})"),
        (_("취소하려는 사실"), row.grounds),
        (
            _("의견을 낼 수 있는 마지막 날"),
            _("%(day)s. 그때까지 의견이 없으면 의견이 없는 것으로 보고 결정합니다(행정절차법 제27조).")
            % {"day": _day(row.opinion_until)},
        ),
    ]
    if row.order:
        parts.insert(2, (_("지키지 않은 시정명령"), row.order.number))
    if row.hearing:
        parts.append((_("청문"), f"{_day(row.hearing_on)} {row.hearing_place}"))
    return Letter(
        title=_("처분 사전 통지"),
        number=row.number,
        day=day_of(row.noticed_at),
        organisation=row.organisation,
        recognition=row.recognition,
        parts=parts,
        official=row.noticed_by,
    )


def _decision(row: Cancellation) -> Letter:
    cancelled = row.state != Cancellation.State.DROPPED
    assert row.decided_at is not None and row.delivered_on is not None
    parts: list[tuple[Text, Text]] = [
        (_("결정"), _("평가인정을 취소합니다.") if cancelled else _("평가인정을 취소하지 않습니다.")),
        (_("근거"), f"{row.get_ground_display()} ({_('평생교육법 제23조제4항')})"),
        (_("사실"), row.grounds),
        (_("결정한 까닭"), row.reasons),
    ]
    if cancelled:
        parts.append((_("효력이 생기는 날"), _day(effective_on(row))))
    return Letter(
        title=_("평가인정 취소 결정") if cancelled else _("평가인정 취소 절차 종결"),
        number=row.number,
        day=day_of(row.decided_at),
        organisation=row.organisation,
        recognition=row.recognition,
        parts=parts,
        official=row.decided_by,
        remedies=_remedies(row.delivered_on) if cancelled else [],
    )


def _answer(row: Objection) -> Letter:
    assert row.answered_on is not None
    upheld = row.state == Objection.State.UPHELD
    remedies: list[Text] = [
        _(
            "이 결과를 통지받은 날부터 90일 안에 행정심판이나 행정소송을 제기할 수 있습니다. (행정기본법 제36조제4항)"
        )
    ]
    return Letter(
        title=_("이의신청 결과 통지"),
        number=row.number,
        day=row.answered_on,
        organisation=row.organisation,
        recognition=row.recognition,
        parts=[
            (_("이의신청"), row.text),
            (_("결정"), _("이의신청을 받아들입니다.") if upheld else _("이의신청을 받아들이지 않습니다.")),
            (_("답과 그 까닭"), row.answer),
        ],
        official=row.decided_by,
        remedies=[] if upheld else remedies,
    )
