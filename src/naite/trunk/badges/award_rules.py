"""Whether somebody on a list gets a badge, and why not; pure decisions (row B4)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from naite.trunk.badges.framework_shape import BadgeType
from naite.trunk.badges.rules import AwardRule

Outcome = Literal["ready", "unknown", "skipped", "rejected"]
# A course's own figures; what a completed course shows, nobody needs to write into a list.
FROM_THE_COURSE = frozenset({"attendance", "assessment"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is shown for one person: by the course's record, else by the list, hours also by the activity log."""

    attendance: Decimal | None = None
    score: Decimal | None = None
    hours: Decimal | None = None
    gain: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of one person of a list when it is decided."""

    known: bool
    name: str = ""
    has_account: bool = False
    closed_at: datetime | None = None
    held_since: datetime | None = None
    has_record: bool = False
    shown: Shown = Shown()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to happen with a row, with the reason in words where it is not given."""

    outcome: Outcome
    code: str = ""
    reason: str = ""


READY = Verdict("ready")


def lacking(badge_type: BadgeType, rule: AwardRule, shown: Shown) -> Verdict | None:
    """Return what the figures lack of what the badge demands (row B2), or None when they reach it."""
    if rule.min_attendance is not None:
        if shown.attendance is None:
            return Verdict("rejected", "attendance_missing", _("출석률이 없습니다. 출석률 열에 적어 주세요."))
        if shown.attendance < rule.min_attendance:
            return Verdict(
                "rejected",
                "attendance_low",
                _("출석 %(rate)s%%: 기준은 %(need)d%% 이상입니다.")
                % {"rate": f"{shown.attendance.normalize():f}", "need": rule.min_attendance},
            )
    if rule.pass_mark is not None:
        if shown.score is None:
            return Verdict("rejected", "score_missing", _("평가 점수가 없습니다. 점수 열에 적어 주세요."))
        if shown.score < rule.pass_mark:
            return Verdict(
                "rejected",
                "score_low",
                _("평가 %(score)s점: 기준은 %(need)s점 이상입니다.")
                % {"score": f"{shown.score.normalize():f}", "need": f"{rule.pass_mark.normalize():f}"},
            )
    if rule.min_gain is not None:
        if shown.gain is None:
            return Verdict(
                "rejected", "gain_missing", _("사전·사후 진단 결과가 없습니다. 향상도 화면에서 적어 주세요.")
            )
        if shown.gain < rule.min_gain:
            return Verdict(
                "rejected",
                "gain_low",
                _("향상도 %(gain)s점: 기준은 %(need)s점 이상입니다.")
                % {"gain": f"{shown.gain.normalize():f}", "need": f"{rule.min_gain.normalize():f}"},
            )
    if "activity" in badge_type.demands and rule.activity_hours is not None:
        if shown.hours is None:
            return Verdict(
                "rejected",
                "hours_missing",
                _("활동 시간이 없습니다. 활동을 기록해 확인받거나 시간 열에 적어 주세요."),
            )
        if shown.hours < rule.activity_hours:
            return Verdict(
                "rejected",
                "hours_low",
                _("활동 %(hours)s시간: 기준은 %(need)s시간 이상입니다.")
                % {"hours": f"{shown.hours.normalize():f}", "need": f"{rule.activity_hours.normalize():f}"},
            )
    return None


def verdict(
    person: Person, *, listed_name: str, badge_type: BadgeType, rule: AwardRule, needs_record: bool
) -> Verdict:
    """Decide one row, whose cells were found good before.

    Somebody without an account waits until they open one; somebody who has the badge is passed over; a badge
    of a course is given for its record only, whatever the list says.
    """
    if person.known and listed_name and _plain(listed_name) != _plain(person.name):
        return Verdict(
            "rejected",
            "name_differs",
            _("이 이메일을 쓰는 사람의 이름과 다릅니다. 이메일과 이름을 확인해 주세요."),
        )
    if person.closed_at is not None:
        return Verdict(
            "rejected",
            "account_closed",
            _("학습계좌를 닫은 사람입니다(%(day)s).") % {"day": f"{person.closed_at:%Y.%m.%d}"},
        )
    if person.held_since is not None:
        return Verdict(
            "skipped", "held", _("이미 받았습니다(%(day)s).") % {"day": f"{person.held_since:%Y.%m.%d}"}
        )
    if needs_record:
        if not person.known:
            return Verdict(
                "rejected", "no_record", _("이 이메일로 수료한 기록이 없습니다. 이메일을 확인해 주세요.")
            )
        if not person.has_record:
            return Verdict("rejected", "no_record", _("이 과정을 수료한 기록이 없습니다."))
    found = lacking(badge_type, rule, person.shown)
    if found is not None:
        return found
    if not person.has_account:
        return Verdict(
            "unknown",
            "no_account",
            _("회원이 아닙니다. 안내 메일을 보내고, 학습계좌를 열면 드립니다.")
            if not person.known
            else _("학습계좌가 없습니다. 안내 메일을 보내고, 계좌를 열면 드립니다."),
        )
    return READY


def may_wait_until(due_at: datetime, *, now: datetime) -> bool:
    """Whether giving may be put off until then: some time ahead, and not for ever."""
    return now < due_at and (due_at - now).days <= 366


def day_in_the_past(day: date, *, today: date) -> bool:
    return day <= today


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
