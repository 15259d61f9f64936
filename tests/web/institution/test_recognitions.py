from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from tests import clock
from tests import factories as make
from tests.recognition_rows import Offices, offices, round_

from naite.flows import recognition_certificate as flow
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message
from naite.trunk.recognition import changes, renewals
from naite.trunk.recognition.models import Application, CaseEvent, ChangeReport, Recognition
from naite.trunk.records.certificates import check

pytestmark = [pytest.mark.django_db, pytest.mark.req("A12", "browser")]
CHANGE = {
    "kind": "place",
    "before": "1층 강의실",
    "after": "2층 강의실",
    "reason": "공사",
    "effective_on": date(2026, 12, 1),
}


@pytest.fixture
def where(monkeypatch: pytest.MonkeyPatch) -> Offices:
    clock.hold(monkeypatch, make.NOW)
    return offices()


def recognised(where: Offices, **fields: Any) -> Recognition:
    return make.recognition(make.version(where.institution), granted_by=where.national, **fields)


def test_the_certificate_is_signed_and_only_for_what_is_in_force(client: Client, where: Offices) -> None:
    row = recognised(where)
    client.force_login(where.staff)
    url = reverse("work-recognition-certificate", args=[row.pk])
    (signature,) = PdfFileReader(BytesIO(client.get(url).content)).embedded_signatures
    context = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(signature, signer_validation_context=context, skip_diff=True)
    assert status.intact
    assert status.valid
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    found = check.by_file(client.get(url).content, now=make.NOW)
    assert (found.verdict, found.paper and found.paper.title) == ("signed", "평가인정서")
    sent = {"file": SimpleUploadedFile("평가인정서.pdf", client.get(url).content)}
    page = Client().post("/verify/document/", sent).content.decode()
    assert 'data-verdict="signed"' in page
    assert f"/recognitions/{row.pk}/" in page
    said = str(flow.paper(row).plain())
    assert row.number in said
    assert "2024.03.04 ~ 2029.03.03" in said
    client.force_login(make.staff(make.organisation("다른 곳")))
    assert client.get(url).status_code == 403
    Recognition.objects.filter(pk=row.pk).update(cancelled_on=date(2026, 11, 1))
    client.force_login(where.staff)
    assert client.get(url).status_code == 409


@pytest.mark.req("A12", "api")
def test_a_renewal_can_be_begun_in_the_last_year(client: Client, where: Offices) -> None:
    of = round_(where.national)
    far = recognised(where)
    near = recognised(where, valid_until=date(2027, 11, 24))
    client.force_login(where.staff)
    page = client.get(reverse("work-recognitions")).content.decode()
    assert page.count("갱신 신청<") == 1
    renew = {"round": str(of.pk)}
    answer = client.post(reverse("work-recognition-renew", args=[far.pk]), renew, follow=True)
    assert "365일 전부터" in answer.content.decode()
    assert client.post(reverse("work-recognition-renew", args=[near.pk]), renew).status_code == 302
    case = Application.objects.get()
    assert case.renews == near
    assert renewals.begin(recognition=near, round=of, actor=where.staff, now=make.NOW).pk == case.pk


@pytest.mark.req("A12", "api")
def test_institutions_are_told_twice_before_the_end(where: Offices) -> None:
    row = recognised(where, valid_until=date(2027, 5, 23))
    days = [180, 180, 179, 100, 60, 59, 10]
    told = [renewals.remind(now=make.NOW + timedelta(days=180 - left)) for left in days]
    assert told == [1, 0, 0, 0, 1, 0, 0]
    assert Message.objects.filter(person_id=where.staff.pk, body__contains=row.number).count() == 2


@pytest.mark.req("A12", "api")
def test_a_change_is_reported_and_decided_once(client: Client, where: Offices) -> None:
    row = recognised(where)
    client.force_login(where.staff)
    url = reverse("work-recognition-change", args=[row.pk])
    same = client.post(url, CHANGE | {"after": "1층 강의실"})
    assert same.status_code == 422
    assert "지금과 같습니다." in same.content.decode()
    assert client.post(url, CHANGE).status_code == 302
    again = client.post(url, CHANGE)
    assert "이미 확인하고 있습니다." in again.content.decode()
    report = ChangeReport.objects.get()
    decide = reverse("office-changes-decide", args=[report.pk])
    assert client.post(decide, {"act": "accept"}).status_code == 403

    client.force_login(where.officer)
    assert "2층 강의실" in client.get(reverse("office-changes")).content.decode()
    assert "까닭을 500자까지" in client.post(decide, {"act": "refuse"}, follow=True).content.decode()
    assert "받아들였습니다." in client.post(decide, {"act": "accept"}, follow=True).content.decode()
    late = client.post(decide, {"act": "refuse", "reason": "늦음"}, follow=True)
    assert "그 사이에 상태가 바뀌었습니다." in late.content.decode()
    report.refresh_from_db()
    assert report.state == "accepted"
    assert set(CaseEvent.objects.values_list("act", flat=True)) == {"report_change", "accept_change"}


@pytest.mark.req("A12", "refusal")
def test_who_may_not_and_what_is_over(where: Offices) -> None:
    row = recognised(where)
    over = recognised(where, valid_until=date(2026, 1, 1))
    change = changes.Change(**CHANGE)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        changes.report(recognition=row, change=change, actor=where.officer, now=make.NOW)
    with pytest.raises(Refused):
        changes.report(recognition=over, change=change, actor=where.staff, now=make.NOW)
    made = changes.report(recognition=row, change=change, actor=where.staff, now=make.NOW)
    with pytest.raises(NotAllowed):
        changes.decide(change=made, accepts=True, actor=where.staff, now=make.NOW)
    with pytest.raises(Invalid):
        changes.decide(change=made, accepts=False, reason=" ", actor=where.officer, now=make.NOW)
