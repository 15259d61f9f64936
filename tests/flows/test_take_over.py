from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import factories as make

from naite.flows.take_over import TakeOver, meeting_days, sessions_of, share_hours, take_over
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.catalogue.content import CourseContent
from naite.trunk.catalogue.models import Course, Listing
from naite.trunk.catalogue.search_index import listings_matching
from naite.trunk.delivery.models import CourseRun
from naite.trunk.people.models import Organisation, Role

SEOUL = ZoneInfo("Asia/Seoul")


def test_the_days_of_a_period_on_its_weekdays() -> None:
    first, last = date(2026, 12, 1), date(2026, 12, 15)  # a Tuesday to a Tuesday
    assert meeting_days(first, last, {1}) == [first, date(2026, 12, 8), last]
    assert meeting_days(first, last, {1}, {date(2026, 12, 8)}) == [first, last]
    assert meeting_days(first, first, set()) == [first]
    assert meeting_days(first, last, set()) == []
    assert meeting_days(last, first, {1}) == []


@given(st.decimals(min_value=Decimal("0.1"), max_value=Decimal("999"), places=1), st.integers(1, 400))
def test_shared_hours_add_up_and_differ_by_a_tenth_at_most(total: Decimal, count: int) -> None:
    shares = share_hours(total, count)
    assert sum(shares) == total
    assert max(shares) - min(shares) <= Decimal("0.1")


def _given(**changed: object) -> TakeOver:
    days = [date(2026, 12, 1), date(2026, 12, 8)]
    values: dict[str, object] = {
        "content": CourseContent(title="처음 만나는 도예", total_hours=Decimal(4)),
        "capacity": 15,
        "mode": "offline",
        "sessions": sessions_of(days, time(10), time(12), Decimal(4)),
        "registration_opens_at": datetime(2026, 11, 20, 9, tzinfo=SEOUL),
        "registration_closes_at": datetime(2026, 11, 30, 18, tzinfo=SEOUL),
        **changed,
    }
    return TakeOver(**values)  # type: ignore[arg-type]


@pytest.fixture
def home(db: None) -> Organisation:
    return make.organisation()


@pytest.mark.req("X2", "rule")
def test_the_listing_itself_becomes_the_runs_and_search_finds_it_once(home: Organisation) -> None:
    listing = make.listing("처음 만나는 도예", supplier=home)
    run = take_over(listing_id=listing.pk, given=_given(), actor=make.staff(home), now=make.NOW)
    taken = Listing.objects.get()
    assert (taken.pk, taken.run_id, taken.source_key) == (listing.pk, run.pk, listing.source_key)
    assert (taken.capacity, taken.course_id) == (15, run.version.course_id)
    assert list(listings_matching("도예")) == [taken]


@pytest.mark.req("X2", "refusal")
@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.LOCAL_OFFICER])
def test_others_may_not(home: Organisation, role: Role) -> None:
    listing = make.listing(supplier=home)
    for actor in (make.staff(home, role), make.staff(make.organisation("이웃 기관")), make.person()):
        with pytest.raises(NotAllowed):
            take_over(listing_id=listing.pk, given=_given(), actor=actor, now=make.NOW)
    assert not Course.objects.exists()


def test_taking_over_twice_opens_one_run(home: Organisation) -> None:
    listing, actor = make.listing(supplier=home), make.staff(home)
    take_over(listing_id=listing.pk, given=_given(), actor=actor, now=make.NOW)
    with pytest.raises(Refused, match="이미 넘겨받아"):
        take_over(listing_id=listing.pk, given=_given(), actor=actor, now=make.NOW)
    assert (CourseRun.objects.count(), Course.objects.count()) == (1, 1)


def test_a_run_that_cannot_be_opened_leaves_no_course_behind(home: Organisation) -> None:
    listing, actor = make.listing(supplier=home), make.staff(home)
    with pytest.raises(Invalid):
        take_over(listing_id=listing.pk, given=_given(capacity=0), actor=actor, now=make.NOW)
    assert not Course.objects.exists()
    assert Listing.objects.get().run_id is None


def test_a_course_of_another_institution_is_refused(home: Organisation) -> None:
    listing, actor = make.listing(supplier=home), make.staff(home)
    foreign = make.version(make.organisation("이웃 기관")).course_id
    for course_id in (foreign, None):
        with pytest.raises(Invalid) as refused:
            take_over(
                listing_id=listing.pk,
                given=_given(content=None, course_id=course_id),
                actor=actor,
                now=make.NOW,
            )
        assert "course" in refused.value.fields
