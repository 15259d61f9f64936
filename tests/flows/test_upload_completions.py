"""Institutions' completions from the file into the accounts, and back."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests import factories as make
from tests.completion_rows import as_csv, learner, row

from naite.flows import upload_completions as flow
from naite.flows.accounts import open_account
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.catalogue.standard_file import Unreadable
from naite.trunk.people.models import LearningCard, Organisation
from naite.trunk.records.models import CompletionUpload, Entry, UploadRow
from naite.trunk.records.uploads import applying, claims, objections, reading, rekeying, undoing

pytestmark = pytest.mark.django_db
State = CompletionUpload.State


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "naite.roots.files.storage.SealedStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


@pytest.fixture
def home() -> Organisation:
    return make.organisation()


def take(
    home: Organisation, *rows: dict[str, str], name: str = "수료.csv", apply: bool = True
) -> CompletionUpload:
    upload = flow.receive(
        organisation=home, content=as_csv(*rows).encode("cp949"), file_name=name, actor=None, now=make.NOW
    )
    return flow.apply(upload_id=upload.pk, actor=None, now=make.NOW) if apply else upload


def outcomes(upload: CompletionUpload) -> list[str]:
    return list(UploadRow.objects.filter(upload=upload).order_by("number").values_list("outcome", flat=True))


@pytest.mark.req("A19", "rule")
def test_completions_enter_section_4_or_5_and_the_sum_holds(home: Organisation) -> None:
    one, two, nobody = learner(), learner("이서연", birth_date=date(1990, 1, 2)), learner("강하늘")
    accounts = [make.account(who) for who in (one, two)]
    plain = make.version(home)
    recognised = make.version(home, title="기초 문해")
    recognition = make.recognition(recognised)
    upload = take(
        home,
        row(one),
        row(one, TITLE="기초문해", HOURS="3.5", SCORE="92", STARTED="2026-09-01"),
        row(two),
        row(nobody),
        row(two, TITLE="없는 과정"),
        row(one, TITLE="마을기록가 되기"),
    )
    assert outcomes(upload) == ["added", "added", "added", "waiting", "rejected", "already"]
    counts = (upload.new_count, upload.waiting_count, upload.already_count, upload.rejected_count)
    assert (counts, upload.row_count, upload.counted, upload.recognised_count) == ((3, 1, 1, 1), 6, 6, 1)
    four = Entry.objects.get(account=accounts[0], section=4)
    assert (four.title, four.hours, four.score) == ("기초 문해", Decimal("3.5"), Decimal(92))
    assert (four.recognition_id, four.recognition_number) == (recognition.pk, recognition.number)
    assert (four.source, four.provenance, four.course_version_id) == ("upload", "institution", recognised.pk)
    five = Entry.objects.get(account=accounts[0], section=5)
    assert (five.course_id, five.organisation_id) == (plain.course_id, home.pk)
    assert AuditEvent.objects.filter(action="records.add_entry", data_subject_id=one.pk).count() == 2
    # One notice for each learner, however many rows.
    assert sorted(Message.objects.values_list("person_id", flat=True)) == sorted([one.pk, two.pk])
    assert "이수실적 2건" in Message.objects.get(person_id=one.pk).subject


@pytest.mark.req("A19", "rule")
def test_a_preview_changes_nothing_and_keeps_no_file(home: Organisation, tmp_path: Path) -> None:
    make.version(home)
    make.account(one := learner())
    upload = take(home, row(one), row(one, HOURS="200"), apply=False)
    assert (upload.state, outcomes(upload)) == (State.PREVIEW, ["new", "rejected"])
    assert not Entry.objects.exists()
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]
    rejected = UploadRow.objects.get(upload=upload, number=3)
    assert rejected.problems == [
        ["이수시간", "과정의 총 시간 4시간보다 많습니다. 실제로 이수한 시간을 적어 주세요."]
    ]


@pytest.mark.req("A19", "refusal")
def test_nobody_is_guessed(home: Organisation) -> None:
    make.version(home)
    one = learner()
    account = make.account(one)
    upload = take(
        home,
        row(one, NAME="한가람이"),
        row(one, BIRTH="1968-05-13"),
        row(one, EMAIL="other@example.kr"),
        row(one, EMAIL="", PHONE="010-0000-0000"),
    )
    assert outcomes(upload) == ["waiting"] * 4
    assert not Entry.objects.filter(account=account).exists()


@pytest.mark.req("A19", "rule")
def test_phones_and_learning_cards_find_their_person_too(home: Organisation) -> None:
    make.version(home)
    one, other = learner(phone="01012345678"), learner("한가람", phone="01012345678")
    make.account(one)
    LearningCard.objects.create(
        person=one, number="123412341234", pin_hash="x", issued_by=other, issued_at=make.NOW
    )
    days = [f"2026-10-{day:02d}" for day in range(1, 6)]
    bare = {"EMAIL": ""}
    upload = take(
        home,
        row(one, **bare, PHONE="+82 10-1234-5678", COMPLETED=days[0]),
        row(one, **bare, PHONE="1012345678", COMPLETED=days[1]),
        row(one, **bare, CARD="1234-1234-1234", COMPLETED=days[2]),
        row(one, **bare, CARD="1234-1234-1235", COMPLETED=days[3]),
    )
    assert outcomes(upload) == ["added", "added", "added", "rejected"]
    # Two people of one name and day with one phone: nobody is chosen.
    make.account(other)
    both = take(home, row(one, **bare, PHONE="010-1234-5678", COMPLETED=days[4]), row(one, COMPLETED=days[4]))
    assert outcomes(both) == ["rejected", "added"]


@pytest.mark.req("A19", "rule")
def test_the_same_completion_is_never_doubled(home: Organisation) -> None:
    make.version(home)
    account = make.account(one := learner())
    first = take(home, row(one))
    with pytest.raises(Refused, match="내용이 같습니다") as refusal:
        take(home, row(one), name="다른 이름.csv")
    assert refusal.value.code == "same_file"
    again = take(home, row(one), row(one, COMPLETED="2026-11-18"))
    assert outcomes(again) == ["already", "added"]
    # What says something else about the same completion is asked about, not overwritten.
    other = take(home, row(one, HOURS="3"), row(one, COMPLETED="2026-11-16"))
    assert outcomes(other) == ["rejected", "added"]
    assert "4시간으로 이미 있습니다" in UploadRow.objects.get(upload=other, number=2).problems[0][1]
    assert Entry.objects.filter(account=account, voided_at=None).count() == 3
    flow.apply(upload_id=first.pk, actor=None, now=make.NOW)
    assert Entry.objects.filter(account=account).count() == 3


@pytest.mark.req("A19", "rule")
def test_a_file_saved_anew_is_recognised_by_what_it_says(home: Organisation) -> None:
    make.version(home)
    make.account(one := learner())
    first = take(home, row(one))
    again = flow.receive(
        organisation=home,
        content=as_csv(row(one)).encode("utf-8-sig"),
        file_name="b.csv",
        actor=None,
        now=make.NOW,
    )
    assert again.same_as_id == first.pk
    assert outcomes(again) == ["already"]
    with pytest.raises(Refused, match="반영할 수 있는 행이 없습니다"):
        flow.apply(upload_id=again.pk, actor=None, now=make.NOW)


@pytest.mark.req("A19", "rule")
def test_a_row_waits_for_its_person_and_enters_once(home: Organisation) -> None:
    make.version(home)
    nobody = learner()
    stranger = learner(email="garam2@example.kr")
    upload = take(home, row(nobody))
    assert outcomes(take(home, row(nobody), row(nobody, COMPLETED="2026-11-15"))) == ["already", "waiting"]
    open_account(person=stranger, actor=stranger, now=make.NOW)
    assert not Entry.objects.exists()
    account = open_account(person=nobody, actor=nobody, now=make.NOW)
    open_account(person=nobody, actor=nobody, now=make.NOW)
    assert Entry.objects.filter(account=account).count() == 2
    upload.refresh_from_db()
    assert (upload.new_count, upload.waiting_count, upload.counted) == (1, 0, 1)


@pytest.mark.req("A19", "rule")
def test_what_waits_in_vain_is_forgotten(home: Organisation) -> None:
    make.version(home)
    nobody = learner()
    upload = take(home, row(nobody))
    assert claims.forget(now=make.NOW + timedelta(days=364)) == 0
    assert claims.forget(now=make.NOW + timedelta(days=366)) == 1
    kept = UploadRow.objects.get(upload=upload)
    assert (kept.outcome, kept.cells, kept.facts, kept.email_key) == ("expired", [], {}, "")
    open_account(person=nobody, actor=nobody, now=make.NOW + timedelta(days=366))
    assert not Entry.objects.exists()
    assert claims.forget(now=make.NOW + timedelta(days=366)) == 0


@pytest.mark.req("A19", "rule")
def test_an_upload_is_taken_back_whole_with_its_reason(home: Organisation) -> None:
    make.version(home)
    accounts = [make.account(who := learner()), make.account(two := learner("이서연"))]
    upload = take(home, row(who), row(two), row(learner("강하늘")))
    other = take(home, row(who, COMPLETED="2026-11-10"))
    with pytest.raises(Invalid, match="까닭"):
        flow.undo(upload_id=upload.pk, reason=" ", actor=None, now=make.NOW)
    undone = flow.undo(upload_id=upload.pk, reason="다른 기수의 명단이었습니다.", actor=None, now=make.NOW)
    assert (undone.state, undone.undone_count) == (State.UNDONE, 3)
    assert set(outcomes(undone)) == {"undone"}
    voided = Entry.objects.exclude(voided_at=None)
    assert {entry.account_id for entry in voided} == {account.pk for account in accounts}
    assert {entry.void_reason for entry in voided} == {"다른 기수의 명단이었습니다."}
    assert Entry.objects.get(voided_at=None).completed_on == date(2026, 11, 10)
    assert Message.objects.filter(subject__contains="거두었습니다").count() == 2
    flow.undo(upload_id=upload.pk, reason="또", actor=None, now=make.NOW)
    assert Message.objects.filter(subject__contains="거두었습니다").count() == 2
    # Corrected, it is handed in again.
    assert outcomes(take(home, row(who), row(two), row(two, COMPLETED="2026-11-11"))) == ["added"] * 3
    assert other.state == State.APPLIED


@pytest.mark.req("A19", "refusal")
def test_only_the_institutions_course_staff_hand_in(home: Organisation) -> None:
    stranger, colleague = make.person(), make.staff(home)
    content = as_csv(row()).encode()
    for who in (stranger, make.staff(make.organisation("다른 기관"))):
        with pytest.raises(NotAllowed):
            flow.receive(organisation=home, content=content, file_name="a", actor=who, now=make.NOW)
    make.version(home)
    upload = flow.receive(organisation=home, content=content, file_name="a", actor=colleague, now=make.NOW)
    for act in (
        lambda: flow.apply(upload_id=upload.pk, actor=stranger, now=make.NOW),
        lambda: applying.drop(upload_id=upload.pk, actor=stranger, now=make.NOW),
        lambda: undoing.undo(upload_id=upload.pk, reason="까닭", actor=stranger, now=make.NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert applying.drop(upload_id=upload.pk, actor=colleague, now=make.NOW).state == State.DROPPED
    assert not UploadRow.objects.exists()


@pytest.mark.req("A19", "refusal")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "비어 있습니다"),
        ("가,나\n다,라".encode(), "머리글이 없습니다"),
        ("이름,생년월일,전자우편,과정명,수료일\n가,나".encode(), "빠진 열: 이수시간"),
        (as_csv().encode(), "이수실적이 없습니다"),
        ("이름,주민등록번호\n".encode(), "주민등록번호는 받지"),
        (b"%PDF-1.7 \x00\xff\xfe", "글자를 읽을 수 없습니다"),
    ],
)
def test_unreadable_files_say_why_and_leave_nothing(home: Organisation, content: bytes, says: str) -> None:
    try:
        upload = flow.receive(organisation=home, content=content, file_name="a.csv", actor=None, now=make.NOW)
    except Unreadable as refusal:
        assert says in str(refusal)
        assert not CompletionUpload.objects.exists()
    else:
        assert (upload.state, says in upload.failure) == (State.FAILED, True)
    assert not UploadRow.objects.exists()


@pytest.mark.req("X10", "rule")
def test_reading_applying_and_undoing_go_on_where_they_were_cut(
    home: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, size in ((reading, 3), (applying, 3), (undoing, 3)):
        monkeypatch.setattr(module, "CHUNK", size)
    make.version(home)
    people = [learner(f"학습자{n}") for n in range(8)]
    for who in people:
        make.account(who)
    content = as_csv(*(row(who, HOURS="0" if n == 4 else "4") for n, who in enumerate(people))).encode()
    upload = reading.receive(organisation=home, content=content, file_name="a.csv", actor=None, now=make.NOW)

    def one_step(steps: Any) -> None:
        next(steps)
        steps.close()  # as a process that is killed between two chunks

    while CompletionUpload.objects.get(pk=upload.pk).state == State.READING:
        one_step(reading.read_next(upload_id=upload.pk, now=make.NOW))
    applying.start(upload_id=upload.pk, actor=None, now=make.NOW)
    while CompletionUpload.objects.get(pk=upload.pk).state == State.APPLYING:
        one_step(applying.apply_next(upload_id=upload.pk, now=make.NOW))
    upload.refresh_from_db()
    assert (upload.row_count, upload.new_count, upload.rejected_count, upload.counted) == (8, 7, 1, 8)
    assert Entry.objects.count() == 7
    undoing.undo(upload_id=upload.pk, reason="까닭", actor=None, now=make.NOW)
    rounds = 0
    while CompletionUpload.objects.get(pk=upload.pk).state == State.UNDOING:
        for _step in undoing.undo_next(upload_id=upload.pk, now=make.NOW):
            pass
        rounds += 1
    assert rounds == 1
    assert not Entry.objects.filter(voided_at=None).exists()


@pytest.mark.req("X10", "rule")
def test_a_large_file_is_worked_off_by_the_queue(
    home: Organisation, monkeypatch: pytest.MonkeyPatch, run_tasks: Callable[[], int]
) -> None:
    monkeypatch.setattr(flow, "SMALL", 10)
    monkeypatch.setattr(applying, "AT_ONCE", 1)
    make.version(home)
    make.account(one := learner())
    make.account(two := learner("이서연"))
    upload = take(home, row(one), row(two), apply=False)
    assert upload.state == State.READING
    assert run_tasks() == 1
    assert flow.apply(upload_id=upload.pk, actor=None, now=make.NOW).state == State.APPLYING
    assert run_tasks() == 1
    upload.refresh_from_db()
    assert (upload.state, upload.new_count, Message.objects.count()) == (State.APPLIED, 2, 2)
    flow.undo(upload_id=upload.pk, reason="까닭", actor=None, now=make.NOW)
    assert run_tasks() == 1
    assert not Entry.objects.filter(voided_at=None).exists()


@pytest.mark.req("A19", "rule")
def test_an_objection_is_answered_and_may_take_the_entry_out(home: Organisation) -> None:
    make.version(home)
    account = make.account(one := learner())
    take(home, row(one))
    entry = Entry.objects.get(account=account)
    staff = make.staff(home)
    with pytest.raises(NotAllowed):
        objections.object_to(entry=entry, says="아닙니다", actor=staff, now=make.NOW)
    objection = objections.object_to(entry=entry, says="듣지 않은 과정입니다.", actor=one, now=make.NOW)
    with pytest.raises(Refused, match="이미 정정을"):
        objections.object_to(entry=entry, says="또", actor=one, now=make.NOW)
    answer = {"account_id": account.pk, "objection_id": objection.id, "words": "명단이 잘못되었습니다."}
    with pytest.raises(NotAllowed):
        flow.answer_objection(**answer, uphold=True, actor=one, now=make.NOW)
    flow.answer_objection(**answer, uphold=True, actor=staff, now=make.NOW)
    entry.refresh_from_db()
    assert entry.void_reason == "명단이 잘못되었습니다."
    assert Message.objects.filter(subject__contains="정정 요청").count() == 1
    with pytest.raises(Refused, match="이미 답한"):
        flow.answer_objection(**answer, uphold=False, actor=staff, now=make.NOW)


@pytest.mark.req("X6", "rule")
def test_waiting_rows_find_their_person_under_any_key_and_move_to_the_current_one(
    home: Organisation, settings: Any
) -> None:
    make.version(home)
    first, second = learner(), learner("이서연")
    take(home, row(first), row(second))  # under NAITE_ISSUER_KEY_SECRET
    old = dict(UploadRow.objects.values_list("number", "email_key"))
    settings.SEAL_KEYS = {"1": "a" * 20}
    again = take(home, row(second), row(first), name="다시.csv", apply=False)
    assert outcomes(again) == ["already", "already"]  # waits already, under the older digest
    account = open_account(person=first, actor=first, now=make.NOW)
    assert Entry.objects.filter(account=account).count() == 1
    assert rekeying.rekey(only_count=True) == (1, 0)
    assert rekeying.rekey(batch=1) == (1, 1)
    assert rekeying.rekey() == (1, 0)
    waiting = UploadRow.objects.get(outcome="waiting")
    assert waiting.email_key not in old.values()
    settings.ISSUER_KEY_SECRET = "another, the old one is gone"
    assert outcomes(take(home, row(second), name="또.csv", apply=False)) == ["already"]
    account = open_account(person=second, actor=second, now=make.NOW)
    assert Entry.objects.filter(account=account).count() == 1


@pytest.mark.req("X6", "rule")
def test_an_uploaded_file_does_not_lie_in_plain(home: Organisation, tmp_path: Path) -> None:
    content = as_csv(row(learner("남궁이름표"))).encode()
    reading.receive(organisation=home, content=content, file_name="a.csv", actor=None, now=make.NOW)
    (kept,) = (each for each in tmp_path.rglob("*") if each.is_file())
    assert "남궁이름표".encode() not in kept.read_bytes()
