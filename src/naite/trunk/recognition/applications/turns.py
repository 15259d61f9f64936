"""What every act of an office asks first: is it this office's turn, and what is told to whom afterwards."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices import services as notices
from naite.roots.text import tidy
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.applications import access
from naite.trunk.recognition.models import Application, Hop

State = Application.State


def locked(
    application: Application, actor: Person, now: datetime, *, with_institution: bool = False
) -> Application:
    """Return the row, locked, if it is the actor's office's turn; with the institution's turn in between."""
    row = (
        Application.objects.select_for_update(of=("self",))
        .select_related("round", "organisation", "office")
        .get(pk=application.pk)
    )
    office = row.office
    if with_institution and row.state == State.SUPPLEMENT:
        office = office_of(row)
    if office is None:
        raise Refused(_("이미 끝난 건입니다. 화면을 새로 고쳐 주세요."), code="moved_meanwhile")
    if not access.acts_for(actor, office, now=now):
        if access.seen_by_offices(actor, now=now).filter(pk=row.pk).exists():
            raise NotAllowed(
                _("지금은 %(office)s 차례입니다. 이 기관의 담당자만 처리합니다.") % {"office": office},
                code="not_your_turn",
            )
        raise NotAllowed(_("이 신청을 처리하는 기관의 담당자가 아닙니다."))
    return row


def hop_here(row: Application) -> Hop | None:
    return row.hops.filter(arrived_at__isnull=False, left_at=None).select_related("office").first()


def work_until(row: Application) -> date | None:
    """Until when an office that took a case up should be done with it, by the round's plan."""
    if row.office_id == row.round.institute_id:
        return row.round.review_from
    return row.round.forward_until


def grounds(reason: str) -> str:
    reason = tidy(reason)
    if not 5 <= len(reason) <= 2000:
        message = _("까닭을 5자에서 2,000자 사이로 적어 주세요. 기관에 그대로 전합니다.")
        raise Invalid(message, fields={"reason": message})
    return reason


def note(
    verb: str,
    row: Application,
    actor: Person,
    now: datetime,
    *,
    of: Organisation | None = None,
    **detail: Any,
) -> None:
    """Write an act of an office into the log; for whom somebody stood in is said with it."""
    office = of or office_of(row)
    absent = access.acts_in_place_of(actor, office, now=now) if office is not None else None
    if absent is not None:
        detail["in_place_of"] = absent.pk
    audit.record(
        f"recognition.{verb}_application", actor=actor, now=now, subject=row, number=row.number, **detail
    )


def tell(row: Application, subject: str, body: str, now: datetime) -> None:
    if row.created_by is not None:
        notices.tell(to=row.created_by, subject=subject, body=body, now=now)


def office_of(row: Application) -> Organisation | None:
    """Return the office that works on a case, also while the institution supplements it."""
    hop = hop_here(row)
    return hop.office if hop else row.office
