"""What the list of trusted issuers says about the one who gave a badge, in words (row B9)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.trunk.badges.trust_rules import Standing

Mark = Literal["ok", "failed", "unknown", "not_applicable"]
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Line:
    """One question about the badge and its answer, in the words of the page."""

    code: str
    mark: Mark
    question: Text
    answer: Text


def line(standing: Standing, reason: str) -> Line:
    """The line about the list. ``reason`` is that of the issuer's check: ``former`` says that the badge was given
    while its issuer was listed. Watched and former issuers are no fault, but never shown as plainly good."""
    mark: Mark = "ok" if standing.state == "trusted" else "unknown"
    return Line(
        "list", mark, _("믿을 수 있는 기관 목록에 있나요"), words(standing, before=reason == "former")
    )


def words(standing: Standing, *, before: bool | None = None) -> str:
    """Say where an issuer stands; ``before`` whether the badge at hand was given while it was listed, if any is."""
    why = _("까닭: %(reason)s") % {"reason": _sentence(standing.reason)} if standing.reason else ""
    if standing.own:
        return _("있습니다. 이 나이테에서 배지를 주는 기관은 저절로 목록에 듭니다.")
    if standing.state == "unlisted":
        return _("없습니다. 어떤 곳인지 이곳에서는 모릅니다.")
    if standing.left is not None:
        gone = _("%(day)s에 뺐습니다.") % {"day": _day(standing.left)}
        return " ".join(part for part in (gone, why, _of_this_badge(standing, before)) if part)
    if standing.since is None:
        return _("있습니다. 이곳을 운영하는 곳이 믿을 수 있다고 정했습니다.")
    listed = _("%(day)s부터 있습니다.") % {"day": _day(standing.since)}
    if standing.state == "watched":
        listed = _("%(day)s부터 있지만 지금 지켜보고 있습니다.") % {"day": _day(standing.since)}
    return f"{listed} {why}".strip()


def _of_this_badge(standing: Standing, before: bool | None) -> str:
    if before is None:
        return ""
    if before:
        return _("이 배지는 그전에 준 것이고 서명도 그대로 맞습니다.")
    if standing.keeps_past:
        return _("이 배지는 뺀 뒤에 준 것입니다.")
    return _("그전에 준 배지도 믿지 않기로 했습니다.")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _day(day: date) -> str:
    return f"{day:%Y.%m.%d}"
