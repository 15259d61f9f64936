"""Writing, correcting, taking back, restoring; section 1."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from tests import factories as make
from tests import samples_of_files as sample
from tests.factories import NOW
from tests.threads import all_at_once

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.records import services as records
from naite.trunk.records.evidence import queries as evidence_queries
from naite.trunk.records.evidence import services as evidence
from naite.trunk.records.models import Entry, LearningAccount, PersonalFacts, PrintChoice
from naite.trunk.records.sections import services
from naite.trunk.records.sections.rules import OwnWords
from naite.trunk.records.sections.services import ChangedMeanwhile, Doubtful, Personal

pytestmark = pytest.mark.django_db
CERTIFICATE = OwnWords(
    kind="national_technical",
    title="정보처리기사",
    provider_name="한국산업인력공단",
    completed_on=date(2015, 8, 21),
    details={"grade": "engineer", "number": "15201234567A", "valid_until": ""},
)


def write(account: LearningAccount, words: OwnWords = CERTIFICATE, **more: object) -> Entry:
    values = {"token": str(uuid4()), "actor": account.person, "now": NOW, **more}
    return services.write(account=account, words=words, **values)  # type: ignore[arg-type]


def correct(entry: Entry, words: OwnWords, **more: object) -> Entry:
    values = {"token": str(uuid4()), "actor": entry.account.person, "now": NOW, **more}
    return services.correct(entry=entry, words=words, **values)  # type: ignore[arg-type]


@pytest.mark.req("A17", "rule")
def test_own_words_go_to_the_section_of_their_kind_with_the_number_sealed() -> None:
    account = make.account()
    made = Entry.objects.get(id=write(account).id)
    assert (made.section, made.kind, made.provenance) == (3, "national_technical", "self")
    assert made.details == {"grade": "engineer"}
    assert made.sealed_details == {"number": "15201234567A"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_details FROM records_entry")
        assert b"15201234567A" not in bytes(cursor.fetchone()[0])
    assert services.words_of(made).details["number"] == "15201234567A"


def test_one_token_writes_once() -> None:
    account = make.account()
    assert write(account, token="t").id == write(account, token="t").id
    assert Entry.objects.count() == 1


@pytest.mark.req("A17", "refusal")
def test_faults_and_strangers_are_refused_and_nothing_is_kept() -> None:
    account = make.account()
    with pytest.raises(Invalid) as refused:
        write(
            account, replace(CERTIFICATE, title=" ", completed_on=date(2026, 11, 25), note="680512-1234567")
        )
    assert {"title", "completed_on", "note"} <= set(refused.value.fields)
    with pytest.raises(NotAllowed):
        write(account, actor=make.person())
    with pytest.raises(NotAllowed):
        write(account, actor=make.staff(make.organisation()))
    account.closed_at = NOW
    account.save()
    with pytest.raises(records.AccountClosed):
        write(account)
    assert not Entry.objects.exists()


def test_a_resident_number_in_the_draft_of_any_source_is_refused() -> None:
    account = make.account()
    with pytest.raises(Invalid) as refused:
        records.add_entry(
            records.EntryDraft(
                account=account,
                source=Entry.Source.UPLOAD,
                source_key="row:1",
                title="강좌",
                note="홍길동 900101-1234567",
                hours=Decimal(1),
                completed_on=date(2020, 1, 1),
            ),
            actor=None,
            now=NOW,
        )
    assert "note" in refused.value.fields


@pytest.mark.req("A17", "rule")
def test_doubts_are_asked_once_and_may_be_answered() -> None:
    account = make.account(make.person(birth_date=date(1968, 5, 12)))
    write(account)
    with pytest.raises(Doubtful) as asked:
        write(account)
    assert list(asked.value.doubts) == ["duplicate"]
    write(account, accept=["duplicate"])
    assert Entry.objects.count() == 2


@pytest.mark.req("A17", "rule")
def test_correcting_keeps_the_history_the_evidence_and_the_switch() -> None:
    account = make.account()
    first = write(account)
    attached = evidence.attach(
        entry=first, stream=BytesIO(sample.pdf()), name="자격증.pdf", actor=account.person, now=NOW
    )
    PrintChoice.objects.create(
        account_id=account.pk, kind="portfolio", scope=f"entry:{first.id}", chosen=False
    )
    second = correct(first, replace(CERTIFICATE, details={"grade": "1", "number": "9"}))
    first.refresh_from_db()
    assert (first.replaced_by_id, second.replaces_id) == (second.id, first.id)
    assert first.voided_at == NOW
    assert [each.id for each in evidence_queries.evidence_of(second)] == [attached.id]
    assert PrintChoice.objects.get().scope == f"entry:{second.id}"
    assert correct(second, replace(CERTIFICATE, details={"grade": "1", "number": "9"})).id == second.id
    assert Entry.objects.count() == 2
    assert AuditEvent.objects.filter(
        action="records.correct_entry", data_subject_id=account.person_id
    ).exists()


@pytest.mark.req("A17", "refusal")
def test_the_second_of_two_windows_is_told_and_nothing_is_overwritten() -> None:
    account = make.account()
    first = write(account)
    stale = Entry.objects.get(id=first.id)
    better = correct(first, replace(CERTIFICATE, title="정보처리산업기사"), token="a")
    assert correct(stale, replace(CERTIFICATE, title="정보처리산업기사"), token="a").id == better.id
    with pytest.raises(ChangedMeanwhile) as told:
        correct(stale, replace(CERTIFICATE, title="다른 이름"))
    assert told.value.entry is not None
    assert told.value.entry.id == better.id
    services.take_back(entry=better, reason="잘못 적음", actor=account.person, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        correct(better, replace(CERTIFICATE, title="다른 이름"))
    assert [each.title for each in Entry.objects.filter(voided_at=None)] == []


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_all_at_once_one_wins() -> None:
    entry = write(make.account())

    def go(title: str) -> str:
        try:
            return correct(Entry.objects.get(id=entry.id), replace(CERTIFICATE, title=title)).title
        except ChangedMeanwhile:
            return "told"

    found = all_at_once([lambda: go("하나"), lambda: go("둘")])
    assert sorted(found).count("told") == 1
    assert Entry.objects.filter(voided_at=None).count() == 1


def test_what_the_learner_did_not_write_is_not_corrected() -> None:
    account = make.account()
    made = write(account)
    Entry.objects.update(source=Entry.Source.UPLOAD, provenance="institution")
    made.refresh_from_db()
    for act in (
        lambda: correct(made, CERTIFICATE),
        lambda: services.restore(entry=made, actor=account.person, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.req("A17", "rule")
def test_what_was_taken_back_by_mistake_comes_back_within_thirty_days() -> None:
    account = make.account()
    made = write(account)
    file = evidence.attach(
        entry=made, stream=BytesIO(sample.png()), name="a.png", actor=account.person, now=NOW
    ).file
    services.take_back(entry=made, reason="잘못 누름", actor=account.person, now=NOW)
    file.refresh_from_db()
    assert file.keep_until == NOW + timedelta(days=30)
    services.restore(entry=made, actor=account.person, now=NOW + timedelta(days=29))
    file.refresh_from_db()
    made.refresh_from_db()
    assert (made.voided_at, made.void_reason, file.keep_until) == (None, "", None)
    services.take_back(entry=made, reason="잘못 누름", actor=account.person, now=NOW)
    with pytest.raises(Refused) as late:
        services.restore(entry=made, actor=account.person, now=NOW + timedelta(days=30))
    assert late.value.code == "too_late"
    better = write(account)
    newer = correct(better, replace(CERTIFICATE, title="고침"))
    better.refresh_from_db()
    with pytest.raises(Refused):
        services.restore(entry=better, actor=account.person, now=NOW)
    with pytest.raises(NotAllowed):
        services.restore(entry=newer, actor=make.person(), now=NOW)


@pytest.mark.req("A17", "rule")
def test_section_one_is_sealed_and_the_second_window_is_told() -> None:
    account = make.account()
    facts = Personal(phone="010-1234-5678", no_workplace=True)
    kept = services.save_personal(account=account, facts=facts, version=0, actor=account.person, now=NOW)
    assert kept.version == 1
    assert PersonalFacts.objects.get().phone == "010-1234-5678"
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM records_personalfacts")
        assert b"1234" not in bytes(cursor.fetchone()[0])
    services.save_personal(account=account, facts=facts, version=0, actor=account.person, now=NOW)
    other = replace(facts, workplace="가온도서관", no_workplace=False)
    with pytest.raises(ChangedMeanwhile):
        services.save_personal(account=account, facts=other, version=0, actor=account.person, now=NOW)
    services.save_personal(account=account, facts=other, version=1, actor=account.person, now=NOW)
    for actor in (make.person(), make.staff(make.organisation())):
        with pytest.raises(NotAllowed):
            services.save_personal(account=account, facts=facts, version=2, actor=actor, now=NOW)
    with pytest.raises(Invalid):
        services.save_personal(account=account, facts=Personal(), version=2, actor=account.person, now=NOW)
    assert (PersonalFacts.objects.get().workplace, PersonalFacts.objects.get().version) == ("가온도서관", 2)
