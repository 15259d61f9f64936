"""What askers do: write, send, take back, ask on, close, rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.counselling import policies, queries, rules
from naite.branches.counselling.models import Message, Question, QuestionCategory
from naite.branches.counselling.services import attachments, mails
from naite.branches.counselling.words import need, within
from naite.branches.counselling.workflow import QUESTION
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person, Region


@dataclass(frozen=True, slots=True)
class QuestionText:
    """What an asker writes. A draft may lack any of it but the category."""

    category: QuestionCategory
    region: Region | None = None
    title: str = ""
    body: str = ""


def _checked(text: QuestionText) -> dict[str, object]:
    if text.category.retired_at is not None:
        raise Invalid(
            _("지금은 쓰지 않는 갈래입니다. 다시 골라 주세요."),
            fields={"category": _("지금은 쓰지 않는 갈래입니다. 다시 골라 주세요.")},
        )
    return {
        "category": text.category,
        "region": text.region,
        "title": within(text.title, field="title", most=rules.MAX_TITLE),
        "body": within(text.body, field="body", most=rules.MAX_BODY),
    }


def lock(question: Question) -> Question:
    """Lock a question, so that what is done with it passes one by one."""
    return (
        Question.objects.select_for_update(of=("self",))
        .select_related("person", "category", "region", "office", "handler")
        .get(pk=question.pk)
    )


def _require_asker(actor: Person, question: Question) -> None:
    if not policies.is_asker(actor, question):
        raise NotAllowed(_("물어본 사람만 할 수 있습니다."))


def _require_writer(actor: Person, question: Question) -> None:
    if not (policies.is_asker(actor, question) or question.entered_by_id == actor.pk):
        raise NotAllowed(_("이 상담을 적은 사람만 고칠 수 있습니다."))


@transaction.atomic
def start(*, person: Person, text: QuestionText, actor: Person, now: datetime) -> Question:
    """Keep a draft of a question.

    For oneself, or by staff of an answering office for a person at the desk; refuses anybody else.
    """
    if person.pk != actor.pk and not queries.answers_anywhere(actor, now=now):
        raise NotAllowed(_("다른 사람의 상담은 상담을 맡은 담당자만 대신 적을 수 있습니다."))
    row = Question.objects.create(
        person=person, entered_by=actor, created_at=now, changed_at=now, **_checked(text)
    )
    audit.record("counselling.start_question", actor=actor, now=now, subject=row, about=person.pk)
    return row


@transaction.atomic
def revise(*, question: Question, text: QuestionText, edition: int, actor: Person, now: datetime) -> Question:
    """Change a draft. ``edition`` is the one the writer saw; refuses when another window was faster."""
    row = lock(question)
    _require_writer(actor, row)
    if row.state != Question.State.DRAFT:
        raise Refused(_("이미 보낸 상담은 고칠 수 없습니다. 덧붙이는 말로 적어 주세요."), code="not_a_draft")
    if row.edition != edition:
        raise Refused(
            _(
                "다른 창에서 이 글을 먼저 고쳤습니다. 여기 적은 것은 저장하지 않았습니다. 새로 고쳐 견주어 보세요."
            ),
            code="edited_elsewhere",
        )
    for name, value in _checked(text).items():
        setattr(row, name, value)
    row.edition += 1
    row.changed_at = now
    row.save()
    audit.record("counselling.revise_question", actor=actor, now=now, subject=row, about=row.person_id)
    return row


@transaction.atomic
def submit(*, question: Question, actor: Person, now: datetime) -> Question:
    """Send a draft: the office in charge of the region gets it, and the reply clock starts.

    Refuses an empty title or body, and an installation in which nobody answers. Repeating is refused and
    sends nothing twice.
    """
    row = lock(question)
    _require_writer(actor, row)
    need(row.title, field="title", most=rules.MAX_TITLE, empty=_("제목을 적어 주세요."))
    need(row.body, field="body", most=rules.MAX_BODY, empty=_("궁금한 것을 적어 주세요."))
    office = queries.office_in_charge(row.region, now=now)
    if office is None:
        raise Refused(
            _("아직 상담에 답하는 곳이 없습니다. 적으신 글은 남아 있습니다. 운영기관에 전화해 주세요."),
            code="no_office",
        )
    dates = _deadline(row.category_id, now)
    QUESTION.move(
        row,
        "submit",
        office=office,
        handler=None,
        received_at=now,
        changed_at=now,
        due_on=dates.due_on,
        remind_on=dates.remind_on,
        edition=row.edition + 1,
    )
    audit.record(
        "counselling.submit_question",
        actor=actor,
        now=now,
        subject=row,
        about=row.person_id,
        office=office.pk,
        due_on=dates.due_on,
    )
    mails.received(row, now=now)
    mails.to_office(row, _("새 상담이 왔습니다"), now=now)
    return row


def _deadline(category: str, now: datetime) -> rules.Deadline:
    today = day_of(now)
    clock = rules.clock_for(queries.clocks(), category, today)
    if clock is None:
        raise Refused(_("답할 기한이 정해져 있지 않습니다. 운영기관에 알려 주세요."), code="no_reply_rule")
    return rules.deadline(clock, today)


@transaction.atomic
def take_back(*, question: Question, actor: Person, now: datetime) -> Question:
    """Make a sent question a draft again, as long as nobody has begun on it."""
    row = lock(question)
    _require_asker(actor, row)
    if row.handler_id is not None or row.messages.exists():
        raise Refused(_("담당자가 이미 보기 시작했습니다. 더 적을 것은 덧붙여 주세요."), code="already_begun")
    QUESTION.move(row, "take_back", office=None, changed_at=now, edition=row.edition + 1)
    audit.record("counselling.take_back_question", actor=actor, now=now, subject=row, about=row.person_id)
    return row


@transaction.atomic
def discard(*, question: Question, actor: Person, now: datetime) -> None:
    """Throw a draft away. Refuses what was sent and stays on record."""
    row = lock(question)
    _require_writer(actor, row)
    if row.state != Question.State.DRAFT:
        raise Refused(_("보낸 상담은 지울 수 없습니다."), code="not_a_draft")
    audit.record("counselling.discard_question", actor=actor, now=now, subject=row, about=row.person_id)
    attachments.erase_all(question=row, now=now)
    row.delete()


@transaction.atomic
def ask_on(
    *,
    question: Question,
    body: str,
    actor: Person,
    now: datetime,
    uploads: Sequence[attachments.Upload] = (),
) -> Question:
    """Add words of the asker: to what waits, as a further question to an answer, or to reopen what was closed.

    After an answer the clock starts anew. Refuses to reopen later than thirty days after closing.
    """
    row = lock(question)
    _require_asker(actor, row)
    text = need(body, field="body", most=rules.MAX_BODY, empty=_("더 물어볼 것을 적어 주세요."))
    if row.state == Question.State.DRAFT:
        raise Refused(_("아직 보내지 않은 상담입니다."), code="draft")
    if not row.is_waiting:
        step = "ask_again"
        if row.state == Question.State.CLOSED:
            assert row.closed_at is not None
            if not rules.can_reopen(row.closed_at, now):
                raise Refused(_("마친 지 30일이 지났습니다. 새 상담을 적어 주세요."), code="closed_long_ago")
            step = "reopen"
        dates = _deadline(row.category_id, now)
        QUESTION.move(row, step, due_on=dates.due_on, remind_on=dates.remind_on, closed_at=None)
    said = Message.objects.create(
        question=row,
        kind=Message.Kind.QUESTION,
        author=actor,
        body=text,
        created_at=now,
        sent_at=now,
    )
    attachments.add(question=row, message=said, uploads=uploads, actor=actor, now=now)
    audit.record("counselling.ask_on", actor=actor, now=now, subject=row, about=row.person_id)
    mails.to_office(row, _("상담에 덧붙인 말이 있습니다"), now=now)
    return row


@transaction.atomic
def close(*, question: Question, actor: Person, now: datetime) -> Question:
    """End an answered question; it can be opened again for thirty days."""
    row = lock(question)
    _require_asker(actor, row)
    QUESTION.move(row, "close", closed_at=now)
    audit.record("counselling.close_question", actor=actor, now=now, subject=row, about=row.person_id)
    return row


def close_answered(*, now: datetime, limit: int = 200) -> int:
    """End questions that were answered ``QUESTION_CLOSE_DAYS`` days ago and said nothing more about.

    Called by the worker, not a query on dates: ending begins the days in which one may reopen and rate, and the
    asker is told. Safe to repeat, also at once: each question ends once.
    """
    if settings.QUESTION_CLOSE_DAYS <= 0:
        return 0
    before = now - timedelta(days=settings.QUESTION_CLOSE_DAYS)
    quiet = Question.objects.filter(state=Question.State.ANSWERED, answered_at__lte=before)
    closed = 0
    for row in quiet.select_related("person").order_by("answered_at")[:limit]:
        with transaction.atomic():
            same = Question.objects.filter(pk=row.pk, state=row.state, answered_at=row.answered_at)
            if not same.update(state=Question.State.CLOSED, closed_at=now):
                continue  # somebody said something in between
            audit.record("counselling.close_question", actor=None, now=now, subject=row, about=row.person_id)
            mails.closed(row, now=now)
        closed += 1
    return closed


@transaction.atomic
def rate(*, question: Question, grade: int, text: str, actor: Person, now: datetime) -> Question:
    """Say how content one is, from 1 to 5, once the question is closed. Repeating replaces it."""
    row = lock(question)
    _require_asker(actor, row)
    if row.state != Question.State.CLOSED:
        raise Refused(_("상담을 마친 뒤에 만족도를 남길 수 있습니다."), code="not_closed")
    if not 1 <= grade <= 5:
        told = _("1에서 5까지 가운데 하나를 골라 주세요.")
        raise Invalid(told, fields={"grade": told})
    row.satisfaction = grade
    row.satisfaction_text = within(text, field="text", most=rules.MAX_REASON)
    row.rated_at = now
    row.save(update_fields=["satisfaction", "satisfaction_text", "rated_at"])
    audit.record("counselling.rate", actor=actor, now=now, subject=row, about=row.person_id, grade=grade)
    return row
