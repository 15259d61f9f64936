"""At most three things a learner can do next, the most pressing first."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.korean import josa
from naite.trunk.delivery.models import CourseRun, Enrolment, Session
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.records.transfers.queries import waiting_for
from naite.trunk.wallet.models import Holding
from naite.web.learner import words

MOST = 3
_SOON = timedelta(hours=48)
_AHEAD = timedelta(days=21)
_DOORS_OPEN = timedelta(hours=1)
_NEW = timedelta(days=60)


@dataclass(frozen=True)
class Thing:
    """One card: what it is, why, and one button. Without an address there is no button."""

    icon: str
    title: str
    lines: list[str] = field(default_factory=list)
    url: str = ""
    button: str = ""
    urgent: bool = False


def next_things(person: Person, account: LearningAccount, *, has_entries: bool, now: datetime) -> list[Thing]:
    """Payments due, the next meeting, new badges; then what always makes sense."""
    meeting = next_session(person, now=now)
    found = [*_payments(person, now), *_meeting(meeting, now), *_proposals(account), *_badges(account, now)]
    found.sort(key=lambda thing: not thing.urgent)
    search = Thing(
        "sprout",
        _("다음에 무엇을 배울까요") if has_entries else _("첫 배움을 찾아볼까요?"),
        [_("가까운 곳에서 지금 신청할 수 있는 강좌를 찾아보세요.")],
        page("course-search") or "/courses/",
        _("강좌 찾기"),
    )
    earlier = Thing(
        "paper",
        _("예전에 배운 것이 있나요?"),
        [_("다른 곳에서 배운 것도 직접 적어 나이테에 더할 수 있습니다.")],
        reverse("my-entry-new"),
        _("직접 적기"),
    )
    usual = [earlier, search] if has_entries else [search, earlier]
    return [*found, *usual][:MOST]


def next_session(person: Person, *, now: datetime) -> Session | None:
    """The meeting that is going on or comes next, of the runs in which the person has a confirmed seat."""
    return (
        Session.objects.filter(
            run__enrolments__person=person,
            run__enrolments__state=Enrolment.State.CONFIRMED,
            run__state=CourseRun.State.OPEN,
            ends_at__gt=now,
            starts_at__lt=now + _AHEAD,
        )
        .select_related("run__version", "run__organisation")
        .order_by("starts_at", "id")
        .first()
    )


def page(*names: str) -> str:
    """The address of the first of these pages that exists, else nothing."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


def when_in_words(session: Session, now: datetime) -> str:
    """오늘, 내일, 화요일 or 다음: as one would speak of the meeting."""
    assert session.starts_at is not None
    day, today = timezone.localdate(session.starts_at), timezone.localdate(now)
    away = (day - today).days
    if away <= 0:
        return _("오늘 수업이 있어요")
    if away == 1:
        return _("내일 수업이 있어요")
    if away < 7:
        return _("%(weekday)s 수업이 있어요") % {"weekday": words.weekday_in_words(day)}
    return _("다음 수업이 있어요")


def place_of(session: Session) -> str:
    return session.place or session.run.place or session.run.organisation.name


def _meeting(session: Session | None, now: datetime) -> list[Thing]:
    if session is None or session.starts_at is None:
        return []
    day = timezone.localdate(session.starts_at)
    here = session.starts_at <= now + _DOORS_OPEN
    return [
        Thing(
            "clock",
            when_in_words(session, now),
            [
                _("%(title)s %(number)s차시")
                % {"title": session.run.version.title, "number": session.number},
                _("%(day)s %(time)s, %(place)s")
                % {
                    "day": words.day_in_words(day),
                    "time": words.time_in_words(session.starts_at),
                    "place": place_of(session),
                },
            ],
            reverse("my-attend", args=[session.pk]) if here else page("my-courses"),
            _("출석하기") if here else _("수업 보기"),
            urgent=session.starts_at - now < _SOON,
        )
    ]


def _payments(person: Person, now: datetime) -> list[Thing]:
    """Seats that are kept until they are paid for; also those that a queue has just given."""
    due = (
        Enrolment.objects.filter(
            person=person, state=Enrolment.State.AWAITING_PAYMENT, payment_due_at__gt=now
        )
        .select_related("run__version")
        .order_by("payment_due_at")
    )
    things = []
    for enrolment in due[:MOST]:
        assert enrolment.payment_due_at is not None
        until = timezone.localtime(enrolment.payment_due_at)
        things.append(
            Thing(
                "clock",
                _("자리를 맡아 두었습니다"),
                [
                    enrolment.run.version.title,
                    _("%(day)s %(time)s까지 수강료 %(fee)s원을 내 주세요.")
                    % {
                        "day": words.day_in_words(until.date()),
                        "time": words.time_in_words(until),
                        "fee": f"{enrolment.run.fee:,}",
                    },
                ],
                page("my-courses"),
                _("내 강좌 보기"),
                urgent=True,
            )
        )
    return things


def _proposals(account: LearningAccount) -> list[Thing]:
    """Entries that may move to section 4 because their course was recognised."""
    count = waiting_for(account)
    if not count:
        return []
    return [
        Thing(
            "paper",
            _("이수실적으로 옮길 수 있어요"),
            [_("배운 과정이 평가인정을 받았습니다. 기록 %(count)s건을 확인해 주세요.") % {"count": count}],
            reverse("my-proposals"),
            _("확인하기"),
        )
    ]


def _badges(account: LearningAccount, now: datetime) -> list[Thing]:
    fresh = list(
        Holding.objects.filter(
            account_id=account.pk,
            seen_at=None,
            source=Holding.Source.AWARD,
            held_at__gt=now - _NEW,
        )
        .defer("credential")
        .order_by("-held_at")[:2]
    )
    if not fresh:
        return []
    line = (
        _("%(badge)s 지갑에 들어왔습니다.") % {"badge": josa(fresh[0].title, "이/가")}
        if len(fresh) == 1
        else _("%(title)s 말고도 새 배지가 더 있습니다.") % {"title": fresh[0].title}
    )
    one = len(fresh) == 1
    address = reverse("my-badge", args=[fresh[0].id]) if one else reverse("my-wallet")
    button = _("배지 보기") if one else _("지갑 보기")
    return [Thing("knot", _("새 배지를 받았습니다"), [line], address, button)]
