"""The registry of institutions: asking for changes with proof, deciding, documents, history."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from tests import factories as make
from tests.registry_rows import World, world
from tests.samples_of_files import pdf

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.roots.notices.models import Message
from naite.trunk.people import services
from naite.trunk.people.models import (
    InstitutionDocument,
    InstitutionEvent,
    InstitutionProposal,
    Organisation,
    OrganisationChange,
    Role,
)
from naite.trunk.people.registry import access, documents, pages, proposals, queries, rules
from naite.trunk.people.services import OrganisationFacts

TODAY = date(2026, 11, 24)
VALUES = {
    "name": "한강평생학습관",
    "kind": "human_resources",
    "legal_basis": "ga",
    "other_law": "",
    "act": "reported",
    "number": "제2011-3호",
    "registered_on": "2011-03-02",
    "representative": "한이슬",
    "region": "11440",
    "address": "토정로 100",
    "opened_on": "2011-03-15",
}


@pytest.fixture
def w(db: None) -> World:
    return world()


@pytest.mark.req("A3", "rule")
@pytest.mark.parametrize(
    ("kind", "basis", "law", "clause"),
    [
        ("school_attached", "ga", "", "평생교육법 제2조제2호가목, 평생교육법 제30조"),
        ("in_company_university", "ga", "", "평생교육법 제2조제2호가목, 평생교육법 제32조"),
        ("human_resources", "ga", "", "평생교육법 제2조제2호가목, 평생교육법 제38조"),
        ("human_resources", "na", "", "평생교육법 제2조제2호나목"),
        ("hub", "da", "도서관법 제4조", "평생교육법 제2조제2호다목, 도서관법 제4조"),
        ("local_government", "", "", ""),
    ],
)
def test_each_basis_names_its_clause(kind: str, basis: str, law: str, clause: str) -> None:
    assert rules.clause(kind, basis, law) == clause


@pytest.mark.req("A3", "rule")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {}),
        ({"legal_basis": "da"}, {"other_law": "needed"}),
        ({"legal_basis": "da", "other_law": "도서관법 제4조"}, {}),
        ({"legal_basis": ""}, {"legal_basis": "needed"}),
        ({"kind": "ministry"}, {"legal_basis": "out_of_place", "kind": "unknown"}),
        ({"kind": "company", "legal_basis": ""}, {"kind": "unknown"}),
        ({"registered_on": "2026-11-25"}, {"registered_on": "future"}),
        ({"registered_on": "어제"}, {"registered_on": "day"}),
        ({"number": "가" * 61}, {"number": "long"}),
        ({"act": "registered", "opened_on": "2011-03-01"}, {"opened_on": "before_registration"}),
        ({"opened_on": "2011-03-01"}, {}),  # a report may follow the opening
        ({"legal_basis": "na"}, {"teaches_school_subjects": "unanswered"}),
    ],
)
def test_what_a_page_may_say(changes: dict[str, str], found: dict[str, str]) -> None:
    assert rules.faults({**VALUES, **changes}, teaches_school_subjects=None, today=TODAY) == found


def test_every_field_has_a_proof_and_a_label() -> None:
    assert set(rules.PROOF) == set(rules.FIELDS)
    assert rules.unproven(["name", "address"], ["charter"]) == {"address": rules.PROOF["address"]}
    assert rules.day_fault(TODAY + timedelta(days=181), today=TODAY) == "ahead"
    assert rules.day_fault(TODAY - timedelta(days=366), today=TODAY) == "past"
    assert rules.day_fault(TODAY + timedelta(days=180), today=TODAY) == ""


@pytest.mark.req("A3", "rule")
def test_an_accepted_change_is_in_the_registry_with_its_document_and_history(w: World) -> None:
    row = w.asked(name="한강배움터", representative="새대표")
    w.document(row, expires_on=date(2028, 1, 31))
    row = proposals.submit(proposal=row, actor=w.staff, now=make.NOW)
    assert row.office == w.city
    assert Message.objects.filter(person_id=w.officer.pk, subject__contains="변경 신청").exists()
    row = proposals.accept(proposal=row, actor=w.officer, now=make.NOW)
    assert row.state == "applied"
    w.hall.refresh_from_db()
    assert (w.hall.name, w.page.representative, w.page.revision) == ("한강배움터", "새대표", 2)
    renamed = OrganisationChange.objects.get(organisation=w.hall, kind="renamed")
    assert (renamed.former_name, renamed.on) == ("한강평생학습관", TODAY)
    assert [(d.kind, d.version) for d in queries.current_documents(w.hall)] == [("registration", 1)]
    acts = [event.act for event in reversed(list(queries.history(w.hall)))]
    assert acts == ["open", "submit", "accept", "change"]
    assert Message.objects.filter(person_id=w.staff.pk, subject__contains="받아들였습니다").exists()
    public = queries.public_history(w.hall)
    assert [line["act"] for line in public] == ["change", "open"]
    assert public[0]["values"] == {"name": ["한강평생학습관", "한강배움터"]}  # no person is told


def test_a_new_version_leaves_the_old_one_as_past(w: World) -> None:
    for name in ("하나배움터", "둘배움터"):
        row = w.asked(name=name)
        w.document(row, text=name)
        proposals.submit(proposal=row, actor=w.staff, now=make.NOW)
        proposals.accept(proposal=row, actor=w.officer, now=make.NOW)
    kept = list(InstitutionDocument.objects.filter(organisation=w.hall).order_by("version"))
    assert [(d.version, d.replaced_at is not None) for d in kept] == [(1, True), (2, False)]


@pytest.mark.req("A3", "rule")
def test_a_change_holds_from_its_day_on(w: World) -> None:
    row = w.saved(
        proposals.begin(organisation=w.hall, actor=w.staff, now=make.NOW), on=date(2026, 12, 1), name="새이름"
    )
    w.document(row)
    proposals.submit(proposal=row, actor=w.staff, now=make.NOW)
    row = proposals.accept(proposal=row, actor=w.officer, now=make.NOW)
    assert row.state == "accepted"
    assert proposals.apply_due(now=make.NOW) == 0
    assert Organisation.objects.get(pk=w.hall.pk).name == "한강평생학습관"
    later = make.NOW + timedelta(days=7)
    assert [proposals.apply_due(now=later), proposals.apply_due(now=later)] == [1, 0]
    assert Organisation.objects.get(pk=w.hall.pk).name == "새이름"
    assert InstitutionEvent.objects.get(organisation=w.hall, act="change").on == date(2026, 12, 1)


@pytest.mark.req("A3", "refusal")
def test_a_change_to_a_tutoring_hagwon_is_refused_with_the_clause(w: World) -> None:
    row = proposals.begin(organisation=w.hall, actor=w.staff, now=make.NOW)
    with pytest.raises(Invalid) as refused:
        proposals.save(
            proposal=row,
            values={**pages.values_of(w.hall, w.page), "legal_basis": "na"},
            reason="학원으로 바꿈",
            effective_on=TODAY,
            revision=row.revision,
            teaches_school_subjects=True,
            actor=w.staff,
            now=make.NOW,
        )
    assert refused.value.code == "school_subject_hagwon"
    assert "제2조제2호나목" in str(refused.value)
    row.refresh_from_db()
    assert row.changes == {}


@pytest.mark.req("A3", "refusal")
def test_nothing_is_handed_in_without_proof_or_twice_or_by_two_tabs(w: World) -> None:
    row = w.asked(address="서울특별시 마포구 새길 1")
    with pytest.raises(Invalid) as refused:
        proposals.submit(proposal=row, actor=w.staff, now=make.NOW)
    assert "시설 증명" in str(refused.value)
    w.document(row, "charter")
    assert proposals.lacks(row)
    w.document(row, "premises")
    with pytest.raises(Refused) as second:
        w.saved(replace_revision(row), name="다른 이름")
    assert second.value.code == "changed_meanwhile"
    proposals.submit(proposal=row, actor=w.staff, now=make.NOW)
    with pytest.raises(Refused):
        proposals.submit(proposal=row, actor=w.staff, now=make.NOW)
    again = proposals.begin(organisation=w.hall, actor=w.staff, now=make.NOW)
    assert again.pk == row.pk  # one at a time


def replace_revision(row: InstitutionProposal) -> InstitutionProposal:
    stale = InstitutionProposal.objects.get(pk=row.pk)
    stale.revision -= 1
    return stale


@pytest.mark.req("A3", "refusal")
def test_who_may_not(w: World) -> None:
    row = w.submitted(name="새이름")
    elsewhere = make.staff(make.organisation("은평구"), Role.LOCAL_OFFICER)
    teacher = make.staff(w.hall, Role.INSTRUCTOR)
    for actor in (elsewhere, w.staff, teacher, make.person()):
        with pytest.raises(NotAllowed):
            proposals.accept(proposal=row, actor=actor, now=make.NOW)
        with pytest.raises(NotAllowed):
            pages.correct(
                organisation=w.hall,
                values={"name": "x"},
                reason="까닭",
                revision=1,
                actor=actor,
                now=make.NOW,
            )
    for actor in (elsewhere, teacher, w.officer):
        with pytest.raises(NotAllowed):
            proposals.begin(organisation=w.hall, actor=actor, now=make.NOW)
    both = make.staff(w.city, Role.LOCAL_OFFICER)
    make.role(both, w.hall)
    with pytest.raises(NotAllowed):  # nobody decides on what they ask for
        proposals.accept(proposal=row, actor=both, now=make.NOW)
    row.refresh_from_db()
    assert row.state == "submitted"


def test_of_two_officers_the_second_is_told(w: World) -> None:
    row = w.submitted(name="새이름")
    stale = InstitutionProposal.objects.select_related("organisation").get(pk=row.pk)
    proposals.refuse(proposal=row, reason="서류가 맞지 않습니다", actor=w.officer, now=make.NOW)
    with pytest.raises(Refused) as refused:
        proposals.accept(proposal=stale, actor=w.officer, now=make.NOW)
    assert refused.value.code == "moved_meanwhile"
    assert Organisation.objects.get(pk=w.hall.pk).name == "한강평생학습관"
    letter = Message.objects.get(person_id=w.staff.pk)
    assert "서류가 맞지 않습니다" in letter.body
    assert "행정기본법 제36조" in letter.body


@pytest.mark.req("A3", "rule")
def test_sent_back_supplemented_and_accepted(w: World) -> None:
    row = w.submitted(name="새이름")
    with pytest.raises(Invalid):
        proposals.send_back(proposal=row, reason=" ", actor=w.officer, now=make.NOW)
    proposals.send_back(proposal=row, reason="직인이 보이지 않습니다", actor=w.officer, now=make.NOW)
    w.document(row, text="다시 찍은 것")
    row.refresh_from_db()
    seen = row.submitted_at
    proposals.submit(proposal=row, actor=w.staff, now=make.NOW + timedelta(hours=1))
    row.refresh_from_db()
    for act in (proposals.accept, proposals.refuse, proposals.send_back):
        with pytest.raises(Refused) as refused:  # another version than the one that was looked at
            act(proposal=row, reason="서류를 보았습니다", actor=w.officer, now=make.NOW, seen=seen)
        assert refused.value.code == "changed_meanwhile"
    later = make.NOW + timedelta(hours=2)
    proposals.accept(proposal=row, actor=w.officer, now=later, seen=row.submitted_at)
    acts = [event.act for event in reversed(list(queries.history(w.hall)))]
    assert acts == ["open", "submit", "send_back", "submit_again", "accept", "change"]


def test_a_page_that_changed_meanwhile_is_not_overwritten(w: World) -> None:
    row = w.submitted(name="기관이 바란 이름")
    pages.correct(
        organisation=w.hall,
        values={"name": "구청이 고친 이름"},
        reason="오기",
        revision=1,
        actor=w.officer,
        now=make.NOW,
    )
    with pytest.raises(Refused) as refused:
        proposals.accept(proposal=row, actor=w.officer, now=make.NOW)
    assert refused.value.code == "changed_meanwhile"
    assert Organisation.objects.get(pk=w.hall.pk).name == "구청이 고친 이름"


def test_staff_change_only_phone_and_homepage_beside_the_registry(w: World) -> None:
    facts = OrganisationFacts(
        name=w.hall.name,
        kind=w.hall.kind,
        legal_basis="ga",
        parent=w.city,
        region=w.hall.region,
        address=w.hall.address,
        phone="02-0000-0200",
    )
    changed = services.change_organisation(organisation=w.hall, facts=facts, actor=w.staff, now=make.NOW)
    assert changed.phone == "02-0000-0200"
    with pytest.raises(Refused) as refused:
        services.change_organisation(
            organisation=w.hall, facts=replace(facts, name="몰래 바꾼 이름"), actor=w.staff, now=make.NOW
        )
    assert refused.value.code == "in_registry"


@pytest.mark.req("A3", "refusal")
@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (b"MZ" + b"0" * 90, "a.exe", "program"),
        (b"MZ" + b"0" * 90, "a.pdf", "program"),
        (b"plain words", "a.pdf", "mismatch"),
    ],
)
def test_bad_files_are_refused_and_not_kept(w: World, content: bytes, name: str, code: str) -> None:
    row = w.asked(name="새이름")
    with pytest.raises(Invalid) as refused:
        documents.add(
            proposal=row, kind="registration", stream=BytesIO(content), name=name, actor=w.staff, now=make.NOW
        )
    assert refused.value.code == code
    assert "file" in refused.value.fields
    assert not row.documents.exists()
    assert not StoredFile.objects.exists()


def test_documents_that_ran_out_or_stand_twice_are_refused_and_may_be_taken_out(w: World) -> None:
    row = w.asked(name="새이름")
    with pytest.raises(Invalid) as refused:
        w.document(row, expires_on=date(2026, 11, 23))
    assert "expires_on" in refused.value.fields
    kept = w.document(row)
    with pytest.raises(Invalid) as twice:
        w.document(row)
    assert twice.value.code == "same_file"
    documents.remove(document=kept, actor=w.staff, now=make.NOW)
    assert not row.documents.exists()
    assert documents.add(
        proposal=row, kind="charter", stream=BytesIO(pdf()), name="정관.pdf", actor=w.staff, now=make.NOW
    )


def test_a_document_is_reminded_of_once_before_it_runs_out(w: World) -> None:
    row = w.asked(name="새이름")
    w.document(row, expires_on=date(2027, 1, 31))
    proposals.submit(proposal=row, actor=w.staff, now=make.NOW)
    proposals.accept(proposal=row, actor=w.officer, now=make.NOW)
    assert documents.remind(now=make.NOW) == 0
    soon = make.NOW + timedelta(days=40)
    assert [documents.remind(now=soon), documents.remind(now=soon)] == [1, 0]
    assert Message.objects.filter(person_id=w.staff.pk, subject__contains="유효기간").count() == 1


def test_who_sees_which_institutions(w: World) -> None:
    free = make.organisation(
        "늘푸른학교", kind="civil_society_attached", legal_basis="ga", region=make.region()
    )
    far = make.organisation("해운대배움터", kind="human_resources", region=make.region("26350", "해운대구"))
    province = make.organisation("서울진흥원", kind="provincial_institute", region=w.hall.region.parent)  # type: ignore[union-attr]
    education = make.organisation("서울교육청", kind="education_office", region=w.hall.region.parent)  # type: ignore[union-attr]

    def seen(*, by: Organisation, role: Role) -> set[str]:
        return set(access.seen_by(make.staff(by, role), now=make.NOW).values_list("name", flat=True))

    assert seen(by=w.city, role=Role.LOCAL_OFFICER) == {"마포구", "한강평생학습관", "늘푸른학교"}
    assert {"한강평생학습관", "늘푸른학교"} <= seen(by=province, role=Role.PROVINCIAL_OFFICER)
    assert {"한강평생학습관", "늘푸른학교"} <= seen(by=education, role=Role.EDUCATION_OFFICER)
    assert "해운대배움터" not in seen(by=province, role=Role.PROVINCIAL_OFFICER)
    assert seen(by=w.hall, role=Role.INSTITUTION_STAFF) == set()
    nation = make.organisation("진흥원", kind="national_institute")
    assert {far.name, free.name} <= seen(by=nation, role=Role.NATIONAL_OFFICER)
    assert access.responsible_office(free, now=make.NOW) == w.city  # by its region


@pytest.mark.req("A3", "refusal")
def test_an_accepted_change_does_not_overwrite_what_was_set_right_before_its_day(w: World) -> None:
    row = w.saved(
        proposals.begin(organisation=w.hall, actor=w.staff, now=make.NOW), on=date(2026, 12, 1), name="새이름"
    )
    w.document(row)
    proposals.submit(proposal=row, actor=w.staff, now=make.NOW)
    proposals.accept(proposal=row, actor=w.officer, now=make.NOW)
    pages.correct(
        organisation=w.hall,
        values={"name": "바른이름"},
        reason="등록증과 다름",
        revision=w.page.revision,
        actor=w.officer,
        now=make.NOW,
    )
    later = make.NOW + timedelta(days=7)
    assert [proposals.apply_due(now=later), proposals.apply_due(now=later)] == [0, 0]
    row.refresh_from_db()
    assert (row.state, "정정" in row.decision_reason) == ("sent_back", True)
    assert Organisation.objects.get(pk=w.hall.pk).name == "바른이름"
    assert Message.objects.filter(person_id=w.staff.pk, subject__contains="보완해 주세요").count() == 1
