"""Packages as pages: made by a learner, opened by a stranger with a link."""

import io
import re
import zipfile
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make
from tests import package_rows as rows
from tests.web.learner.world import entry

from credcore import bake
from naite.config.logs import JsonFormatter
from naite.trunk.wallet.models import Package, PackageLook
from naite.trunk.wallet.packages import services


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    cache.clear()


@pytest.fixture
def learner(db: None) -> rows.Learner:
    return rows.learner()


@pytest.fixture
def mine(client: Client, learner: rows.Learner) -> Client:
    client.force_login(learner.account.person)
    return client


def body(learner: rows.Learner, **changes: Any) -> dict[str, Any]:
    return {
        "recipient": "가온고등학교 교무실",
        "purpose": "편입학 서류",
        "message": "잘 부탁드립니다.",
        "until": "2026-12-24",
        "most_looks": "3",
        "badge": str(learner.holding.id),
        "entry": str(learner.learned.id),
        "request_key": "key-1",
        **changes,
    }


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.req("A24", "browser")
def test_a_learner_chooses_previews_and_sends(mine: Client, learner: rows.Learner) -> None:
    page = text_of(mine.get(f"/my/packages/new/?badge={learner.holding.id}"))
    assert f'name="badge" value="{learner.holding.id}" checked' in page
    assert f'name="entry" value="{learner.learned.id}">' in page  # nothing else is preselected
    preview = text_of(mine.post("/my/packages/new/", body(learner, do="preview")))
    assert "아직 보내지 않았습니다" in preview
    assert "잘 부탁드립니다." in preview
    assert "도서관 자원봉사" not in preview
    assert not Package.objects.exists()
    back = text_of(mine.post("/my/packages/new/", body(learner, do="edit")))
    assert 'value="가온고등학교 교무실"' in back
    weak = mine.post("/my/packages/new/", body(learner, do="send", password="12", password_again="12"))
    assert (weak.status_code, "6자부터" in text_of(weak)) == (422, True)
    made = mine.post("/my/packages/new/", body(learner, do="send"), follow=True)
    package = Package.objects.get()
    address = re.search(r'id="package-url">http://[^/]+(/p/[\w-]+/)<', text_of(made))
    assert address
    assert "/p/" not in text_of(mine.get(f"/my/packages/{package.id}/"))  # shown once
    stranger = Client()
    door = text_of(stranger.get(address[1]))
    assert "한○람" in door
    assert "한가람" not in door
    assert package.recipient in door
    assert Package.objects.get().look_count == 0  # a preview of the link opens nothing
    seen = text_of(stranger.post(address[1] + "open/", follow=True))
    inner = re.search(r'<header class="pk-head">.*?</header>', preview, re.DOTALL)
    assert inner
    assert inner[0] in seen  # exactly what the preview showed
    assert Package.objects.get().look_count == 1


@pytest.mark.req("A24", "refusal")
def test_faults_are_told_and_what_was_chosen_stays(mine: Client, learner: rows.Learner) -> None:
    response = mine.post("/my/packages/new/", body(learner, until="2025-01-01", do="preview"))
    assert response.status_code == 422
    page = text_of(response)
    assert "이미 지난 날입니다" in page
    assert f'value="{learner.holding.id}" checked' in page
    nothing = mine.post("/my/packages/new/", body(learner, badge="", entry="x", do="preview"))
    assert (nothing.status_code, "담을 것을 하나 이상 고르세요" in text_of(nothing)) == (422, True)
    other = rows.learner("윤새봄")
    stolen = mine.post("/my/packages/new/", body(learner, entry=str(other.learned.id), do="send"))
    assert stolen.status_code == 422
    assert not Package.objects.exists()


@pytest.mark.req("A24", "refusal")
def test_nobody_sees_anothers_package(mine: Client, learner: rows.Learner) -> None:
    package, _token = rows.sent(learner)
    stranger = Client()
    stranger.force_login(rows.learner("윤새봄").account.person)
    for end in ("", "look/", "receipt.pdf"):
        assert stranger.get(f"/my/packages/{package.id}/{end}").status_code == 404
        assert Client().get(f"/my/packages/{package.id}/{end}").status_code == 302
    for end in ("withdraw/", "link/"):
        assert stranger.post(f"/my/packages/{package.id}/{end}").status_code == 404
        assert mine.get(f"/my/packages/{package.id}/{end}").status_code == 405
    assert mine.get(f"/my/packages/{package.id}/").status_code == 200


@pytest.mark.req("A24", "browser")
def test_a_recipient_checks_downloads_and_gives_a_receipt(mine: Client, learner: rows.Learner) -> None:
    document = learner.certificate()
    package, token = rows.sent(learner, certificate_ids=(document.id,))
    school = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/131 Safari/537.36")
    assert school.get(f"/p/{token}/all.zip").status_code == 404  # not opened yet
    school.post(f"/p/{token}/open/")
    page = school.get(f"/p/{token}/")
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    ids = re.findall(r'id="check-([\w-]+)"', text_of(page))
    assert len(ids) == 2
    outcomes = [
        re.search(r'data-outcome="(\w+)"', text_of(school.post(f"/p/{token}/check/{each}/"))) for each in ids
    ]
    assert [found and found[1] for found in outcomes] == ["valid", "valid"]
    part = school.post(f"/p/{token}/check/{ids[0]}/", HTTP_HX_REQUEST="true")
    assert "<html" not in text_of(part)
    archive = zipfile.ZipFile(io.BytesIO(school.get(f"/p/{token}/all.zip").content))
    names = archive.namelist()
    assert [name[:2] for name in names] == ["00", "01", "02", "02"]
    assert archive.testzip() is None
    picture = archive.read(next(name for name in names if name.endswith(".png")))
    assert bake.unbake(picture).text == bytes(learner.holding.credential).decode()
    pdf = archive.read(names[1])
    assert pdf == school.get(f"/p/{token}/file/{ids[0]}.pdf").content
    assert school.get(f"/p/{token}/list.pdf").content.startswith(b"%PDF")
    assert school.get(f"/p/{token}/file/{ids[0]}.png").status_code == 404
    assert school.get(f"/p/{token}/file/{uuid4()}.pdf").status_code == 404
    assert school.get(f"/p/{token}/receipt.pdf").status_code == 404
    empty = school.post(f"/p/{token}/receipt/", {"receiver": ""})
    assert empty.status_code == 422
    done = school.post(f"/p/{token}/receipt/", {"receiver": "교무실 김선생"}, follow=True)
    package.refresh_from_db()
    assert package.receipt_number in text_of(done)
    assert school.get(f"/p/{token}/receipt.pdf").content.startswith(b"%PDF")
    assert mine.get(f"/my/packages/{package.id}/receipt.pdf").content.startswith(b"%PDF")
    log = text_of(mine.get(f"/my/packages/{package.id}/"))
    for words in ("열어 봄", "모두 내려받음", "파일을 내려받음", "받았다고 알림", "컴퓨터 · Chrome"):
        assert words in log


@pytest.mark.req("A24", "refusal")
def test_what_ended_says_so_and_shows_nothing(mine: Client, learner: rows.Learner, monkeypatch: Any) -> None:
    assert Client().get("/p/nothing-like-it/").status_code == 404
    package, token = rows.sent(learner, most_looks=1)
    school = Client()
    school.post(f"/p/{token}/open/")
    assert school.get(f"/p/{token}/").status_code == 200  # the look goes on although it was the last
    used = Client().get(f"/p/{token}/")
    assert (used.status_code, "횟수를 모두 썼습니다" in text_of(used)) == (410, True)
    monkeypatch.setattr(timezone, "now", lambda: make.NOW + timedelta(minutes=61))
    assert school.get(f"/p/{token}/").status_code == 410
    assert school.get(f"/p/{token}/all.zip").status_code == 404
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    mine.post(f"/my/packages/{package.id}/withdraw/")
    gone = school.get(f"/p/{token}/")
    assert (gone.status_code, "거두었습니다" in text_of(gone)) == (410, True)
    assert "경력전환" not in text_of(gone)
    assert school.get(f"/p/{token}/list.pdf").status_code == 404
    _package, token = rows.sent(learner)
    monkeypatch.setattr(timezone, "now", lambda: make.NOW + timedelta(days=11))
    late = school.post(f"/p/{token}/open/")
    assert (late.status_code, "기간이 끝났습니다" in text_of(late)) == (410, True)
    assert PackageLook.objects.filter(act="away").count() == 1


@pytest.mark.req("A24", "refusal")
def test_a_wrong_password_opens_nothing(learner: rows.Learner, caplog: pytest.LogCaptureFixture) -> None:
    _package, token = rows.sent(learner, password="correct horse")
    school = Client()
    with caplog.at_level("INFO", logger="naite.request"):
        wrong = school.post(f"/p/{token}/open/", {"password": "guess"})
    assert (wrong.status_code, "암호가 맞지 않습니다" in text_of(wrong)) == (422, True)
    written = [JsonFormatter().format(record) for record in caplog.records]
    assert written
    assert not any(token in line for line in written)  # not in Django's own lines either
    assert "경력전환" not in text_of(wrong)
    assert school.get(f"/p/{token}/all.zip").status_code == 404
    for _try in range(4):
        school.post(f"/p/{token}/open/", {"password": "guess"})
    locked = school.post(f"/p/{token}/open/", {"password": "correct horse"})
    assert (locked.status_code, "한 시간 뒤에" in text_of(locked)) == (429, True)


@pytest.mark.req("A24", "refusal")
def test_a_new_link_ends_what_the_old_one_opened(learner: rows.Learner) -> None:
    package, token = rows.sent(learner)
    school = Client()
    school.post(f"/p/{token}/open/")
    services.renew_link(package=package, actor=learner.account.person, now=make.NOW)
    assert school.get(f"/p/{token}/").status_code == 404


@pytest.mark.req("A24", "refusal")
def test_who_opens_links_by_the_hundred_is_slowed(learner: rows.Learner) -> None:
    answers = {Client().get(f"/p/guess-{number}/").status_code for number in range(125)}
    assert answers == {404, 429}


def test_query_counts_do_not_grow(mine: Client, learner: rows.Learner) -> None:
    def counted(who: Client, path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert who.get(path).status_code == 200
        return len(seen)

    package, token = rows.sent(learner)
    school = Client()
    school.post(f"/p/{token}/open/")
    paths = [(mine, "/my/packages/"), (mine, "/my/packages/new/"), (mine, f"/my/packages/{package.id}/")]
    before = [counted(*each) for each in [*paths, (school, f"/p/{token}/")]]
    more = [entry(learner.account, 2024, "3", title=f"더 {number}") for number in range(12)]
    big, token = rows.sent(learner, entry_ids=tuple(each.id for each in more))
    for _again in range(5):
        rows.sent(learner)
    school.post(f"/p/{token}/open/")
    paths[2] = (mine, f"/my/packages/{big.id}/")
    assert [counted(*each) for each in [*paths, (school, f"/p/{token}/")]] == before
    assert max(before) <= 12
