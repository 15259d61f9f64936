"""From confirmed activities to the activity badge (row B2)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation

from credcore.model import Evidence
from naite.flows.award_mail import message_of
from naite.flows.pathways import walk_later
from naite.roots.ids import new_id
from naite.roots.korean import josa
from naite.roots.notices import services as notices
from naite.trunk.badges.credentials import Facts
from naite.trunk.badges.models import Activity, Award
from naite.trunk.badges.services import activities
from naite.trunk.badges.services.many import Grant, ManyIssuer
from naite.trunk.people.models import Person
from naite.trunk.wallet import many as wallets


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
    held = Award.objects.filter(account=account, achievement=achievement, revoked_at=None)
    if need is None or hours < need or account.closed_at is not None or achievement.retired_at is not None:
        return None
    if held.exists():
        return None
    person, place = account.person, achievement.organisation.name
    with transaction.atomic(), translation.override("ko"):
        grant = Grant(
            award_id=new_id(),
            account_id=account.pk,
            person_id=person.pk,
            did=wallets.holder_dids(account_ids=[account.pk], now=now)[account.pk],
            entry_id=None,
            facts=Facts(
                started_on=confirmed[0].done_on,
                completed_on=confirmed[-1].done_on,
                hours=hours,
                narrative=f"‘{achievement.name}’ 활동을 {len(confirmed)}번, 모두 {hours.normalize():f}시간 했습니다.",
                evidence=[
                    Evidence(
                        name=f"{each.done_on:%Y.%m.%d} 활동 {each.hours.normalize():f}시간",
                        genre="Activity",
                        narrative=each.what,
                        description=f"{josa(place, '이/가')} 확인했습니다.",
                    )
                    for each in confirmed[-20:]
                ],
            ),
        )
        try:
            with transaction.atomic():
                given, unsignable = ManyIssuer(achievement, now=now).give([grant], actor=None, now=now)
        except IntegrityError:  # it was given from a list at the same moment
            return None
        assert not unsignable, unsignable
        wallets.hold_awards(awards=[(account.pk, grant.award_id, given[0].credential)], now=now)
        told = message_of(person.name, achievement)
        notices.tell(
            to=person,
            subject=told["subject"],
            body=told["body"],
            now=now,
            dedupe_key=f"badge:{grant.award_id}",
        )
        walk_later(account_ids=[account.pk], achievement_id=achievement.pk)
    return held.get()
