"""Evidence requests as pages: an employer asks without an account, a learner answers."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests import package_rows as rows

from naite.roots.notices.models import Message
from naite.trunk.wallet.models import EvidenceRequest, Package

ASK = {
    "asker": "나루소프트 인사팀",
    "asker_person": "문태오",
    "asker_email": "hr@naru.example.kr",
    "purpose": "서류 심사",
    "wanted": ["badge", "recognised"],
    "details": "",
    "until": "2026-12-10",
}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    cache.clear()


def text_of(response: Any) -> str:
    return str(response.content.decode())


def ask(company: Client) -> tuple[str, str]:
    """Go through form and code; return the person's path and the asker's."""
    page = company.post("/evidence/", ASK)
    code = re.search(r"^(\d{6})$", Message.objects.latest("created_at", "id").body, re.MULTILINE)
    assert code
    made = company.post(page["Location"], {"code": code[1]})
    status = text_of(company.get(made["Location"]))
    found = re.search(r'id="request-url">http://[^/]+(/r/[\w-]+/)<', status)
    assert found
    assert "request-url" not in text_of(company.get(made["Location"]))  # shown once
    return found[1], made["Location"]


@pytest.mark.req("A24", "browser")
@pytest.mark.django_db
def test_an_employer_asks_and_gets_what_the_person_chose(client: Client) -> None:
    company, learner = Client(), rows.learner()
    person_path, asker_path = ask(company)
    assert "나루소프트" in text_of(Client().get(person_path))
    assert "로그인하고 고르기" in text_of(Client().get(person_path))
    client.force_login(learner.account.person)
    kept = client.post(person_path)
    row = EvidenceRequest.objects.get()
    assert kept["Location"] == f"/my/requests/{row.pk}/"
    assert "한가람" not in text_of(company.get(asker_path))
    page = text_of(client.get(f"/my/requests/{row.pk}/answer/"))
    assert " checked>" not in page.split('class="pk-make"')[1].split("who-title")[0]  # nothing is preselected
    sent = {
        "recipient": row.asker,
        "purpose": row.purpose,
        "until": "2026-12-10",
        "most_looks": "",
        "badge": str(learner.holding.id),
    }
    assert "요청한 곳에 보내기" in text_of(client.post(f"/my/requests/{row.pk}/answer/", sent))
    assert not Package.objects.exists()
    done = client.post(f"/my/requests/{row.pk}/answer/", {**sent, "do": "send"})
    assert done.status_code == 302
    letter = Message.objects.get(dedupe_key=f"evidence-answer:{row.pk}")
    link = re.search(r"http://[^/]+(/p/[\w-]+/)", letter.body)
    assert link
    seen = text_of(company.post(link[1] + "open/", follow=True))
    assert learner.holding.title in seen
    assert "도서관 자원봉사" not in seen
    assert "증빙이 왔습니다" in text_of(company.get(asker_path))


@pytest.mark.req("A24", "refusal")
@pytest.mark.django_db
def test_others_neither_take_nor_see_a_kept_request(client: Client) -> None:
    person_path, asker_path = ask(Client())
    learner, other = rows.learner(), rows.learner("윤새봄")
    client.force_login(learner.account.person)
    client.post(person_path)
    row = EvidenceRequest.objects.get()
    stranger = Client()
    stranger.force_login(other.account.person)
    assert stranger.get(person_path).status_code == 410
    assert stranger.post(person_path).status_code == 403
    for end in ("", "answer/"):
        assert stranger.get(f"/my/requests/{row.pk}/{end}").status_code == 404
    assert stranger.post(f"/my/requests/{row.pk}/decline/").status_code == 404
    assert client.post(f"/my/requests/{row.pk}/decline/", {"note": "괜찮습니다"}).status_code == 302
    page = text_of(Client().get(asker_path))
    assert "보내지 않기로" in page
    assert "한가람" not in page


@pytest.mark.req("A24", "refusal")
@pytest.mark.django_db
def test_faults_stay_in_the_form_and_send_nothing(client: Client) -> None:
    response = client.post("/evidence/", {**ASK, "asker_email": "x", "until": "2020-01-01"})
    assert (response.status_code, 'value="나루소프트 인사팀"' in text_of(response)) == (422, True)
    assert not Message.objects.exists()
    page = client.post("/evidence/", ASK)
    wrong = client.post(page["Location"], {"code": "12"})
    assert (wrong.status_code, "번호가 다릅니다" in text_of(wrong)) == (422, True)
    assert client.get("/r/no-such-token/").status_code == 404
    assert client.get("/r/no-such-token/status/").status_code == 404
