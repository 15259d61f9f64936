"""Complaints: taken in without an account, their author protected, handled by officers alone."""

import json
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from tests import factories as make
from tests import oversight_rows as rows
from tests import samples_of_files as samples
from tests.oversight_rows import NOW, WORDS

from naite.branches.oversight import queries
from naite.branches.oversight.models import Complaint, ComplaintMessage
from naite.branches.oversight.services import complaint_work as work
from naite.branches.oversight.services import complaints
from naite.roots.audit import services as audit
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.roots.notices.models import Message
from naite.trunk.people.models import Role
from naite.trunk.recognition.models import CaseEvent

pytestmark = pytest.mark.django_db
CONTACT = {"name": "김신고", "email": "whistle@example.kr", "phone": "010-1234-5678"}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.mark.req("A14", "rule")
def test_a_complaint_comes_in_sealed_and_its_key_opens_it() -> None:
    on = rows.ground()
    token = audit.acting_from("192.0.2.7")
    row, key = rows.complaint(on, uploads=[rows.upload(samples.png())], **CONTACT)
    audit.stop_acting(token)
    assert row.recognition == on.recognition and row.organisation == on.where.institution
    # Tuesday the 24th counts, Saturday and Sunday do not: seven working days.
    assert row.due_on == date(2026, 12, 2)
    with connection.cursor() as cursor:
        cursor.execute("select body, contact from oversight_complaint")
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    for secret in (WORDS, *CONTACT.values()):
        assert secret.encode() not in stored
    assert key not in row.key_digest
    found = complaints.find(number=row.number.lower(), key=key.replace("-", " "), place="x", now=NOW)
    assert found == row and found.body == WORDS and found.contact["phone"] == CONTACT["phone"]
    # The log knows neither from where nor what about a person.
    for event in AuditEvent.objects.filter(action__startswith="oversight."):
        assert event.place == "" and event.actor_id is None
        assert not any(value in json.dumps(event.detail, ensure_ascii=False) for value in CONTACT.values())


@pytest.mark.req("A14", "refusal")
def test_what_is_not_taken_changes_nothing() -> None:
    on = rows.ground()
    bad = [
        ({"body": "   "}, "body"),
        ({"concern": "gossip"}, "concern"),
        ({"course": None}, "place"),
        ({"email": "not an address"}, "email"),
        ({"body": "제 번호는 900101-1234567 입니다"}, "body"),
        ({"body": "가" * 5001}, "body"),
    ]
    for number, (text, field) in enumerate(bad):
        with pytest.raises(Invalid) as refused:
            rows.complaint(on, place=f"192.0.2.{number}", **text)
        assert field in refused.value.fields
    with pytest.raises(Invalid) as refused:
        rows.complaint(on, uploads=[rows.upload(b"MZ" + b"\0" * 100, "사진.png")], place="192.0.2.90")
    assert "uploads" in refused.value.fields
    pictures = [rows.upload(samples.png((n, n, n)), f"{n}.png") for n in range(6)]
    with pytest.raises(Invalid) as refused:
        rows.complaint(on, uploads=pictures, place="192.0.2.91")
    assert refused.value.code == "too_many_files"
    assert not Complaint.objects.exists() and not StoredFile.objects.exists()


@pytest.mark.req("A14", "refusal")
def test_floods_and_guesses_are_stopped() -> None:
    on = rows.ground()
    row, key = rows.complaint(on)
    for _each in range(4):
        rows.complaint(on)
    with pytest.raises(complaints.TooOften):
        rows.complaint(on)
    rows.complaint(on, place="198.51.100.1")
    for _each in range(complaints.TRIES_IN_TEN_MINUTES):
        with pytest.raises(Invalid) as refused:
            complaints.find(number=row.number, key="2222-2222-2222", place="y", now=NOW)
        assert refused.value.code == "no_such_complaint"
    with pytest.raises(complaints.TooOften):
        complaints.find(number=row.number, key=key, place="y", now=NOW)
    assert complaints.find(number=row.number, key=key, place="z", now=NOW) == row


@pytest.mark.req("A14", "refusal")
def test_only_officers_without_a_role_there_see_a_complaint() -> None:
    on = rows.ground()
    row, _key = rows.complaint(on)
    torn = make.staff(on.where.national, Role.NATIONAL_OFFICER, "양다리")
    make.role(torn, on.where.institution)
    for person in (on.staff, on.where.local_officer, on.where.official, torn):
        for attempt in (
            lambda: work.look(complaint=row, actor=person, now=NOW),  # noqa: B023
            lambda: work.accept(complaint=row, course=None, actor=person, now=NOW),  # noqa: B023
            lambda: work.reveal(complaint=row, reason="궁금해서", actor=person, now=NOW),  # noqa: B023
        ):
            with pytest.raises(NotAllowed):
                attempt()
    assert list(queries.complaints(torn, show="all", words="", today=row.due_on)) == []
    with pytest.raises(Invalid):
        work.assign(complaint=row, to=torn, actor=on.officer, now=NOW)
    row.refresh_from_db()
    assert row.state == Complaint.State.RECEIVED


@pytest.mark.req("A14", "rule")
def test_contact_data_need_a_reason_and_go_after_their_time(settings: object) -> None:
    on = rows.ground()
    row = rows.accepted(on, **CONTACT)
    with pytest.raises(Invalid):
        work.reveal(complaint=row, reason=" ", actor=on.officer, now=NOW)
    with pytest.raises(NotAllowed):
        work.reveal(complaint=row, reason="대신 봅니다", actor=on.second, now=NOW)
    assert work.reveal(complaint=row, reason="날짜를 여쭙기 위해", actor=on.officer, now=NOW) == CONTACT
    looked = AuditEvent.objects.get(action="oversight.view_complainant")
    assert looked.detail["reason"] == "날짜를 여쭙기 위해"
    assert "날짜를 여쭙기 위해" not in [e.reason for e in queries.complaint_events(row, for_complainant=True)]
    work.close(complaint=row, outcome="guided", answer="기관이 바로잡았습니다.", actor=on.officer, now=NOW)
    sent = Message.objects.filter(address=CONTACT["email"])
    assert sent.count() == 2  # accepted, closed
    assert not any(on.course.current.title in m.body or "마포시민학교" in m.body for m in sent)  # type: ignore[union-attr]

    assert work.erase_due(now=NOW + timedelta(days=364)) == 0
    later = NOW + timedelta(days=366)
    assert work.erase_due(now=later) == 1 and work.erase_due(now=later) == 0
    row = Complaint.objects.get(pk=row.pk)
    assert row.contact == {} and not Message.objects.filter(address=CONTACT["email"]).exists()
    with pytest.raises(Refused):
        work.reveal(complaint=row, reason="늦게라도", actor=on.officer, now=later)


@pytest.mark.req("A14", "rule")
def test_merged_complaints_get_the_same_answer() -> None:
    on = rows.ground()
    first, second = rows.accepted(on), rows.complaint(on, body="저도 보았습니다.", place="198.51.100.2")[0]
    for wrong in (second.number, "2026-XXXX-XXXX", ""):
        with pytest.raises(Invalid):
            work.merge(complaint=second, into_number=wrong, actor=on.officer, now=NOW)
    work.merge(complaint=second, into_number=first.number.lower(), actor=on.officer, now=NOW)
    with pytest.raises(Refused):
        work.accept(complaint=second, course=None, actor=on.officer, now=NOW)
    ended = work.close(
        complaint=first, outcome="ordered", answer="시정명령을 했습니다.", actor=on.officer, now=NOW
    )
    assert {row.pk for row in ended} == {first.pk, second.pk}
    second.refresh_from_db()
    assert (second.state, second.answer) == (Complaint.State.MERGED, "시정명령을 했습니다.")


@pytest.mark.req("A15", "rule")
def test_the_case_of_the_recognition_says_so_to_offices_only() -> None:
    on = rows.ground()
    row = rows.accepted(on)
    line = CaseEvent.objects.get(recognition=on.recognition)
    assert (line.act, line.audience) == ("complaint_accepted", CaseEvent.Audience.OFFICES)
    assert WORDS not in json.dumps(line.evidence) + line.reason and line.evidence == {"number": row.number}


@pytest.mark.req("A14", "refusal")
def test_notes_stay_inside_and_the_end_needs_words() -> None:
    on = rows.ground()
    row = rows.accepted(on)
    work.write(complaint=row, body="기관에 전화함", to_complainant=False, actor=on.officer, now=NOW)
    work.write(complaint=row, body="언제였나요?", to_complainant=True, actor=on.officer, now=NOW)
    complaints.reply(complaint=row, body="10월 14일입니다.", uploads=(), now=NOW)
    read = [said.body for said in queries.talk(row, for_complainant=True)]
    assert read == ["언제였나요?", "10월 14일입니다."]
    assert ComplaintMessage.objects.count() == 3
    with pytest.raises(Invalid):
        work.close(complaint=row, outcome="guided", answer="", actor=on.officer, now=NOW)
    with pytest.raises(Invalid):
        work.put_out_of_scope(complaint=row, reason="", actor=on.officer, now=NOW)
    work.put_out_of_scope(complaint=row, reason="학원은 교육지원청에 알려 주세요.", actor=on.officer, now=NOW)
    with pytest.raises(Refused):
        work.close(complaint=row, outcome="guided", answer="끝", actor=on.officer, now=NOW)
