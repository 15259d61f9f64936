import secrets

import pytest
from django.test import Client
from tests import factories as make

from credcore import checkpoint
from naite.roots.ledger import queries, services

pytestmark = pytest.mark.django_db


@pytest.fixture
def digests() -> list[bytes]:
    items = [secrets.token_bytes(32) for _ in range(300)]
    services.note(items, kind="badge")
    services.append_waiting(now=make.NOW)
    return items


@pytest.mark.req("B6", "browser")
def test_anyone_reads_the_log_and_finds_a_digest(client: Client, digests: list[bytes]) -> None:
    page = client.get("/log/")
    assert "300개" in page.content.decode()
    found = client.get("/log/", {"digest": f" {digests[7].hex().upper()} "}, follow=True)
    assert found.status_code == 200
    assert "번째" in found.content.decode()


@pytest.mark.req("B6", "browser")
def test_an_empty_log_says_so(client: Client) -> None:
    assert "아직 없음" in client.get("/log/").content.decode()
    assert client.get("/log/checkpoint").status_code == 404


@pytest.mark.req("B6", "refusal")
def test_what_is_no_digest_and_what_is_not_there_is_said(client: Client, digests: list[bytes]) -> None:
    wrong = client.get("/log/", {"digest": "배지"})
    assert wrong.status_code == 422
    assert 'value="배지"' in wrong.content.decode()
    assert client.get(f"/log/{'0' * 64}/").status_code == 404
    assert client.get(f"/log/{'0' * 64}/proof.json").status_code == 404
    services.note([b"\x01" * 32], kind="badge")
    assert "곧 적힙니다" in client.get(f"/log/{'01' * 32}/").content.decode()


@pytest.mark.req("B6", "api")
def test_auditors_read_head_keys_tiles_and_entries(client: Client, digests: list[bytes]) -> None:
    keys = client.get("/log/keys").content.decode().split()
    head = checkpoint.open_checkpoint(client.get("/log/checkpoint").content.decode(), keys)
    assert head.size == 300
    assert len(client.get("/log/tile/0/000").content) == 256 * 32
    assert len(client.get("/log/tile/0/001.p/44").content) == 44 * 32
    assert client.get("/log/tile/entries/001.p/44").content == queries.entries(1, 44)
    assert client.get("/log/tile/1/000.p/1")["Access-Control-Allow-Origin"] == "*"


@pytest.mark.req("B6", "refusal")
@pytest.mark.parametrize(
    "path",
    [
        "0/001",
        "0/001.p/45",
        "0/001.p/0",
        "0/x001/000",
        "9/000",
        "0/001.p/999",
        "entries/002",
        "0/1",
        "0/x001",
    ],
)
def test_tiles_that_are_not_there(client: Client, digests: list[bytes], path: str) -> None:
    assert client.get(f"/log/tile/{path}").status_code == 404


def test_the_page_asks_few_questions(client: Client, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        client.get("/log/")
