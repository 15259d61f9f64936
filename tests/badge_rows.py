"""Rows for tests about badges: a completed course whose badge is published."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from credcore.did import StaticResolver
from credcore.errors import Unavailable
from credcore.report import Report
from credcore.verify import Resolvers, verify
from naite.trunk.assessment.models import Completion
from naite.trunk.badges import documents, names
from naite.trunk.badges import framework as kinds
from naite.trunk.badges.models import Achievement
from naite.trunk.badges.rules import Alignment, AwardRule
from naite.trunk.badges.services import (
    AchievementDraft,
    frameworks,
    publish_achievement,
    publish_reviewed,
    reviewing,
)
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.delivery.models import Enrolment
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models import Entry, LearningAccount
from tests import factories as make

NCS = Alignment(kind="ncs_unit", code="0701020101_16v2", name="초기 상담하기")


def published(of: CourseVersion | None = None, **changes: Any) -> Achievement:
    """Make a published badge of a course, 성취형 of 60 points unless told otherwise."""
    of = of or make.version(title="경력전환 상담사 기초", area="career", sub_area="skills")
    draft = AchievementDraft(
        **{
            "course_version": of,
            "framework": "seoul",
            "badge_type": "achievement",
            "area": "career",
            "sub_area": "skills",
            "name": "경력전환 상담사 기초",
            "description": "중장년이 새 일을 찾도록 돕는 상담의 기본을 익히고, 모의 상담 평가를 통과했습니다.",
            "criteria": "80% 이상 출석하고 60점 이상을 받습니다.",
            "tags": ["상담", "경청"],
            "rule": AwardRule(min_attendance=80, pass_mark=Decimal(60), alignments=[NCS]),
            **changes,
        }
    )
    actor = make.staff(of.course.organisation)
    if reviewing.asked(draft.owner, draft.framework, draft.badge_type):
        author = make.staff(of.course.organisation)
        return publish_reviewed(draft=draft, authors={author.pk}, actor=actor, now=make.NOW)
    return publish_achievement(draft=draft, actor=actor, now=make.NOW)


def completed(
    of: CourseVersion,
    person: Person | None = None,
    *,
    score: str | None = "85",
    rate: str = "90",
    **fields: Any,
) -> Entry:
    """Make a person who completed a run of the course, with the entry in the learning account."""
    person = person or make.person()
    run = make.run(of)
    enrolment = Enrolment.objects.create(
        run=run,
        person=person,
        number=1,
        state=Enrolment.State.CONFIRMED,
        applied_at=make.NOW - timedelta(days=60),
    )
    completion = Completion.objects.create(
        enrolment=enrolment,
        outcome=Completion.Outcome.COMPLETED,
        attended_sessions=9,
        counted_sessions=10,
        attendance_rate=Decimal(rate),
        score=Decimal(score) if score else None,
        hours=Decimal("41.0"),
        decided_at=make.NOW,
        completed_on=date(2026, 11, 20),
    )
    account = LearningAccount.objects.filter(person=person).first() or make.account(person)
    return Entry.objects.create(
        account=account,
        **{
            "section": Entry.Section.OTHER,
            "title": of.title,
            "provider_name": of.course.organisation.name,
            "organisation_id": of.course.organisation_id,
            "course_id": of.course_id,
            "course_version_id": of.id,
            "run_id": run.id,
            "area": of.area,
            "hours": Decimal("41.0"),
            "score": Decimal(score) if score else None,
            "started_on": date(2026, 9, 1),
            "completed_on": date(2026, 11, 20),
            "provenance": Entry.Provenance.SYSTEM,
            "source": Entry.Source.COMPLETION,
            "source_key": str(completion.id),
            "added_at": make.NOW,
            **fields,
        },
    )


def check(credential: bytes, **options: Any) -> Report:
    """Verify with what is published now, and nothing else."""
    slugs = [key.organisation.slug for key in documents.IssuerKey.objects.select_related("organisation")]

    def status_list(url: str) -> bytes:
        list_id = names.list_id_of_url(url)
        found = documents.status_list(list_id) if list_id else None
        if found is None:
            raise Unavailable(url)
        return found.body

    known = {names.issuer_did(slug): documents.did_document(slug) or {} for slug in slugs}
    resolvers = Resolvers(did=StaticResolver(known), status_list=status_list)
    return verify(credential, resolvers=resolvers, now=options.get("now", make.NOW))


def reviewed_framework(owner: Organisation, actor: Person) -> None:
    """Publish a framework with one type, 이음 of other badges, that somebody else than the author must review."""
    kinds.forget_kept()
    data = {
        "code": "province",
        "name": {"ko": "도 배지"},
        "name_pattern": "{area}-{type}",
        "types": [
            {
                "code": "chain",
                "name": {"ko": "이음"},
                "meaning": {"ko": "여러 배지를 이었습니다."},
                "achievement_type": "LearningProgram",
                "demands": ["prerequisites"],
                "review": True,
            }
        ],
        "areas": [{"code": "work", "name": {"ko": "일"}}],
    }
    row = frameworks.save_draft(owner=owner, data=data, actor=actor, now=make.NOW)
    frameworks.publish(draft=row, revision=row.revision, actor=actor, now=make.NOW)
