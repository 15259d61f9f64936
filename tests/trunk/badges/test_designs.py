"""From a draft through a review to a published badge (row B3)."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any
from zlib import crc32

import pytest
from tests import badge_rows as rows
from tests import factories as make
from tests.threads import all_at_once

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files import services as files
from naite.roots.notices.models import Message
from naite.trunk.badges import credentials
from naite.trunk.badges.models import Achievement, Award, BadgeDesign
from naite.trunk.badges.pictures import prepare
from naite.trunk.badges.rules import AwardRule
from naite.trunk.badges.services import AchievementDraft, designs, publish_achievement, publish_reviewed
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="50" cy="50" r="48" fill="#0a5"/>%s</svg>'


@pytest.fixture
def draft() -> AchievementDraft:
    version = make.version(title="직업상담 실무", area="career", sub_area="skills")
    return AchievementDraft(
        course_version=version,
        framework="seoul",
        badge_type="qualification",
        area="career",
        name="직업상담 실무",
        description="초기 상담을 이끌 수 있습니다.",
        criteria="80% 이상 출석하고 60점 이상을 받습니다.",
        activity="모의 상담을 세 번 합니다.",
        hours=Decimal("30.0"),
        evidence=["result"],
        valid_months=36,
        rule=AwardRule(min_attendance=80, pass_mark=Decimal(60), alignments=[rows.NCS]),
    )


def author_of(draft: AchievementDraft) -> Person:
    return make.staff(draft.owner)


def saved(draft: AchievementDraft, author: Person, **more: Any) -> BadgeDesign:
    return designs.save(draft=draft, actor=author, now=make.NOW, **more)


@pytest.mark.req("B3", "api")
def test_a_draft_is_kept_as_it_was_typed_and_comes_back(draft: AchievementDraft) -> None:
    author = author_of(draft)
    half = replace(draft, criteria="", rule=AwardRule(min_attendance=80))
    design = saved(half, author)
    assert designs.as_data(designs.draft_of(design)) == designs.as_data(half)
    assert designs.draft_of(design).name == "직업상담 실무"
    design = saved(draft, author, design=design, revision=1)
    assert designs.as_data(designs.draft_of(design)) == designs.as_data(draft)
    with pytest.raises(Refused) as caught:
        saved(half, author, design=design, revision=1)
    assert caught.value.code == "moved_meanwhile"


@pytest.mark.req("B3", "refusal")
def test_a_reviewed_type_is_published_by_somebody_else_only(draft: AchievementDraft) -> None:
    author, other, stranger = author_of(draft), make.staff(draft.owner), make.staff(make.organisation())
    design = saved(draft, author)
    with pytest.raises(Refused) as caught:
        designs.publish(design=design, revision=1, actor=author, now=make.NOW)
    assert caught.value.code == "needs_review"
    designs.submit(design=design, revision=1, actor=author, now=make.NOW)
    assert list(Message.objects.values_list("address", flat=True)) == [other.email]
    for who in (author, stranger, None):
        with pytest.raises(NotAllowed):
            designs.approve(design=design, actor=who, now=make.NOW)
    with pytest.raises(Refused):
        saved(draft, author, design=design, revision=1)
    with pytest.raises(Invalid):
        designs.send_back(design=design, reason=" ", actor=other, now=make.NOW)
    designs.send_back(design=design, reason="기준에 과제를 적어 주세요.", actor=other, now=make.NOW)
    assert (design.state, design.reason) == ("draft", "기준에 과제를 적어 주세요.")
    designs.submit(design=design, revision=1, actor=author, now=make.NOW)
    designs.approve(design=design, actor=other, now=make.NOW)
    made = Achievement.objects.get()
    assert (design.state, made.valid_months, made.evidence) == ("published", 36, ["result"])
    with pytest.raises(Refused):
        designs.approve(design=design, actor=other, now=make.NOW)
    assert Achievement.objects.count() == 1


@pytest.mark.req("B3", "refusal")
def test_no_way_of_publishing_goes_around_the_review(draft: AchievementDraft) -> None:
    author, other, stranger = author_of(draft), make.staff(draft.owner), make.staff(make.organisation())
    for who in (author, other):
        with pytest.raises(Refused) as caught:
            publish_achievement(draft=draft, actor=who, now=make.NOW)
        assert caught.value.code == "needs_review"
    for authors, who in (
        ({author.pk}, author),
        ({author.pk}, stranger),
        ({author.pk}, None),
        ({author.pk, other.pk}, other),
        (set(), other),
    ):
        with pytest.raises(NotAllowed):
            publish_reviewed(draft=draft, authors=authors, actor=who, now=make.NOW)
    design = saved(draft, author)
    with pytest.raises(Refused):  # a draft that nobody was asked to look at
        designs.approve(design=design, actor=other, now=make.NOW)
    assert not Achievement.objects.exists()
    assert publish_reviewed(draft=draft, authors={author.pk}, actor=other, now=make.NOW).version == 1


@pytest.mark.req("B3", "refusal")
def test_the_request_for_a_review_lists_everything_that_is_missing(draft: AchievementDraft) -> None:
    author = author_of(draft)
    design = saved(
        replace(draft, criteria="성실히 참여한다", evidence=[], hours=None, description="", rule=AwardRule()),
        author,
    )
    with pytest.raises(Invalid) as caught:
        designs.submit(design=design, revision=1, actor=author, now=make.NOW)
    assert set(caught.value.fields) == {"criteria", "description", "pass_mark", "alignments", "evidence"}
    design.refresh_from_db()
    assert design.state == "draft"
    assert not Message.objects.exists()


def test_a_next_version_and_an_end_retire_the_design_before(draft: AchievementDraft) -> None:
    author = author_of(draft)
    draft = replace(draft, badge_type="achievement")
    first = saved(draft, author)
    designs.publish(design=first, revision=1, actor=author, now=make.NOW)
    assert first.achievement is not None
    second = saved(designs.draft_of_badge(first.achievement), author)
    designs.publish(design=second, revision=1, actor=author, now=make.NOW)
    first.refresh_from_db()
    assert (first.state, second.state) == ("retired", "published")
    assert second.achievement is not None
    assert second.achievement.version == 2
    designs.retire(achievement=second.achievement, actor=author, now=make.NOW)
    second.refresh_from_db()
    assert second.state == "retired"
    with pytest.raises(Refused):
        designs.retire(achievement=second.achievement, actor=author, now=make.NOW)
    with pytest.raises(NotAllowed):
        designs.retire(achievement=second.achievement, actor=make.person(), now=make.NOW)


def test_what_was_designed_stands_in_the_credential_and_it_ends_when_it_should(
    draft: AchievementDraft,
) -> None:
    badge = rows.published(
        draft.course_version,
        activity="모의 상담을 세 번 합니다.",
        evidence=["result", "report"],
        valid_months=3,
        hours=Decimal(12),
    )
    node = credentials.achievement_document(badge)
    assert node["criteria"]["narrative"].endswith("증거: 평가 결과, 보고서나 만든 것")
    assert node["description"].endswith("모의 상담을 세 번 합니다.")
    assert node["creditsAvailable"] == 12
    until = credentials.valid_until_of(badge, now=make.NOW)
    assert until is not None
    assert until.isoformat() == "2027-02-24T00:00:00+09:00"
    assert not Award.objects.exists()


@pytest.mark.req("B3", "refusal")
def test_a_picture_is_checked_by_content_and_drawn_anew(draft: AchievementDraft) -> None:
    author = author_of(draft)
    design = saved(draft, author, picture=SVG % b"", picture_name="badge.svg")
    assert design.picture is not None
    assert design.picture.media_type == "image/png"
    assert prepare(SVG % b"", name="a.svg").png.startswith(b"\x89PNG")
    white = SVG.replace(b"#0a5", b"#fff") % b""
    assert "흰 바탕" in str(prepare(white, name="a.svg").hints[0])
    assert prepare(SVG % b"", name="a.svg").hints == ()
    for bad, name in [
        (SVG % b"<script>alert(1)</script>", "a.svg"),
        (SVG % b'<image href="http://example.org/a.png"/>', "a.svg"),
        (SVG % (b"<use/>" * 20), "a.svg"),
        (b"MZ" + b"0" * 200, "a.png"),
        (b"", "a.png"),
        (b"hello", "a.png"),
    ]:
        with pytest.raises(Invalid) as caught:
            saved(draft, author, design=design, revision=1, picture=bad, picture_name=name)
        assert "picture" in caught.value.fields
    design.refresh_from_db()
    assert design.revision == 1


@pytest.mark.req("B3", "refusal")
def test_what_hides_in_a_picture_is_not_kept(draft: AchievementDraft) -> None:
    author = author_of(draft)
    script = b"<script>alert(document.cookie)</script>"
    clean = prepare(SVG % b"", name="a.svg").png
    note = b"Comment\0" + script  # in a chunk of its own, as metadata
    chunk = len(note).to_bytes(4, "big") + b"tEXt" + note + crc32(b"tEXt" + note).to_bytes(4, "big")
    for polyglot in (
        clean + script,
        clean + b"PK\x03\x04" + script,
        clean[:-12] + chunk + clean[-12:],
    ):
        try:
            design = saved(draft, author, picture=polyglot, picture_name="badge.png")
        except Invalid:
            continue  # refused is well, too
        assert design.picture is not None
        with files.open_file(design.picture) as content:
            drawn = content.read()
        assert drawn.startswith(b"\x89PNG")
        assert b"script" not in drawn
        assert drawn.endswith(b"IEND\xaeB`\x82")
    for disguised in (b"GIF89a" + script, b"\x89PNG\r\n\x1a\n" + script, b"%PDF-1.7 " + script):
        with pytest.raises(Invalid):
            saved(draft, author, picture=disguised, picture_name="badge.png")


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("B3", "refusal")
def test_of_two_who_review_at_once_one_publishes(draft: AchievementDraft) -> None:
    author = author_of(draft)
    design = saved(draft, author)
    designs.submit(design=design, revision=1, actor=author, now=make.NOW)
    reviewers = [make.staff(draft.owner, name=f"담당{n}") for n in range(2)]

    def approving(who: Person) -> Callable[[], str]:
        return lambda: (
            designs.approve(design=BadgeDesign.objects.get(pk=design.pk), actor=who, now=make.NOW).state
        )

    outcomes = all_at_once([approving(who) for who in reviewers])
    assert sum(outcome == "published" for outcome in outcomes) == 1, outcomes
    assert Achievement.objects.count() == 1
