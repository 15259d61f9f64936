"""What an institution sees of requests for confirmation, and its answer."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make
from tests import samples_of_files as sample
from tests.factories import NOW

from naite.roots.audit.models import AuditEvent
from naite.trunk.people.models import Organisation, Role
from naite.trunk.records.confirmations import services
from naite.trunk.records.evidence import services as evidence
from naite.trunk.records.models import ConfirmationRequest, Entry, Evidence
from naite.trunk.records.sections import services as sections
from naite.trunk.records.sections.rules import OwnWords

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def asked(school: Organisation, title: str = "정보처리기사") -> ConfirmationRequest:
    account = make.account(make.person("박새봄", birth_date=date(1990, 3, 2)))
    words = OwnWords(
        kind="national_technical",
        title=title,
        provider_name=school.name,
        completed_on=date(2015, 8, 21),
        details={"grade": "engineer", "number": "15201234567A"},
    )
    entry = sections.write(account=account, words=words, token=title, actor=account.person, now=NOW)
    evidence.attach(entry=entry, stream=BytesIO(sample.png()), name="앞.png", actor=account.person, now=NOW)
    return services.ask(entry=entry, organisation=school, message="1회차", actor=account.person, now=NOW)


def address(request: ConfirmationRequest) -> str:
    return f"/work/requests/{request.account_id}/{request.id}/"


def signed_in(school: Organisation, role: Role = Role.INSTITUTION_STAFF) -> Client:
    client = Client()
    client.force_login(make.staff(school, role))
    return client


@pytest.mark.req("A19", "browser")
def test_it_is_listed_with_a_count_looked_at_and_confirmed() -> None:
    school = make.organisation()
    client = signed_in(school)
    request = asked(school)
    listed = client.get("/work/requests/").content.decode()
    assert "정보처리기사" in listed
    assert 'class="cnt">1<' in listed
    page = client.get(address(request)).content.decode()
    for told in ("박새봄", "1990.03.02", "15201234567A", "앞.png", "1회차", "2026.12.08까지"):
        assert told in page
    paper = f"{address(request)}papers/{Evidence.objects.get().id}/"
    assert b"".join(client.get(paper).streaming_content) == sample.png()  # type: ignore[attr-defined]
    seen = AuditEvent.objects.filter(data_subject_id=request.account.person_id)
    assert {"records.view_confirmation", "records.view_evidence"} <= set(
        seen.values_list("action", flat=True)
    )
    assert client.post(address(request), {"act": "confirm"}).status_code == 302
    assert Entry.objects.get().provenance == "institution"
    after = client.get(address(request)).content.decode()
    assert "15201234567A" not in after
    assert "앞.png" not in after
    assert client.get(paper).status_code == 404
    assert "정보처리기사" in client.get("/work/requests/?state=confirmed").content.decode()
    assert client.post(address(request), {"act": "confirm"}).status_code == 409


@pytest.mark.req("A19", "refusal")
def test_a_decline_needs_a_reason_and_keeps_what_was_typed() -> None:
    school = make.organisation()
    client = signed_in(school)
    request = asked(school)
    refused = client.post(address(request), {"act": "decline", "reason": "없음"})
    assert refused.status_code == 422
    assert "없음</textarea>" in refused.content.decode()
    done = client.post(address(request), {"act": "decline", "reason": "그해 명단에 이름이 없습니다."})
    assert done.status_code == 302
    mine = Client()
    mine.force_login(request.account.person)
    html = mine.get(f"/my/entries/{request.entry_id}/").content.decode()
    assert "그해 명단에 이름이 없습니다." in html
    assert "다시 부탁하기" in html


@pytest.mark.req("A19", "refusal")
def test_others_see_nothing_of_it() -> None:
    school = make.organisation()
    make.staff(school)
    request = asked(school)
    paper = f"{address(request)}papers/{Evidence.objects.get().id}/"
    others = [signed_in(make.organisation("다른 기관")), signed_in(school, Role.INSTRUCTOR), Client()]
    others[2].force_login(make.account().person)
    for client in others:
        for where in (address(request), paper):
            assert client.get(where).status_code == 403
        assert client.post(address(request), {"act": "confirm"}).status_code == 403
    assert Client().get(paper).status_code == 302
    services.withdraw(request=request, actor=request.account.person, now=NOW)
    assert signed_in(school).get(address(request)).status_code == 404
    assert Entry.objects.get().provenance == "self"


def test_an_education_officer_has_the_page_and_its_length_costs_nothing() -> None:
    office = make.organisation("서울특별시교육청", kind=Organisation.Kind.EDUCATION_OFFICE)
    client = signed_in(office, Role.EDUCATION_OFFICER)
    asked(office)
    client.get("/work/requests/")
    with CaptureQueriesContext(connection) as few:
        client.get("/work/requests/")
    for number in range(10):
        asked(office, f"자격 {number}")
    with CaptureQueriesContext(connection) as many:
        assert client.get("/work/requests/").content.decode().count('class="lk mid"') == 11
    assert len(many) == len(few)
