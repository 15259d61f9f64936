"""Local governments that are late are reminded, and after two reminders the provincial institute is told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day
from naite.roots.errors import NotAllowed
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.letters import batches, policies
from naite.trunk.recognition.letters.rules import REMINDERS_BEFORE_ESCALATION
from naite.trunk.recognition.models import LocalNotice


@dataclass(frozen=True)
class Reminded:
    """What happened to one late office: reminded, told to the province, or left (reminded today, not late)."""

    local: LocalNotice
    did: str  # "reminded" | "escalated" | "left"


def overdue(*, today: date) -> "list[LocalNotice]":
    """Return the local governments whose seven days are over, latest first, in one query."""
    return list(
        LocalNotice.objects.filter(done_on=None, due_on__lt=today)
        .select_related("office__parent", "office__region__parent", "batch__round")
        .order_by("due_on", "office__name")
    )


@transaction.atomic
def remind(*, local_ids: Collection[UUID], actor: Person, now: datetime) -> list[Reminded]:
    """Remind late offices, each at most once a day; one that was reminded twice is told to its province instead.

    Refuses who is not of the institute that sent the results. Repeating on the same day changes nothing.
    """
    today = day_of(now)
    found = []
    rows = (
        LocalNotice.objects.select_for_update(of=("self",))
        .filter(pk__in=list(local_ids))
        .select_related("office__parent", "batch__round__institute")
        .order_by("due_on", "id")
    )
    for local in rows:
        if not policies.can_send_out(actor, local.batch.round.institute, now=now):
            raise NotAllowed(_("재촉은 결과를 보낸 국가평생교육진흥원 담당자만 할 수 있습니다."))
        found.append(Reminded(local, _one(local, today, actor, now)))
    return found


def _one(local: LocalNotice, today: date, actor: Person, now: datetime) -> str:
    late = local.done_on is None and local.due_on < today
    told_today = local.reminded_at is not None and day_of(local.reminded_at) == today
    if not late or told_today or local.escalated_at is not None:
        return "left"
    province = _province(local.office)
    escalates = local.reminders >= REMINDERS_BEFORE_ESCALATION and province is not None
    if escalates:
        local.escalated_at = now
    else:
        local.reminders += 1
    local.reminded_at = now
    local.save(update_fields=["reminders", "reminded_at", "escalated_at"])
    facts = {
        "office": local.office.name,
        "round": str(local.batch.round),
        "due": show_day(local.due_on),
        "count": local.reminders,
        "url": f"{settings.BASE_URL}/office/letters/{local.pk}/",
    }
    if escalates and province is not None:
        subject = _("%(office)s의 결과 통보가 늦습니다") % facts
        body = _(
            "%(office)s에서 %(round)s 결과를 %(due)s까지 기관에 알리지 않았고, 두 번 재촉해도 알리지 않았습니다.\n"
            "살펴봐 주세요.\n\n%(url)s\n"
        )
        batches.tell_office(province, subject=subject, body=body % facts, key=f"late:{local.pk}", now=now)
    else:
        subject = _("평가인정 결과 통보 기한이 지났습니다")
        body = _(
            "%(office)s 담당자님, 안녕하세요.\n\n"
            "%(round)s 결과를 기관에 알릴 기한(%(due)s)이 지났습니다. 오늘 알려 주세요.\n\n%(url)s\n"
        )
        key = f"remind:{local.pk}:{local.reminders}"
        batches.tell_office(local.office, subject=subject, body=body % facts, key=key, now=now)
    did = "escalated" if escalates else "reminded"
    audit.record(f"recognition.notice_{did}", actor=actor, now=now, subject=local)
    return did


def _province(office: Organisation) -> Organisation | None:
    parent = office.parent
    if parent is not None and parent.kind == Organisation.Kind.PROVINCIAL_INSTITUTE:
        return parent
    return None
