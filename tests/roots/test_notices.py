from datetime import timedelta

import pytest
from django.core import mail
from pytest_django import Settings
from tests.factories import NOW

from naite.roots.notices import services as notices
from naite.roots.notices.backend import OutboxBackend
from naite.roots.notices.models import Message

MEMORY = "django.core.mail.backends.locmem.EmailBackend"


def _send(**fields: object) -> Message | None:
    return notices.send(address="a@example.kr", subject="제목", body="본문", now=NOW, **fields)  # type: ignore[arg-type]


@pytest.mark.req("X7", "rule")
@pytest.mark.django_db
def test_one_key_sends_once() -> None:
    assert _send(dedupe_key="opened:1") is not None
    assert _send(dedupe_key="opened:1") is None
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_without_a_back_end_messages_wait(settings: Settings) -> None:
    settings.DELIVERY_EMAIL_BACKEND = ""
    _send()
    assert notices.deliver_due(now=NOW) == 0
    assert Message.objects.filter(sent_at=None, attempts=0).count() == 1


@pytest.mark.req("X7", "rule")
@pytest.mark.django_db
def test_a_due_message_goes_out_once(settings: Settings) -> None:
    settings.DELIVERY_EMAIL_BACKEND = MEMORY
    _send()
    _send(due_at=NOW + timedelta(hours=1))
    assert [notices.deliver_due(now=NOW), notices.deliver_due(now=NOW)] == [1, 0]
    assert [m.subject for m in mail.outbox] == ["제목"]


@pytest.mark.req("X7", "rule")
@pytest.mark.django_db
def test_a_failed_delivery_waits_and_is_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DELIVERY_EMAIL_BACKEND = MEMORY
    _send()

    def refuse(*args: object, **kwargs: object) -> int:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    assert notices.deliver_due(now=NOW) == 0
    row = Message.objects.get()
    assert (row.attempts, row.sent_at, row.due_at > NOW) == (1, None, True)
    monkeypatch.undo()
    settings.DELIVERY_EMAIL_BACKEND = MEMORY
    assert notices.deliver_due(now=row.due_at) == 1


@pytest.mark.django_db
def test_mail_of_the_framework_goes_into_the_outbox() -> None:
    message = mail.EmailMultiAlternatives("코드", "1234", to=["a@example.kr", "b@example.kr"])
    message.attach_alternative("<b>1234</b>", "text/html")
    assert OutboxBackend().send_messages([message]) == 2
    assert set(Message.objects.values_list("address", "html")) == {
        ("a@example.kr", "<b>1234</b>"),
        ("b@example.kr", "<b>1234</b>"),
    }
