"""Pages of the registry: the institution asks, the office decides, the public reads."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
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
    listed = client.get("/office/registry/?standing=waits").content.decode()
    assert "한강평생학습관" in listed
    decide = f"/office/registry/proposals/{row.pk}/"
    assert "제2011-3호" in client.get(decide).content.decode()
    refused = client.post(decide, {"act": "send_back", "reason": "짧"})
    assert refused.status_code == 400
    assert "5자" in refused.content.decode()
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
