"""What somebody is told who got a badge."""

from django.utils.translation import gettext as _

from naite.roots.korean import josa
from naite.trunk.badges.models import Achievement


def message_of(name: str, achievement: Achievement) -> dict[str, str]:
    """Return what somebody is told who got a badge."""
    return {
        "subject": _("새 배지를 받았습니다: %(badge)s") % {"badge": achievement.name},
        "body": _(
            "%(name)s 님, 안녕하세요.\n\n"
            "%(organisation)s %(badge)s 드렸습니다.\n"
            "나이테의 배지 지갑에서 보고, 내려받고, 다른 사람에게 보여 줄 수 있습니다.\n"
        )
        % {
            "name": name,
            "organisation": josa(achievement.organisation.name, "이/가"),
            "badge": josa(_("배지 ‘%(badge)s’") % {"badge": achievement.name}, "을/를"),
        },
    }
