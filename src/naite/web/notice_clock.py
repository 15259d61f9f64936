"""The seven-day clock of notices (row A11), as the board and the desk show it."""

from datetime import date

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from naite.roots.drawing import charts
from naite.trunk.recognition.models import LocalNotice


def clock(local: LocalNotice, today: date) -> SafeString:
    """Return the clock of a local government: days that are gone, days left, all red once it is late."""
    left = (local.due_on - today).days
    late = left < 0
    words = _("%(days)s일") % {"days": -left if late else left}
    note = _("지남") if late else _("남음")
    says = _("7일 통보 시계: %(days)s %(note)s") % {"days": words, "note": note}
    gone = max(0, min(6, (today - local.arrived_on).days - 1))
    return mark_safe(charts.ring7(gone=gone, left=words, note=note, late=late, says=says))  # noqa: S308 - our own drawing
