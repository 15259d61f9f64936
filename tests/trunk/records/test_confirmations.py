"""Asking an institution, its answer, and what time brings."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests import factories as make
from tests.factories import NOW
from tests.threads import all_at_once

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.people.models import Organisation, Role
from naite.trunk.records.confirmations import queries, services
from naite.trunk.records.models import ConfirmationRequest, Entry, LearningAccount
from naite.trunk.records.sections import services as sections
from naite.trunk.records.sections.rules import OwnWords

pytestmark = pytest.mark.django_db
State = ConfirmationRequest.State
LITERACY = OwnWords(
    kind="literacy",
    title="초등학력인정 문해교육",
    provider_name="가온시 평생학습관",
    completed_on=date(2022, 2, 10),
    details={"level": "elementary", "office": "서울특별시교육청"},
)
TRAINING = OwnWords(
    kind="training", title="마을 해설사 과정", provider_name="가온시평생학습관", completed_on=date(2019, 6, 1)
)


def write(account: LearningAccount, words: OwnWords = TRAINING) -> Entry:
    return sections.write(account=account, words=words, token=words.title, actor=account.person, now=NOW)


def ask(entry: Entry, where: Organisation, **more: object) -> ConfirmationRequest:
    values = {"actor": entry.account.person, "now": NOW, **more}
    return services.ask(entry=entry, organisation=where, **values)  # type: ignore[arg-type]


def office(name: str = "서울특별시교육청", **fields: object) -> Organisation:
    made = make.organisation(name, kind=Organisation.Kind.EDUCATION_OFFICE, **fields)
    make.staff(made, Role.EDUCATION_OFFICER, "교육청 담당")
    return made


@pytest.mark.req("A19", "rule")
def test_a_confirmed_entry_names_who_confirmed_it_and_when() -> None:
    account, school = make.account(), make.organisation()
    staff = make.staff(school)
    entry = write(account)
    request = ask(entry, school, message="2019년 봄 과정입니다.")
    assert ask(entry, school).id == request.id
    assert Message.objects.filter(person_id=staff.pk).count() == 1
    assert queries.waiting_count(school) == 1
    services.answer(request=request, confirmed=True, actor=staff, now=NOW + timedelta(days=1))
    entry.refresh_from_db()
    assert (entry.provenance, entry.confirmed_by, entry.confirmed_by_id) == (
        "institution",
        school.name,
        school.pk,
    )
    assert entry.confirmed_at == NOW + timedelta(days=1)
    assert (
        Message.objects.filter(person_id=account.person_id, subject__contains="확인되었습니다").count() == 1
    )
    assert AuditEvent.objects.filter(
        action="records.confirm_entry", actor_id=staff.pk, data_subject_id=account.person_id
    ).exists()
    with pytest.raises(Refused) as again:
        ask(entry, school)
    assert again.value.code == "confirmed"
    better = sections.correct(
        entry=entry, words=replace(TRAINING, title="마을 해설사"), token="b", actor=account.person, now=NOW
    )
    assert (better.provenance, better.confirmed_by) == ("self", "")


@pytest.mark.req("A19", "rule")
def test_a_declined_entry_stays_own_words_and_may_be_asked_again_but_not_for_ever() -> None:
    account, school = make.account(), make.organisation()
    staff = make.staff(school)
    entry = write(account)
    for number in range(services.MOST_ASKED):
        request = ask(entry, school)
        with pytest.raises(Invalid):
            services.answer(request=request, confirmed=False, reason="몰라", actor=staff, now=NOW)
        services.answer(
            request=request, confirmed=False, reason="그해 명단에 이름이 없습니다.", actor=staff, now=NOW
        )
        assert queries.history_of(entry).count() == number + 1
    entry.refresh_from_db()
    assert entry.provenance == "self"
    assert (
        "명단에 이름이 없습니다"
        in Message.objects.filter(person_id=account.person_id).latest("created_at").body
    )
    with pytest.raises(Refused) as often:
        ask(entry, school)
    assert often.value.code == "asked_often"


@pytest.mark.req("A19", "refusal")
def test_who_may_not_ask_or_answer() -> None:
    account, school = make.account(), make.organisation()
    staff, other = make.staff(school), make.staff(make.organisation("다른 기관"))
    entry = write(account)
    for actor in (make.person(), staff):
        with pytest.raises(NotAllowed):
            ask(entry, school, actor=actor)
    request = ask(entry, school)
    for actor in (other, account.person, make.staff(school, Role.INSTRUCTOR)):
        with pytest.raises(NotAllowed):
            services.answer(request=request, confirmed=True, actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            services.withdraw(request=request, actor=actor if actor != account.person else other, now=NOW)
    make.role(account.person, school)
    with pytest.raises(NotAllowed, match="본인"):
        services.answer(request=request, confirmed=True, actor=account.person, now=NOW)
    with pytest.raises(Invalid):
        ask(write(make.account()), school, message="800101-1234567")


@pytest.mark.req("A17", "rule")
def test_schooling_by_literacy_is_the_education_offices_to_confirm() -> None:
    account = make.account()
    seoul, busan = office(), office("부산광역시교육청")
    school = make.organisation("가온시 평생학습관")
    make.staff(school)
    entry = write(account, LITERACY)
    assert [each.name for each in queries.suggest(entry, now=NOW).organisations] == [seoul.name, busan.name]
    with pytest.raises(Refused) as refused:
        ask(entry, school)
    assert refused.value.code == "education_office"
    request = ask(entry, seoul)
    officer = seoul.roles.get().person
    services.answer(request=request, confirmed=True, actor=officer, now=NOW)
    entry.refresh_from_db()
    assert entry.provenance == "institution"


@pytest.mark.req("A19", "rule")
def test_where_the_institution_is_closed_or_absent_the_region_is_suggested() -> None:
    mapo = make.region()
    account = make.account(make.person(region=mapo))
    entry = write(account)
    assert queries.suggest(entry, now=NOW).organisations == ()
    town = make.organisation("마포구", region=mapo)
    make.staff(town, Role.LOCAL_OFFICER)
    absent = queries.suggest(entry, now=NOW)
    assert absent.organisations == (town,)
    assert "나이테에 없습니다" in str(absent.why)
    school = make.organisation(kind=Organisation.Kind.HUMAN_RESOURCES, closed_on=date(2021, 1, 1))
    make.staff(school)
    closed = queries.suggest(entry, now=NOW)
    assert closed.organisations == (town,)
    assert "문을 닫았습니다" in str(closed.why)
    with pytest.raises(Refused) as refused:
        ask(entry, school)
    assert refused.value.code == "nobody_answers"
    Organisation.objects.filter(pk=school.pk).update(closed_on=None)
    assert queries.suggest(entry, now=NOW).organisations == (school,)
    assert [each.name for each in queries.found("평생", now=NOW)] == [school.name]


@pytest.mark.req("A19", "rule")
def test_a_question_is_withdrawn_by_hand_by_correction_and_by_taking_back() -> None:
    account, school = make.account(), make.organisation()
    other = make.organisation("다른 곳")
    staff = make.staff(school)
    make.staff(other)
    entry = write(account)
    first = ask(entry, school)
    with pytest.raises(Refused) as waiting:
        ask(entry, other)
    assert waiting.value.code == "waiting"
    services.withdraw(request=first, actor=account.person, now=NOW)
    with pytest.raises(Refused):
        services.answer(request=first, confirmed=True, actor=staff, now=NOW)
    second = ask(entry, other)
    better = sections.correct(
        entry=entry, words=replace(TRAINING, title="해설사"), token="b", actor=account.person, now=NOW
    )
    second.refresh_from_db()
    assert second.state == State.WITHDRAWN
    third = ask(better, school)
    sections.take_back(entry=better, reason="잘못 적음", actor=account.person, now=NOW)
    third.refresh_from_db()
    assert third.state == State.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_all_at_once_one_counts() -> None:
    account, school = make.account(), make.organisation()
    one, two = make.staff(school), make.staff(school, name="김하늘")
    request = ask(write(account), school)

    def go(actor: object, confirmed: bool) -> str:
        mine = queries.request_of(account.pk, request.id)
        assert mine is not None
        try:
            return services.answer(  # type: ignore[arg-type]
                request=mine, confirmed=confirmed, reason="명단에 없습니다.", actor=actor, now=NOW
            ).state
        except Refused:
            return "told"

    found = all_at_once([lambda: go(one, True), lambda: go(two, False)])
    assert found.count("told") == 1
    request.refresh_from_db()
    sure = Entry.objects.get().provenance == "institution"
    assert sure == (request.state == State.CONFIRMED)


@pytest.mark.req("A19", "rule")
def test_organisations_are_reminded_and_learners_told_once() -> None:
    account, school = make.account(), make.organisation()
    staff = make.staff(school)
    request = ask(write(account), school)
    Message.objects.all().delete()
    assert services.remind(now=NOW + timedelta(days=10)) == 0
    for _ in range(2):
        services.remind(now=NOW + timedelta(days=11))
    assert Message.objects.filter(person_id=staff.pk).count() == 1
    for _ in range(2):
        services.remind(now=NOW + timedelta(days=15))
    assert Message.objects.filter(person_id=account.person_id).count() == 1
    request.refresh_from_db()
    assert request.state == State.WAITING
