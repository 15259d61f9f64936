"""The evaluators' pages: works, refused, and what never leaves the server."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import factories as make
from tests import panel_rows as panels
from tests import recognition_rows as rows
from tests import samples_of_files as samples
from tests.clock import hold

from naite.roots.files import services as files
from naite.trunk.people.models import Role
from naite.trunk.recognition.models import (
    Application,
    Assignment,
    Challenge,
    ConflictDeclaration,
    Evaluator,
    Evidence,
    Score,
)
from naite.trunk.recognition.panels import reviews
from naite.trunk.recognition.results import queries, supplements

pytestmark = pytest.mark.django_db
FETCH = {"HTTP_X_REQUESTED_WITH": "fetch"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> panels.World:
    hold(monkeypatch, make.NOW)
    return panels.world()


def as_(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def save_url(assignment: Assignment, place: int = 0) -> str:
    return reverse("review-save", args=[assignment.pk, reviews.items_to_judge(assignment)[place].pk])


@pytest.mark.req("A7", "browser")
def test_the_screen_shows_items_evidence_and_own_scores(world: panels.World) -> None:
    _application, given = world.seated()
    panels.fill(given[0], "0.5")
    answer = as_(given[0].evaluator.person).get(reverse("review-case", args=[given[0].pk]))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "강의실과 설비에 대한 설명입니다." in text
    assert "강의실과 설비에 대한 의견" in text
    assert "봉인 · 제출 0 / 3명" in text
    assert text.count("data-score-of=") == 6
    assert "<script>" not in text
    assert "onclick" not in text


@pytest.mark.req("A7", "refusal")
def test_others_scores_never_reach_the_browser_before_all_have_submitted(world: panels.World) -> None:
    application, given = world.seated()
    secret = "비밀의견가나다"
    for each in given[1:]:
        panels.fill(each, "0.9")
        Score.objects.filter(assignment=each).update(comment=secret, points="6.13")
        reviews.submit(assignment=each, actor=each.evaluator.person, now=make.NOW)
    one = given[0]
    client = as_(one.evaluator.person)
    panels.fill(one, "0.5")
    pages = [
        client.get(reverse("review")),
        client.get(reverse("review-case", args=[one.pk])),
        client.get(reverse("review-submit", args=[one.pk])),
        client.get(reverse("review-recuse", args=[one.pk])),
        client.post(save_url(one), {"points": "8,5", "comment": "가", "revision": 1}),
        client.post(save_url(one), {"points": "8.5", "comment": "가", "revision": 1}, **FETCH),
        client.get(reverse("review-submitted", args=[one.pk]), follow=True),
        as_(given[1].evaluator.person).get(reverse("review-submitted", args=[given[1].pk])),
    ]
    for answer in pages[:-1]:
        assert secret.encode() not in answer.content
        assert b"6.13" not in answer.content
        for each in given[1:]:
            assert each.evaluator.person.name.encode() not in answer.content
    # The one who has submitted still sees the own comments, but nobody else's name and no sheet.
    assert given[2].evaluator.person.name.encode() not in pages[-1].content
    assert "봉인되어 있습니다" in pages[-1].content.decode()

    client.post(reverse("review-submit", args=[one.pk]))
    opened = client.get(reverse("review-submitted", args=[one.pk])).content.decode()
    assert secret in opened
    assert application.number in opened


@pytest.mark.req("A7", "browser")
def test_a_save_by_the_script_answers_with_the_own_sums_only(world: panels.World) -> None:
    _application, given = world.seated()
    client = as_(given[0].evaluator.person)
    answer = client.post(
        save_url(given[0]),
        {"points": "6.5", "comment": "좁음", "quotes": '[{"text": "강의실", "source": "신청서"}]'},
        **FETCH,
    ).json()
    assert (answer["revision"], answer["mark"], answer["points"], answer["is_short"]) == (
        1,
        "done",
        "6.5",
        True,
    )
    assert (answer["total"], answer["of"], answer["short"], answer["left"]) == ("6.5", "10", 1, 5)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", answer["saved_at"])
    assert Score.objects.get().quotes == [{"text": "강의실", "source": "신청서"}]


@pytest.mark.req("A7", "refusal")
@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ("10.5", "배점은 10점까지입니다. 소수점은 마침표로 적습니다."),
        ("8,5", "소수점은 쉼표가 아니라 마침표로"),
    ],
)
def test_impossible_scores_are_refused_and_what_was_typed_stays(
    world: panels.World, points: str, sentence: str
) -> None:
    _application, given = world.seated()
    client = as_(given[0].evaluator.person)
    form = {"points": points, "comment": "길게 쓴 의견", "go": "next"}
    answer = client.post(save_url(given[0]), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text
    assert f'value="{points}"' in text
    assert "길게 쓴 의견" in text
    told = client.post(save_url(given[0]), form, **FETCH)
    assert told.status_code == 422
    assert sentence in told.json()["fields"]["points"]
    assert not Score.objects.exists()


@pytest.mark.req("A7", "refusal")
def test_the_second_of_two_tabs_is_shown_what_is_stored(world: panels.World) -> None:
    _application, given = world.seated()
    client = as_(given[0].evaluator.person)
    client.post(save_url(given[0]), {"points": "8", "comment": "첫 창"}, **FETCH)
    late = client.post(save_url(given[0]), {"points": "3", "comment": "둘째 창", "revision": 0}, **FETCH)
    assert late.status_code == 409
    assert late.json()["stored"] == {"points": "8", "comment": "첫 창", "is_held": False, "revision": 1}
    plain = client.post(save_url(given[0]), {"points": "3", "comment": "둘째 창", "revision": 0})
    assert plain.status_code == 409
    assert "둘째 창" in plain.content.decode()
    assert Score.objects.get().comment == "첫 창"


@pytest.mark.req("A7", "browser")
def test_without_script_the_form_leads_on_item_by_item(world: panels.World) -> None:
    _application, given = world.seated()
    items = reviews.items_to_judge(given[0])
    client = as_(given[0].evaluator.person)
    answer = client.post(save_url(given[0]), {"points": "8", "comment": "좋음", "go": "next"})
    assert answer["Location"].endswith(f"?item={items[1].pk}")
    answer = client.post(save_url(given[0], 1), {"points": "8", "comment": "", "go": "hold"})
    assert answer["Location"].endswith(f"?item={items[2].pk}")
    assert Score.objects.get(item=items[1]).is_held
    assert client.get(reverse("review-submit", args=[given[0].pk])).content.decode().count("?item=") >= 5
    refused = client.post(reverse("review-submit", args=[given[0].pk]))
    assert refused.status_code == 422
    panels.fill(given[0])
    done = client.post(reverse("review-submit", args=[given[0].pk]))
    assert done["Location"] == reverse("review-submitted", args=[given[0].pk])
    again = client.get(reverse("review-case", args=[given[0].pk]))
    assert again["Location"] == reverse("review-submitted", args=[given[0].pk])


@pytest.mark.req("A7", "refusal")
def test_nobody_but_the_evaluator_opens_a_review(world: panels.World) -> None:
    application, given = world.seated()
    bound = given[0].evaluator
    others = [
        given[1].evaluator.person,
        world.evaluators[3].person,
        world.where.officer,
        world.where.staff,
        panels.evaluator(world.where, world.round, "다른 반 위원").person,
        make.person(),
    ]
    for person in others:
        client = as_(person)
        for name in ("review-case", "review-submit", "review-recuse", "review-submitted"):
            assert client.get(reverse(name, args=[given[0].pk])).status_code == 403
        assert client.post(save_url(given[0]), {"points": "8"}).status_code == 403
        assert client.post(save_url(given[0]), {"points": "8"}, **FETCH).status_code == 403
    assert Client().get(reverse("review-case", args=[given[0].pk])).status_code == 302
    assert not Score.objects.exists()
    client = as_(bound.person)
    client.post(reverse("review-recuse", args=[given[0].pk]), {"reason": "가족이 일함"})
    assert Challenge.objects.get().state == Challenge.State.UPHELD
    assert client.get(reverse("review-case", args=[given[0].pk])).status_code == 409
    assert application.assignments.filter(state="replaced").count() == 1


@pytest.mark.req("A7", "browser")
def test_evidence_opens_beside_the_item_for_its_evaluator_alone(world: panels.World) -> None:
    application, given = world.seated()
    kept = files.keep(BytesIO(samples.pdf()), name="계획서.pdf", purpose="recognition.evidence", now=make.NOW)
    row = Evidence.objects.create(application=application, file=kept, title="강의계획서", added_at=make.NOW)
    url = reverse("review-evidence", args=[given[0].pk, row.pk])
    answer = as_(given[0].evaluator.person).get(url)
    assert answer.status_code == 200
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")
    assert as_(given[1].evaluator.person).get(url).status_code == 403
    assert as_(world.where.officer).get(url).status_code == 403
    other, theirs = world.seated()
    assert (
        as_(theirs[0].evaluator.person)
        .get(reverse("review-evidence", args=[theirs[0].pk, row.pk]))
        .status_code
        == 404
    )
    assert other.pk != application.pk
    page = as_(given[0].evaluator.person).get(reverse("review-case", args=[given[0].pk])).content.decode()
    assert f'data-src="{url}"' in page


@pytest.mark.req("A7", "browser")
def test_the_list_asks_as_often_for_twenty_cases_as_for_two(
    world: panels.World,
) -> None:
    client = as_(world.people[0])
    for _ in range(2):
        world.seated()
    client.get(reverse("review"))
    with CaptureQueriesContext(connection) as two:
        assert client.get(reverse("review")).content.decode().count("/review/") > 2
    for _ in range(6):
        world.seated()
    with CaptureQueriesContext(connection) as eight:
        client.get(reverse("review"))
    assert abs(len(eight) - len(two)) <= 1


@pytest.mark.req("A7", "browser")
def test_declaring_conflicts_keeps_what_was_named(world: panels.World) -> None:
    world.application()
    one = panels.evaluator(world.where, None, "새 위원")
    world.panel.members.create(evaluator=one, joined_at=make.NOW)
    client = as_(one.person)
    assert "확인서 내기" in client.get(reverse("review")).content.decode()
    url = reverse("review-declare", args=[world.round.pk])
    school = world.where.institution
    assert client.post(url, {"conflict": str(school.pk)}).status_code == 422
    assert client.post(url, {"conflict": str(school.pk), "truth": "yes"}).status_code == 422
    assert not ConflictDeclaration.objects.filter(evaluator=one).exists()
    client.post(url, {"conflict": str(school.pk), f"reason-{school.pk}": "강사로 일함", "truth": "yes"})
    client.post(url, {"truth": "yes"})
    declared = ConflictDeclaration.objects.get(evaluator=one)
    assert [(row.organisation, row.reason) for row in declared.conflicts.all()] == [(school, "강사로 일함")]
    assert declared.revision == 2


@pytest.mark.req("A7", "browser")
def test_an_evaluator_keeps_an_own_profile(world: panels.World) -> None:
    person = make.staff(world.where.national, Role.EVALUATOR, "처음 온 위원")
    client = as_(person)
    url = reverse("review-profile")
    assert client.get(url).status_code == 200
    form = {
        "what": "profile",
        "occupation": "대학 강사",
        "qualifications": "평생교육사",
        "is_available": "on",
        "revision": "1",
    }
    assert client.post(url, form).status_code == 422
    assert client.post(url, {**form, "areas": ["vocational"]}).status_code == 302
    assert Evaluator.objects.get(person=person).field_labels == ["직업능력교육"]
    bond = {"what": "affiliation", "organisation": world.where.institution.name, "valid_from": "2025-03-02"}
    assert client.post(url, {**bond, "organisation": "없는 곳"}).status_code == 422
    assert client.post(url, bond).status_code == 302
    held = Evaluator.objects.get(person=person).affiliations.get()
    assert client.post(reverse("review-affiliation-end", args=[held.pk])).status_code == 302
    held.refresh_from_db()
    assert held.valid_until is not None
    assert as_(world.where.staff).get(url).status_code == 403
    off = client.post(reverse("review-shortcuts"), {"on": "0", "next": "//elsewhere.example/"})
    assert off["Location"] == reverse("review")
    assert not Evaluator.objects.get(person=person).shortcuts_on


@pytest.mark.req("A9", "browser")
def test_in_a_re_evaluation_only_what_fell_short_is_asked(world: panels.World) -> None:
    application, given = world.seated()
    for each in given:
        panels.submit(each, ["0.7", "0.7", "0.7", "0.7", "0.5", "0.5"])
    application.refresh_from_db()
    supplements.supplement_item(
        application=application,
        item_id=sorted(queries.short_item_ids(application))[0],
        text="새로 쓴 설명",
        revision=application.revision,
        actor=world.where.staff,
        now=make.NOW,
    )
    supplements.hand_in_again(application=application, actor=world.where.staff, now=make.NOW)
    again = panels.assignments(Application.objects.get(pk=application.pk), attempt=2)[0]
    text = as_(again.evaluator.person).get(reverse("review-case", args=[again.pk])).content.decode()
    assert text.count("data-score-of=") == 2
    assert "재평가: 못 미친 항목만" in text
    assert "새로 쓴 설명" in text
    assert "보완하기 전의 글 보기" in text
    assert rows.ITEMS[0][1] not in text
