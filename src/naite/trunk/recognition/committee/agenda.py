"""The agenda of a meeting: which cases, in which order, who stays out of one, and what is decided on it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.committee import meetings, policies, queries, rules
from naite.trunk.recognition.models import (
    AgendaItem,
    Application,
    CommitteeMember,
    Meeting,
    Recusal,
)

M = Meeting.State
Outcome, How = AgendaItem.Outcome, AgendaItem.How
_MOST = 500
_MOST_AT_ALL = 5000
_ORDER = {Application.Verdict.REFUSE: 0, Application.Verdict.RECOGNISE: 1}


@dataclass(frozen=True)
class Decision:
    """What the committee made of a case: by consensus, or by votes for, against and abstained."""

    outcome: str
    how: str = How.CONSENSUS
    votes: tuple[int, int, int] = (0, 0, 0)
    grounds: str = ""


@transaction.atomic
def add(*, meeting: Meeting, application_ids: Collection[UUID] | None, actor: Person, now: datetime) -> int:
    """Put evaluated cases on the agenda, those to be refused first, as they need the talk; return how many.

    Without ids all that wait, of the meeting's round where it has one, five thousand at most. What is not evaluated, or waits on an agenda already, is left out. Refuses a meeting that is over.
    Repeating adds nothing.
    """
    meetings.allow_secretary(actor, meeting.institute, now)
    meeting = meetings.lock(meeting)
    meetings.require(meeting, M.PREPARING, M.OPEN)
    if application_ids is None:
        waiting = queries.candidates(meeting.institute)
        if meeting.round_id is not None:
            waiting = waiting.filter(round=meeting.round_id)
        asked = list(waiting.values_list("pk", flat=True)[:_MOST_AT_ALL])
    else:
        asked = list(application_ids)[:_MOST]
    # Locked first and asked about afterwards: whoever waited for the lock sees what the other put on an agenda.
    list(Application.objects.select_for_update().filter(pk__in=asked).order_by("pk").values_list("pk"))
    wanted = list(queries.candidates(meeting.institute).filter(pk__in=asked))
    wanted.sort(key=lambda case: (_ORDER.get(Application.Verdict(case.verdict or "refuse"), 0), case.number))
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    items = AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, application=case, position=place, found=case.verdict)
        for place, case in enumerate(wanted, start=last + 1)
    )
    if items:
        if meeting.state == M.OPEN:
            members = [seat.member for seat in meeting.seats.select_related("member")]
            meetings.exclude_affiliated(meeting, members, items, actor, now)
        Meeting.objects.filter(pk=meeting.pk).update(revision=F("revision") + 1)
        audit.record("recognition.add_agenda", actor=actor, now=now, subject=meeting, cases=len(items))
    return len(items)


@transaction.atomic
def remove(*, item: AgendaItem, actor: Person, now: datetime) -> None:
    """Take a case off the agenda before it is decided; it waits for another meeting. Safe to repeat."""
    meetings.allow_secretary(actor, item.meeting.institute, now)
    meeting = meetings.lock(item.meeting)
    meetings.require(meeting, M.PREPARING, M.OPEN)
    found = meeting.items.filter(pk=item.pk).first()
    if found is None:
        return
    if found.outcome:
        raise Refused(_("이미 정한 안건은 뺄 수 없습니다. 계속 심의로 넘길 수 있습니다."), code="decided")
    case = found.application_id
    found.delete()
    Meeting.objects.filter(pk=meeting.pk).update(revision=F("revision") + 1)
    audit.record("recognition.remove_agenda", actor=actor, now=now, subject=meeting, case=str(case))


@transaction.atomic
def put_in_order(
    *, meeting: Meeting, item_ids: Sequence[UUID], revision: int, actor: Person, now: datetime
) -> None:
    """Set the order of the whole agenda. Refuses a list that is not the agenda as it stands."""
    meetings.allow_secretary(actor, meeting.institute, now)
    meeting = meetings.lock(meeting)
    meetings.require(meeting, M.PREPARING, M.OPEN)
    items = {item.pk: item for item in meeting.items.all()}
    if meeting.revision != revision or set(items) != set(item_ids) or len(items) != len(item_ids):
        meetings.raise_changed()
    for place, key in enumerate(item_ids, start=1):
        items[key].position = place
    AgendaItem.objects.bulk_update(items.values(), ["position"])
    Meeting.objects.filter(pk=meeting.pk).update(revision=F("revision") + 1)


@transaction.atomic
def shift(*, item: AgendaItem, up: bool, actor: Person, now: datetime) -> None:
    """Move a case one place up or down; at the end nothing changes."""
    meetings.allow_secretary(actor, item.meeting.institute, now)
    meeting = meetings.lock(item.meeting)
    meetings.require(meeting, M.PREPARING, M.OPEN)
    order = list(meeting.items.order_by("position", "id").values_list("pk", flat=True))
    place = order.index(item.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        put_in_order(meeting=meeting, item_ids=order, revision=meeting.revision, actor=actor, now=now)


@transaction.atomic
def recuse(
    *,
    item: AgendaItem,
    member: CommitteeMember,
    ground: str,
    reason: str,
    actor: Person,
    now: datetime,
) -> Recusal:
    """Keep a member out of one case. Members withdraw themselves; the secretary notes a challenge.

    Refuses a case that is decided, members without a seat once the meeting is open, and anyone else. Safe to
    repeat.
    """
    own = policies.membership(actor, item.meeting.institute, now=now)
    if own is not None and own.pk == member.pk:
        ground = Recusal.Ground.WITHDREW
    elif not policies.can_prepare(actor, item.meeting.institute, now=now):
        raise NotAllowed(_("회피는 본인이, 기피는 간사가 적습니다."))
    if ground not in Recusal.Ground:
        message = _("까닭의 종류를 골라 주세요.")
        raise Invalid(message, code="ground", fields={"ground": message})
    reason = " ".join(reason.split())
    if len(reason) > 300:
        message = _("300자까지 적을 수 있습니다.")
        raise Invalid(message, code="too_long", fields={"reason": message})
    meeting = meetings.lock(item.meeting)
    meetings.require(meeting, M.PREPARING, M.OPEN)
    item = meeting.items.get(pk=item.pk)
    if item.outcome:
        raise Refused(_("이미 정한 안건입니다. 먼저 결정을 지우고 다시 정해 주세요."), code="decided")
    if meeting.state == M.OPEN and not meeting.seats.filter(member=member).exists():
        raise Invalid(_("이 회의의 위원이 아닙니다."), code="no_seat")
    made, created = Recusal.objects.get_or_create(
        item=item,
        member=member,
        defaults={"ground": ground, "reason": reason, "noted_by": actor, "noted_at": now},
    )
    if created:
        audit.record("recognition.recuse", actor=actor, now=now, subject=made, about=member.person_id)
    return made


@transaction.atomic
def decide(
    *, item: AgendaItem, decision: Decision, revision: int, actor: Person, now: datetime
) -> AgendaItem:
    """Write what the committee decided on a case; until the meeting is closed it can be decided anew.

    Refuses without quorum among those who may sit on the case, a vote that does not add up or does not carry,
    a verdict that differs from the panel's or a refusal without grounds, and (``changed_meanwhile``) when
    somebody else decided after ``revision``.
    """
    meetings.allow_secretary(actor, item.meeting.institute, now)
    meeting = meetings.lock(item.meeting)
    meetings.require(meeting, M.OPEN)
    item = meeting.items.get(pk=item.pk)
    appointed, present = queries.strength(item)
    grounds = decision.grounds.strip()
    _check(item, decision, grounds, meeting, appointed, present)
    votes = decision.votes if decision.how == How.VOTE else (present, 0, 0)
    changed = AgendaItem.objects.filter(pk=item.pk, revision=revision).update(
        outcome=decision.outcome,
        how=decision.how,
        votes_for=votes[0],
        votes_against=votes[1],
        votes_abstained=votes[2],
        voters=present,
        grounds=grounds,
        decided_at=now,
        decided_by=actor,
        revision=F("revision") + 1,
    )
    if not changed:
        meetings.raise_changed()
    item.refresh_from_db()
    audit.record("recognition.decide_case", actor=actor, now=now, subject=item, outcome=decision.outcome)
    return item


@transaction.atomic
def follow_panel(
    *, meeting: Meeting, item_ids: Collection[UUID], actor: Person, now: datetime
) -> list[tuple[AgendaItem, Refused | None]]:
    """Decide cases at once as their panels found, by consensus; returns each with the refusal it met.

    Decided ones are left as they are. A refusal of recognition needs grounds: the panel's verdict is named.
    """
    meetings.allow_secretary(actor, meeting.institute, now)
    meetings.require(meetings.lock(meeting), M.OPEN)
    found: list[tuple[AgendaItem, Refused | None]] = []
    for item in meeting.items.filter(pk__in=list(item_ids), outcome="").select_related("meeting__institute"):
        if item.found == Application.Verdict.PROVISIONAL:
            # It stands here because an objection to it was upheld.
            told = _("예비인정에 대한 이의신청이 인용된 건입니다. 안건을 열어 따로 정해 주세요.")
            found.append((item, Refused(told, code="no_verdict")))
            continue
        outcome = Outcome.RECOGNISE if item.found == Application.Verdict.RECOGNISE else Outcome.REFUSE
        grounds = "" if outcome == Outcome.RECOGNISE else _("평가단의 판정을 그대로 받아들였습니다.")
        try:
            decided = decide(
                item=item,
                decision=Decision(outcome=outcome, grounds=grounds),
                revision=item.revision,
                actor=actor,
                now=now,
            )
        except Refused as refusal:
            found.append((item, refusal))
        else:
            found.append((decided, None))
    return found


@transaction.atomic
def undo(*, item: AgendaItem, actor: Person, now: datetime) -> AgendaItem:
    """Take a decision back while the meeting is on. Safe to repeat."""
    meetings.allow_secretary(actor, item.meeting.institute, now)
    meeting = meetings.lock(item.meeting)
    meetings.require(meeting, M.OPEN)
    item = meeting.items.get(pk=item.pk)
    if item.outcome:
        item.outcome = item.how = item.grounds = ""
        item.votes_for = item.votes_against = item.votes_abstained = item.voters = 0
        item.decided_at = item.decided_by = None
        item.revision += 1
        item.save()
        audit.record("recognition.undecide_case", actor=actor, now=now, subject=item)
    return item


def _check(
    item: AgendaItem, decision: Decision, grounds: str, meeting: Meeting, appointed: int, present: int
) -> None:
    if decision.outcome not in Outcome or decision.how not in How:
        message = _("결정을 골라 주세요.")
        raise Invalid(message, code="outcome", fields={"outcome": message})
    rule = rules.QUORUM_RULES[meeting.quorum]
    if not rule.holds(appointed=appointed, present=present):
        raise Refused(
            _(
                "이 안건을 정할 수 있는 위원이 모자랍니다. 재적 %(appointed)s명 가운데 %(needed)s명 이상이 있어야 하는데 "
                "%(present)s명이 있습니다(제척·기피·회피한 위원은 셈에서 뺍니다)."
            )
            % {"appointed": appointed, "needed": rule.needed(appointed), "present": present},
            code="no_quorum",
        )
    if decision.how == How.VOTE:
        _check_votes(decision, present)
    if len(grounds) > meetings.MOST_TEXT:
        message = _("%(most)s자까지 적을 수 있습니다.") % {"most": f"{meetings.MOST_TEXT:,}"}
        raise Invalid(message, code="too_long", fields={"grounds": message})
    differs = decision.outcome != Outcome.POSTPONED and decision.outcome != item.found
    if differs and not grounds:
        message = _("평가단의 판정과 다르게 정하려면 까닭을 적어 주세요. 결과 통지서에 실립니다.")
        raise Invalid(message, code="grounds", fields={"grounds": message})
    if decision.outcome != Outcome.RECOGNISE and not grounds:
        message = _("불인정과 계속 심의는 까닭을 적어야 합니다.")
        raise Invalid(message, code="grounds", fields={"grounds": message})


def _check_votes(decision: Decision, present: int) -> None:
    votes_for, against, abstained = decision.votes
    fault = rules.vote_fault(votes_for=votes_for, against=against, abstained=abstained, voters=present)
    if not fault:
        return
    message = {
        "negative": _("표의 수는 0보다 작을 수 없습니다."),
        "sum": _("찬성·반대·기권을 더하면 이 안건에 표를 던질 수 있는 위원 %(count)s명이어야 합니다.")
        % {"count": present},
        "not_carried": _(
            "찬성이 출석 위원의 과반수가 아니므로 이대로 정할 수 없습니다. 다른 결정을 표결하거나 계속 심의로 넘겨 주세요."
        ),
    }[fault]
    raise Invalid(message, code=f"votes_{fault}", fields={"votes_for": message})
