"""The public authenticity check: number and key, QR address, dropped file."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests.factories import NOW
from tests.trunk.records.certificates.conftest import own_data  # noqa: F401 - keys and files of its own
from tests.web.learner.world import entry

from naite.trunk.records.certificates import check, numbers, services
from naite.trunk.records.models import Certificate, CertificateKind

pytestmark = [pytest.mark.django_db, pytest.mark.req("A20", "browser")]
HERE = "/verify/document/"
KEY = "ABCDEFGH"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    monkeypatch.setattr(numbers, "new_key", lambda: KEY)


@pytest.fixture
def issued() -> Certificate:
    account = make.account(make.person("한가람"))
    one = entry(account, 2025, "20.5", section=4, title="주민참여예산 학교")
    return services.issue_certificate(
        account=account,
        kind=CertificateKind.STATEMENT,
        entry_ids=[one.id],
        request_key="one",
        actor=account.person,
        now=NOW,
    )


def pdf_of(certificate: Certificate) -> bytes:
    return services.file_of(certificate=certificate, actor=certificate.account.person, now=NOW)


def dropped(client: Client, pdf: bytes) -> str:
    file = BytesIO(pdf)
    file.name = "document.pdf"
    return client.post(HERE, {"file": file}).content.decode()


def test_by_number_and_by_the_address_of_the_qr_code(client: Client, issued: Certificate) -> None:
    typed = client.post(HERE, {"number": numbers.printed_number(issued.number), "key": "abcd-efgh"})
    html = typed.content.decode()
    assert 'data-verdict="valid"' in html
    assert "한○람" in html
    assert "한가람" not in html
    assert "주민참여예산 학교" in html
    assert "20.5" in html
    address = services.check_address(issued.number, KEY)
    assert address.startswith("http://localhost:8000/verify/document/?")
    scanned = client.get(HERE + address.partition("/verify/document/")[2])
    assert 'data-verdict="valid"' in scanned.content.decode()
    assert "no-cache" in scanned["Cache-Control"]


def test_each_verdict_has_its_words(
    client: Client, issued: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = pdf_of(issued)
    assert "진짜 문서입니다" in dropped(client, pdf)
    assert "발급한 뒤에 바뀐 파일입니다" in dropped(client, pdf[:9000] + b"!" + pdf[9001:])
    asked = {"number": issued.number, "key": KEY}
    wrong = client.post(HERE, {**asked, "key": "ZZZZZZZZ"}).content.decode()
    assert "찾지 못했습니다" in wrong
    assert "주민참여예산" not in wrong
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=91))
    late = client.post(HERE, asked).content.decode()
    assert "번호로 확인하는 기간이 지났습니다" in late
    assert "한○람" not in late
    assert "진짜 문서입니다" in dropped(client, pdf)
    services.withdraw(certificate=issued, reason="비밀", actor=issued.account.person, now=NOW)
    html = client.post(HERE, asked).content.decode()
    assert "거둔 문서입니다" in html
    assert "비밀" not in html


@pytest.mark.req("A20", "refusal")
def test_slips_stay_in_the_form_with_words_beside_them(client: Client) -> None:
    answer = client.post(HERE, {"number": "1234-1234", "key": "O0"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="1234-1234"' in html
    assert 'aria-describedby="d-number-error"' in html
    assert 'aria-describedby="d-key-error"' in html
    assert client.get(HERE, {"n": "1", "k": ""}).status_code == 422


@pytest.mark.req("A20", "refusal")
def test_what_is_no_pdf_or_too_large_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "PDF 파일이 아닙니다" in dropped(client, b"GIF89a")
    monkeypatch.setattr(check, "LARGEST", 1000)
    assert "파일이 너무 큽니다" in dropped(client, b"%PDF-" + b"x" * 2000)
    monkeypatch.setattr(check, "LARGEST", -100_000)
    assert "파일이 너무 큽니다" in dropped(client, b"%PDF-")


@pytest.mark.req("A20", "refusal")
def test_guessing_is_stopped(client: Client) -> None:
    asked = {"number": numbers.new_number(), "key": KEY}
    for _ in range(check.ASKS):
        assert client.post(HERE, asked).status_code == 200
    stopped = client.post(HERE, asked)
    assert stopped.status_code == 429
    assert "10분 뒤에 다시" in stopped.content.decode()
    assert client.get(HERE).status_code == 200


def test_the_form_is_reached_from_the_badge_check_and_the_key_is_published(client: Client) -> None:
    assert HERE in client.get("/verify/").content.decode()
    document = client.get("/.well-known/did.json").json()
    assert document["id"] == "did:web:localhost%3A8000"
    assert document["verificationMethod"][0]["publicKeyMultibase"].startswith("z6Mk")
    assert "d" not in document["verificationMethod"][0]
