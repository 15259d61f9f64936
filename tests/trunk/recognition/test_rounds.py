"""Planning and publishing rounds: a month between publication and opening, and what may change afterwards."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import factories as make
from tests import recognition_rows as rows

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Organisation
from naite.trunk.recognition.models import Application, Round, RoundChange
from naite.trunk.recognition.rounds import queries, rules, services
from naite.trunk.recognition.rounds.services import RoundDraft, ScopeEntry

DRAFT = RoundDraft(
    year=2027,
    number=1,
    title="2027년 제1차 평가인정",
    opens_on=date(2026, 12, 25),
    last_day=date(2027, 1, 15),
    forward_until=date(2027, 1, 29),
    review_from=date(2027, 2, 1),
    review_until=date(2027, 2, 26),
    committee_on=date(2027, 3, 10),
    results_on=date(2027, 3, 26),
    procedure="# 신청\n\n업무 화면에서 신청합니다.",
)


@pytest.mark.req("A4", "rule")
@pytest.mark.parametrize(
    ("published", "opens"),
    [
        (date(2026, 10, 1), date(2026, 11, 2)),  # the day itself is not counted
        (date(2026, 11, 24), date(2026, 12, 25)),
        (date(2026, 12, 31), date(2027, 2, 1)),
        (date(2027, 1, 29), date(2027, 3, 1)),  # there is no 30 February
        (date(2027, 1, 30), date(2027, 3, 1)),
        (date(2028, 1, 28), date(2028, 2, 29)),
        (date(2026, 11, 30), date(2027, 1, 1)),
    ],
)
def test_a_month_is_counted_as_the_civil_code_counts(published: date, opens: date) -> None:
    assert rules.first_day_to_open(published) == opens


@pytest.mark.req("A4", "rule")
@given(st.dates(date(2020, 1, 1), date(2050, 1, 1)))
def test_between_publication_and_opening_lies_a_whole_month_and_no_more(published: date) -> None:
    opens = rules.first_day_to_open(published)
    assert 28 <= (opens - published).days - 1 <= 31
    assert rules.first_day_to_open(published + timedelta(days=1)) >= opens


@pytest.mark.django_db
@pytest.mark.req("A4", "refusal")
def test_a_round_is_refused_publication_a_day_too_early_and_the_rule_is_named() -> None:
    where = rows.offices()
    draft = replace(DRAFT, criteria=rows.criteria(), opens_on=date(2026, 12, 24))
    row = services.create(draft=draft, actor=where.officer, now=make.NOW)
    with pytest.raises(Invalid) as refusal:
        services.publish(round=row, actor=where.officer, now=make.NOW)
    assert "한 달 전" in str(refusal.value)
    assert "12.25(금)" in str(refusal.value)
    assert "민법" in str(refusal.value)
    row.refresh_from_db()
    assert row.state == Round.State.DRAFT
    row = services.change(
        round=row, draft=replace(draft, opens_on=date(2026, 12, 25)), scopes=(), revision=1,
        actor=where.officer, now=make.NOW,
    )  # fmt: skip
    assert services.publish(round=row, actor=where.officer, now=make.NOW).state == Round.State.PUBLISHED
    assert services.publish(round=row, actor=where.officer, now=make.NOW).revision == 3
    assert RoundChange.objects.filter(round=row, act="publish").count() == 1


@pytest.mark.django_db
@pytest.mark.req("A4", "refusal")
def test_a_published_round_cannot_be_edited_and_only_its_end_can_be_put_off() -> None:
    where = rows.offices()
    row = rows.round_(where.national)
    with pytest.raises(Refused) as refusal:
        services.change(round=row, draft=DRAFT, scopes=(), revision=1, actor=where.officer, now=make.NOW)
    assert refusal.value.code == "published"
    assert "영 제14조의2제3항" in str(refusal.value)
    with pytest.raises(Invalid, match="앞당길 수 없습니다"):
        services.extend(
            round=row,
            last_day=date(2026, 11, 29),
            reason="빨리 마치려고 합니다",
            actor=where.officer,
            now=make.NOW,
        )
    with pytest.raises(Invalid, match="검토 마감"):
        services.extend(
            round=row,
            last_day=date(2026, 12, 12),
            reason="접속 장애가 있었습니다",
            actor=where.officer,
            now=make.NOW,
        )
    with pytest.raises(Invalid, match="까닭"):
        services.extend(round=row, last_day=date(2026, 12, 4), reason="", actor=where.officer, now=make.NOW)
    row = services.extend(
        round=row,
        last_day=date(2026, 12, 4),
        reason="접속 장애가 있었습니다",
        actor=where.officer,
        now=make.NOW,
    )
    assert row.closes_at == datetime(2026, 12, 4, 15, tzinfo=UTC)
    assert RoundChange.objects.get(round=row, act="extend").reason == "접속 장애가 있었습니다"
    with pytest.raises(Refused) as refusal:
        services.extend(
            round=row,
            last_day=date(2026, 12, 9),
            reason="더 받으려고 합니다",
            actor=where.officer,
            now=row.closes_at,
        )
    assert refusal.value.code == "closed"


@pytest.mark.django_db
@pytest.mark.req("A4", "refusal")
def test_rounds_belong_to_the_national_institute_and_two_tabs_do_not_overwrite() -> None:
    where = rows.offices()
    for other in (where.official, where.provincial_officer, where.local_officer, where.staff):
        with pytest.raises(NotAllowed):
            services.create(draft=DRAFT, actor=other, now=make.NOW)
    row = services.create(draft=DRAFT, actor=where.officer, now=make.NOW)
    services.change(round=row, draft=replace(DRAFT, title="고친 이름"), scopes=(), revision=1, actor=where.officer, now=make.NOW)  # fmt: skip
    with pytest.raises(Refused) as refusal:
        services.change(round=row, draft=DRAFT, scopes=(), revision=1, actor=where.officer, now=make.NOW)
    assert refusal.value.code == "changed_meanwhile"
    with pytest.raises(Invalid) as taken:
        services.create(draft=DRAFT, actor=where.officer, now=make.NOW)
    assert taken.value.code == "number_taken"
    with pytest.raises(Invalid) as faults:
        services.create(
            draft=replace(DRAFT, number=2, last_day=date(2026, 12, 1), committee_on=date(2027, 2, 1), stages=()),
            actor=where.officer, now=make.NOW,
        )  # fmt: skip
    assert set(faults.value.fields) == {"last_day", "committee_on", "stages"}


@pytest.mark.django_db
def test_a_round_with_open_applications_cannot_be_called_off() -> None:
    where = rows.offices()
    row = rows.round_(where.national)
    case = rows.application(where, row, Application.State.RECEIVED)
    with pytest.raises(Refused) as refusal:
        services.cancel(round=row, reason="예산이 줄었습니다", actor=where.officer, now=make.NOW)
    assert refusal.value.code == "applications_open"
    Application.objects.filter(pk=case.pk).update(state="withdrawn")
    row = services.cancel(round=row, reason="예산이 줄었습니다", actor=where.officer, now=make.NOW)
    assert row.state == Round.State.CANCELLED
    assert services.cancel(round=row, reason="", actor=where.officer, now=make.NOW).pk == row.pk


@pytest.mark.django_db
@pytest.mark.req("A4", "rule")
def test_whom_a_round_is_for() -> None:
    where = rows.offices()
    everyone = rows.round_(where.national)
    today = date(2026, 11, 24)
    assert queries.why_not(everyone, where.institution, on=today) == ""
    assert queries.why_not(everyone, where.local, on=today) == ""
    company = make.organisation("나루소프트", kind=Organisation.Kind.COMPANY)
    for refused in (company, where.ministry, where.national, where.provincial):
        assert "평생교육법 제2조제2호" in queries.why_not(everyone, refused, on=today)
    bare = make.organisation("근거 없는 곳", kind=Organisation.Kind.HUMAN_RESOURCES)
    assert "법적 근거" in queries.why_not(everyone, bare, on=today)
    cities = rows.round_(where.national, scope=Round.Scope.LEARNING_CITIES, criteria=everyone.criteria)
    assert "평생학습도시" in queries.why_not(cities, where.institution, on=today)
    services._put_scopes(cities, [ScopeEntry(region=where.institution.region, since=date(2026, 11, 25))])
    assert "2026.11.25부터" in queries.why_not(cities, where.institution, on=today)
    assert queries.why_not(cities, where.institution, on=date(2026, 11, 25)) == ""
    named = rows.round_(where.national, scope=Round.Scope.NAMED, criteria=everyone.criteria)
    assert "정한 기관" in queries.why_not(named, where.institution, on=today)
    services._put_scopes(named, [ScopeEntry(organisation=where.institution)])
    assert queries.why_not(named, where.institution, on=today) == ""
