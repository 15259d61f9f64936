"""Pages: 수료증 for a class, their look, what the learner gets."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from tests import clock
from tests import factories as make
from tests.course_certificate_rows import a_class, completion, png

from naite.flows.course_certificates import make_certificates
from naite.trunk.people.models import Person
from naite.trunk.records.certificates import render
from naite.trunk.records.models import CertificateBatch, CertificateLook, CourseCertificate

pytestmark = [pytest.mark.django_db, pytest.mark.req("A20", "browser")]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path, settings) -> None:
    try:
        render.fonts_dir()
    except render.FontsMissing as error:
        pytest.skip(str(error))
    settings.DATA_DIR = tmp_path
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = storages
    clock.hold(monkeypatch, make.NOW + timedelta(days=60))


def ordered(client: Client, *names: str):
    run, staff, completions = a_class(*names)
    client.force_login(staff)
    url = reverse("work-course-certificates", args=[run.pk])
    chosen = [each.pk for each in completions]
    response = client.post(url, {"completion": chosen, "request_key": "a", "lang": "ko", "birth": "full"})
    assert response.status_code == 302
    return run, staff, url


def test_from_the_order_over_the_progress_to_the_files(client: Client) -> None:
    _run, _staff, url = ordered(client, "한가람", "오하린")
    page = client.get(url).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert re.search(r'<progress max="2" value="0"', page)
    batch = CertificateBatch.objects.get()
    early = client.get(reverse("work-certificate-batch-zip", args=[batch.pk]))
    assert early.status_code == 409
    assert "아직 다 만들지 않았습니다" in early.content.decode()
    make_certificates.call(str(batch.pk))
    page = client.get(url).content.decode()
    assert "every 2s" not in page
    assert "제2027-1호" in page
    assert "한 파일로 인쇄" in page
    for name, kind in (("work-certificate-batch-zip", b"PK"), ("work-certificate-batch-print", b"%PDF-")):
        response = client.get(reverse(name, args=[batch.pk]))
        assert b"".join(response.streaming_content).startswith(kind)
        assert "no-store" in response["Cache-Control"]
    one = CourseCertificate.objects.first()
    response = client.get(reverse("work-course-certificate-file", args=[one.pk]))
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_sent_twice_it_is_one_batch(client: Client) -> None:
    _run, _staff, url = ordered(client, "한가람")
    completion_id = CourseCertificate.objects.get().completion_id
    assert client.post(url, {"completion": [completion_id], "request_key": "a"}).status_code == 302
    assert CertificateBatch.objects.count() == 1


def test_nobody_chosen_is_told_and_nothing_ordered(client: Client) -> None:
    run, staff, _ = a_class("한가람")
    client.force_login(staff)
    response = client.post(reverse("work-course-certificates", args=[run.pk]), {"completion": ["x"]})
    assert response.status_code == 422
    assert "하나 이상 고르세요" in response.content.decode()
    assert not CertificateBatch.objects.exists()


def test_taking_back_asks_why(client: Client) -> None:
    _run, _staff, url = ordered(client, "한가람")
    make_certificates.call(str(CertificateBatch.objects.get().pk))
    one = CourseCertificate.objects.get()
    take = reverse("work-course-certificate-withdraw", args=[one.pk])
    assert "까닭을 적어 주세요" in client.post(take, {"reason": ""}).content.decode()
    assert client.post(take, {"reason": "이름이 틀림"}).status_code == 302
    assert "거둠" in client.get(url).content.decode()


def test_stopping(client: Client) -> None:
    _run, _staff, url = ordered(client, "한가람")
    batch = CertificateBatch.objects.get()
    assert client.post(reverse("work-certificate-batch-stop", args=[batch.pk])).status_code == 302
    page = client.get(url).content.decode()
    assert "그만둠" in page


@pytest.mark.req("A20", "refusal")
def test_others_get_nothing(client: Client) -> None:
    run, _staff, url = ordered(client, "한가람")
    batch = CertificateBatch.objects.get()
    make_certificates.call(str(batch.pk))
    one = CourseCertificate.objects.get()
    addresses = [
        url,
        reverse("work-course-certificate-preview", args=[run.pk]),
        reverse("work-certificate-batch-zip", args=[batch.pk]),
        reverse("work-certificate-batch-print", args=[batch.pk]),
        reverse("work-course-certificate-file", args=[one.pk]),
    ]
    client.force_login(make.staff(make.organisation("다른 곳", slug="other"), name="다른 이"))
    for address in addresses:
        assert client.get(address).status_code == 403
    assert client.post(reverse("work-certificate-batch-stop", args=[batch.pk])).status_code == 403
    assert client.post(reverse("work-course-certificate-withdraw", args=[one.pk])).status_code == 403
    client.logout()
    for address in addresses:
        assert client.get(address).status_code == 302


def test_preview_before_making(client: Client) -> None:
    run, staff, _ = a_class("한가람")
    client.force_login(staff)
    address = reverse("work-course-certificate-preview", args=[run.pk])
    korean, english = client.get(address).content, client.get(address + "?lang=en&birth=none").content
    assert korean[:4] == english[:4] == b"\x89PNG"
    assert korean != english
    assert not CourseCertificate.objects.exists()


def test_the_look_is_saved_with_its_seal_and_a_late_page_is_told(client: Client) -> None:
    run, staff, _ = a_class("한가람")
    client.force_login(staff)
    address = reverse("work-certificate-look")
    assert "가온시평생학습관" in client.get(address).content.decode()
    seal = BytesIO(png())
    seal.name = "seal.png"
    given = {"issuer": "가온시평생학습관장", "representative": "강마루", "sentence": "", "version": "0"}
    response = client.post(f"{address}?run={run.pk}", {**given, "seal": seal})
    assert response["Location"] == reverse("work-course-certificates", args=[run.pk])
    assert CertificateLook.objects.get().seal.name == "seal.png"
    late = client.post(address, {**given, "issuer": "다른 관장"})
    assert late.status_code == 409
    assert "다른 관장" in late.content.decode()
    assert client.get(reverse("work-certificate-look-preview")).content[:4] == b"\x89PNG"
    wrong = BytesIO(b"<svg/>")
    wrong.name = "seal.png"
    bad = client.post(address, {**given, "version": "1", "seal": wrong})
    assert bad.status_code == 422
    assert "강마루" in bad.content.decode()


def test_the_page_asks_as_often_for_many_as_for_few(client: Client, django_assert_max_num_queries) -> None:
    run, staff, _ = a_class("한가람")
    client.force_login(staff)
    url = reverse("work-course-certificates", args=[run.pk])
    client.get(url)
    with django_assert_max_num_queries(60) as few:
        client.get(url)
    for number in range(12):
        completion(run, f"사람{number}")
    with django_assert_max_num_queries(len(few) + 1):
        client.get(url)


def test_the_learner_finds_what_was_given(client: Client) -> None:
    ordered(client, "한가람")
    make_certificates.call(str(CertificateBatch.objects.get().pk))
    person = Person.objects.get(name="한가람")
    make.account(person)
    client.force_login(person)
    page = client.get(reverse("my-certificates")).content.decode()
    assert "받은 수료증" in page
    one = CourseCertificate.objects.get()
    address = reverse("my-course-certificate-file", args=[one.pk])
    assert address in page
    assert b"".join(client.get(address).streaming_content).startswith(b"%PDF-")
    client.force_login(make.person("오하린"))
    assert client.get(address).status_code == 404
