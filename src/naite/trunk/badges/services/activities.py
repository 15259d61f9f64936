"""The activity log that proves an activity badge: written by the learner, confirmed by a coordinator (row B2)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files import services as files
from naite.roots.files.kinds import IMAGES
from naite.roots.workflow import Step, Workflow
from naite.trunk.badges import award_people, policies
from naite.trunk.badges.models import Achievement, Activity, ActivityPicture, LearningCircle
from naite.trunk.badges.rules import clean_text, has_control_characters
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models import LearningAccount

WHAT_LENGTH, REASON_LENGTH, CIRCLE_LENGTH = 1000, 300, 80
PICTURES, PICTURE_BYTES = 5, 10 * 1048576
DAY = Decimal(24)
State = Activity.State

WORKFLOW = Workflow(
    Step("confirm", (State.SENT,), State.CONFIRMED, "by staff, or the circle's leader, never by oneself"),
    Step("return", (State.SENT,), State.RETURNED, "with the reason"),
    Step("withdraw", (State.SENT, State.RETURNED), State.WITHDRAWN, "by the learner"),
)


def log(
    *,
    account: LearningAccount,
    achievement: Achievement,
    done_on: date,
    hours: Decimal,
    what: str,
    circle: LearningCircle | None = None,
    pictures: Sequence[files.Readable] = (),
    names: Sequence[str] = (),
    actor: Person | None,
    now: datetime,
) -> Activity:
    """Write down what one did for an activity badge and send it to be confirmed.

    Refuses all but the account's owner, a badge that no activity proves or that is given no more, days to come,
    more than 24 hours a day, empty words, and pictures that are none. Each call is an activity of its own.
    """
    if actor is None or actor.pk != account.person_id:
        raise NotAllowed(_("자기 활동만 적을 수 있습니다."))
    if account.closed_at is not None:
        raise Refused(_("닫은 학습계좌에는 적을 수 없습니다."), code="account_closed")
    if achievement.retired_at is not None or "activity" not in award_people.type_of(achievement).demands:
        raise Refused(_("이 배지는 활동을 적어 받는 배지가 아닙니다."), code="not_activity")
    what = clean_text(what)
    faults = _faults(account, done_on, hours, what, now)
    if circle is not None and (
        circle.ended_at is not None or circle.organisation_id != achievement.organisation_id
    ):
        faults["circle"] = _("이 기관의 학습모임을 고르세요.")
    if len(pictures) > PICTURES:
        faults["pictures"] = _("사진은 %(most)d장까지 붙일 수 있습니다.") % {"most": PICTURES}
    if faults:
        raise Invalid(_("고칠 곳이 있습니다. 표시된 칸을 확인해 주세요."), code="activity", fields=faults)
    try:
        with transaction.atomic():
            made = Activity.objects.create(
                account=account,
                achievement=achievement,
                circle=circle,
                done_on=done_on,
                hours=hours,
                what=what,
                sent_at=now,
            )
            for stream, name in zip(pictures, names, strict=True):
                stored = files.keep(
                    stream, name=name, kinds=IMAGES, limit=PICTURE_BYTES, purpose="badges.activity", now=now
                )
                ActivityPicture.objects.create(activity=made, file=stored)
            audit.record("badges.log_activity", actor=actor, now=now, subject=made, about=account.person_id)
    except Invalid as refusal:
        raise Invalid(refusal.message, code=refusal.code, fields={"pictures": refusal.message}) from refusal
    return made


def confirm(*, activity: Activity, actor: Person | None, now: datetime) -> Activity:
    """Confirm an activity as its coordinator; the caller looks whether the badge is earned now.

    Refuses oneself, who neither runs the institution's courses nor leads the activity's circle, and one that
    was decided meanwhile.
    """
    _require_coordinator(activity, actor, now)
    with transaction.atomic():
        _move(activity, "confirm", decided_by=actor, decided_at=now)
        audit.record(
            "badges.confirm_activity",
            actor=actor,
            now=now,
            subject=activity,
            about=activity.account.person_id,
        )
    return activity


def send_back(*, activity: Activity, reason: str, actor: Person | None, now: datetime) -> Activity:
    """Send an activity back with the reason. Refuses as ``confirm`` does, and an empty reason."""
    _require_coordinator(activity, actor, now)
    reason = " ".join(clean_text(reason).split())
    if not reason or len(reason) > REASON_LENGTH:
        ask: str | Promise = _("돌려보내는 까닭을 적어 주세요.")
        if reason:
            ask = _("%(length)d자까지 적을 수 있습니다.") % {"length": REASON_LENGTH}
        raise Invalid(ask, code="reason", fields={"reason": ask})
    with transaction.atomic():
        _move(activity, "return", decided_by=actor, decided_at=now, reason=reason)
        audit.record(
            "badges.return_activity", actor=actor, now=now, subject=activity, about=activity.account.person_id
        )
    return activity


def withdraw(*, activity: Activity, actor: Person | None, now: datetime) -> Activity:
    """Take back what one wrote, as long as nobody confirmed it."""
    if actor is None or actor.pk != activity.account.person_id:
        raise NotAllowed(_("자기 활동만 거둘 수 있습니다."))
    with transaction.atomic():
        _move(activity, "withdraw")
        audit.record(
            "badges.withdraw_activity",
            actor=actor,
            now=now,
            subject=activity,
            about=activity.account.person_id,
        )
    return activity


def confirmed_hours(achievement: Achievement, account_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """Return the confirmed hours of each account for a badge, in one query."""
    rows = (
        Activity.objects.filter(
            account_id__in=list(account_ids), achievement=achievement, state=State.CONFIRMED
        )
        .values_list("account_id")
        .annotate(hours=Sum("hours"))
        .order_by()
    )
    return dict(rows)


def open_circle(
    *, organisation: Organisation, name: str, leader: Person, actor: Person | None, now: datetime
) -> LearningCircle:
    """Let a learning circle organise activities. Refuses who does not run the institution's courses."""
    if not policies.can_award(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 학습모임을 열 권한이 없습니다."))
    name = " ".join(clean_text(name).split())
    if not name or len(name) > CIRCLE_LENGTH:
        message: str | Promise = _("이름을 %(length)d자 안으로 적어 주세요.") % {"length": CIRCLE_LENGTH}
        raise Invalid(message, code="name", fields={"name": message})
    if LearningCircle.objects.filter(organisation=organisation, name=name, ended_at=None).exists():
        message = _("같은 이름의 학습모임이 있습니다.")
        raise Invalid(message, code="name_taken", fields={"name": message})
    with transaction.atomic():
        made = LearningCircle.objects.create(
            organisation=organisation, name=name, leader=leader, started_at=now
        )
        audit.record("badges.open_circle", actor=actor, now=now, subject=made, about=leader.pk)
    return made


def end_circle(*, circle: LearningCircle, actor: Person | None, now: datetime) -> None:
    """Let a circle organise no more; what it confirmed stays. Safe to repeat."""
    if not policies.can_award(actor, circle.organisation, now=now):
        raise NotAllowed(_("이 기관의 학습모임을 닫을 권한이 없습니다."))
    if LearningCircle.objects.filter(pk=circle.pk, ended_at=None).update(ended_at=now):
        audit.record("badges.end_circle", actor=actor, now=now, subject=circle)


def can_coordinate(person: Person | None, activity: Activity, *, now: datetime) -> bool:
    """Whether a person confirms an activity: staff, or the leader of its circle, but never one's own."""
    if person is None or person.pk == activity.account.person_id:
        return False
    circle = activity.circle
    leads = circle is not None and circle.ended_at is None and circle.leader_id == person.pk
    return leads or policies.can_award(person, activity.achievement.organisation, now=now)


def can_see(person: Person | None, activity: Activity, *, now: datetime) -> bool:
    """Whether a person sees an activity and its pictures: its owner and who confirms it."""
    return (person is not None and person.pk == activity.account.person_id) or can_coordinate(
        person, activity, now=now
    )


def _faults(
    account: LearningAccount, done_on: date, hours: Decimal, what: str, now: datetime
) -> dict[str, str | Promise]:
    faults: dict[str, str | Promise] = {}
    if done_on > timezone.localdate(now):
        faults["done_on"] = _("아직 오지 않은 날입니다.")
    if not Decimal(0) < hours <= DAY:
        faults["hours"] = _("활동 시간은 0보다 크고 24시간까지 적어 주세요.")
    else:
        same_day = Activity.objects.filter(
            account=account, done_on=done_on, state__in=(State.SENT, State.CONFIRMED)
        ).aggregate(hours=Sum("hours"))["hours"] or Decimal(0)
        if same_day + hours > DAY:
            faults["hours"] = _(
                "그날 적은 활동이 모두 24시간을 넘습니다. 이미 적은 %(hours)s시간을 확인해 주세요."
            ) % {"hours": f"{same_day.normalize():f}"}
    if not what:
        faults["what"] = _("무엇을 했는지 적어 주세요.")
    elif len(what) > WHAT_LENGTH:
        faults["what"] = _("%(length)d자까지 적을 수 있습니다.") % {"length": WHAT_LENGTH}
    elif has_control_characters(what):
        faults["what"] = _("보이지 않는 제어 문자가 들어 있습니다. 지우고 다시 적어 주세요.")
    return faults


def _move(activity: Activity, step: str, **fields: object) -> None:
    WORKFLOW.move(activity, step, **fields)


def _require_coordinator(activity: Activity, actor: Person | None, now: datetime) -> None:
    if not can_coordinate(actor, activity, now=now):
        raise NotAllowed(
            _(
                "이 활동을 확인할 수 있는 사람은 기관 담당자나 학습모임의 이끎이이며, 자기 활동은 확인할 수 없습니다."
            )
        )
