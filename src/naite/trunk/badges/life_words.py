"""What holders are told when something is done to their badges."""

from django.utils.translation import gettext as _

from naite.roots.korean import josa
from naite.trunk.badges import life_rules
from naite.trunk.badges.models import Achievement, AwardAct

Act = AwardAct.Act


def act_message(act: AwardAct, achievement: Achievement) -> dict[str, str]:
    """Return what the holder is told: what was done, why, and what can be done about it."""
    badge = achievement.name
    subject = {
        Act.REVOKE: _("배지가 취소되었습니다: %(badge)s"),
        Act.SUSPEND: _("배지가 잠시 정지되었습니다: %(badge)s"),
        Act.UNSUSPEND: _("배지의 정지가 풀렸습니다: %(badge)s"),
    }[Act(act.act)] % {"badge": badge}
    body = _("%(organisation)s 알립니다.\n\n%(subject)s\n까닭: %(reason)s") % {
        "organisation": josa(achievement.organisation.name, "이/가"),
        "subject": subject,
        "reason": act.reason,
    }
    if act.act != Act.UNSUSPEND:
        body += "\n\n" + _(
            "잘못되었다고 생각하면 %(days)d일 안에 배지 지갑에서 배지를 열고 이의를 낼 수 있습니다. 다른 담당자가 살펴봅니다."
        ) % {"days": life_rules.APPEAL_DAYS}
    return {"subject": subject, "body": body}
