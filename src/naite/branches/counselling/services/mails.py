"""The mails of counselling. They say that something happened and where to read it, never what was said."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from naite.branches.counselling import queries
from naite.branches.counselling.models import Question
from naite.roots.dates import show_day
from naite.roots.notices import services as notices
from naite.trunk.people.models import Person


def send(
    person: Person, subject: str, lines: list[str], path: str, *, now: datetime, dedupe_key: str | None = None
) -> bool:
    """Queue one mail with the address of a page; people without e-mail are told at the desk."""
    if not person.email:
        return False
    body = [_("%(name)s 님, 안녕하세요.") % {"name": person.name}, "", *lines, "", settings.BASE_URL + path]
    sent = notices.send(
        address=person.email,
        person_id=person.pk,
        subject=f"[{settings.OPERATOR_NAME}] {subject}",
        body="\n".join(body),
        now=now,
        dedupe_key=dedupe_key,
    )
    return sent is not None


def _to_asker(question: Question, subject: str, lines: list[str], *, now: datetime) -> None:
    send(question.person, subject, lines, f"/my/counselling/{question.pk}/", now=now)


def received(question: Question, *, now: datetime) -> None:
    """Tell the asker which office answers until when."""
    assert question.office is not None and question.due_on is not None
    lines = [
        _("상담을 받았습니다: %(title)s") % {"title": question.title},
        _("답하는 곳: %(office)s") % {"office": question.office.name},
        _("%(day)s까지 답하겠습니다.") % {"day": show_day(question.due_on)},
    ]
    _to_asker(question, _("상담을 받았습니다"), lines, now=now)


def answered(question: Question, *, now: datetime) -> None:
    """Tell the asker that there is an answer."""
    lines = [
        _("물어보신 것에 답했습니다: %(title)s") % {"title": question.title},
        _("내용은 로그인한 뒤에 볼 수 있습니다."),
    ]
    _to_asker(question, _("상담에 답이 왔습니다"), lines, now=now)


def closed(question: Question, *, now: datetime) -> None:
    """Tell the asker that a question ended by itself, and what can still be done."""
    lines = [
        _("답해 드린 뒤 더 말씀이 없어 상담을 마쳤습니다: %(title)s") % {"title": question.title},
        _("30일 안에는 같은 상담에서 다시 물을 수 있고, 어땠는지 남길 수 있습니다."),
    ]
    _to_asker(question, _("상담을 마쳤습니다"), lines, now=now)


def handed_over(question: Question, *, reason: str, now: datetime) -> None:
    """Tell the asker that another office answers, and why."""
    assert question.office is not None and question.due_on is not None
    lines = [
        _("답하는 곳이 바뀌었습니다: %(office)s") % {"office": question.office.name},
        _("까닭: %(why)s") % {"why": reason},
        _("답할 날은 그대로 %(day)s까지입니다.") % {"day": show_day(question.due_on)},
    ]
    _to_asker(question, _("답하는 곳이 바뀌었습니다"), lines, now=now)


def to_office(question: Question, what: str, *, now: datetime, dedupe: str = "") -> int:
    """Tell whoever handles a question, or else everybody in its office who could; return how many mails."""
    assert question.office is not None and question.due_on is not None
    people = [question.handler] if question.handler else queries.handlers_of(question.office, now=now)
    lines = [what, _("답할 날: %(day)s까지") % {"day": show_day(question.due_on)}]
    path = f"/office/counselling/{question.pk}/"
    return sum(
        send(person, what, lines, path, now=now, dedupe_key=f"{dedupe}:{person.pk}" if dedupe else None)
        for person in people
    )
