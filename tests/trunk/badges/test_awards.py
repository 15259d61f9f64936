import json
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from tests import badge_rows as rows
from tests import factories as make
from tests.credcore.structure import problems
from tests.threads import all_at_once

from credcore.did import did_of
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.badges import names
from naite.trunk.badges.models import Award, AwardAct, BadgeNumber, IssuerKey, StatusList
from naite.trunk.badges.rules import AwardRule
from naite.trunk.badges.services import (
    NotEarned,
    Recipient,
    issue,
    revoke,
    revoke_key,
    rotate_key,
    suspend,
    unsuspend,
)
from naite.trunk.people.models import Person, Role
from naite.trunk.records.models import Entry

HOLDER = Recipient(did="did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")


def give(entry: Entry, achievement: Any, **fields: Any) -> Award:
    return issue(
        account_id=entry.account_id,
        entry_id=entry.id,
        achievement=achievement,
        recipient=HOLDER,
        **{"now": make.NOW, **fields},
    )


@pytest.mark.django_db
@pytest.mark.req("B5", "rule")
def test_a_badge_says_what_was_learned_and_verifies() -> None:
    badge = rows.published()
    entry = rows.completed(badge.course_version)
    award = give(entry, badge)
    document = json.loads(award.credential)
    subject = document["credentialSubject"]
    slug = badge.organisation.slug
    assert document["issuer"]["id"] == f"did:web:localhost%3A8000:o:{slug}"
    assert document["name"] == "경력전환 상담사 기초 (직업진로-성취형)"
    assert document["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    assert did_of(document["proof"]["verificationMethod"]) == document["issuer"]["id"]
    assert (subject["id"], subject["creditsEarned"]) == (HOLDER.did, 41)
    assert subject["activityStartDate"] == "2026-08-31T15:00:00Z"
    assert [item["value"] for item in subject["result"]] == ["90", "85"]
    achievement = subject["achievement"]
    assert achievement["achievementType"] == "Achievement"
    assert achievement["criteria"]["narrative"] == badge.criteria
    targets = {item["targetType"]: item["targetCode"] for item in achievement["alignment"]}
    assert targets == {
        "ext:BadgeType": "achievement",
        "ext:LearningArea": "career",
        "ext:LearningSubArea": "skills",
        "ceasn:Competency": "0701020101_16v2",
    }
    assert document["credentialStatus"]["statusPurpose"] == "revocation"
    assert [item["statusPurpose"] for item in document["termsOfUse"]] == ["suspension"]
    assert "수업 10번 가운데 9번 출석(90%)" in document["evidence"][0]["narrative"]
    assert [item["genre"] for item in document["evidence"]] == ["CourseCompletion"]
    assert problems(document) == []
    report = rows.check(bytes(award.credential))
    assert (report.verdict, [c.outcome for c in report.checks]) == ("valid", ["ok"] * 6)
    number = BadgeNumber.objects.get()
    assert (f"urn:uuid:{number.badge_id}", number.award_id) == (document["id"], award.id)


@pytest.mark.django_db
def test_no_personal_data_leaves_in_a_badge() -> None:
    badge = rows.published()
    person = make.person("한가람", email="garam@example.kr")
    entry = rows.completed(badge.course_version, person)
    award = give(entry, badge)
    text = bytes(award.credential).decode()
    for secret in ("한가람", "garam@example.kr", str(entry.account_id), str(person.pk), str(entry.id)):
        assert secret not in text


@pytest.mark.django_db
def test_recognition_at_completion_is_evidence() -> None:
    badge = rows.published()
    entry = rows.completed(
        badge.course_version,
        recognition_id=make.recognition(badge.course_version).id,
        recognition_number="제7호",
    )
    evidence = json.loads(give(entry, badge).credential)["evidence"]
    assert [(item["genre"], item["name"]) for item in evidence][1] == ("CourseRecognition", "평가인정 제7호")


@pytest.mark.django_db
def test_giving_again_gives_the_same_badge() -> None:
    badge = rows.published()
    entry = rows.completed(badge.course_version)
    first = give(entry, badge)
    again = give(entry, badge, now=make.NOW + timedelta(days=1))
    assert (again.id, bytes(again.credential)) == (first.id, bytes(first.credential))
    assert Award.objects.count() == BadgeNumber.objects.count() == 1
    assert set(StatusList.objects.values_list("allocated", flat=True)) == {1}
    assert AuditEvent.objects.filter(action="badges.issue").count() == 1


@pytest.mark.django_db
@pytest.mark.req("B2", "refusal")
@pytest.mark.parametrize(("score", "rate"), [("59.99", "90"), (None, "90"), ("85", "79")])
def test_what_was_not_shown_is_not_given(score: str | None, rate: str) -> None:
    badge = rows.published()
    entry = rows.completed(badge.course_version, score=score, rate=rate)
    with pytest.raises(NotEarned):
        give(entry, badge)
    assert not Award.objects.exists()
    assert not StatusList.objects.exists()


@pytest.mark.django_db
def test_a_voided_entry_or_one_of_another_course_gets_no_badge() -> None:
    badge, other = rows.published(), make.version()
    for entry in (
        rows.completed(badge.course_version, voided_at=make.NOW),
        rows.completed(other),
    ):
        with pytest.raises(NotEarned):
            give(entry, badge)


@pytest.mark.django_db
def test_only_staff_of_the_institution_give_by_hand() -> None:
    badge = rows.published()
    entry = rows.completed(badge.course_version)
    for actor in (
        make.person(),
        make.staff(make.organisation()),
        make.staff(badge.organisation, Role.INSTRUCTOR),
    ):
        with pytest.raises(NotAllowed):
            give(entry, badge, actor=actor)
    assert give(entry, badge, actor=make.staff(badge.organisation)).pk


@pytest.mark.django_db
def test_a_text_that_cannot_be_signed_is_refused_and_takes_nothing() -> None:
    badge = rows.published()
    entry = rows.completed(badge.course_version, title="가\x07나")
    with pytest.raises(Invalid) as refusal:
        give(entry, badge)
    assert refusal.value.code == "cannot_sign"
    assert not Award.objects.exists()
    assert not StatusList.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_at_once_each_gets_one_badge_and_a_place_of_its_own() -> None:
    badge = rows.published()
    entries = [rows.completed(badge.course_version, make.person(f"학습자 {n}")) for n in range(4)]
    barrier, given, failures = threading.Barrier(8), [], []

    def work(entry: Entry) -> None:
        barrier.wait()
        try:
            for _ in range(2):
                given.append(give(entry, badge).id)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(entry,)) for entry in entries for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(given) == 16
    assert len(set(given)) == Award.objects.count() == 4
    assert IssuerKey.objects.count() == 1
    assert StatusList.objects.count() == 2
    for purpose in ("revocation", "suspension"):
        places = Award.objects.values_list(f"{purpose}_list_id", f"{purpose}_index")
        assert len(set(places)) == 4
    assert all(rows.check(bytes(award.credential)).verdict == "valid" for award in Award.objects.all())


@pytest.mark.django_db
def test_a_full_list_is_followed_by_another() -> None:
    badge = rows.published()
    give(rows.completed(badge.course_version, make.person()), badge)
    StatusList.objects.update(allocated=131_071)
    awards = [give(rows.completed(badge.course_version, make.person()), badge) for _ in range(3)]
    assert len({award.revocation_list_id for award in awards}) == 2
    assert sorted(StatusList.objects.values_list("purpose", "number", "allocated")) == [
        ("revocation", 1, 131_072),
        ("revocation", 2, 2),
        ("suspension", 1, 131_072),
        ("suspension", 2, 2),
    ]
    assert all(rows.check(bytes(award.credential)).verdict == "valid" for award in awards)


@pytest.mark.django_db
@pytest.mark.req("B5", "rule")
def test_a_revoked_badge_says_so_and_its_neighbour_does_not() -> None:
    badge = rows.published()
    first, second = (give(rows.completed(badge.course_version, make.person()), badge) for _ in range(2))
    before = StatusList.objects.get(pk=first.revocation_list_id)
    revoke(
        account_id=first.account_id,
        award_id=first.id,
        reason="수료 기록을 고쳐 다시 발급함",
        actor=make.staff(badge.organisation),
        now=make.NOW + timedelta(hours=1),
    )
    after = make.NOW + timedelta(hours=2)
    assert rows.check(bytes(first.credential), now=after).ko == "이 배지는 취소되었습니다"
    assert rows.check(bytes(second.credential), now=after).verdict == "valid"
    first.refresh_from_db()
    assert first.revoke_reason == "수료 기록을 고쳐 다시 발급함"
    row = StatusList.objects.get(pk=before.pk)
    assert (row.changed_at, row.allocated) == (make.NOW + timedelta(hours=1), before.allocated)
    with pytest.raises(Refused, match="이미 취소"):
        revoke(account_id=first.account_id, award_id=first.id, reason="또", actor=None, now=after)
    entry = Entry.objects.get(account_id=first.account_id)
    assert give(entry, badge, now=after).id != first.id  # the corrected record may earn it again


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("B12", "refusal")
def test_of_two_who_revoke_at_once_one_does() -> None:
    badge = rows.published()
    award = give(rows.completed(badge.course_version), badge)
    staff = [make.staff(badge.organisation, name=f"담당{n}") for n in range(2)]

    def revoking(who: Person) -> Callable[[], Award]:
        return lambda: revoke(
            account_id=award.account_id, award_id=award.id, reason=who.name, actor=who, now=make.NOW
        )

    outcomes = all_at_once([revoking(who) for who in staff])
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert "이미 취소" in str(refused)
    award.refresh_from_db()
    assert award.revoke_reason in {who.name for who in staff}
    assert AwardAct.objects.filter(award_id=award.id).count() == 1


@pytest.mark.django_db
def test_a_suspended_badge_counts_again_when_released() -> None:
    badge = rows.published()
    award = give(rows.completed(badge.course_version), badge)
    act = {"account_id": award.account_id, "award_id": award.id, "reason": "확인 중", "actor": None}
    with pytest.raises(Refused):
        unsuspend(**act, now=make.NOW)
    suspend(**act, now=make.NOW)
    assert rows.check(bytes(award.credential)).verdict == "suspended"
    with pytest.raises(Refused):
        suspend(**act, now=make.NOW)
    unsuspend(**act, now=make.NOW)
    assert rows.check(bytes(award.credential)).verdict == "valid"


@pytest.mark.django_db
def test_who_may_not_take_back_changes_nothing() -> None:
    badge = rows.published()
    award = give(rows.completed(badge.course_version), badge)
    for actor in (make.person(), make.staff(make.organisation())):
        for act in (revoke, suspend):
            with pytest.raises(NotAllowed):
                act(account_id=award.account_id, award_id=award.id, reason="그냥", actor=actor, now=make.NOW)
    for reason in ("", "  ", "가" * 301):
        with pytest.raises(Invalid):
            revoke(account_id=award.account_id, award_id=award.id, reason=reason, actor=None, now=make.NOW)
    assert rows.check(bytes(award.credential)).verdict == "valid"
    operator = make.person(is_operator=True)
    assert revoke(
        account_id=award.account_id, award_id=award.id, reason="기관이 닫음", actor=operator, now=make.NOW
    ).revoked_at


@pytest.mark.django_db
@pytest.mark.req("B5", "rule")
def test_old_badges_hold_after_a_rotation_and_new_ones_use_the_new_key() -> None:
    badge = rows.published()
    old = give(rows.completed(badge.course_version, make.person()), badge)
    later = make.NOW + timedelta(days=1)
    rotate_key(organisation=badge.organisation, actor=make.staff(badge.organisation), now=later)
    new = give(rows.completed(badge.course_version, make.person()), badge, now=later)
    assert json.loads(old.credential)["proof"]["verificationMethod"].endswith("#key-1")
    assert json.loads(new.credential)["proof"]["verificationMethod"].endswith("#key-2")
    for award in (old, new):
        assert rows.check(bytes(award.credential), now=later).verdict == "valid"


@pytest.mark.django_db
def test_what_claims_a_revoked_keys_signature_from_then_on_is_not_believed() -> None:
    badge = rows.published()
    early = give(rows.completed(badge.course_version, make.person()), badge)
    stolen_at = make.NOW + timedelta(days=1)
    late = give(rows.completed(badge.course_version, make.person()), badge, now=stolen_at)
    after = stolen_at + timedelta(days=1)
    key = IssuerKey.objects.get()
    actor = make.staff(badge.organisation)
    with pytest.raises(Refused):
        revoke_key(key=key, since=after + timedelta(days=1), actor=actor, now=after)
    current = revoke_key(key=key, since=stolen_at, actor=actor, now=after)
    assert current.fragment == "key-2"
    assert rows.check(bytes(early.credential), now=after).verdict == "valid"
    report = rows.check(bytes(late.credential), now=after)
    assert (report.outcome, report.check("signature").reason) == ("invalid", "key_revoked")  # type: ignore[union-attr]
    with pytest.raises(Refused):
        revoke_key(key=key, since=stolen_at, actor=actor, now=after)


@pytest.mark.django_db
def test_keys_are_kept_by_operators_and_the_institutions_own_staff() -> None:
    where = make.organisation()
    for actor in (None, make.person(), make.staff(where, Role.PROGRAMME_MANAGER)):
        with pytest.raises(NotAllowed):
            rotate_key(organisation=where, actor=actor, now=make.NOW)
    assert (
        rotate_key(organisation=where, actor=make.person(is_operator=True), now=make.NOW).fragment == "key-1"
    )


@pytest.mark.django_db
def test_private_keys_are_sealed_to_their_row() -> None:
    where = make.organisation()
    operator = make.person(is_operator=True)
    first = rotate_key(organisation=where, actor=operator, now=make.NOW)
    second = rotate_key(organisation=where, actor=operator, now=make.NOW + timedelta(days=1))
    from naite.roots import sealing

    seed = sealing.unseal(bytes(first.sealed_private), purpose="issuer key", row=first.id.bytes)
    assert len(seed) == 32
    assert seed not in bytes(first.sealed_private)
    for purpose, row in (("issuer key", second.id.bytes), ("holder key", first.id.bytes)):
        with pytest.raises(sealing.SealBroken):
            sealing.unseal(bytes(first.sealed_private), purpose=purpose, row=row)


@pytest.mark.django_db
def test_participation_needs_attendance_only() -> None:
    badge = rows.published(badge_type="participation", rule=AwardRule(min_attendance=80))
    award = give(rows.completed(badge.course_version, score=None, rate="80"), badge)
    assert [item["value"] for item in json.loads(award.credential)["credentialSubject"]["result"]] == ["80"]
    assert badge.rule.min_attendance == Decimal(80)


def test_names_are_ours_only_when_they_are() -> None:
    assert names.slug_of_did(names.issuer_did("seoul")) == "seoul"
    for other in ("did:web:localhost%3A8000:o", "did:web:evil.example:o:seoul", names.issuer_did("a") + ":b"):
        assert names.slug_of_did(other) is None
    assert names.list_id_of_url("http://localhost:8000/status/../x") is None
