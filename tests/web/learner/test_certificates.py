"""Choosing, preview, issuing and the list of what was issued, in the browser's terms."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories as make
from tests.factories import NOW
from tests.trunk.records.certificates.conftest import own_data  # noqa: F401 - keys and files of its own
from tests.web.learner.world import entry

from naite.trunk.records.certificates.choices import choices_of
from naite.trunk.records.models import Certificate, CertificateKind, LearningAccount

pytestmark = [pytest.mark.django_db, pytest.mark.req("A20", "browser")]
HOME = "/my/certificates/"


@pytest.fixture(autouse=True)
def _in_november_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def account(client: Client) -> LearningAccount:
    made = make.account()
    client.force_login(made.person)
    return made


def sent(client: Client, *entries: object, **fields: str):  # type: ignore[no-untyped-def]
    ids = [str(each.id) for each in entries]  # type: ignore[attr-defined]
    data = {"kind": "statement", "do": "save", "seen": NOW.isoformat(), "entry": ids, **fields}
    return client.post(HOME, data)


def chosen(account: LearningAccount, kind: CertificateKind = CertificateKind.STATEMENT) -> set[object]:
    return {each for group in choices_of(account, kind) for each in group.chosen}


def test_everything_is_chosen_at_first_and_what_is_saved_lasts(
    client: Client, account: LearningAccount
) -> None:
    one = entry(account, 2024, "20", section=4, title="주민참여예산 학교")
    entry(account, 2023, "18", section=4)
    entry(account, 2022, "5", section=5, title="독서 모임")
    html = client.get(HOME).content.decode()
    assert "2건 가운데 2건, 모두 38시간을 담았습니다." in html
    assert "독서 모임" not in html
    answer = sent(client, one)
    assert answer.status_code == 302
    html = client.get(HOME).content.decode()
    assert "2건 가운데 1건, 모두 20시간을 담았습니다." in html
    assert html.count(" checked") == 1
    portfolio = client.get(HOME, {"kind": "portfolio"}).content.decode()
    assert "3건 가운데 3건" in portfolio
    assert "독서 모임" in portfolio


def test_a_section_is_switched_by_one_button_without_script(client: Client, account: LearningAccount) -> None:
    civic, career = entry(account, section=4, area="civic"), entry(account, section=4, area="career")
    sent(client, civic, career, do="none:4.civic")
    assert chosen(account) == {career.id}
    sent(client, career, do="all:4.civic")
    assert chosen(account) == {civic.id, career.id}


def test_htmx_gets_the_side_alone_with_the_new_count(client: Client, account: LearningAccount) -> None:
    one = entry(account, 2024, "20", section=4)
    entry(account, section=4)
    answer = client.post(
        HOME,
        {"kind": "statement", "seen": NOW.isoformat(), "entry": [str(one.id)]},
        headers={"HX-Request": "true"},
    )
    html = answer.content.decode()
    assert "<html" not in html
    assert 'id="cert-count"' in html
    assert "2건 가운데 1건, 모두 20시간을 담았습니다." in html
    assert chosen(account) == {one.id}


@pytest.mark.req("A20", "refusal")
def test_nothing_chosen_disables_the_button_and_is_refused_in_words(
    client: Client, account: LearningAccount
) -> None:
    entry(account, section=4)
    answer = sent(client, do="issue")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert html.count("담을 것을 하나 이상 고르세요.") >= 1
    assert re.search(r'value="issue" disabled', html)
    assert not Certificate.objects.exists()


@pytest.mark.req("A20", "refusal")
def test_a_bad_roman_name_is_said_beside_its_field_and_nothing_is_lost(
    client: Client, account: LearningAccount
) -> None:
    one = entry(account, section=4)
    answer = sent(client, one, do="issue", lang="en", roman="한가람", purpose="대학 제출")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-describedby="c-roman-error"' in html
    assert 'value="한가람"' in html
    assert 'value="대학 제출"' in html
    assert client.get(f"{HOME}preview.png", {"lang": "en", "roman": "한가람"}).status_code == 200


def test_issuing_downloading_replacing_withdrawing(client: Client, account: LearningAccount) -> None:
    one = entry(account, 2024, "20", section=4)
    key = str(uuid4())
    first = sent(client, one, do="issue", request_key=key, purpose="취업")
    assert sent(client, one, do="issue", request_key=key).headers["Location"] == first.headers["Location"]
    made = Certificate.objects.get()
    page = client.get(first.headers["Location"]).content.decode()
    assert "1건, 모두 20시간" in page
    assert "2027.02.22까지" in page
    file = client.get(f"{HOME}{made.id}/document.pdf")
    assert file["Content-Type"] == "application/pdf"
    assert "no-store" in file["Cache-Control"]
    assert file.content.startswith(b"%PDF-")
    again = sent(client, one, do="issue", replaces=str(made.id))
    made.refresh_from_db()
    assert made.state == "replaced"
    newer = again.headers["Location"]
    assert (
        "거둔 문서입니다"
        in client.post(f"{newer}withdraw/", {"reason": "쓰지 않음"}, follow=True).content.decode()
    )
    listed = client.get(HOME).content.decode()
    assert "새 문서로 바뀜" in listed
    assert "거둔 문서" in listed


def test_the_preview_is_a_picture_or_a_whole_pdf(client: Client, account: LearningAccount) -> None:
    entry(account, section=4)
    picture = client.get(f"{HOME}preview.png")
    assert picture["Content-Type"] == "image/png"
    whole = client.get(f"{HOME}preview.pdf")
    assert whole.content.startswith(b"%PDF-")
    assert b"/ByteRange" not in whole.content
    sent(client)
    assert client.get(f"{HOME}preview.png").status_code == 422


@pytest.mark.req("A20", "refusal")
def test_others_and_strangers_see_nothing(client: Client, account: LearningAccount) -> None:
    sent(client, entry(account, section=4), do="issue")
    made = Certificate.objects.get()
    addresses = [HOME, f"{HOME}preview.png", f"{HOME}{made.id}/", f"{HOME}{made.id}/document.pdf"]
    client.logout()
    for address in addresses:
        assert client.get(address).status_code == 302
    client.force_login(make.account().person)
    for address in addresses[2:]:
        assert client.get(address).status_code == 404
    assert client.post(f"{HOME}{made.id}/withdraw/").status_code == 404
    client.force_login(make.person())
    assert client.get(HOME).headers["Location"] == "/my/"
    assert client.get(f"{HOME}{made.id}/withdraw/").status_code == 405


def test_the_page_asks_as_often_for_many_entries_as_for_few(client: Client, account: LearningAccount) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(HOME).status_code == 200
        return len(caught)

    sent(client, entry(account, section=4), do="issue")
    few = asked()
    many = [entry(account, section=4, added_at=NOW - timedelta(days=1)) for _ in range(40)]
    for _ in range(3):
        sent(client, many[0], do="issue", request_key=str(uuid4()))
    assert asked() == few
