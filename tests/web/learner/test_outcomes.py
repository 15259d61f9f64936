"""Use of results as pages."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests.trunk.records.test_outcomes import PDF
from tests.web.learner.world import entry

from naite.trunk.records.models import Entry, Outcome


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)


@pytest.fixture
def mine(db: None, client: Client) -> Entry:
    account = make.account(make.person())
    client.force_login(account.person)
    return entry(account, 2025, section=4, recognition_number="제2024-1호", title="주민참여예산 학교")


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.req("A24", "browser")
def test_from_the_entry_to_what_came_of_it(client: Client, mine: Entry) -> None:
    assert f"/my/entries/{mine.id}/use/" in text_of(client.get(f"/my/entries/{mine.id}/"))
    page = text_of(client.get(f"/my/entries/{mine.id}/use/"))
    assert "법에 길이 있음" in page
    assert "https://www.cb.or.kr/" in page
    where = f"/my/entries/{mine.id}/use/credit_bank/"
    wrong = client.post(where, {"state": "recognised", "applied_on": "2026-11-01", "version": "0"})
    assert (wrong.status_code, "결과가 나온 날을 적어 주세요" in text_of(wrong)) == (422, True)
    sent = {
        "state": "recognised",
        "applied_on": "2026-11-01",
        "decided_on": "2026-11-20",
        "result": "3학점",
        "version": "0",
    }
    client.post(where, {**sent, "proof": SimpleUploadedFile("결과.pdf", PDF)})
    assert "학점은행제: 인정됨" in text_of(client.get(f"/my/entries/{mine.id}/"))
    row = Outcome.objects.get()
    file = client.get(f"/my/entries/{mine.id}/use/{row.id}/proof/")
    assert b"".join(file.streaming_content) == PDF  # type: ignore[attr-defined]
    again = client.post(where, sent)
    assert (again.status_code, "다른 창에서" in text_of(again)) == (422, True)
    client.post(f"/my/entries/{mine.id}/use/{row.id}/remove/")
    assert "학점은행제: 인정됨" not in text_of(client.get(f"/my/entries/{mine.id}/"))


@pytest.mark.req("A24", "refusal")
def test_nobody_elses_entry_is_found(client: Client, mine: Entry) -> None:
    client.post(
        f"/my/entries/{mine.id}/use/credit_bank/",
        {"state": "applied", "applied_on": "2026-11-01", "version": "0"},
    )
    row = Outcome.objects.get()
    stranger = Client()
    stranger.force_login(make.account(make.person()).person)
    for end in ("", "credit_bank/", f"{row.id}/proof/"):
        assert stranger.get(f"/my/entries/{mine.id}/use/{end}").status_code == 404
    assert stranger.post(f"/my/entries/{mine.id}/use/{row.id}/remove/").status_code == 404
    assert client.get(f"/my/entries/{mine.id}/use/lottery/").status_code == 404
