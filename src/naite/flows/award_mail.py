"""What somebody is told who got a badge."""

from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from naite.roots.korean import josa
from naite.trunk.badges.models import Achievement


def message_of(name: str, achievement: Achievement) -> dict[str, str]:
    """Return what somebody is told who got a badge."""
    subject, body, common = _words(achievement.name, achievement.organisation.name, get_language())
    return {"subject": subject, "body": body % {"name": name, **common}}


@lru_cache(maxsize=64)
def _words(badge: str, organisation: str, language: str | None) -> tuple[str, str, dict[str, str]]:
    """Subject, body and what stands in it, in the language of the moment; a list of people shares them."""
    body = _(
        "%(name)s 님, 안녕하세요.\n\n"
        "%(organisation)s %(badge)s 드렸습니다.\n"
        "나이테의 배지 지갑에서 보고, 내려받고, 다른 사람에게 보여 줄 수 있습니다.\n"
    )
    named = josa(_("배지 ‘%(badge)s’") % {"badge": badge}, "을/를")
    subject = _("새 배지를 받았습니다: %(badge)s") % {"badge": badge}
    return subject, body, {"organisation": josa(organisation, "이/가"), "badge": named}
