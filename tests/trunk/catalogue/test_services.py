from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ids import new_id
from naite.trunk.catalogue import services
from naite.trunk.catalogue.content import CourseContent, Lesson
from naite.trunk.catalogue.models import Course, CourseVersion, Listing
from naite.trunk.catalogue.search_index import index_listings, listings_matching
from naite.trunk.people.models import Organisation, Person, Role

pytestmark = pytest.mark.django_db

CONTENT = CourseContent(
    title="마을 기록가 되기",
    total_hours=Decimal("4"),
    sub_area="community",
    syllabus=(Lesson("말을 듣다", Decimal("2")), Lesson("글로 적다", Decimal("2"))),
)


@pytest.fixture
def home() -> Organisation:
    return make.organisation()


@pytest.fixture
def someone(home: Organisation) -> Person:
    return make.staff(home)


def _create(home: Organisation, actor: Person) -> CourseVersion:
    return services.create_course(organisation=home, content=CONTENT, actor=actor, now=make.NOW)


@pytest.mark.req("A22", "rule")
def test_a_course_is_written_with_its_first_version(home: Organisation, someone: Person) -> None:
    version = _create(home, someone)
    assert (version.number, version.area, version.published_by) == (1, "civic", someone)
    assert version.syllabus == [{"title": "말을 듣다", "hours": "2"}, {"title": "글로 적다", "hours": "2"}]
    assert Course.objects.get().current == version
    assert CourseContent.of(version) == replace(CONTENT, area="civic")
    assert AuditEvent.objects.get().action == "catalogue.course_created"


@pytest.mark.req("A22", "rule")
def test_a_change_is_a_new_version_and_the_old_one_stays(home: Organisation, someone: Person) -> None:
    first = _create(home, someone)
    second = services.publish_version(
        course_id=first.course_id,
        content=replace(CONTENT, title="마을 기록가"),
        actor=someone,
        now=make.NOW,
        after=1,
    )
    first.refresh_from_db()
    assert (second.number, second.course.current, first.title) == (2, second, "마을 기록가 되기")


@pytest.mark.req("A22", "refusal")
def test_publishing_the_same_or_over_anothers_version_is_refused(home: Organisation, someone: Person) -> None:
    first = _create(home, someone)
    again = {"course_id": first.course_id, "actor": someone, "now": make.NOW}
    with pytest.raises(Refused, match="바뀐 것이 없어"):
        services.publish_version(content=CONTENT, after=1, **again)  # type: ignore[arg-type]
    changed = replace(CONTENT, title="다른 이름")
    services.publish_version(content=changed, after=1, **again)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="그사이 2판이"):
        services.publish_version(content=replace(CONTENT, title="셋째"), after=1, **again)  # type: ignore[arg-type]
    assert CourseVersion.objects.count() == 2


def test_content_that_does_not_hold_changes_nothing(home: Organisation, someone: Person) -> None:
    with pytest.raises(Invalid) as refused:
        services.create_course(
            organisation=home, content=replace(CONTENT, title=" "), actor=someone, now=make.NOW
        )
    assert set(refused.value.fields) == {"title"}
    assert not Course.objects.exists()


def test_a_retired_course_takes_no_new_version(home: Organisation, someone: Person) -> None:
    course_id = _create(home, someone).course_id
    services.retire_course(course_id=course_id, actor=someone, now=make.NOW)
    later = make.NOW + timedelta(days=1)
    assert services.retire_course(course_id=course_id, actor=someone, now=later).retired_at == make.NOW
    with pytest.raises(Refused, match="그만둔 과정"):
        services.publish_version(
            course_id=course_id, content=replace(CONTENT, title="새"), actor=someone, now=later
        )


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize("act", ["create", "publish", "retire", "classify", "withdraw"])
@pytest.mark.parametrize(
    "who",
    [
        lambda home: make.person(),
        lambda home: make.staff(make.organisation("이웃 기관")),
        lambda home: make.staff(home, Role.INSTRUCTOR),
        lambda home: make.staff(home, Role.LOCAL_OFFICER),
    ],
    ids=["learner", "neighbour", "instructor", "officer"],
)
def test_only_the_institutions_course_staff_may(
    home: Organisation, someone: Person, act: str, who: Callable[[Organisation], Person]
) -> None:
    version, listing, actor = _create(home, someone), make.listing(supplier=home), who(home)
    acts: dict[str, Callable[[], object]] = {
        "create": lambda: _create(home, actor),
        "publish": lambda: services.publish_version(
            course_id=version.course_id, content=replace(CONTENT, title="새"), actor=actor, now=make.NOW
        ),
        "retire": lambda: services.retire_course(course_id=version.course_id, actor=actor, now=make.NOW),
        "withdraw": lambda: services.withdraw_listing(listing_id=listing.pk, actor=actor, now=make.NOW),
        "classify": lambda: services.classify_listing(
            listing_id=listing.pk, category="", area="civic", sub_area="", actor=actor, now=make.NOW
        ),
    }
    with pytest.raises(NotAllowed):
        acts[act]()
    assert (Course.objects.count(), CourseVersion.objects.count()) == (1, 1)


@pytest.mark.req("A22", "rule")
def test_an_institution_classifies_its_listing(home: Organisation, someone: Person) -> None:
    listing = make.listing(supplier=home)
    services.classify_listing(
        listing_id=listing.pk,
        category="arts_culture",
        area="",
        sub_area="arts",
        actor=someone,
        now=make.NOW,
    )
    listing.refresh_from_db()
    assert (listing.category, listing.area, listing.sub_area) == ("arts_culture", "self_growth", "arts")
    with pytest.raises(Invalid):
        services.classify_listing(
            listing_id=listing.pk, category="", area="career", sub_area="arts", actor=someone, now=make.NOW
        )
    Listing.objects.update(run_id=new_id())
    with pytest.raises(Refused, match="분류는 과정에서"):
        services.classify_listing(
            listing_id=listing.pk, category="", area="", sub_area="", actor=someone, now=make.NOW
        )


def test_a_listing_that_was_withdrawn_is_not_found_any_more(home: Organisation, someone: Person) -> None:
    listing = make.listing("생활 요가", supplier=home)
    index_listings([listing.pk])
    assert list(listings_matching("요가")) == [listing]
    for later in (0, 1):
        services.withdraw_listing(listing_id=listing.pk, actor=someone, now=make.NOW + timedelta(days=later))
    listing.refresh_from_db()
    assert listing.withdrawn_at == make.NOW
    assert list(listings_matching("요가")) == []
    Listing.objects.update(run_id=new_id(), withdrawn_at=None)
    with pytest.raises(Refused, match="폐강"):
        services.withdraw_listing(listing_id=listing.pk, actor=someone, now=make.NOW)
