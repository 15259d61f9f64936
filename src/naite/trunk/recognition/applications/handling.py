"""The offices' side: receiving, asking for supplements, returning, forwarding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.dates import day_of, settled, show_day
from naite.roots.errors import Invalid, Refused
from naite.roots.text import tidy
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications import access, routes, rules, turns
from naite.trunk.recognition.applications.workflow import WORKFLOW, move, note_event
from naite.trunk.recognition.models import Application, ApplicationItem, CaseEvent

State = Application.State
Check = ApplicationItem.Check
HOW_TO_OBJECT = (
    "이 처분에 이의가 있으면 통지를 받은 날부터 30일 안에 처분한 기관에 이의신청을 할 수 있고(행정기본법 제36조), "
    "처분이 있음을 안 날부터 90일 안에 행정심판(행정심판법 제27조)이나 행정소송(행정소송법 제20조)을 낼 수 있습니다."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row of a bulk act; ``refusal`` is empty where it was done."""

    application: Application
    refusal: str


@transaction.atomic
def receive(*, application: Application, actor: Person, now: datetime) -> Application:
    """Take a case up (접수): from now on this office works on it, and the actor handles it.

    Refuses who does not act for the office whose turn it is, and a case that somebody took up meanwhile.
    """
    row = turns.locked(application, actor, now)
    hop = turns.hop_here(row)
    move(
        row,
        "receive",
        actor=actor,
        now=now,
        on_behalf_of=row.office,
        handler=actor,
        due_on=turns.work_until(row),
    )
    if hop is not None:
        hop.received_at = now
        hop.save(update_fields=["received_at"])
    turns.note("receive", row, actor, now)
    turns.tell(
        row,
        _("평가인정 신청을 접수했습니다: %(number)s") % {"number": row.number},
        _(
            "%(office)s에서 ‘%(title)s’ 신청을 접수했습니다. 진행은 업무 화면의 평가인정 신청에서 볼 수 있습니다."
        )
        % {"office": row.office, "title": row.version},
        now,
    )
    return row


@transaction.atomic
def demand_supplement(
    *, application: Application, due_on: date, reason: str, actor: Person, now: datetime
) -> Application:
    """Ask the institution for what is lacking (보완요구), with the last day for it.

    Refuses it while no item is marked lacking, and a day that is not within 60 days. A last day on which
    offices rest moves to the next working day (``dates.settled``).
    """
    row = turns.locked(application, actor, now)
    reason = turns.grounds(reason)
    today = day_of(now)
    if not today < due_on <= today + timedelta(days=rules.MOST_SUPPLEMENT_DAYS):
        message = _("내일부터 %(most)s일 안의 날을 골라 주세요.") % {"most": rules.MOST_SUPPLEMENT_DAYS}
        raise Invalid(message, fields={"due_on": message})
    lacking = list(row.items.filter(check_state=Check.LACKING).select_related("item"))
    if row.state == State.RECEIVED and not lacking:
        raise Refused(
            _("보완할 항목을 먼저 정해 주세요: 항목마다 ‘보완 필요’를 고르고 무엇이 빠졌는지 적습니다."),
            code="nothing_lacking",
        )
    last = settled(due_on)
    office = row.office
    move(
        row,
        "demand_supplement",
        actor=actor,
        now=now,
        on_behalf_of=office,
        reason=reason,
        office=row.organisation,
        due_on=last,
        revision=row.revision + 1,
        evidence={"items": [f"{each.item.title}: {each.check_note}" for each in lacking]},
    )
    for each in lacking:
        each.text_before = each.text
    ApplicationItem.objects.bulk_update(lacking, ["text_before"])
    turns.note("demand_supplement", row, actor, now, due_on=last)
    turns.tell(
        row,
        _("보완해 주세요: %(number)s, %(day)s까지")
        % {"number": row.number, "day": show_day(last, today=today)},
        "\n\n".join(
            [
                _(
                    "%(office)s에서 ‘%(title)s’ 신청의 보완을 요구했습니다. 기한은 %(day)s 24시입니다(%(rule)s)."
                )
                % {
                    "office": office,
                    "title": row.version,
                    "day": show_day(last, today=today),
                    "rule": rules.SUPPLEMENT_RULE,
                },
                reason,
                *(f"· {each.item.title}: {each.check_note}" for each in lacking),
            ]
        ),
        now,
    )
    return row


@transaction.atomic
def extend_supplement(
    *, application: Application, due_on: date, reason: str, actor: Person, now: datetime
) -> Application:
    """Give more time for a supplement, also after its last day. Refuses an earlier day. Safe to repeat."""
    row = turns.locked(application, actor, now, with_institution=True)
    reason = turns.grounds(reason)
    last, today = settled(due_on), day_of(now)
    if row.state != State.SUPPLEMENT or row.due_on is None:
        raise Refused(_("보완을 기다리는 건이 아닙니다."), code="moved_meanwhile")
    if last == row.due_on:
        return row
    if last < max(row.due_on, today) or last > today + timedelta(days=rules.MOST_SUPPLEMENT_DAYS):
        message = _("지금의 기한 %(day)s 뒤, 오늘부터 %(most)s일 안의 날을 골라 주세요.") % {
            "day": show_day(row.due_on),
            "most": rules.MOST_SUPPLEMENT_DAYS,
        }
        raise Invalid(message, fields={"due_on": message})
    row.due_on = last
    row.save(update_fields=["due_on"])
    hop = turns.hop_here(row)
    note_event(
        act="extend_supplement",
        actor=actor,
        now=now,
        application=row,
        office=hop.office if hop else None,
        reason=reason,
        due_on=last,
    )
    turns.note("extend_supplement", row, actor, now, due_on=last)
    turns.tell(
        row,
        _("보완 기한을 늘렸습니다: %(number)s") % {"number": row.number},
        _("새 기한은 %(day)s 24시입니다.") % {"day": show_day(last, today=today)} + f"\n\n{reason}",
        now,
    )
    return row


@transaction.atomic
def return_(*, application: Application, reason: str, actor: Person, now: datetime) -> Application:
    """Reject an application formally (반려), with grounds; the letter says how to object (행정심판법 제58조).

    From the supplement state only after its last day. The course may be applied for anew.
    """
    row = turns.locked(application, actor, now, with_institution=True)
    reason = turns.grounds(reason)
    if row.state == State.SUPPLEMENT and row.due_on is not None and day_of(now) <= row.due_on:
        raise Refused(
            _("보완 기한이 아직 남았습니다: %(day)s 24시. 기한이 지난 뒤에 반려할 수 있습니다.")
            % {"day": show_day(row.due_on)},
            code="still_time",
        )
    hop = turns.hop_here(row)
    office = hop.office if hop else row.office
    move(
        row,
        "return",
        actor=actor,
        now=now,
        on_behalf_of=office,
        reason=reason,
        office=None,
        handler=None,
        due_on=None,
        evidence={"how_to_object": HOW_TO_OBJECT},
    )
    if hop is not None:
        hop.left_at = now
        hop.save(update_fields=["left_at"])
    turns.note("return", row, actor, now, of=office)
    turns.tell(
        row,
        _("평가인정 신청을 반려했습니다: %(number)s") % {"number": row.number},
        "\n\n".join(
            [
                _("%(office)s에서 ‘%(title)s’ 신청을 반려했습니다. 까닭은 다음과 같습니다.")
                % {"office": office, "title": row.version},
                reason,
                _("신청 기간이 남아 있으면 고쳐서 다시 신청할 수 있습니다."),
                HOW_TO_OBJECT,
            ]
        ),
        now,
    )
    return row


@transaction.atomic
def forward(
    *, application: Application, letter_number: str = "", actor: Person, now: datetime
) -> Application:
    """Pass a case on (전달) to the next office of its route, perhaps under the number of an official list.

    Refuses it while an item is unchecked or lacking (``unchecked``), and at the last office, which gives it
    to a panel instead. It cannot be taken back.
    """
    row = turns.locked(application, actor, now)
    if not WORKFLOW.allows("forward", row.state):
        raise Refused(_("접수한 건만 전달할 수 있습니다. 화면을 새로 고쳐 주세요."), code="moved_meanwhile")
    open_items = list(
        row.items.exclude(check_state=Check.COMPLETE)
        .select_related("item")
        .order_by("item__position")
        .values_list("item__title", flat=True)
    )
    if open_items:
        raise Refused(
            _("‘갖춤’으로 확인하지 않은 항목이 %(n)s개 있습니다: %(names)s.")
            % {
                "n": len(open_items),
                "names": ", ".join(open_items[:5]) + ("…" if len(open_items) > 5 else ""),
            },
            code="unchecked",
        )
    coming = routes.next_hop(row)
    if coming is None:
        raise Refused(
            _("마지막 기관입니다. 국가평생교육진흥원에서는 평가단에 배정합니다."), code="last_office"
        )
    letter_number = " ".join(tidy(letter_number).split())[:60]
    hop, office = turns.hop_here(row), row.office
    latest = row.round.forward_until if coming.office_id != row.round.institute_id else None
    move(
        row,
        "forward",
        actor=actor,
        now=now,
        on_behalf_of=office,
        office=coming.office,
        handler=None,
        due_on=rules.receive_by(day_of(now), latest),
        evidence={"to_office": coming.office.name, "letter_number": letter_number},
    )
    if hop is not None:
        hop.left_at, hop.letter_number = now, letter_number
        hop.save(update_fields=["left_at", "letter_number"])
    coming.arrived_at = now
    coming.save(update_fields=["arrived_at"])
    turns.note("forward", row, actor, now, of=office, to=coming.office_id, letter=letter_number)
    return row


def receive_many(*, applications: Sequence[Application], actor: Person, now: datetime) -> list[Outcome]:
    """Take up each that can be; the others keep their refusal, and one that fails stops no other."""
    return _each(applications, lambda row: receive(application=row, actor=actor, now=now))


def forward_many(
    *, applications: Sequence[Application], letter_number: str, actor: Person, now: datetime
) -> list[Outcome]:
    """Pass on each that can be, all under one official list. Refuses a list without a number."""
    if not letter_number.strip():
        message = _("공문 번호를 적어 주세요. 예: 평생교육과-1234")
        raise Invalid(message, fields={"letter_number": message})
    return _each(
        applications,
        lambda row: forward(application=row, letter_number=letter_number, actor=actor, now=now),
    )


@transaction.atomic
def assign(*, application: Application, to: Person, actor: Person, now: datetime) -> Application:
    """Give a case to a colleague. Refuses who acts for another office, on either side. Safe to repeat."""
    row = turns.locked(application, actor, now)
    if row.handler_id == to.pk:
        return row
    if not access.acts_for(to, row.office, now=now):
        message = _("같은 기관의 담당자에게만 맡길 수 있습니다.")
        raise Invalid(message, fields={"to": message})
    before = row.handler
    row.handler = to
    row.save(update_fields=["handler"])
    note_event(
        act="assign",
        actor=actor,
        now=now,
        application=row,
        office=row.office,
        audience=CaseEvent.Audience.OFFICES,
        to_person=to.name,
        before=before.name if before else "",
    )
    turns.note("assign", row, actor, now, to=to.pk)
    return row


def _each(applications: Iterable[Application], act: Any) -> list[Outcome]:
    done = []
    for row in applications:
        try:
            done.append(Outcome(act(row), ""))
        except Refused as refusal:
            done.append(Outcome(row, str(refusal)))
    return done
