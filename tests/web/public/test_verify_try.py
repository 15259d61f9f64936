import pytest
from django.test import Client

from naite.flows import sample

pytestmark = [pytest.mark.django_db, pytest.mark.req("B9", "browser")]


def send(client: Client, **changes: str) -> str:
    return client.post("/verify/try/", {**sample.values(), **changes}).content.decode()


def test_as_it_is_it_is_valid(client: Client) -> None:
    assert client.get("/verify/try/").status_code == 200
    assert 'data-caught=""' in send(client)


@pytest.mark.parametrize("part", [part.key for part in sample.PARTS])
def test_one_letter_is_enough(client: Client, part: str) -> None:
    page = send(client, **{part: sample.values()[part] + "."})
    assert 'data-caught="signature"' in page
    assert "처음에는" in page


def test_whoever_signs_anew_is_not_known(client: Client) -> None:
    page = send(client, name="박사 학위", resign="1")
    assert 'data-caught="issuer"' in page
    assert 'data-check="signature" data-mark="ok"' in page


def test_what_cannot_be_signed_is_said_and_kept(client: Client) -> None:
    page = client.post("/verify/try/", {**sample.values(), "day": "어제", "resign": "1"})
    assert page.status_code == 422
    assert 'value="어제"' in page.content.decode()
