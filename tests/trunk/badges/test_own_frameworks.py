"""A company's own scheme of two types: made, versioned, used for badges from designing to verification."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import badge_rows as rows
from tests import factories as make

from credcore import jsonio
from naite.flows import award_run as flow
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.badges import framework as kinds
from naite.trunk.badges.award_file import as_csv
from naite.trunk.badges.framework_shape import contrast_with_white
from naite.trunk.badges.models import Achievement, Award, FrameworkVersion
from naite.trunk.badges.rules import AwardRule
from naite.trunk.badges.services import AchievementDraft, award_runs, frameworks, publish_achievement
from naite.trunk.people.models import Organisation, Person

pytestmark = [pytest.mark.req("B1", "rule")]


@pytest.fixture(autouse=True)
def _fresh() -> Any:
    kinds.forget_kept()
    yield
    kinds.forget_kept()


def scheme(**changes: Any) -> dict[str, Any]:
    """Two types and two areas, nothing of Seoul's in it."""
    return {
        "code": "naru",
        "name": {"ko": "나루소프트 배지", "en": "Naru badges"},
        "name_pattern": "{type} ({area})",
        "types": [
            {
                "code": "joined",
                "name": {"ko": "함께함", "en": "Joined"},
                "meaning": {"ko": "사내 모임에 함께했습니다."},
                "achievement_type": "Membership",
                "demands": ["attendance"],
            },
            {
                "code": "mastered",
                "name": {"ko": "익힘", "en": "Mastered"},
                "meaning": {"ko": "시험에 붙었습니다."},
                "achievement_type": "Assessment",
                "demands": ["assessment"],
                "approval": True,
            },
        ],
        "areas": [
            {"code": "code", "name": {"ko": "개발"}, "colour": "#063a74"},
            {
                "code": "craft",
                "name": {"ko": "기획"},
                "sub_areas": [{"code": "ux", "name": {"ko": "사용성"}}],
            },
        ],
        **changes,
    }


class Company:
    def __init__(self) -> None:
        self.place: Organisation = make.organisation("나루소프트", kind=Organisation.Kind.COMPANY)
        self.staff: Person = make.staff(self.place)

    def saved(self, data: dict[str, Any] | None = None, **fields: Any) -> FrameworkVersion:
        return frameworks.save_draft(
            owner=self.place, data=data or scheme(), actor=self.staff, now=make.NOW, **fields
        )

    def published(self, data: dict[str, Any] | None = None) -> FrameworkVersion:
        row = self.saved(data)
        return frameworks.publish(draft=row, revision=row.revision, actor=self.staff, now=make.NOW)

    def badge(self, **changes: Any) -> Achievement:
        draft: dict[str, Any] = {
            "course_version": None,
            "organisation": self.place,
            "framework": "naru",
            "badge_type": "mastered",
            "area": "code",
            "name": "파이썬 익힘",
            "description": "사내 시험에 붙었습니다.",
            "criteria": "70점 이상",
            "rule": AwardRule(pass_mark=Decimal(70)),
            **changes,
        }
        return publish_achievement(draft=AchievementDraft(**draft), actor=self.staff, now=make.NOW)


@pytest.mark.django_db
def test_a_second_framework_goes_all_the_way_without_code() -> None:
    company = Company()
    company.published()
    badge = company.badge()
    assert award_runs.approval_needed(badge)
    person = make.person()
    make.account(person)
    run = award_runs.prepare_file(
        achievement=badge,
        content=as_csv(
            [[person.email, "", "", "", "", "", "", "", 88], ["low@x.kr", "", "", "", "", "", "", "", 60]]
        ),
        file_name="a.csv",
        actor=company.staff,
        now=make.NOW,
    )
    award_runs.submit(run=run, due_at=None, actor=company.staff, now=make.NOW)
    flow.approve(run=run, actor=make.staff(company.place), now=make.NOW)
    list(flow.give(run_id=run.pk, clock=lambda: make.NOW))
    award = Award.objects.get()
    document = jsonio.loads(bytes(award.credential))
    achievement = document["credentialSubject"]["achievement"]
    assert achievement["achievementType"] == "Assessment"
    assert achievement["humanCode"] == "익힘 (개발)"
    assert document["name"] == "파이썬 익힘 (익힘 (개발))"
    assert {item["targetCode"] for item in achievement["alignment"]} == {"mastered", "code"}
    assert rows.check(bytes(award.credential)).verdict == "valid"


@pytest.mark.django_db
def test_what_its_types_demand_is_enforced() -> None:
    company = Company()
    company.published()
    with pytest.raises(Invalid) as lacking:
        company.badge(rule=AwardRule())
    assert "pass_mark" in lacking.value.fields
    with pytest.raises(Invalid) as lacking:
        company.badge(badge_type="joined", rule=AwardRule())
    assert "min_attendance" in lacking.value.fields


@pytest.mark.django_db
def test_a_badge_keeps_the_version_it_was_made_under() -> None:
    company = Company()
    first = company.published()
    badge = company.badge()
    draft = frameworks.next_version(of=first, actor=company.staff, now=make.NOW)
    assert frameworks.next_version(of=first, actor=company.staff, now=make.NOW).pk == draft.pk
    changed = scheme()
    changed["types"] = [
        {**changed["types"][1], "name": {"ko": "통달"}, "demands": ["assessment", "alignment"]}
    ]
    draft = company.saved(changed, draft=draft, revision=draft.revision)
    frameworks.publish(draft=draft, revision=draft.revision, actor=company.staff, now=make.NOW)
    kind = kinds.framework(badge.framework, badge.framework_version)
    assert kind is not None
    assert (kind.version, kind.types["mastered"].korean, len(kind.types)) == (1, "익힘", 2)
    newest = kinds.offered(company.place)[-1]
    assert (newest.version, newest.types["mastered"].korean) == (2, "통달")
    with pytest.raises(Invalid) as lacking:
        company.badge()
    assert "alignments" in lacking.value.fields


@pytest.mark.django_db
@pytest.mark.req("B1", "refusal")
def test_it_is_its_owners_alone() -> None:
    company, other = Company(), make.organisation()
    row = company.saved()
    assert [item.code for item in kinds.offered(company.place)] == ["seoul"]
    for nobody in (make.person(), make.staff(other)):
        with pytest.raises(NotAllowed):
            frameworks.save_draft(owner=company.place, data=scheme(), actor=nobody, now=make.NOW)
        with pytest.raises(NotAllowed):
            frameworks.publish(draft=row, revision=row.revision, actor=nobody, now=make.NOW)
    frameworks.publish(draft=row, revision=row.revision, actor=company.staff, now=make.NOW)
    assert [item.code for item in kinds.offered(company.place)] == ["seoul", "naru"]
    assert [item.code for item in kinds.offered(other)] == ["seoul"]
    below = make.organisation("나루소프트 교육팀", parent=company.place)
    assert [item.code for item in kinds.offered(below)] == ["seoul", "naru"]
    staff = make.staff(other)
    with pytest.raises(Invalid) as taken:
        frameworks.save_draft(owner=other, data=scheme(), actor=staff, now=make.NOW)
    assert taken.value.code == "code_taken"
    with pytest.raises(Invalid):
        frameworks.save_draft(owner=other, data=scheme(code="seoul"), actor=staff, now=make.NOW)
    with pytest.raises(Invalid):
        publish_achievement(
            draft=AchievementDraft(
                course_version=None,
                organisation=other,
                framework="naru",
                badge_type="mastered",
                area="code",
                name="남의 체계",
                description="d",
                criteria="c",
                rule=AwardRule(pass_mark=Decimal(70)),
            ),
            actor=staff,
            now=make.NOW,
        )


@pytest.mark.django_db
def test_two_who_edit_at_once_and_what_cannot_be_used() -> None:
    company = Company()
    row = company.saved()
    company.saved(scheme(name_pattern="{type}"), draft=row, revision=row.revision)
    with pytest.raises(Refused) as meanwhile:
        company.saved(scheme(), draft=row, revision=row.revision)
    assert meanwhile.value.code == "moved_meanwhile"
    with pytest.raises(Invalid) as twice:
        company.saved()
    assert twice.value.code == "draft_exists"
    row.refresh_from_db()
    with pytest.raises(Invalid):
        company.saved(scheme(code="naru2"), draft=row, revision=row.revision)
    with pytest.raises(Invalid):
        company.saved(scheme(types=[]), draft=row, revision=row.revision)
    pale = scheme()
    pale["areas"][0]["colour"] = "#ffe9a8"
    row = company.saved(pale, draft=row, revision=row.revision)
    with pytest.raises(Invalid) as refused:
        frameworks.publish(draft=row, revision=row.revision, actor=company.staff, now=make.NOW)
    assert refused.value.code == "pale"


@pytest.mark.django_db
def test_what_is_given_out_is_taken_in_elsewhere() -> None:
    company = Company()
    seoul = kinds.as_data(kinds.current()[0])
    other = {**seoul, "code": "pocheon", "version": 77}
    row = frameworks.take_in(
        owner=company.place, content=orjson.dumps(other), actor=company.staff, now=make.NOW
    )
    assert row.version == 1
    frameworks.publish(draft=row, revision=row.revision, actor=company.staff, now=make.NOW)
    found = kinds.framework("pocheon", 1)
    assert found is not None
    assert kinds.as_data(found) == {**other, "version": 1}
    for junk in (b"{", b"[]", b"x" * (frameworks.MAX_BYTES + 1)):
        with pytest.raises(Invalid):
            frameworks.take_in(owner=company.place, content=junk, actor=company.staff, now=make.NOW)


@given(st.integers(0, 0xFFFFFF))
def test_contrast_lies_between_none_and_that_of_black(value: int) -> None:
    assert 1 <= contrast_with_white(f"#{value:06x}") <= 21.001


def test_contrast_of_known_colours() -> None:
    assert round(contrast_with_white("#767676"), 2) == 4.54
    assert round(contrast_with_white("#000000"), 1) == 21.0
