"""Pages of the registry: the institution asks, the office decides, the public reads."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests import factories as make
from tests.registry_rows import World, world
from tests.samples_of_files import pdf

from naite.roots.audit.models import AuditEvent
from naite.trunk.people.models import InstitutionProposal, Organisation, Role
from naite.trunk.people.registry import pages, proposals

pytestmark = pytest.mark.django_db


@pytest.fixture
def w() -> World:
    return world()


def filled(row: InstitutionProposal, **changes: str) -> dict[str, str]:
    return {
        "name": "한강평생학습관",
        "kind": "human_resources",
        "legal_basis": "ga",
        "other_law": "",
        "teaches_school_subjects": "unknown",
        "act": "",
        "number": "",
        "registered_on": "",
        "representative": "",
        "region": "11440",
        "address": "서울특별시 마포구 토정로 100",
        "opened_on": "",
        "effective_on": "2026-11-20",
        "reason": "대표자가 바뀌었습니다",
        "revision": str(row.revision),
        **changes,
    }


@pytest.mark.req("A3", "browser")
def test_an_institution_asks_the_office_accepts_and_the_public_reads(client: Client, w: World) -> None:
    client.force_login(w.staff)
    assert "등록 정보" in client.get("/work/registry/").content.decode()
    begun = client.post("/work/registry/changes/")
    row = InstitutionProposal.objects.get()
    assert begun["Location"] == f"/work/registry/changes/{row.pk}/"
    page = client.post(begun["Location"], filled(row, number="제2011-3호", act="reported"), follow=True)
    assert "인가증·등록증·신고증 가운데 하나" in page.content.decode()
    lacking = client.post(f"{begun['Location']}submit/")
    assert lacking.status_code == 400
    attached = client.post(
        f"{begun['Location']}documents/",
        {"kind": "registration", "file": SimpleUploadedFile("신고증.pdf", pdf()), "expires_on": "2028-01-31"},
    )
    assert attached.status_code == 302
    assert client.post(f"{begun['Location']}submit/")["Location"] == "/work/registry/"
    client.force_login(w.officer)
    listed = client.get("/office/registry/?standing=waits")
    assert "한강평생학습관" in listed.content.decode()
    assert listed.context["counts"] == {"open": 2, "no_page": 1, "waits": 1, "expiring": 0}
    decide = f"/office/registry/proposals/{row.pk}/"
    assert f'href="{decide}' in client.get("/office/desk/").content.decode()
    assert "제2011-3호" in client.get(decide).content.decode()
    refused = client.post(decide, {"act": "send_back", "reason": "짧"})
    assert refused.status_code == 400
    assert "5자" in refused.content.decode()
    old = client.post(decide, {"act": "accept", "seen": "2026-01-02T03:04:05+00:00"})
    assert old.status_code == 400 and "그 사이에" in old.content.decode()
    assert client.post(decide, {"act": "accept"}).status_code == 302
    document = w.hall.documents.get()
    got = client.get(f"/office/registry/documents/{document.pk}/")
    assert b"".join(got.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(action="people.view_document").count() == 1
    client.logout()
    public = client.get(f"/institutions/{w.hall.slug}/").content.decode()
    assert "제2011-3호" in public
    assert "평생교육법 제38조" in public
    assert "한강평생학습관" in client.get("/institutions/?q=한강").content.decode()


def test_a_representative_is_not_public_and_documents_are_for_those_concerned(
    client: Client, w: World
) -> None:
    row = w.asked(representative="새대표이름")
    document = w.document(row)
    proposals.submit(proposal=row, actor=w.staff, now=make.NOW)
    proposals.accept(proposal=row, actor=w.officer, now=make.NOW)
    assert "새대표이름" not in client.get(f"/institutions/{w.hall.slug}/").content.decode()
    client.force_login(make.staff(make.organisation("은평구"), Role.LOCAL_OFFICER))
    assert client.get(f"/office/registry/documents/{document.pk}/").status_code == 403
    assert client.get(f"/office/registry/{w.hall.pk}/").status_code == 404
    client.force_login(make.person())
    assert client.get("/office/registry/").status_code == 403
    client.force_login(w.officer)
    assert "새대표이름" in client.get(f"/office/registry/{w.hall.pk}/").content.decode()


@pytest.mark.req("A3", "refusal")
def test_bad_input_keeps_what_was_typed(client: Client, w: World) -> None:
    client.force_login(w.staff)
    client.post("/work/registry/changes/")
    row = InstitutionProposal.objects.get()
    address = f"/work/registry/changes/{row.pk}/"
    for changes, said in (
        ({"legal_basis": "na", "teaches_school_subjects": "true"}, "제2조제2호나목"),
        ({"legal_basis": "da"}, "법령과 조"),
        ({"effective_on": "2028-01-01"}, "180일"),
        ({"registered_on": "2027-01-01"}, "지난 날"),
    ):
        answer = client.post(address, filled(row, number="적던 번호", **changes))
        assert answer.status_code == 400
        page = answer.content.decode()
        assert said in page
        assert "적던 번호" in page
    stale = client.post(address, filled(row, revision="0"))
    assert "다른 창" in stale.content.decode()
    bad = client.post(
        f"{address}documents/", {"kind": "charter", "file": SimpleUploadedFile("정관.pdf", b"MZ" + b"0" * 90)}
    )
    assert bad.status_code == 400
    assert "실행 파일" in bad.content.decode()
    row.refresh_from_db()
    assert (row.changes, row.documents.count()) == ({}, 0)


def test_an_officer_opens_and_corrects_a_page(client: Client, w: World) -> None:
    other = make.organisation(
        "도화배움터", kind="human_resources", legal_basis="ga", parent=w.city, region=make.region()
    )
    client.force_login(w.officer)
    assert "아직 대장이 없습니다" in client.get(f"/office/registry/{other.pk}/").content.decode()
    client.post(f"/office/registry/{other.pk}/open/")
    form = {
        **filled(InstitutionProposal(revision=1)),
        "name": "도화배움터",
        "number": "제7호",
        "act": "reported",
    }
    assert (
        client.post(f"/office/registry/{other.pk}/correct/", form)["Location"]
        == f"/office/registry/{other.pk}/"
    )
    assert "제7호" in client.get(f"/office/registry/{other.pk}/").content.decode()
    late = client.post(f"/office/registry/{other.pk}/correct/", {**form, "number": "제8호"})
    assert late.status_code == 400
    assert "그 사이에" in late.content.decode()


def test_the_list_asks_a_fixed_number_of_queries(
    client: Client, w: World, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    def more(n: int) -> None:
        for number in range(n):
            made = make.organisation(
                f"배움터 {number}",
                kind="human_resources",
                legal_basis="ga",
                parent=w.city,
                region=make.region(),
            )
            pages.open_page(organisation=made, actor=w.officer, now=make.NOW)

    client.force_login(w.officer)
    client.get("/office/registry/")
    more(2)
    with django_assert_max_num_queries(40) as few:
        client.get("/office/registry/?standing=all")
    more(15)
    with django_assert_max_num_queries(40) as many:
        client.get("/office/registry/?standing=all")
    assert len(few) == len(many)
    client.logout()
    with django_assert_max_num_queries(8):
        client.get("/institutions/")
    assert Organisation.objects.count() > 15


def _sheet(response: Any) -> list[list[Any]]:
    page = load_workbook(BytesIO(response.content)).active
    assert page is not None
    return [list(row) for row in page.iter_rows(values_only=True)]


def _file(rows: list[list[Any]]) -> SimpleUploadedFile:
    out = StringIO()
    csv.writer(out).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return SimpleUploadedFile("대장.csv", out.getvalue().encode("utf-8-sig"))


@pytest.mark.req("A3", "browser")
def test_excel_goes_out_and_comes_back_with_a_list_to_confirm(client: Client, w: World) -> None:
    client.force_login(w.officer)
    rows = _sheet(client.get("/office/registry/download/?kind=human_resources"))
    head, hall = rows[0], rows[1]
    assert hall[head.index("기관 이름")] == "한강평생학습관"
    same = client.post("/office/registry/upload/", {"file": _file(rows)})
    assert "바뀌는 것이 없습니다" in same.content.decode()
    hall[head.index("대표자")], hall[head.index("등록(신고)일")] = "새대표", "2011.3.2"
    shown = client.post("/office/registry/upload/", {"file": _file(rows)})
    page = shown.content.decode()
    assert "1곳이 바뀝니다" in page
    assert "2011.03.02" in page
    assert w.page.representative == ""  # nothing yet
    token = shown.context["token"]
    short = client.post("/office/registry/upload/", {"token": token, "reason": " "})
    assert short.status_code == 400
    assert client.post("/office/registry/upload/", {"token": token, "reason": "전수 조사"}).status_code == 302
    assert (w.page.representative, str(w.page.registered_on)) == ("새대표", "2011-03-02")
    again = client.post("/office/registry/upload/", {"token": token, "reason": "전수 조사"})
    assert again.status_code == 302  # what stands already changes nothing
    assert w.page.revision == 2
    stale = client.post(
        "/office/registry/upload/", {"file": _file([head, [*hall[:2], "다른 이름", *hall[3:]]])}
    )
    assert "내려받은 뒤에" in stale.content.decode()


@pytest.mark.req("A3", "refusal")
def test_a_wrong_excel_changes_nothing(client: Client, w: World) -> None:
    client.force_login(w.officer)
    head, hall = _sheet(client.get("/office/registry/download/?kind=human_resources"))
    cases = [
        ({"기관 종류": "빵집"}, "빵집"),
        ({"주소 이름": "nowhere"}, "nowhere"),
        ({"지역": "서울특별시 없는구"}, "없는구"),
        ({"등록(신고)일": "2999-01-01"}, "지난 날"),
        ({"법적 근거": "(나)"}, "학교 교과"),
    ]
    for change, said in cases:
        row = [change.get(name, cell) for name, cell in zip(head, hall, strict=True)]
        answer = client.post("/office/registry/upload/", {"file": _file([head, row])})
        assert answer.status_code == 400
        assert said in answer.content.decode()
        assert not answer.context["token"]
    for content in (b"", b"PK\x03\x04junk", b"a,b\n1,2\n"):
        answer = client.post("/office/registry/upload/", {"file": SimpleUploadedFile("x.xlsx", content)})
        assert answer.status_code == 400
    forged = client.post("/office/registry/upload/", {"token": "forged:token", "reason": "까닭"})
    assert forged.status_code == 400
    assert w.page.revision == 1
    client.force_login(make.person())
    assert client.get("/office/registry/download/").status_code == 403


@pytest.mark.req("A3", "api")
def test_institutions_are_open_data_with_history_and_without_persons(client: Client, w: World) -> None:
    row = w.asked(name="한강배움터", representative="비밀이름")
    w.document(row)
    proposals.submit(proposal=row, actor=w.staff, now=make.NOW)
    proposals.accept(proposal=row, actor=w.officer, now=make.NOW)
    listed = client.get("/api/v1/institutions?q=한강&region=11000").json()
    assert (listed["total"], listed["rows"][0]["clause"]) == (
        1,
        "평생교육법 제2조제2호가목, 평생교육법 제38조",
    )
    one = client.get(f"/api/v1/institutions/{w.hall.slug}")
    assert one.json()["history"][0]["changes"] == {"name": ["한강평생학습관", "한강배움터"]}
    assert "비밀이름" not in one.content.decode()
    assert client.get("/api/v1/institutions/nowhere").status_code == 404
    assert client.get("/api/v1/institutions?kind=hub").json()["total"] == 0
