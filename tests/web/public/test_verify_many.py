import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests import badge_rows as rows
from tests import clock
from tests import factories as make

from naite.flows import award as flow
from naite.flows import bulk_verification as bulk
from naite.roots.errors import Invalid
from naite.trunk.badges import services as badges
from naite.trunk.badges.models import Award
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import Holding

pytestmark = pytest.mark.django_db


@pytest.fixture
def award(monkeypatch: pytest.MonkeyPatch) -> Award:
    clock.hold(monkeypatch, make.NOW)
    badge = rows.published()
    entry = rows.completed(badge.course_version, make.person())
    (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    return award


def file(name: str, body: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def archive(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in members.items():
            made.writestr(name.replace("_", "."), body)
    return target.getvalue()


def send(client: Client, *files: SimpleUploadedFile, links: str = "") -> Any:
    return client.post("/verify/many/", {"files": list(files), "links": links})


@pytest.mark.req("B9", "browser")
def test_files_archives_and_links_in_one_go(client: Client, award: Award, settings: Any) -> None:
    good = bytes(award.credential)
    forged = json.dumps({**json.loads(good), "name": "다른 이름"}).encode()
    holding = Holding.objects.get(account_id=award.account_id)
    _link, token = wallet.share(
        account=award.account,
        holding_id=holding.id,
        purpose="",
        days=30,
        shows_name=False,
        actor=award.account.person,
        now=make.NOW,
    )
    page = send(
        client,
        file("good.json", good),
        file("all.zip", archive(forged_json=forged, again_json=good)),
        file("photo.png", b"no badge"),
        links=f"{settings.BASE_URL}/s/{token}/\nftp://x\n\n",
    )
    assert page.status_code == 200
    checked = page.context["checked"]
    found = {row.name: row for row in checked.rows}
    assert [row.outcome for row in checked.rows] == [
        "valid",
        "invalid",
        "valid",
        "invalid",
        "valid",
        "unknown",
    ]
    assert found["good.json"].title == award.achievement.name
    assert not found["good.json"].twice
    assert found["all.zip / again.json"].twice
    assert "https://" in found["ftp://x"].says


@pytest.mark.req("B9", "browser")
def test_the_receipt_makes_the_table_again_and_tells_a_change(client: Client, award: Award) -> None:
    receipt = send(client, file("=cmd.json", bytes(award.credential))).context["checked"].receipt
    sheet = load_workbook(
        io.BytesIO(client.post("/verify/many/receipt/", {"text": receipt, "as": "excel"}).content)
    ).active
    assert sheet is not None
    assert sheet["A2"].value == "=cmd.json"
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].value == "유효"
    as_file = client.post("/verify/many/receipt/", {"text": receipt, "as": "file"})
    again = client.post("/verify/many/receipt/", {"receipt": file("r.txt", as_file.content)})
    assert "서명이 맞고" in again.content.decode()
    changed = receipt.replace('"outcome": "valid"', '"outcome": "unknown"')
    assert changed != receipt
    refused = client.post("/verify/many/receipt/", {"receipt": file("r.txt", changed.encode())})
    assert refused.status_code == 422
    assert "내용이 바뀌었습니다" in refused.content.decode()


@pytest.mark.req("B9", "refusal")
def test_a_revoked_badge_among_many_is_not_valid(client: Client, award: Award) -> None:
    staff = make.staff(award.achievement.organisation)
    badges.revoke(account_id=award.account_id, award_id=award.id, reason="잘못", actor=staff, now=make.NOW)
    row = send(client, file("a.json", bytes(award.credential))).context["checked"].rows[0]
    assert (row.outcome, row.verdict) == ("invalid", "revoked")


@pytest.mark.req("B9", "refusal")
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"PK\x03\x04broken", "압축 파일을 열 수 없습니다"),
        (archive(**{f"f{n}_json": b"{}" for n in range(1001)}), "나누어서"),
    ],
    ids=["broken", "too many"],
)
def test_archives_that_cannot_be_taken(client: Client, body: bytes, says: str) -> None:
    page = send(client, file("a.zip", body), links="https://kept.example/")
    assert page.status_code == 422
    assert says in page.content.decode()
    assert "https://kept.example/" in page.content.decode()


@pytest.mark.req("B9", "refusal")
def test_a_compressed_bomb_is_not_unpacked() -> None:
    bomb = archive(**{f"b{n}_json": b"0" * 10_000_000 for n in range(8)})
    assert len(bomb) < 100_000
    with pytest.raises(Invalid, match="60MB"):
        bulk.items_of(files=[("b.zip", bomb)], links="", own_link=lambda _link: None)
    one = archive(big_json=b"0" * 10_000_000)
    (item,) = bulk.items_of(files=[("b.zip", one)], links="", own_link=lambda _link: None)
    assert not item.data
    assert "5MB" in item.trouble


@pytest.mark.req("B9", "refusal")
def test_nothing_and_too_often(client: Client) -> None:
    assert "확인할 배지를 넣어 주세요" in send(client).content.decode()
    for _ in range(bulk.ASKS):
        page = send(client)
    assert page.status_code == 429


def test_addresses_elsewhere_are_asked_no_longer_than_allowed(award: Award) -> None:
    """When the time is over, a badge from elsewhere is unknown; one from here is still known."""
    here = bytes(award.credential)
    did = json.loads(here)["issuer"]["id"].encode()
    items = [bulk.Item("here", here), bulk.Item("away", here.replace(did, b"did:web:away.example.org"))]
    times = iter([0.0, *[1000.0] * 50])
    checked = bulk.check(items, now=make.NOW, clock=lambda: next(times))
    assert [row.outcome for row in checked.rows] == ["valid", "unknown"]


def test_names_in_archives_from_korean_windows() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("XXXX.json", b"{}")
    body = target.getvalue().replace(b"XXXX", "배지".encode("cp949"))
    (item,) = bulk.items_of(files=[("a.zip", body)], links="", own_link=lambda _link: None)
    assert item.name == "a.zip / 배지.json"


@pytest.mark.req("B9", "browser")
def test_days_are_those_of_this_place(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    morning = make.NOW - timedelta(hours=3)  # seven in Seoul, the day before in UTC
    clock.hold(monkeypatch, morning)
    badge = rows.published()
    entry = rows.completed(badge.course_version, make.person())
    (award,) = flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=morning)
    assert json.loads(bytes(award.credential))["validFrom"] == "2026-11-23T22:00:00Z"
    page = send(client, file("a.json", bytes(award.credential))).content.decode()
    assert "<td>2026-11-24</td>" in page
    assert "<td>2026-11-23</td>" not in page
