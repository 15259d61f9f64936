"""Rows for tests, each with just what its table demands."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from naite.branches.privacy.models import ConsentText
from naite.branches.privacy.texts import FIRST_TEXTS
from naite.trunk.catalogue.models import Course, CourseVersion, Listing
from naite.trunk.delivery.models import CourseRun, Session
from naite.trunk.people.models import Organisation, Person, Region, Role, RoleAssignment
from naite.trunk.recognition.models import Recognition
from naite.trunk.records.models import LearningAccount

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # Tuesday, 10:00 in Seoul
_serial = count(1)


def region(code: str = "11440", name: str = "마포구") -> Region:
    """Get or make a region with its province."""
    parent, _ = Region.objects.get_or_create(
        code=code[:2] + "000", defaults={"name": "서울특별시", "level": Region.Level.SIDO}
    )
    found, _ = Region.objects.get_or_create(
        code=code, defaults={"name": name, "level": Region.Level.SIGUNGU, "parent": parent}
    )
    return found


def person(name: str = "한가람", **fields: Any) -> Person:
    fields.setdefault("email", f"p{next(_serial)}@example.kr")
    fields.setdefault("joined_at", NOW - timedelta(days=400))
    return Person.objects.create_user(name=name, **fields)


def organisation(name: str = "가온시평생학습관", **fields: Any) -> Organisation:
    fields.setdefault("slug", f"org-{next(_serial)}")
    fields.setdefault("kind", Organisation.Kind.LOCAL_GOVERNMENT)
    fields.setdefault("created_at", NOW - timedelta(days=400))
    return Organisation.objects.create(name=name, **fields)


def role(
    who: Person, where: Organisation, what: Role = Role.INSTITUTION_STAFF, **fields: Any
) -> RoleAssignment:
    fields.setdefault("valid_from", NOW - timedelta(days=300))
    return RoleAssignment.objects.create(person=who, organisation=where, role=what, **fields)


def staff(where: Organisation, what: Role = Role.INSTITUTION_STAFF, name: str = "오하린") -> Person:
    """Make a person who holds a role in an organisation."""
    someone = person(name)
    role(someone, where, what)
    return someone


def version(where: Organisation | None = None, **fields: Any) -> CourseVersion:
    """Make a course with its first, current version."""
    course = Course.objects.create(organisation=where or organisation(), created_at=NOW - timedelta(days=200))
    fields = {
        "title": "마을 기록가 되기",
        "total_hours": Decimal("4.0"),
        "area": "civic",
        "sub_area": "community",
        "published_at": NOW - timedelta(days=200),
        **fields,
    }
    made = CourseVersion.objects.create(course=course, number=1, **fields)
    course.current = made
    course.save(update_fields=["current"])
    return made


def run(of: CourseVersion | None = None, *, sessions: int = 2, **fields: Any) -> CourseRun:
    """Make a run that takes enrolments at ``NOW`` and meets weekly from 26 November on."""
    of = of or version()
    fields = {
        "name": "목요일 저녁반",
        "capacity": 20,
        "waitlist_capacity": 10,
        "registration_opens_at": NOW - timedelta(days=7),
        "registration_closes_at": NOW + timedelta(days=1),
        "starts_on": date(2026, 11, 26),
        "ends_on": date(2026, 11, 26) + timedelta(weeks=max(sessions - 1, 0)),
        "created_at": NOW - timedelta(days=30),
        **fields,
    }
    made = CourseRun.objects.create(version=of, organisation=of.course.organisation, **fields)
    for number in range(1, sessions + 1):
        starts = datetime(2026, 11, 26, 10, 0, tzinfo=UTC) + timedelta(weeks=number - 1)
        Session.objects.create(
            run=made,
            number=number,
            title=f"{number}번째 모임",
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            hours=Decimal("2.0"),
            code_secret=bytes([number]) * 32,
        )
    return made


def account(of: Person | None = None, **fields: Any) -> LearningAccount:
    fields.setdefault("opened_at", NOW - timedelta(days=300))
    return LearningAccount.objects.create(person=of or person(), **fields)


def recognition(of: CourseVersion, **fields: Any) -> Recognition:
    """Make a recognition of the version's course that is valid at ``NOW``."""
    fields = {
        "number": f"제2024-{next(_serial)}호",
        "granted_by": organisation("국가평생교육진흥원", kind=Organisation.Kind.NATIONAL_INSTITUTE),
        "granted_on": date(2024, 3, 2),
        "received_on": date(2024, 3, 4),
        "valid_from": date(2024, 3, 4),
        "valid_until": date(2029, 3, 4),
        "created_at": NOW - timedelta(days=600),
        **fields,
    }
    return Recognition.objects.create(course=of.course, **fields)


def listing(title: str = "생활 요가", **fields: Any) -> Listing:
    """Make a listing from a file that takes applications at ``NOW``; it still has to be indexed."""
    fields = {
        "source": Listing.Source.STANDARD_FILE,
        "source_key": f"key-{next(_serial)}",
        "provider_name": "가온시청",
        "registration_opens_at": NOW - timedelta(days=7),
        "registration_closes_at": NOW + timedelta(days=7),
        "created_at": NOW,
        "updated_at": NOW,
        **fields,
    }
    if "supplier" not in fields:
        fields["supplier"] = Organisation.objects.first() or organisation()
    return Listing.objects.create(title=title, **fields)


def consent_texts() -> list[ConsentText]:
    """Get or make the first version of every consent text."""
    return [
        ConsentText.objects.get_or_create(
            purpose=text.purpose,
            version=1,
            defaults={
                "title": text.title,
                "body": text.body,
                "required": text.required,
                "valid_from": NOW - timedelta(days=300),
            },
        )[0]
        for text in FIRST_TEXTS
    ]
