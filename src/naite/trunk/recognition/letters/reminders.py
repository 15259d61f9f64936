"""Local governments that are late are reminded, and after two reminders the office above them is told.

The worker does both by itself (``remind_late``); an officer may be faster (``remind``).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, is_working_day, show_day
from naite.roots.errors import NotAllowed
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.letters import batches, policies
from naite.trunk.recognition.letters.rules import REMINDERS_BEFORE_ESCALATION, step_is_due
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

    Refuses who is neither of the institute that sent the results nor of a province with that power. Repeating on the same day changes nothing.
    """
    today = day_of(now)
    found = []
    rows = (
        LocalNotice.objects.select_for_update(of=("self",))
        .filter(pk__in=list(local_ids))
        .select_related("office__parent", "office__region", "batch__round__institute")
        .order_by("due_on", "id")
    )
    for local in rows:
        if not policies.can_remind(actor, local, now=now):
            raise NotAllowed(
                _(
                    "재촉은 결과를 보낸 국가평생교육진흥원이나 그 권한을 위임받은 시도평생교육진흥원의 담당자가 합니다."
                )
            )
        found.append(Reminded(local, _one(local, today, actor, now)))
    return found


def remind_late(*, now: datetime, limit: int = 200) -> int:
    """Take the next step with every office that is late and due for one; returns how many steps were taken.

    The first reminder goes on the first working day after the seven, the second three working days later, and
    three working days after that the provincial institute is told, or who sent the results where there is none.
    An officer's reminder counts as a step. One office is one transaction, so a worker may be killed anywhere and
    several may run; safe to repeat. Offices whose letters have all gone are left alone.
    """
    today, taken = day_of(now), 0
    if not is_working_day(today):
        return 0
    late = LocalNotice.objects.filter(done_on=None, due_on__lt=today, escalated_at=None)
    waiting = late.order_by("due_on", "id").values_list("pk", "due_on", "reminded_at")
    for key, due_on, last_at in waiting.iterator(chunk_size=500):
        if not step_is_due(due_on=due_on, last_on=day_of(last_at) if last_at else None, today=today):
            continue
        taken += _step(key, today, now)
        if taken >= limit:
            break
    return taken


@transaction.atomic
def _step(key: UUID, today: date, now: datetime) -> bool:
    """Take one step with one office, unless another worker was faster."""
    local = (
        LocalNotice.objects.select_for_update(of=("self",))
        .select_related("office__parent", "batch__round__institute")
        .get(pk=key)
    )
    last_on = day_of(local.reminded_at) if local.reminded_at else None
    if not step_is_due(due_on=local.due_on, last_on=last_on, today=today):
        return False
    return _one(local, today, None, now) != "left"


def _one(local: LocalNotice, today: date, actor: Person | None, now: datetime) -> str:
    late = local.done_on is None and local.due_on < today
    told_today = local.reminded_at is not None and day_of(local.reminded_at) == today
    if not late or told_today or local.escalated_at is not None:
        return "left"
    above = _above(local)
    escalates = local.reminders >= REMINDERS_BEFORE_ESCALATION
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
    if escalates:
        subject = _("%(office)s의 결과 통보가 늦습니다") % facts
        body = _(
            "%(office)s에서 %(round)s 결과를 %(due)s까지 기관에 알리지 않았고, 두 번 재촉해도 알리지 않았습니다.\n"
            "살펴봐 주세요.\n\n%(url)s\n"
        )
        batches.tell_office(above, subject=subject, body=body % facts, key=f"late:{local.pk}", now=now)
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


def _above(local: LocalNotice) -> Organisation:
    """Return who is told about a late office: its provincial institute, else the institute that sent the results."""
    parent = local.office.parent
    if parent is not None and parent.kind == Organisation.Kind.PROVINCIAL_INSTITUTE:
        return parent
    return local.batch.round.institute
