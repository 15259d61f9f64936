"""Entering results before and after, by hand or from a list (row B2)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.badges import improvement_rules, policies
from naite.trunk.badges.improvement_rules import Results
from naite.trunk.badges.models import Achievement, Award, Improvement
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount


def enter(
    *,
    account: LearningAccount,
    achievement: Achievement,
    results: Results,
    actor: Person | None,
    now: datetime,
) -> Improvement:
    """Enter what somebody scored before and after; the caller looks whether the badge is earned now.

    Entering again corrects: the former row stays, superseded. Entering the same again changes nothing. Refuses
    who may not give the institution's badges, one's own results, a badge that rests on no improvement or is given
    no more, a closed account, results that cannot be, and a correction after the badge was given.
    """
    if not policies.can_award(actor, achievement.organisation, now=now):
        raise NotAllowed(_("이 기관의 배지를 줄 권한이 없습니다."))
    if actor is not None and actor.pk == account.person_id:
        raise NotAllowed(_("자기 결과는 적을 수 없습니다. 다른 담당자에게 맡겨 주세요."))
    if achievement.min_gain is None or achievement.retired_at is not None:
        raise Refused(_("사전·사후 진단으로 주는 배지가 아닙니다."), code="not_improvement")
    if account.closed_at is not None:
        raise Refused(_("닫은 학습계좌에는 적을 수 없습니다."), code="account_closed")
    faults = improvement_rules.faults(results, today=day_of(now))
    if faults:
        raise Invalid(
            _("고칠 곳이 있습니다. 표시된 칸을 확인해 주세요."), code="improvement", fields=dict(faults)
        )
    values = {name: getattr(results, name) for name in ("before", "after", "before_on", "after_on")}
    try:
        with transaction.atomic():
            live = (
                Improvement.objects.select_for_update()
                .filter(account=account, achievement=achievement, superseded_at=None)
                .first()
            )
            if live is not None:
                if all(getattr(live, name) == value for name, value in values.items()):
                    return live
                if Award.objects.filter(account=account, achievement=achievement, revoked_at=None).exists():
                    raise Refused(
                        _("이 결과로 배지를 이미 주었습니다. 고치려면 먼저 배지를 취소해 주세요."),
                        code="awarded",
                    )
                Improvement.objects.filter(account=account, id=live.id).update(superseded_at=now)
            made = Improvement.objects.create(
                account=account, achievement=achievement, entered_by=actor, entered_at=now, **values
            )
            audit.record(
                "badges.enter_improvement",
                actor=actor,
                now=now,
                subject=made,
                about=account.person_id,
                achievement=achievement.pk,
            )
    except IntegrityError:
        raise Refused(
            _("방금 다른 사람이 같은 사람의 결과를 적었습니다. 화면을 새로 고쳐 확인해 주세요."),
            code="moved_meanwhile",
        ) from None
    return made
