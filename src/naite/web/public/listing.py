"""The page of one listing: its course, all runs of it, and how one applies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naite.roots.drawing.badges import draw_badge
from naite.trunk.badges.models import Achievement
from naite.trunk.badges.queries import achievement_for
from naite.trunk.catalogue import queries
from naite.trunk.catalogue.models import CourseVersion, Listing
from naite.trunk.catalogue.rules import RegistrationState
from naite.trunk.catalogue.search import Found
from naite.trunk.delivery.models import CourseRun, Enrolment, Session
from naite.trunk.delivery.queries import listed_runs, live_enrolments
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Recognition
from naite.trunk.recognition.queries import covering
from naite.web.badge_art import face_of
from naite.web.middleware import now_of
from naite.web.public import listing_words
from naite.web.public.listing_words import Card

SHOWN_AT_FIRST = 12
PAST_RUNS = frozenset({RegistrationState.CLOSED})


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of the course, with what the visitor can do about it."""

    card: Card
    name: str
    chosen: bool
    share: int
    full: bool
    enrolment: Enrolment | None

    @property
    def run_id(self) -> UUID | None:
        return self.card.listing.run_id


@dataclass(frozen=True, slots=True)
class Lesson:
    number: int
    title: str
    day: date | None
    hours: str


@require_safe
def listing_detail(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Show a listing. One that was withdrawn is not found."""
    listing = queries.listing_of(listing_id)
    if listing is None:
        raise Http404(_("강좌를 찾을 수 없습니다. 내려간 강좌일 수 있습니다."))
    now = now_of(request)
    today = listing_words.local_day(now)
    siblings = list(queries.listings_of_course(listing.course_id)) if listing.course_id else [listing]
    runs = listed_runs(each.run_id for each in siblings if each.run_id is not None)
    mine = _enrolments(request, runs)
    rows = [_row(each, listing, runs, mine, now=now) for each in siblings]
    past = [row for row in rows if row.card.state in PAST_RUNS and not row.chosen]
    rows = [row for row in rows if row not in past]
    chosen = next((row for row in rows if row.chosen), None) or _row(listing, listing, runs, mine, now=now)
    run = runs.get(listing.run_id) if listing.run_id else None
    version = run.version if run else (listing.course.current if listing.course else None)
    lessons = _lessons(run, version)
    recognition = _recognition(listing, today)
    badge = achievement_for(version.id) if version else None
    context: dict[str, Any] = {
        "section": "courses",
        "listing": listing,
        "row": chosen,
        "card": chosen.card,
        "rows": rows,
        "past_rows": past[::-1],
        "run": run,
        "version": version,
        "title": version.title if version else listing.title,
        "text": version.description if version else listing.description,
        "recognition": recognition,
        "recognition_last": recognition.valid_until - timedelta(days=1) if recognition else None,
        "today": today,
        "lessons": lessons,
        "lessons_first": lessons[:SHOWN_AT_FIRST],
        "lessons_rest": lessons[SHOWN_AT_FIRST:],
        "total_hours": _hours(version.total_hours) if version else "",
        "apply_url": safe_link(listing.apply_url),
        "apply_host": urlsplit(listing.apply_url).hostname or "",
        "phone_digits": "".join(c for c in listing.provider_phone if c.isdecimal() or c == "+"),
        "badge": badge,
        "badge_art": _art(badge),
        "here": request.get_full_path(),
    }
    return render(request, "public/listing.html", context)


def safe_link(url: str) -> str:
    """Return an address one may follow; sources hold others, such as javascript:, that are dropped."""
    return url if urlsplit(url).scheme in {"http", "https"} else ""


def _enrolments(request: HttpRequest, runs: dict[UUID, CourseRun]) -> dict[UUID, Enrolment]:
    return live_enrolments(runs.values(), request.user) if runs and isinstance(request.user, Person) else {}


def _row(
    each: Listing, chosen: Listing, runs: dict[UUID, CourseRun], mine: dict[UUID, Enrolment], *, now: datetime
) -> RunRow:
    run = runs.get(each.run_id) if each.run_id else None
    taken = min(100, round(100 * each.seats_taken / each.capacity)) if each.capacity and each.run_id else 0
    found = Found(each, queries.state_of(each, now=now))
    return RunRow(
        card=listing_words.card(found, now=now),
        name=(run.name if run else "") or each.title,
        chosen=each.id == chosen.id,
        share=taken,
        full=taken >= 100,
        enrolment=mine.get(each.run_id) if each.run_id else None,
    )


def _recognition(listing: Listing, today: date) -> Recognition | None:
    if listing.course_id is None:
        return None
    return covering(course_id=listing.course_id, run_id=listing.run_id, on=listing.ends_on or today)


def _lessons(run: CourseRun | None, version: CourseVersion | None) -> list[Lesson]:
    """Return the sessions of the run, else what the course says of them."""
    sessions: Iterable[Session] = run.sessions.all() if run else ()
    syllabus = version.syllabus if version else []
    titles = {number: item.get("title", "") for number, item in enumerate(syllabus, start=1)}
    found = [
        Lesson(
            each.number,
            each.title or titles.get(each.number, ""),
            listing_words.local_day(each.starts_at) if each.starts_at else None,
            _hours(each.hours),
        )
        for each in sessions
    ]
    return found or [
        Lesson(number, item.get("title", ""), None, _hours(item.get("hours", "")))
        for number, item in enumerate(syllabus, start=1)
    ]


def _hours(value: Decimal | str) -> str:
    try:
        number = Decimal(value)
    except ArithmeticError:
        return ""
    return _("%(hours)s시간") % {"hours": f"{number.normalize():f}"}


def _art(badge: Achievement | None) -> SafeString:
    if badge is None:
        return mark_safe("")
    if badge.picture_id:
        return format_html(
            '<img class="badge-art" src="{}" alt="" width="96" height="96">', face_of(badge).url()
        )
    art = draw_badge(badge.badge_type, badge.area or None, ribbon=False, decorative=True)
    return mark_safe(art)  # noqa: S308 - drawn from codes of ours
