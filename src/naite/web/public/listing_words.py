"""What a listing says on a card and on its page, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from naite.trunk.catalogue.classification import Area
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.rules import SEOUL, TAKES_APPLICATIONS, RegistrationState
from naite.trunk.catalogue.search import Found
from naite.trunk.catalogue.search_query import Day

STATE_TAGS = {
    RegistrationState.OPEN: "open",
    RegistrationState.ALWAYS: "open",
    RegistrationState.UPCOMING: "soon",
    RegistrationState.FULL_WAITING: "full",
    RegistrationState.FULL: "full",
    RegistrationState.UNKNOWN: "warn",
    RegistrationState.CLOSED: "end",
}
AREA_CLASSES = {
    Area.SELF_GROWTH: "a-self",
    Area.CAREER: "a-career",
    Area.CIVIC: "a-civic",
    Area.PRACTICAL_LITERACY: "a-literacy",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One listing, ready to be shown."""

    listing: Listing
    state: RegistrationState
    tag: str
    area_class: str
    where: str
    when: str
    registration: str
    fee: str
    seats: str
    hint: str
    informs_only: bool
    accepts: bool


def card(found: Found, *, now: datetime) -> Card:
    listing, state = found.listing, found.state
    return Card(
        listing=listing,
        state=state,
        tag=STATE_TAGS[state],
        area_class=AREA_CLASSES.get(Area(listing.area), "") if listing.area else "",
        where=where(listing),
        when=when(listing, today=local_day(now)),
        registration=registration(listing),
        fee=fee(listing.fee),
        seats=seats(listing),
        hint=hint(listing, state, now=now),
        informs_only=listing.run_id is None,
        accepts=state in TAKES_APPLICATIONS,
    )


def cards(found: Sequence[Found], *, now: datetime) -> list[Card]:
    return [card(each, now=now) for each in found]


def local_day(moment: datetime) -> date:
    return moment.astimezone(SEOUL).date()


def where(listing: Listing) -> str:
    """Return who gives the course and where, without saying a name twice."""
    place = listing.place if listing.place and listing.place not in listing.provider_name else ""
    region = "" if listing.region is None else listing.region.full_name
    if listing.region is not None and listing.region.name in listing.provider_name:
        region = ""
    return " · ".join(each for each in (region, listing.provider_name, place) if each)


def fee(won: int | None) -> str:
    if won is None:
        return _("확인필요")
    return _("%(won)s원") % {"won": f"{won:,}"} if won else _("무료")


def weekdays(mask: int) -> str:
    """``월~금``, ``화·목``, ``매일``; empty when unknown."""
    days = [bit for bit in range(7) if mask >> bit & 1]
    names = [str(Day.choices[bit][1]) for bit in days]
    if len(days) == 7:
        return _("매일")
    if len(days) >= 3 and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]}~{names[-1]}"
    return "·".join(names)


def hours(start: time | None, end: time | None) -> str:
    if start is None:
        return ""
    return f"{start:%H:%M}~{end:%H:%M}" if end else f"{start:%H:%M}"


def day(value: date, *, today: date) -> str:
    """``11.24``, with the year when it is another."""
    return f"{value:%m.%d}" if value.year == today.year else f"{value:%Y.%m.%d}"


def period(start: date | None, end: date | None, *, today: date) -> str:
    if start is None:
        return ""
    if end is None or end == start:
        return day(start, today=today)
    ends = f"{end:%m.%d}" if end.year == start.year else f"{end:%Y.%m.%d}"
    return f"{day(start, today=today)}~{ends}"


def when(listing: Listing, *, today: date) -> str:
    """``12.03~2027.02.04 매주 목 19:00~21:00``, ``11.24(화) 14:00``; what is not known is left out."""
    parts = [period(listing.starts_on, listing.ends_on, today=today)]
    days = weekdays(listing.weekdays)
    if listing.starts_on is not None and listing.starts_on == listing.ends_on:
        parts[0] += f"({Day.choices[listing.starts_on.weekday()][1]})"
    elif days:
        everyday = listing.weekdays & 127 == 127
        parts.append(days if everyday else _("매주 %(days)s") % {"days": days})
    parts.append(hours(listing.start_time, listing.end_time))
    return " ".join(part for part in parts if part) or _("날짜가 아직 정해지지 않았습니다")


def last_day(closes_at: datetime) -> date:
    """Return the last day on which one can apply: the closing is exclusive."""
    return local_day(closes_at - timedelta(microseconds=1))


def registration(listing: Listing) -> str:
    """Return the period of registration as the source gives it."""
    opens, closes = listing.registration_opens_at, listing.registration_closes_at
    if listing.always_open and closes is None:
        return _("언제나")
    if opens is None and closes is None:
        return _("확인필요")
    start = f"{local_day(opens):%Y.%m.%d}" if opens else _("시작 확인필요")
    end = f"{last_day(closes):%Y.%m.%d}" if closes else _("끝 확인필요")
    return f"{start}\u00a0~ {end}"  # long enough to want a place to break


def seats(listing: Listing) -> str:
    """Return how many of the seats are taken; a listing from a file tells the capacity only."""
    if listing.capacity is None:
        return ""
    if listing.run_id is None:
        return _("정원 %(count)s명") % {"count": f"{listing.capacity:,}"}
    return _("신청 %(taken)s / 정원 %(capacity)s명") % {
        "taken": f"{listing.seats_taken:,}",
        "capacity": f"{listing.capacity:,}",
    }


def hint(listing: Listing, state: RegistrationState, *, now: datetime) -> str:
    """Return what matters next: how long one can still apply, when it opens, how many wait."""
    if state is RegistrationState.FULL_WAITING and listing.waiting:
        return _("대기 %(count)s명") % {"count": f"{listing.waiting:,}"}
    if state is RegistrationState.UPCOMING and listing.registration_opens_at is not None:
        opens = timezone.localtime(listing.registration_opens_at, SEOUL)
        return _("%(day)s %(time)s부터 신청") % {
            "day": day(opens.date(), today=local_day(now)),
            "time": f"{opens:%H:%M}",
        }
    if state is RegistrationState.OPEN and listing.registration_closes_at is not None:
        return time_left((last_day(listing.registration_closes_at) - local_day(now)).days)
    return ""


def time_left(days: int) -> str:
    if days <= 0:
        return _("오늘 마감")
    if days == 1:
        return _("내일 마감")
    return ngettext("%(count)s일 남음", "%(count)s일 남음", days) % {"count": days}
