"""Entries move from section 5 to 4 when their course is recognised later, and back when it was got by false means."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories as make
from tests.badge_rows import check, completed, published
from tests.completion_rows import learner

from naite.flows import recognised_later as flow
from naite.flows.award import award_entry
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.badges.models import AwardFlag
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.recognition import services as recognition
from naite.trunk.recognition.models import Recognition
from naite.trunk.records import services as records
from naite.trunk.records.models import (
    Entry,
    LearningAccount,
    PrintChoice,
    RecognitionSweep,
    SectionTransfer,
)
from naite.trunk.records.services import EntryDraft
from naite.trunk.records.transfers import proposing
from naite.trunk.records.transfers import services as transfers
from naite.trunk.wallet.models import Holding

pytestmark = pytest.mark.django_db
State = SectionTransfer.State


@pytest.fixture
def home() -> Organisation:
    return make.organisation()


@pytest.fixture
def version(home: Organisation) -> CourseVersion:
    return make.version(home)


@pytest.fixture
def officer() -> Person:
    institute = make.organisation("국가평생교육진흥원", kind=Organisation.Kind.NATIONAL_INSTITUTE)
    return make.staff(institute, Role.NATIONAL_OFFICER)


def learnt(account: LearningAccount, version: CourseVersion, **changes: Any) -> Entry:
    given: dict[str, Any] = {
        "account": account,
        "source": Entry.Source.UPLOAD,
        "source_key": f"{version.course_id}:2026-11-17",
        "title": version.title,
        "hours": Decimal("4.0"),
        "completed_on": date(2026, 11, 17),
        "provider_name": version.course.organisation.name,
        "organisation_id": version.course.organisation_id,
        "course_id": version.course_id,
        "course_version_id": version.pk,
    } | changes
    return records.add_entry(EntryDraft(**given), actor=None, now=make.NOW)


def own_words(account: LearningAccount, version: CourseVersion) -> Entry:
    draft = EntryDraft(
        account=account,
        source=Entry.Source.LEARNER,
        source_key="form:1",
        title="마을 기록가  되기",
        hours=Decimal("4.0"),
        completed_on=date(2026, 11, 17),
        provider_name=version.course.organisation.name,
    )
    return records.add_entry(draft, actor=account.person, now=make.NOW)


def granted(
    version: CourseVersion, officer: Person, run_tasks: Callable[[], int], **changes: Any
) -> Recognition:
    given: dict[str, Any] = {
        "number": "제2026-7호",
        "granted_on": date(2026, 11, 1),
        "received_on": date(2026, 11, 2),
    } | changes
    found = flow.grant(course=version.course, **given, actor=officer, now=make.NOW)
    run_tasks()
    return found


@pytest.mark.req("A18", "rule")
def test_a_later_recognition_is_proposed_confirmed_once_and_kept_as_history(
    version: CourseVersion, officer: Person, run_tasks: Callable[[], int]
) -> None:
    account = make.account(one := learner())
    old = learnt(account, version)
    before = learnt(account, version, source_key="early", completed_on=date(2026, 10, 30))
    PrintChoice.objects.create(account=account, kind="portfolio", scope=f"entry:{old.id}", chosen=False)
    assert old.section == Entry.Section.OTHER
    given = granted(version, officer, run_tasks)
    transfer = SectionTransfer.objects.get()
    assert (transfer.entry_id, transfer.state, transfer.recognition_id) == (old.id, State.PROPOSED, given.pk)
    assert Message.objects.filter(person_id=one.pk).count() == 1

    at = {"account_id": account.pk, "transfer_id": transfer.id}
    done = flow.confirm(**at, actor=one, now=make.NOW)
    assert flow.confirm(**at, actor=one, now=make.NOW).new_entry_id == done.new_entry_id
    new = Entry.objects.get(account=account, section=Entry.Section.RECOGNISED, voided_at=None)
    old.refresh_from_db()
    assert (new.id, new.recognition_number) == (done.new_entry_id, "제2026-7호")
    assert (new.source, new.source_key, new.hours) == (old.source, old.source_key, old.hours)
    assert "제2026-7호" in old.void_reason
    assert Entry.objects.filter(account=account, voided_at=None).count() == 2
    assert Entry.objects.get(account=account, id=before.id).voided_at is None
    assert PrintChoice.objects.get(account=account).scope == f"entry:{new.id}"
    assert AuditEvent.objects.filter(action="records.transfer_confirmed", data_subject_id=one.pk).count() == 1
    # Handed in once more, it is the entry that is there.
    assert learnt(account, version).id == new.id


@pytest.mark.req("A18", "rule")
def test_a_named_run_is_covered_whatever_its_day(
    version: CourseVersion, officer: Person, run_tasks: Callable[[], int]
) -> None:
    account = make.account(learner())
    run = make.run(version)
    covered = learnt(account, version, completed_on=date(2020, 5, 1), source_key="a", run_id=run.pk)
    learnt(account, version, completed_on=date(2020, 5, 1), source_key="b")
    granted(version, officer, run_tasks, covered_run_ids=[run.pk])
    assert [each.entry_id for each in SectionTransfer.objects.all()] == [covered.id]


@pytest.mark.req("A18", "rule")
def test_own_words_need_the_institution(
    home: Organisation, version: CourseVersion, officer: Person, run_tasks: Callable[[], int]
) -> None:
    account = make.account(one := learner())
    old = own_words(account, version)
    granted(version, officer, run_tasks)
    transfer = SectionTransfer.objects.get()
    assert (transfer.basis, transfer.entry_id) == (SectionTransfer.Basis.NAMED, old.id)
    at = {"account_id": account.pk, "transfer_id": transfer.id}
    with pytest.raises(NotAllowed):
        flow.confirm(**at, actor=one, now=make.NOW)
    make.role(one, home)  # and who works there does not vouch for themselves
    with pytest.raises(NotAllowed):
        flow.confirm(**at, actor=one, now=make.NOW)
    flow.confirm(**at, actor=make.staff(home), now=make.NOW)
    new = Entry.objects.get(account=account, voided_at=None)
    assert (new.section, new.provenance, new.source) == (4, "institution", "upload")
    assert new.course_id == version.course_id
    assert learnt(account, version).id == new.id  # the institution's upload later finds it there


@pytest.mark.req("A18", "rule")
def test_own_words_and_an_upload_of_the_same_do_not_make_two(
    home: Organisation, version: CourseVersion, officer: Person, run_tasks: Callable[[], int]
) -> None:
    account = make.account(learner())
    own_words(account, version)
    granted(version, officer, run_tasks)
    uploaded = learnt(account, version)
    transfer = SectionTransfer.objects.get()
    flow.confirm(account_id=account.pk, transfer_id=transfer.id, actor=make.staff(home), now=make.NOW)
    assert Entry.objects.get(account=account, voided_at=None).id == uploaded.id


@pytest.mark.req("A18", "rule")
def test_an_institution_confirms_many_in_the_background(
    home: Organisation,
    version: CourseVersion,
    officer: Person,
    run_tasks: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(proposing, "CHUNK", 2)
    monkeypatch.setattr(transfers, "CHUNK", 2)
    accounts = [make.account(learner(f"학습자{n}")) for n in range(5)]
    for account in accounts:
        learnt(account, version)
    granted(version, officer, run_tasks)
    assert RecognitionSweep.objects.get().proposed_count == 5
    colleague = make.staff(home)
    with pytest.raises(NotAllowed):
        flow.confirm_many(organisation=home, actor=officer, now=make.NOW)
    assert flow.confirm_many(organisation=home, actor=colleague, now=make.NOW) == 5
    assert flow.confirm_many(organisation=home, actor=colleague, now=make.NOW) == 0
    run_tasks()
    assert Entry.objects.filter(section=4, voided_at=None).count() == 5
    assert set(SectionTransfer.objects.values_list("state", "decided_by")) == {("confirmed", colleague.pk)}
    assert Message.objects.filter(subject__contains="옮겨졌습니다").count() == 5


@pytest.mark.req("A18", "refusal")
def test_a_declined_proposal_does_not_come_again_and_a_lapsed_one_says_so(
    version: CourseVersion, officer: Person, run_tasks: Callable[[], int]
) -> None:
    account = make.account(one := learner())
    learnt(account, version)
    second = learnt(account, version, source_key="b", completed_on=date(2026, 11, 18))
    given = granted(version, officer, run_tasks)
    first, other = SectionTransfer.objects.order_by("id")
    stranger = learner("이서연")
    for act in (flow.confirm, transfers.decline):
        with pytest.raises(NotAllowed):
            act(account_id=account.pk, transfer_id=first.id, actor=stranger, now=make.NOW)
    transfers.decline(account_id=account.pk, transfer_id=first.id, actor=one, now=make.NOW)
    with pytest.raises(Refused, match="이미 끝난"):
        flow.confirm(account_id=account.pk, transfer_id=first.id, actor=one, now=make.NOW)
    RecognitionSweep.objects.all().delete()
    assert flow.catch_up(now=make.NOW) == 1
    run_tasks()
    assert SectionTransfer.objects.count() == 2
    recognition.cancel(recognition=given, on=given.valid_from, reason="까닭", actor=officer, now=make.NOW)
    with pytest.raises(Refused, match="더 해당하지 않는") as refusal:
        flow.confirm(account_id=account.pk, transfer_id=other.id, actor=one, now=make.NOW)
    assert refusal.value.code == "transfer_lapsed"
    other.refresh_from_db()
    assert (other.state, Entry.objects.get(account=account, id=second.id).voided_at) == (State.LAPSED, None)


@pytest.mark.req("A18", "rule")
def test_false_means_send_everything_back_and_flag_the_badges(
    version: CourseVersion, officer: Person, run_tasks: Callable[[], int]
) -> None:
    account = make.account(one := learner())
    moved = learnt(account, version)
    given = granted(version, officer, run_tasks)
    flow.confirm(account_id=account.pk, transfer_id=SectionTransfer.objects.get().id, actor=one, now=make.NOW)
    published(version)
    direct = completed(
        version,
        one,
        completed_on=date(2026, 11, 18),
        section=4,
        recognition_id=given.pk,
        hours=Decimal("4.0"),
    )
    [award] = award_entry(account_id=account.pk, entry_id=direct.id, now=make.NOW)
    with pytest.raises(NotAllowed):
        flow.withdraw(given=given, reason="거짓 서류", actor=one, now=make.NOW)
    flow.withdraw(given=given, reason="거짓 서류", actor=officer, now=make.NOW)
    run_tasks()
    back = SectionTransfer.objects.filter(direction="down")
    assert back.count() == 2
    assert Message.objects.filter(subject__contains="취소되어 기록이 옮겨질").count() == 1
    # Until the institute confirms, nothing moves; the learner cannot decide it.
    assert Entry.objects.filter(account=account, section=4, voided_at=None).count() == 2
    with pytest.raises(NotAllowed):
        flow.confirm(account_id=account.pk, transfer_id=back[0].id, actor=one, now=make.NOW)
    assert flow.confirm_many(organisation=None, recognition_id=given.pk, actor=officer, now=make.NOW) == 2
    run_tasks()
    live = Entry.objects.filter(account=account, voided_at=None)
    assert {(entry.section, entry.recognition_number) for entry in live} == {(5, "")}
    assert live.count() == 2
    assert Entry.objects.filter(account=account).count() == 5  # two came back, three stand in the history
    award.refresh_from_db()
    assert award.revoked_at is None
    assert award.entry_id in {entry.id for entry in live}
    flag = AwardFlag.objects.get(account=account)
    assert (flag.award_id, "거짓 서류" in flag.says) == (award.id, True)
    # What is handed in from now on is not covered, whenever it was completed.
    assert learnt(account, version, source_key="c").section == Entry.Section.OTHER
    assert moved.id not in {entry.id for entry in live}


@pytest.mark.req("A14", "rule")
@pytest.mark.req("A18", "browser")
def test_a_won_objection_takes_the_flags_away_and_nothing_was_ever_removed(
    client: Client, version: CourseVersion, officer: Person, run_tasks: Callable[[], int]
) -> None:
    account = make.account(one := learner())
    given = granted(version, officer, run_tasks)
    published(version)
    entry = completed(
        version,
        one,
        completed_on=date(2026, 11, 18),
        section=4,
        recognition_id=given.pk,
        hours=Decimal("4.0"),
    )
    [award] = award_entry(account_id=account.pk, entry_id=entry.id, now=make.NOW)
    run_tasks()
    holding = Holding.objects.get(account=account, award_id=award.id)
    client.force_login(one)
    wallet = reverse("my-badge", args=[holding.id])

    def seen() -> tuple[int, str, bool, bool]:
        """The section of the live entry, its number, whether the wallet warns, and whether the badge verifies."""
        live = Entry.objects.get(account=account, voided_at=None)
        page = client.get(wallet).content.decode()
        award.refresh_from_db()
        verdict = check(bytes(award.credential), now=make.NOW).verdict
        return live.section, live.recognition_number, "거짓 서류" in page, verdict == "valid"

    before = seen()
    assert (before[0], before[2], before[3]) == (4, False, True)
    flow.withdraw(given=given, reason="거짓 서류", actor=officer, now=make.NOW)
    run_tasks()
    flow.confirm_many(organisation=None, recognition_id=given.pk, actor=officer, now=make.NOW)
    run_tasks()
    assert seen() == (5, "", True, True), "flagged where the learner looks; the badge still verifies"

    flow.reinstate(given=given, reason="이의신청 인용", actor=officer, now=make.NOW)
    run_tasks()
    # The entry is proposed forth again and the learner agrees; then the flag goes too.
    up = SectionTransfer.objects.get(account=account, direction="up", state=State.PROPOSED)
    flow.confirm(account_id=account.pk, transfer_id=up.id, actor=one, now=make.NOW)
    run_tasks()
    section, _number, warned, verifies = seen()
    assert (section, warned, verifies) == (4, False, True)
    assert AwardFlag.objects.get(account=account).cleared_at is not None, "kept as history"
    assert Entry.objects.filter(account=account).count() == 3, "every version of the entry is still there"
