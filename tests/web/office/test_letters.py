from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests import clock
from tests import factories as make
from tests.recognition_rows import Offices, application, offices, round_

from naite.trunk.recognition.letters import batches
from naite.trunk.recognition.models import Application, LocalNotice, Recognition, ResultNotice

pytestmark = [pytest.mark.django_db, pytest.mark.req("A11", "browser")]
S = Application.State


@pytest.fixture
def where(monkeypatch: pytest.MonkeyPatch) -> Offices:
    clock.hold(monkeypatch, make.NOW)
    return offices()


def sent_out(where: Offices, count: int = 2) -> LocalNotice:
    of = round_(where.national)
    for number in range(count):
        application(
            where,
            of,
            S.APPROVED,
            verdict="recognise",
            recognition_number=f"제2026-{number + 1:04}호",
            decided_at=make.NOW - timedelta(days=1),
        )
    batch = batches.send_out(round_=of, actor=where.officer, now=make.NOW)
    for _ in batches.distribute(batch_id=batch.pk, now=make.NOW):
        pass
    return LocalNotice.objects.get()


def test_results_are_sent_told_received_and_read(client: Client, where: Offices) -> None:
    local = sent_out(where)
    here = reverse("office-letters-local", args=[local.pk])
    client.force_login(where.local_officer)
    assert "남은 2건 통보하기" in client.get(reverse("office-letters")).content.decode()
    first, second = local.letters.order_by("id")
    tell = reverse("office-letters-notify", args=[local.pk])
    answer = client.post(tell, {"which": "chosen", "letter": [str(first.pk)]}, follow=True)
    assert "공문을 인쇄해 보내고" in answer.content.decode()
    pdf = client.get(reverse("office-letter-pdf", args=[first.pk]))
    assert pdf.content.startswith(b"%PDF")
    assert client.get(reverse("office-letter-hwpx", args=[first.pk])).content.startswith(b"PK")
    assert client.get(reverse("office-letter-pdf", args=[second.pk])).status_code == 409
    receipt, field = reverse("office-letters-receipt", args=[first.pk]), f"n{first.pk.hex}-received_on"
    wrong = client.post(receipt, {field: "2026-11-20"})
    assert wrong.status_code == 422
    assert "보낸 날보다 앞선 날입니다." in wrong.content.decode()
    assert 'value="2026-11-20"' in wrong.content.decode()
    assert client.post(receipt, {field: "2026-11-24"}).status_code == 302
    assert Recognition.objects.count() == 1
    assert "2026-11-24" in client.get(here).content.decode()

    client.force_login(where.staff)
    agree = reverse("work-notices-consent", args=[where.institution.pk])
    assert "들어온 때가 통보일입니다." in client.post(agree, {"wanted": "1"}, follow=True).content.decode()
    page = client.get(reverse("work-notices"))
    assert len(page.context["rows"]) == 1
    letter = client.get(reverse("work-notice", args=[first.pk])).content.decode()
    assert "2026.11.24에 받은 것으로 적혔습니다." in letter
    first.refresh_from_db()
    assert first.opened_at == make.NOW
    assert client.get(reverse("work-notice", args=[second.pk])).status_code == 403

    client.force_login(where.local_officer)
    assert "전자우편함에 들어갔습니다" in client.post(tell, {"which": "all"}, follow=True).content.decode()
    assert Recognition.objects.count() == 2
    assert client.get(reverse("office-letters-excel", args=[local.pk])).status_code == 200


def test_the_institute_sends_and_reminds(
    client: Client, where: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = sent_out(where)
    client.force_login(where.officer)
    clock.hold(monkeypatch, make.NOW + timedelta(days=9))
    page = client.get(reverse("office-letters")).content.decode()
    assert "통보가 늦은 곳 1곳" in page
    assert "D+2" in page
    again = client.post(reverse("office-letters-remind"), {"local": [str(local.pk)]}, follow=True)
    assert "1곳에 재촉했습니다." in again.content.decode()
    none = client.post(reverse("office-letters-send"), {"round": str(local.batch.round_id)}, follow=True)
    assert "새로 보낼 결과가 없습니다." in none.content.decode()


@pytest.mark.req("A11", "refusal")
@pytest.mark.parametrize("who", ["staff", "official", "other"])
def test_it_is_nobody_elses_page(client: Client, where: Offices, who: str) -> None:
    local = sent_out(where)
    someone = make.staff(make.organisation("다른 곳")) if who == "other" else getattr(where, who)
    client.force_login(someone)
    assert client.get(reverse("office-letters")).status_code == 403
    assert client.get(reverse("office-letters-local", args=[local.pk])).status_code == 403
    assert client.post(reverse("office-letters-notify", args=[local.pk]), {"which": "all"}).status_code == 403
    letter = local.letters.first()
    assert letter is not None
    assert client.get(reverse("work-notice", args=[letter.pk])).status_code == 403
    assert not ResultNotice.objects.exclude(state="waiting").exists()


def test_pages_ask_as_much_for_many_as_for_one(
    client: Client, where: Offices, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    local = sent_out(where, 14)
    client.force_login(where.local_officer)
    client.get(reverse("office-letters"))
    with django_assert_max_num_queries(14):
        client.get(reverse("office-letters-local", args=[local.pk]))
    with django_assert_max_num_queries(12):
        client.get(reverse("office-letters"))
