"""What is told about applications: that something happened and where to read it."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from naite.roots.dates import show_day
from naite.roots.notices import services as notices
from naite.trunk.people.models import Person
from naite.trunk.people.queries import staff_of
from naite.trunk.records.applications.policies import DECIDERS
from naite.trunk.records.models import AccountApplication


def _tell(
    to: Person, subject: str, lines: list[str], path: str, *, now: datetime, dedupe: str | None = None
) -> bool:
    body = [_("%(name)s 님, 안녕하세요.") % {"name": to.name}, "", *lines, "", settings.BASE_URL + path]
    sent = notices.tell(
        to=to,
        subject=f"[{settings.OPERATOR_NAME}] {subject}",
        body="\n".join(body),
        now=now,
        dedupe_key=dedupe,
    )
    return sent is not None


def received(row: AccountApplication, *, now: datetime) -> None:
    """Tell whoever applied which office answers until when."""
    lines = [
        _("학습계좌 신청을 받았습니다."),
        _("확인하는 곳: %(office)s") % {"office": row.office.name if row.office else settings.OPERATOR_NAME},
        _("%(day)s까지 알려 드립니다.") % {"day": show_day(row.due_on)},
    ]
    _tell(row.applied_by, _("학습계좌 신청을 받았습니다"), lines, "/my/", now=now)


def approved(row: AccountApplication, *, now: datetime) -> None:
    lines = [_("학습계좌가 열렸습니다. 지금부터 배운 것이 쌓입니다.")]
    _tell(row.applied_by, _("학습계좌가 열렸습니다"), lines, "/my/", now=now)


def returned(row: AccountApplication, *, reason: str, now: datetime) -> None:
    """Tell what has to be corrected."""
    lines = [
        _("학습계좌 신청에서 고칠 것이 있습니다."),
        _("고칠 것: %(reason)s") % {"reason": reason},
        _("고친 뒤 다시 신청해 주세요."),
    ]
    _tell(row.applied_by, _("학습계좌 신청에서 고칠 것이 있습니다"), lines, "/my/", now=now)


def to_office(row: AccountApplication, what: str, *, now: datetime, dedupe: str = "") -> int:
    """Tell everybody in the office who could decide, without saying who applied; return how many."""
    if row.office is None:
        return 0
    held = staff_of(row.office, now=now).filter(role__in=DECIDERS, person__is_active=True)
    people = {item.person_id: item.person for item in held if item.person_id != row.person_id}
    lines = [what, _("답할 날: %(day)s까지") % {"day": show_day(row.due_on)}]
    path = f"/office/account-applications/{row.pk}/"
    return sum(
        _tell(to, what, lines, path, now=now, dedupe=f"{dedupe}:{to.pk}" if dedupe else None)
        for to in people.values()
    )
