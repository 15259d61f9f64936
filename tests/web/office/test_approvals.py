import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make
from tests.recognition_rows import Offices, application, offices, round_

from naite.trunk.recognition.models import Application

pytestmark = pytest.mark.django_db
S = Application.State


@pytest.fixture
def where(monkeypatch: pytest.MonkeyPatch) -> Offices:
    clock.hold(monkeypatch, make.NOW)
    return offices()


@pytest.mark.req("A10", "browser")
def test_many_are_approved_at_once_with_a_result_for_each(client: Client, where: Offices) -> None:
    of = round_(where.national)
    cases = [application(where, of, S.DELIBERATED, verdict=v) for v in ("recognise", "refuse", "recognise")]
    client.force_login(where.official)
    page = client.get(reverse("office-approvals")).content.decode()
    assert all(case.number in page for case in cases)
    gone = application(where, of, S.EVALUATED, verdict="recognise")
    ids = [str(case.pk) for case in [*cases, gone]]
    answer = client.post(
        reverse("office-approvals-bulk"), {"case": [*ids, "x"], "act": "approve"}, follow=True
    )
    text = answer.content.decode()
    assert "3건을 승인했습니다." in text
    assert "방금 승인한 3건" in text
    assert "제2026-0002호" in text
    assert f"{gone.number}: 그 사이에 상태가 바뀌었습니다." in text
    gone.refresh_from_db()
    assert gone.state == S.EVALUATED


@pytest.mark.req("A10", "browser")
def test_one_is_looked_at_approved_or_sent_back(client: Client, where: Offices) -> None:
    of = round_(where.national)
    first, second = (application(where, of, S.DELIBERATED, verdict="recognise") for _ in range(2))
    client.force_login(where.official)
    back = reverse("office-approval-back", args=[first.pk])
    assert client.post(back, {"reason": ""}).status_code == 422
    assert client.post(back, {"reason": "정족수 확인"}).status_code == 302
    done = client.post(reverse("office-approval-approve", args=[second.pk]), follow=True)
    assert "인정번호는 제2026-0001호입니다." in done.content.decode()
    again = client.post(reverse("office-approval-approve", args=[second.pk]), follow=True)
    assert "그 사이에 상태가 바뀌었습니다." in again.content.decode()
    first.refresh_from_db()
    assert first.state == S.EVALUATED


@pytest.mark.req("A10", "refusal")
@pytest.mark.parametrize("who", ["officer", "staff", "local_officer"])
def test_it_is_nobody_elses_page(client: Client, where: Offices, who: str) -> None:
    case = application(where, round_(where.national), S.DELIBERATED, verdict="recognise")
    client.force_login(getattr(where, who))
    assert client.get(reverse("office-approvals")).status_code == 403
    assert client.get(reverse("office-approval", args=[case.pk])).status_code == 403
    assert client.post(reverse("office-approvals-bulk"), {"case": [str(case.pk)]}).status_code == 403
    case.refresh_from_db()
    assert case.state == S.DELIBERATED


def test_the_list_asks_as_much_for_many_as_for_one(
    client: Client, where: Offices, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    of = round_(where.national)
    for _ in range(12):
        application(where, of, S.DELIBERATED, verdict="recognise")
    client.force_login(where.official)
    client.get(reverse("office-approvals"))
    with django_assert_max_num_queries(10):
        client.get(reverse("office-approvals"))
