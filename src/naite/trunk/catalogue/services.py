"""Writing courses and classifying listings."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.catalogue import content as rules
from naite.trunk.catalogue import policies
from naite.trunk.catalogue.content import CourseContent
from naite.trunk.catalogue.models import Course, CourseVersion, Listing
from naite.trunk.catalogue.search_index import index_listings
from naite.trunk.people.models import Organisation, Person

_NOT_YOURS = _("이 기관의 강좌 담당자만 할 수 있습니다.")


def create_course(
    *, organisation: Organisation, content: CourseContent, actor: Person, now: datetime
) -> CourseVersion:
    """Write a new course with its first version, which is current at once.

    Refuses who does not run courses for the institution, and content that does not hold (``content.check``).
    Each call makes a course of its own. Appends ``catalogue.course_created`` to the audit log.
    """
    if not policies.can_author(actor, organisation, now=now):
        raise NotAllowed(_NOT_YOURS)
    content = _checked(content)
    with transaction.atomic():
        course = Course.objects.create(organisation=organisation, created_at=now)
        version = _add_version(course, 1, content, actor, now)
        audit.record("catalogue.course_created", actor=actor, now=now, subject=course)
    return version


def publish_version(
    *, course_id: UUID, content: CourseContent, actor: Person, now: datetime, after: int | None = None
) -> CourseVersion:
    """Write the next version of a course and make it current; earlier versions and their runs stay.

    ``after`` is the number of the version that the author saw: when another one has been published since,
    or when nothing differs, it is refused. Repeating a publication is therefore refused, not doubled.
    """
    content = rules.tidy(content)
    with transaction.atomic():
        course = (
            Course.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=course_id)
        )
        if not policies.can_change_course(actor, course, now=now):
            raise NotAllowed(_NOT_YOURS)
        if course.retired_at is not None:
            raise Refused(
                _("그만둔 과정은 고칠 수 없습니다. 새 과정을 만들어 주세요."), code="course_retired"
            )
        content = _checked(content)
        last = course.versions.order_by("-number").first()
        number = last.number if last else 0
        if after is not None and after != number:
            raise Refused(
                _("그사이 %(number)s판이 나왔습니다. 새 판을 보고 다시 고쳐 주세요.") % {"number": number},
                code="version_outdated",
            )
        if last is not None and not rules.changes(CourseContent.of(last), content):
            raise Refused(_("바뀐 것이 없어 새 판을 내지 않았습니다."), code="nothing_changed")
        version = _add_version(course, number + 1, content, actor, now)
        audit.record(
            "catalogue.version_published", actor=actor, now=now, subject=course, number=version.number
        )
    return version


def retire_course(*, course_id: UUID, actor: Person, now: datetime) -> Course:
    """Stop offering a course: no new versions. Its runs and records stay. Repeating keeps the first time."""
    with transaction.atomic():
        course = (
            Course.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=course_id)
        )
        if not policies.can_change_course(actor, course, now=now):
            raise NotAllowed(_NOT_YOURS)
        if course.retired_at is None:
            course.retired_at = now
            course.save(update_fields=["retired_at"])
            audit.record("catalogue.course_retired", actor=actor, now=now, subject=course)
    return course


def classify_listing(
    *, listing_id: UUID, category: str, area: str, sub_area: str, actor: Person, now: datetime
) -> Listing:
    """Say what an imported listing is about, as its file cannot (the format has no such column).

    The next import keeps it. Refuses listings of runs, whose classification is their course's. Repeating
    writes nothing.
    """
    tidied = rules.tidy(
        CourseContent(title="", total_hours=rules.MAX_HOURS, category=category, area=area, sub_area=sub_area)
    )
    with transaction.atomic():
        listing = (
            Listing.objects.select_for_update(of=("self",)).select_related("supplier").get(pk=listing_id)
        )
        if not policies.can_change_listing(actor, listing, now=now):
            raise NotAllowed(_NOT_YOURS)
        if listing.run_id is not None:
            raise Refused(_("이미 강좌로 연 안내입니다. 분류는 과정에서 고쳐 주세요."), code="listing_taken")
        wrong = rules.check_classification(tidied.category, tidied.area, tidied.sub_area)
        if wrong:
            raise Invalid(_("분류를 다시 골라 주세요."), fields=wrong)
        found = (tidied.category, tidied.area, tidied.sub_area)
        if (listing.category, listing.area, listing.sub_area) != found:
            listing.category, listing.area, listing.sub_area = found
            listing.updated_at = now
            listing.save(update_fields=["category", "area", "sub_area", "updated_at"])
            index_listings([listing.pk])
            audit.record("catalogue.listing_classified", actor=actor, now=now, subject=listing)
    return listing


def classify_course(
    *, version_id: UUID, category: str, area: str, sub_area: str, actor: Person, now: datetime
) -> CourseVersion:
    """Say what a course is about whose author left it open, without a new version; its runs in search follow.

    A class says where a course is found, not what it is, so naming a missing one changes nothing that anybody
    relied on. Changing one that is there needs a new version and is refused, as are old versions and retired
    courses. Repeating writes nothing.
    """
    tidied = rules.tidy(
        CourseContent(title="", total_hours=rules.MAX_HOURS, category=category, area=area, sub_area=sub_area)
    )
    found = {"category": tidied.category, "area": tidied.area, "sub_area": tidied.sub_area}
    with transaction.atomic():
        version = (
            CourseVersion.objects.select_for_update(of=("self",))
            .select_related("course__organisation")
            .get(pk=version_id)
        )
        course = version.course
        if not policies.can_change_course(actor, course, now=now):
            raise NotAllowed(_NOT_YOURS)
        if course.retired_at is not None or course.current_id != version.pk:
            raise Refused(
                _("그사이 새 판이 나왔거나 그만둔 과정입니다. 다시 열어 주세요."), code="version_outdated"
            )
        wrong = rules.check_classification(tidied.category, tidied.area, tidied.sub_area)
        if wrong:
            raise Invalid(_("분류를 다시 골라 주세요."), fields=wrong)
        if any(getattr(version, name) not in ("", value) for name, value in found.items()):
            raise Refused(
                _("이미 적은 분류는 새 판에서 고쳐 주세요. 그사이 다른 사람이 적었을 수 있습니다."),
                code="classified",
            )
        if all(getattr(version, name) == value for name, value in found.items()):
            return version
        for name, value in found.items():
            setattr(version, name, value)
        version.save(update_fields=list(found))
        listings = Listing.objects.filter(course_id=course.pk, category="", area="", run_id__isnull=False)
        ids = list(listings.values_list("id", flat=True))
        Listing.objects.filter(pk__in=ids).update(**found, updated_at=now)
        index_listings(ids)
        audit.record("catalogue.course_classified", actor=actor, now=now, subject=version)
    return version


def withdraw_listing(*, listing_id: UUID, actor: Person, now: datetime) -> Listing:
    """Take an imported listing out of search, as when it was announced by mistake.

    A later import of the same row brings it back. Refuses listings of runs, which are cancelled as runs.
    Repeating keeps the first time.
    """
    with transaction.atomic():
        listing = (
            Listing.objects.select_for_update(of=("self",)).select_related("supplier").get(pk=listing_id)
        )
        if not policies.can_change_listing(actor, listing, now=now):
            raise NotAllowed(_NOT_YOURS)
        if listing.run_id is not None:
            raise Refused(_("이미 강좌로 연 안내입니다. 강좌에서 폐강해 주세요."), code="listing_taken")
        if listing.withdrawn_at is None:
            listing.withdrawn_at = listing.updated_at = now
            listing.save(update_fields=["withdrawn_at", "updated_at"])
            index_listings([listing.pk])
            audit.record("catalogue.listing_withdrawn", actor=actor, now=now, subject=listing)
    return listing


def _checked(content: CourseContent) -> CourseContent:
    content = rules.tidy(content)
    wrong = rules.check(content)
    if wrong:
        raise Invalid(_("고칠 것이 있습니다."), fields=wrong)
    return content


def _add_version(
    course: Course, number: int, content: CourseContent, actor: Person, now: datetime
) -> CourseVersion:
    version = CourseVersion.objects.create(
        course=course,
        number=number,
        title=content.title,
        summary=content.summary,
        description=content.description,
        audience=content.audience,
        category=content.category,
        area=content.area,
        sub_area=content.sub_area,
        total_hours=content.total_hours,
        syllabus=[
            {"title": lesson.title, "hours": rules.hours_text(lesson.hours) if lesson.hours else ""}
            for lesson in content.syllabus
        ],
        published_at=now,
        published_by=actor,
    )
    course.current = version
    course.save(update_fields=["current"])
    return version
