"""From confirmed activities to the activity badge (row B2)."""

from datetime import datetime

from django.db import transaction
from django.utils import translation

from credcore.model import Evidence
from naite.flows.proofs import give_by_rule
from naite.roots.korean import josa
from naite.trunk.badges.credentials import Facts
from naite.trunk.badges.models import Activity, Award
from naite.trunk.badges.services import activities
from naite.trunk.people.models import Person


def confirm(*, activity: Activity, actor: Person | None, now: datetime) -> Award | None:
    """Confirm an activity; the one that reaches the badge's hours gives the badge, in the same transaction."""
    with transaction.atomic():
        activities.confirm(activity=activity, actor=actor, now=now)
        return give_if_earned(activity, now=now)


def give_if_earned(activity: Activity, *, now: datetime) -> Award | None:
    """Give the badge of an activity when the confirmed hours reach it. Safe to repeat: one live badge."""
    account, achievement = activity.account, activity.achievement
    confirmed = list(
        Activity.objects.filter(
            account=account, achievement=achievement, state=Activity.State.CONFIRMED
        ).order_by("done_on", "id")
    )
    hours = sum((each.hours for each in confirmed), start=activity.hours * 0)
    need = achievement.activity_hours
    if need is None or hours < need:
        return None
    with translation.override("ko"):
        facts = Facts(
            started_on=confirmed[0].done_on,
            completed_on=confirmed[-1].done_on,
            hours=hours,
            narrative=f"‘{achievement.name}’ 활동을 {len(confirmed)}번, 모두 {hours.normalize():f}시간 했습니다.",
            evidence=[
                Evidence(
                    name=f"{each.done_on:%Y.%m.%d} 활동 {each.hours.normalize():f}시간",
                    genre="Activity",
                    narrative=each.what,
                    description=f"{josa(achievement.organisation.name, '이/가')} 확인했습니다.",
                )
                for each in confirmed[-20:]
            ],
        )
        return give_by_rule(account, achievement, facts, None, now)
