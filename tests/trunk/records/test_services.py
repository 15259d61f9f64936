"""Opening an account, adding and voiding entries."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import factories
from tests.factories import NOW

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.people.models import Person
from naite.trunk.records import queries
from naite.trunk.records.models import Entry, LearningAccount
from naite.trunk.records.services import AccountClosed, EntryDraft, add_entry, open_account, void_entry

pytestmark = pytest.mark.django_db
Source, Section = Entry.Source, Entry.Section


def draft_of(account: LearningAccount, **fields) -> EntryDraft:
    version = fields.pop("version", None) or factories.version()
    run = factories.run(version, sessions=0)
    values = {
        "source": Source.COMPLETION,
        "source_key": f"completion:{run.pk}",
        "title": version.title,
        "provider_name": version.course.organisation.name,
        "organisation_id": version.course.organisation_id,
        "course_id": version.course_id,
        "course_version_id": version.pk,
        "run_id": run.pk,
        "area": version.area,
        "hours": Decimal("18.5"),
        "completed_on": date(2026, 11, 20),
        **fields,
    }
    return EntryDraft(account=account, **values)


def own_words(account: LearningAccount, **fields) -> EntryDraft:
    values = {
        "source": Source.LEARNER,
        "source_key": "form:1",
        "title": "독서 모임 '느티나무'",
        "hours": Decimal(18),
        "completed_on": date(2025, 11, 2),
        **fields,
    }
    return EntryDraft(account=account, **values)


class TestOpening:
    @pytest.mark.req("A17", "rule")
    def test_a_person_opens_their_own_account_once(self) -> None:
        someone = factories.person()
        account = open_account(person=someone, actor=someone, now=NOW)
        assert account.opened_at == NOW
        assert open_account(person=someone, actor=someone, now=NOW + timedelta(days=1)) == account
        assert queries.account_of(someone) == account
        events = AuditEvent.objects.filter(action="records.open_account")
        assert [event.data_subject_id for event in events] == [someone.pk]

    @pytest.mark.req("A17", "refusal")
    def test_nobody_opens_another_persons_account(self) -> None:
        someone, other = factories.person(), factories.person("오하린")
        with pytest.raises(NotAllowed):
            open_account(person=someone, actor=other, now=NOW)
        assert not LearningAccount.objects.exists()

    def test_a_closed_account_is_not_opened_again(self) -> None:
        account = factories.account(closed_at=NOW)
        with pytest.raises(AccountClosed, match="닫은"):
            open_account(person=account.person, actor=account.person, now=NOW)
        assert queries.account_of(account.person) is None


class TestAdding:
    @pytest.mark.req("A19", "rule")
    def test_a_completion_of_an_unrecognised_course_goes_to_section_5(self) -> None:
        account = factories.account()
        entry = add_entry(draft_of(account), actor=None, now=NOW)
        assert (entry.section, entry.provenance, entry.recognition_id) == (Section.OTHER, "system", None)
        assert Entry.objects.get(account_id=account.pk, id=entry.id).hours == Decimal("18.5")
        event = AuditEvent.objects.get(action="records.add_entry")
        assert event.data_subject_id == account.person_id
        assert event.subject_id == f"{account.pk}:{entry.id}"

    @pytest.mark.req("A19", "rule")
    def test_a_completion_of_a_recognised_course_goes_to_section_4_with_its_number(self) -> None:
        version = factories.version()
        recognition = factories.recognition(version)
        entry = add_entry(draft_of(factories.account(), version=version), actor=None, now=NOW)
        assert entry.section == Section.RECOGNISED
        assert (entry.recognition_id, entry.recognition_number) == (recognition.pk, recognition.number)

    def test_what_was_learned_before_the_recognition_goes_to_section_5(self) -> None:
        version = factories.version()
        factories.recognition(version)
        draft = draft_of(factories.account(), version=version, completed_on=date(2024, 3, 3))
        assert add_entry(draft, actor=None, now=NOW).section == Section.OTHER

    def test_what_a_learner_writes_is_never_section_4(self) -> None:
        version = factories.version()
        factories.recognition(version)
        account = factories.account()
        draft = own_words(account, course_id=version.course_id)
        entry = add_entry(draft, actor=account.person, now=NOW)
        assert (entry.section, entry.provenance, entry.recognition_number) == (Section.OTHER, "self", "")

    @pytest.mark.req("A19", "refusal")
    def test_one_source_enters_once(self) -> None:
        draft = draft_of(factories.account())
        first = add_entry(draft, actor=None, now=NOW)
        again = add_entry(replace(draft, hours=Decimal(99)), actor=None, now=NOW)
        assert again.id == first.id
        assert again.hours == Decimal("18.5")
        assert Entry.objects.count() == AuditEvent.objects.filter(action="records.add_entry").count() == 1

    def test_two_accounts_may_hold_the_same_source_key(self) -> None:
        draft = draft_of(factories.account())
        add_entry(draft, actor=None, now=NOW)
        add_entry(replace(draft, account=factories.account()), actor=None, now=NOW)
        assert Entry.objects.count() == 2

    def test_staff_add_for_their_own_institution_only(self) -> None:
        draft = draft_of(factories.account())
        own = factories.version().course.organisation
        with pytest.raises(NotAllowed):
            add_entry(draft, actor=factories.staff(own), now=NOW)
        with pytest.raises(NotAllowed):
            add_entry(replace(draft, organisation_id=None), actor=factories.staff(own), now=NOW)
        assert not Entry.objects.exists()
        theirs = replace(draft, organisation_id=own.pk, source=Source.UPLOAD)
        assert add_entry(theirs, actor=factories.staff(own), now=NOW).provenance == "institution"

    def test_learners_write_into_their_own_account_only_and_no_completions(self) -> None:
        account, other = factories.account(), factories.person("오하린")
        for actor, draft in (
            (other, own_words(account)),
            (None, own_words(account)),
            (account.person, draft_of(account)),
        ):
            with pytest.raises(NotAllowed):
                add_entry(draft, actor=actor, now=NOW)
        assert not Entry.objects.exists()

    def test_faults_are_told_by_field_and_nothing_is_kept(self) -> None:
        account = factories.account()
        draft = own_words(account, title="", hours=Decimal("1.25"), completed_on=date(2027, 1, 1))
        with pytest.raises(Invalid) as told:
            add_entry(draft, actor=account.person, now=NOW)
        assert set(told.value.fields) == {"title", "hours", "completed_on"}
        assert not Entry.objects.exists()

    def test_today_is_the_day_in_seoul(self) -> None:
        account = factories.account()
        late = NOW.replace(hour=20)  # already the 25th in Seoul
        add_entry(own_words(account, completed_on=date(2026, 11, 25)), actor=account.person, now=late)

    def test_a_closed_account_takes_nothing(self) -> None:
        account = factories.account(closed_at=NOW)
        with pytest.raises(AccountClosed):
            add_entry(own_words(account), actor=account.person, now=NOW)


class TestVoiding:
    def test_a_voided_entry_leaves_the_account_and_its_source_may_enter_again(self) -> None:
        account = factories.account()
        draft = draft_of(account)
        entry = add_entry(draft, actor=None, now=NOW)
        void_entry(entry=entry, reason="수료를 다시 판정함", actor=None, now=NOW)
        void_entry(entry=entry, reason="다른 까닭", actor=None, now=NOW)
        kept = queries.entry_of(account, entry.id)
        assert kept is not None
        assert (kept.voided_at, kept.void_reason) == (NOW, "수료를 다시 판정함")
        assert not queries.entries_of(account).exists()
        second = add_entry(replace(draft, hours=Decimal(20)), actor=None, now=NOW)
        assert list(queries.entries_of(account)) == [second]
        assert AuditEvent.objects.filter(action="records.void_entry").count() == 1

    def test_who_may_void(self) -> None:
        account = factories.account()
        own = add_entry(own_words(account), actor=account.person, now=NOW)
        theirs = add_entry(draft_of(account), actor=None, now=NOW)
        stranger = factories.person("오하린")
        for entry, actor in ((own, stranger), (theirs, account.person), (theirs, stranger)):
            with pytest.raises(NotAllowed):
                void_entry(entry=entry, reason="지움", actor=actor, now=NOW)
        assert queries.entries_of(account).count() == 2
        void_entry(entry=own, reason="잘못 적음", actor=account.person, now=NOW)
        staff = factories.staff(factories.organisation("다른 기관"))
        with pytest.raises(NotAllowed):
            void_entry(entry=theirs, reason="지움", actor=staff, now=NOW)

    def test_a_reason_is_asked(self) -> None:
        account = factories.account()
        entry = add_entry(own_words(account), actor=account.person, now=NOW)
        with pytest.raises(Invalid, match="까닭"):
            void_entry(entry=entry, reason=" ", actor=account.person, now=NOW)
        assert queries.entries_of(account).exists()


def test_every_hot_query_names_the_account() -> None:
    account = factories.account()
    entry = add_entry(own_words(account), actor=account.person, now=NOW)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        list(queries.entries_of(account))
        queries.entry_of(account, entry.id)
        add_entry(own_words(account, source_key="form:2"), actor=account.person, now=NOW)
    told = [q["sql"] for q in seen if '"records_entry"' in q["sql"]]
    assert len(told) >= 4
    assert all('"account_id"' in sql.split("WHERE")[-1] or sql.startswith("INSERT") for sql in told)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_open_one_account_and_add_one_entry() -> None:
    someone: Person = factories.person()
    version = factories.version()
    made: list[tuple] = []
    gate = threading.Barrier(6)

    def work() -> None:
        try:
            gate.wait(timeout=20)
            account = open_account(person=someone, actor=someone, now=NOW)
            entry = add_entry(
                EntryDraft(
                    account=account,
                    source=Source.COMPLETION,
                    source_key="completion:1",
                    title=version.title,
                    hours=Decimal(4),
                    completed_on=date(2026, 11, 20),
                ),
                actor=None,
                now=NOW,
            )
            made.append((account.pk, entry.id))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(made) == 6
    assert len(set(made)) == 1
    assert LearningAccount.objects.count() == Entry.objects.count() == 1
