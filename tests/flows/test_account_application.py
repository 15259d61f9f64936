"""Asking for a learning account: the identity step, the office's decision, and what opens when."""

import base64
import hashlib
import hmac
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import override_settings
from tests import factories as make

from naite.flows import accounts, family
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.people import identity, representation
from naite.trunk.people.identity import Identity, Level, NotIdentified
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.records import closing
from naite.trunk.records import services as records
from naite.trunk.records.applications import queries, rules, services
from naite.trunk.records.applications.workflow import APPLICATION
from naite.trunk.records.models import AccountApplication, ApplicationMove, LearningAccount

NOW = make.NOW
SAID = Identity("mail", Level.SAID)
approval = override_settings(ACCOUNT_APPROVAL="on")
State = AccountApplication.State


def learner(name: str = "한가람", **fields: Any) -> Person:
    fields = {"birth_date": date(1990, 3, 1), "region": make.region(), **fields}
    person = make.person(name, **fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def office(name: str = "마포구청", **fields: Any) -> Organisation:
    fields.setdefault("region", make.region())
    return make.organisation(name, **fields)


def ask(person: Person, *, now: datetime = NOW, note: str = "") -> AccountApplication:
    return accounts.ask_for_account(person=person, identity=SAID, note=note, actor=person, now=now)


@pytest.mark.req("A16", "rule")
@pytest.mark.parametrize(
    ("setting", "level", "needed"),
    [
        ("off", Level.SAID, False),
        ("on", Level.SAID, True),
        ("on", Level.PROVEN, True),
        ("unproven", Level.SAID, True),
        ("unproven", Level.PROVEN, False),
    ],
)
def test_who_looks_at_an_application(setting: str, level: Level, needed: bool) -> None:
    assert rules.needs_approval(setting, level) is needed


@pytest.mark.req("A16", "rule")
def test_the_clock_leaves_out_the_day_of_the_application_weekends_and_holidays() -> None:
    # Wednesday; Thursday and Friday work, Monday is the third day.
    assert rules.due_on(date(2026, 11, 25), 3) == date(2026, 11, 30)
    assert rules.remind_on(date(2026, 11, 30), date(2026, 11, 25)) == date(2026, 11, 27)
    assert rules.remind_on(date(2026, 11, 26), date(2026, 11, 26)) == date(2026, 11, 26)


@pytest.mark.django_db
@pytest.mark.req("A16", "rule")
@approval
def test_applied_approved_and_open_with_what_was_completed_before() -> None:
    city = office()
    officer = make.staff(city, Role.LOCAL_OFFICER)
    person = learner()
    with pytest.raises(Refused, match="먼저 신청"):
        accounts.open_account(person=person, actor=person, now=NOW)
    row = ask(person, note="잘 부탁드립니다")
    assert (row.office, row.state, row.due_on) == (city, State.APPLIED, date(2026, 11, 27))
    assert not LearningAccount.objects.filter(person=person).exists()
    assert set(Message.objects.values_list("person_id", flat=True)) == {person.pk, officer.pk}
    mail = Message.objects.get(person_id=officer.pk)
    assert "한가람" not in mail.body  # who applied is read behind the sign-in
    account = accounts.approve(application=row, mark=queries.mark_of(row), actor=officer, now=NOW)
    assert account.person == person
    assert [move.state for move in queries.moves_of(row)] == ["applied", "approved"]
    assert Message.objects.filter(person_id=person.pk, subject__contains="열렸습니다").exists()
    done = set(AuditEvent.objects.filter(data_subject_id=person.pk).values_list("action", flat=True))
    assert done == {"records.apply_account", "records.approve_application", "records.open_account"}


@pytest.mark.django_db
@pytest.mark.req("A16", "refusal")
@approval
def test_only_the_right_desk_decides_and_nobody_on_their_own() -> None:
    city, other = office(), office("양천구청", region=make.region("11470", "양천구"))
    officer = learner("오하린")
    make.role(officer, city, Role.LOCAL_OFFICER)
    stranger = make.staff(other, Role.LOCAL_OFFICER)
    teacher = make.staff(city, Role.INSTITUTION_STAFF)
    row = ask(learner())
    own = ask(officer)
    for actor, application in ((stranger, row), (teacher, row), (officer, own), (row.person, row)):
        mark = queries.mark_of(application)
        with pytest.raises(NotAllowed):
            accounts.approve(application=application, mark=mark, actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            services.send_back(application=application, reason="…", actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            services.look(application=application, actor=actor, now=NOW)
    assert not LearningAccount.objects.exists()
    desk = make.staff(city, Role.DESK_STAFF)
    accounts.approve(application=own, mark=queries.mark_of(own), actor=desk, now=NOW)


@pytest.mark.django_db
@pytest.mark.req("A16", "rule")
@approval
def test_sent_back_corrected_and_applied_again() -> None:
    city = office()
    officer = make.staff(city, Role.LOCAL_OFFICER)
    person = learner()
    row = ask(person)
    with pytest.raises(Invalid, match="무엇을 고치면"):
        services.send_back(application=row, reason="  ", actor=officer, now=NOW)
    with pytest.raises(Invalid, match="주민등록번호"):
        services.send_back(application=row, reason="900301-1234567", actor=officer, now=NOW)
    services.send_back(application=row, reason="생년월일을 확인해 주세요", actor=officer, now=NOW)
    assert queries.reason_of(row) == "생년월일을 확인해 주세요"
    later = NOW + timedelta(days=1)
    again = ask(person, now=later)
    assert (again.pk, again.state, again.due_on) == (row.pk, State.APPLIED, date(2026, 11, 30))
    with pytest.raises(Refused, match="이미 신청"):
        ask(person, now=later)
    assert AccountApplication.objects.count() == 1
    services.withdraw(application=again, actor=person, now=later)
    with pytest.raises(Refused, match="상태가 바뀌었습니다"):
        accounts.approve(application=again, mark=queries.mark_of(again), actor=officer, now=later)
    assert ask(person, now=later).pk != row.pk


@pytest.mark.django_db
@pytest.mark.req("A16", "refusal")
@approval
def test_what_changed_since_it_was_looked_at_is_not_approved() -> None:
    officer = make.staff(office(), Role.LOCAL_OFFICER)
    first, second = ask(learner("가나다")), ask(learner("라마바"))
    chosen = [(row, queries.mark_of(row)) for row in (first, second)]
    first.person.birth_date = date(1991, 3, 1)
    first.person.save()
    result = accounts.approve_many(chosen=chosen, actor=officer, now=NOW)
    assert result.opened == 1
    assert [name for name, _why in result.refused] == ["가나다"]
    first.refresh_from_db()
    assert first.state == State.APPLIED


@pytest.mark.django_db
@pytest.mark.req("A16", "refusal")
@approval
def test_who_may_apply() -> None:
    office()
    person, stranger = learner(), make.person("남")
    with pytest.raises(NotAllowed):
        services.apply(person=person, identity=SAID, note="", actor=stranger, now=NOW)
    with pytest.raises(Invalid, match="생년월일"):
        ask(make.person("나이 모름"))
    with pytest.raises(Invalid, match="주민등록번호"):
        ask(person, note="900301-1234567")
    with pytest.raises(Invalid, match="줄여 주세요"):
        ask(person, note="가" * 301)
    make.account(person)
    with pytest.raises(Refused, match="이미 학습계좌가"):
        ask(person)
    assert not AccountApplication.objects.exists()


@pytest.mark.django_db
@pytest.mark.req("A16", "rule")
def test_without_approval_it_opens_at_once_and_the_nation_answers_where_no_desk_does() -> None:
    nation = make.organisation("국평원", kind=Organisation.Kind.NATIONAL_INSTITUTE)
    make.staff(nation, Role.NATIONAL_OFFICER)
    one = learner()
    accounts.open_account(person=one, actor=one, now=NOW)
    with override_settings(ACCOUNT_APPROVAL="unproven"):
        two = learner("둘")
        accounts.ask_for_account(
            person=two, identity=Identity("gateway", Level.PROVEN), note="", actor=two, now=NOW
        )
        assert LearningAccount.objects.filter(person=two).exists()
        assert not Message.objects.exists()
        assert ask(learner("셋")).office == nation


@pytest.mark.django_db
@pytest.mark.req("A16", "rule")
@approval
def test_a_guardian_applies_for_a_child_and_hears_the_answer() -> None:
    office()
    texts = make.consent_texts()
    guardian = learner()
    row = family.open_for_child(
        guardian=guardian,
        name="한새싹",
        birth_date=date(2018, 5, 5),
        relation="어머니",
        agreed=[text for text in texts if text.required],
        now=NOW,
    )
    application = AccountApplication.objects.get(person=row.principal)
    assert (application.applied_by, application.provider) == (guardian, "guardian")
    assert not LearningAccount.objects.exists()
    assert Message.objects.filter(person_id=guardian.pk).exists()
    assert representation.Representation.objects.filter(principal=row.principal).exists()


@pytest.mark.django_db
@pytest.mark.req("A16", "rule")
@approval
def test_offices_are_reminded_before_and_after_the_day_each_once() -> None:
    officer = make.staff(office(), Role.LOCAL_OFFICER)
    ask(learner())
    Message.objects.all().delete()
    told = [services.remind(now=NOW + timedelta(days=day)) for day in (0, 2, 2, 3, 4, 4, 5)]
    assert told == [0, 1, 0, 0, 1, 0, 0]
    assert set(Message.objects.values_list("person_id", flat=True)) == {officer.pk}


@pytest.mark.django_db
@pytest.mark.req("X6", "rule")
@approval
def test_closing_for_good_forgets_what_was_written() -> None:
    officer = make.staff(office(), Role.LOCAL_OFFICER)
    person = learner()
    row = ask(person, note="전화 주세요")
    services.send_back(application=row, reason="이름을 고쳐 주세요", actor=officer, now=NOW)
    row = ask(person, note="고쳤습니다")
    account = accounts.approve(application=row, mark=queries.mark_of(row), actor=officer, now=NOW)
    closed = closing.close(account=account, reason="", actor=person, now=NOW)
    assert closing.erase(closing=closed, now=NOW + timedelta(days=31))
    row.refresh_from_db()
    assert row.note == ""
    assert set(ApplicationMove.objects.values_list("reason", flat=True)) == {""}


@pytest.mark.django_db
def test_the_built_in_step_wants_a_confirmed_mail_and_a_birth_date() -> None:
    way = identity.provider()
    assert way.finish(learner(), state="s", answer={}, now=NOW) == SAID
    bare = make.person("바람")
    assert set(way.missing(bare)) == {"birth_date", "email"}
    with pytest.raises(NotIdentified):
        way.finish(bare, state="s", answer={}, now=NOW)


SECRET = "한 나라의 본인확인 기관과 나눈 비밀"
gateway = override_settings(
    IDENTITY_PROVIDER="gateway", IDENTITY_URL="https://id.example.kr/check", IDENTITY_SECRET=SECRET
)


def token(secret: str = SECRET, **changes: Any) -> dict[str, str]:
    said = {
        "state": "s1",
        "name": "한가람",
        "birth_date": "1990-03-01",
        "at": NOW.timestamp(),
        "subject": "CI-1",
        **changes,
    }
    body = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    return {"token": f"{body}.{hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()}"}


@pytest.mark.django_db
@pytest.mark.req("A16", "rule")
@gateway
def test_the_gateway_vouches_for_a_person() -> None:
    person = learner()
    way = identity.provider()
    address = way.begin(person, state="s1", return_url="https://naite.example.kr/my/apply/back/")
    assert address is not None
    assert address.startswith("https://id.example.kr/check?state=s1&return_url=https")
    assert person.name not in address
    known = way.finish(person, state="s1", answer=token(), now=NOW)
    assert (known.provider, known.level) == ("gateway", Level.PROVEN)
    assert "CI-1" not in known.reference
    again = way.finish(person, state="s2", answer=token(state="s2"), now=NOW)
    assert again.reference == known.reference


@pytest.mark.django_db
@pytest.mark.req("A16", "refusal")
@gateway
@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"token": "가.나"},
        {"token": "."},
        token("another secret, long enough"),
        token(state="s2"),
        token(at=NOW.timestamp() - 601),
        token(at="yesterday"),
        token(name="한가을"),
        token(birth_date="1990-03-02"),
    ],
)
def test_the_gateway_is_not_believed_blindly(answer: dict[str, str]) -> None:
    with pytest.raises(NotIdentified):
        identity.provider().finish(learner(), state="s1", answer=answer, now=NOW)


@pytest.mark.django_db
@gateway
def test_another_account_of_the_same_natural_person_is_shown_to_the_office() -> None:
    first, second = learner(), learner("한가람2")
    for person in (first, second):
        accounts.ask_for_account(
            person=person,
            identity=Identity("gateway", Level.PROVEN, "same"),
            note="",
            actor=person,
            now=NOW,
        )
    row = AccountApplication.objects.get(person=second)
    assert queries.namesakes(row) == [first]


class Asserting:
    """A provider of an operator's own."""

    key = "own"
    level = Level.PROVEN

    def missing(self, person: Person) -> dict[str, str]:
        return {}


@override_settings(IDENTITY_PROVIDER="tests.flows.test_account_application.Asserting")
def test_a_provider_may_be_a_class_of_ones_own() -> None:
    assert identity.provider().key == "own"


def test_the_diagram_in_the_readme_is_the_table() -> None:
    readme = Path(records.__file__).with_name("readme.md").read_text(encoding="utf-8")
    assert APPLICATION.mermaid() in readme
