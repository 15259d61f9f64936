"""A round with criteria, offices and applications in any state, for tests of recognition."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.recognition.models import (
    Application,
    ApplicationItem,
    CriteriaItem,
    CriteriaVersion,
    Hop,
    Round,
)
from tests import factories as make

H = CriteriaItem.Heading
ITEMS = [
    (H.FACILITIES, "강의실과 설비", 10),
    (H.TEACHING, "교육목표와 내용", 20),
    (H.TEACHING, "운영 계획", 15),
    (H.TEACHERS, "강사의 전문성", 20),
    (H.SUPPORT, "출결과 학습자 관리", 20),
    (H.OTHER, "환류와 개선", 15),
]


@dataclass
class Offices:
    """The offices of one route and somebody at each of them."""

    ministry: Organisation
    national: Organisation
    provincial: Organisation
    local: Organisation
    institution: Organisation
    official: Person
    officer: Person
    provincial_officer: Person
    local_officer: Person
    staff: Person


def offices() -> Offices:
    """Make the ministry, the three offices below it and an institution in 마포구, each with a person."""
    region = make.region()
    kinds = Organisation.Kind
    ministry = make.organisation("교육부", kind=kinds.MINISTRY)
    national = make.organisation("국가평생교육진흥원", kind=kinds.NATIONAL_INSTITUTE, parent=ministry)
    provincial = make.organisation(
        "서울특별시평생교육진흥원", kind=kinds.PROVINCIAL_INSTITUTE, parent=national, region=region.parent
    )
    local = make.organisation("마포구", parent=provincial, region=region)
    institution = make.organisation(
        "마포시민학교", kind=kinds.CIVIL_SOCIETY_ATTACHED, legal_basis="ga", parent=local, region=region
    )
    return Offices(
        ministry=ministry,
        national=national,
        provincial=provincial,
        local=local,
        institution=institution,
        official=make.staff(ministry, Role.MINISTRY_OFFICIAL, "권서진"),
        officer=make.staff(national, Role.NATIONAL_OFFICER, "임지호"),
        provincial_officer=make.staff(provincial, Role.PROVINCIAL_OFFICER, "유다온"),
        local_officer=make.staff(local, Role.LOCAL_OFFICER, "서아라"),
        staff=make.staff(institution, Role.INSTITUTION_STAFF, "오하린"),
    )


def criteria(**fields: Any) -> CriteriaVersion:
    """Make published criteria of six items worth a hundred points."""
    made = CriteriaVersion.objects.create(
        **{
            "name": "평가인정 기준",
            "number": CriteriaVersion.objects.count() + 1,
            "is_sample": True,
            "state": CriteriaVersion.State.PUBLISHED,
            "created_at": make.NOW - timedelta(days=120),
            "published_at": make.NOW - timedelta(days=110),
            **fields,
        }
    )
    CriteriaItem.objects.bulk_create(
        CriteriaItem(version=made, heading=heading, position=place, title=title, points=Decimal(points))
        for place, (heading, title, points) in enumerate(ITEMS, start=1)
    )
    return made


def round_(institute: Organisation, **fields: Any) -> Round:
    """Make a published round that takes applications at ``make.NOW``, until 24:00 on 30 November in Seoul."""
    fields = {
        "year": 2026,
        "number": Round.objects.count() + 1,
        "title": "2026년 제1차 평가인정",
        "state": Round.State.PUBLISHED,
        "institute": institute,
        "criteria": fields.get("criteria") or criteria(),
        "opens_at": datetime(2026, 11, 1, 15, 0, tzinfo=UTC),
        "closes_at": datetime(2026, 11, 30, 15, 0, tzinfo=UTC),
        "forward_until": date(2026, 12, 11),
        "review_from": date(2026, 12, 14),
        "review_until": date(2027, 1, 15),
        "committee_on": date(2027, 2, 10),
        "results_on": date(2027, 2, 26),
        "stages": ["paper"],
        "created_at": make.NOW - timedelta(days=90),
        "published_at": make.NOW - timedelta(days=60),
        **fields,
    }
    return Round.objects.create(**fields)


def application(
    where: Offices, of: Round, state: str = Application.State.DRAFT, **fields: Any
) -> Application:
    """Make an application of the institution; beyond a draft it has gone straight to where its state says."""
    S = Application.State
    course_version = fields.pop("version", None) or make.version(where.institution)
    with_institution = state in {S.DRAFT, S.SUPPLEMENT, S.PROVISIONAL}
    at_local = state in {S.SUBMITTED, S.RECEIVED}
    at_ministry = state == S.DELIBERATED
    office = (
        where.institution
        if with_institution
        else where.local
        if at_local
        else where.ministry
        if at_ministry
        else where.national
    )
    made = Application.objects.create(
        **{
            "round": of,
            "organisation": where.institution,
            "course": course_version.course,
            "version": course_version,
            "kind": Application.Kind.PLANNED,
            "state": state,
            "office": office,
            "number": "" if state == S.DRAFT else f"2026-1-{Application.objects.count() + 1:04}",
            "created_by": where.staff,
            "created_at": make.NOW - timedelta(days=20),
            "changed_at": make.NOW - timedelta(days=10),
            "submitted_at": None if state == S.DRAFT else make.NOW - timedelta(days=10),
            **fields,
        }
    )
    assert of.criteria is not None
    ApplicationItem.objects.bulk_create(
        ApplicationItem(application=made, item=item, text=f"{item.title}에 대한 설명입니다.")
        for item in of.criteria.items.all()
    )
    if state != S.DRAFT:
        Hop.objects.bulk_create(
            Hop(
                application=made,
                position=place,
                office=stop,
                arrived_at=made.submitted_at if place == 1 or not at_local else None,
            )
            for place, stop in enumerate([where.local, where.national], start=1)
        )
    return made
