"""What an office does with questions: look, take, answer, note, hand over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.counselling import policies, queries, rules
from naite.branches.counselling.models import AnswerTemplate, Handover, Message, Question, QuestionCategory
from naite.branches.counselling.services import attachments, mails
from naite.branches.counselling.services.questions import lock
from naite.branches.counselling.words import need
from naite.branches.counselling.workflow import QUESTION
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Organisation, Person

Kind = Message.Kind


def _require(actor: Person, question: Question, *, now: datetime) -> Person:
    if not policies.can_handle(actor, question, now=now):
        raise NotAllowed(_("이 상담을 맡은 곳의 담당자만 볼 수 있습니다."))
    return actor


def look(*, question: Question, actor: Person, now: datetime) -> None:
    """Record that an office's handler reads a private question; refuses everybody else."""
    _require(actor, question, now=now)
    audit.record(
        "counselling.view_question", actor=actor, now=now, subject=question, about=question.person_id
    )


@transaction.atomic
def assign(*, question: Question, to: Person | None, actor: Person, now: datetime) -> Question:
    """Give a question to one of the office's handlers, or to nobody. Repeating changes nothing."""
    row = lock(question)
    _require(actor, row, now=now)
    if to is not None and not policies.can_handle(to, row, now=now):
        raise Invalid(
            _("이 곳에서 상담에 답하는 사람이 아닙니다."),
            fields={"handler": _("이 곳에서 상담에 답하는 사람이 아닙니다.")},
        )
    if row.handler_id != (to.pk if to else None):
        row.handler = to
        row.save(update_fields=["handler"])
        audit.record(
            "counselling.assign_question",
            actor=actor,
            now=now,
            subject=row,
            about=row.person_id,
            to=to.pk if to else None,
        )
        if to is not None and to.pk != actor.pk:
            mails.to_office(row, _("상담을 맡게 되었습니다"), now=now)
    return row


@transaction.atomic
def save_draft(*, question: Question, body: str, actor: Person, now: datetime) -> Message:
    """Keep an answer that is not sent yet; each handler has one draft a question, which only they see."""
    row = lock(question)
    _require(actor, row, now=now)
    text = need(body, field="body", most=rules.MAX_BODY, empty=_("답을 적어 주세요."))
    draft, _made = Message.objects.update_or_create(
        question=row,
        author=actor,
        sent_at=None,
        defaults={"kind": Kind.ANSWER, "office": row.office, "body": text, "created_at": now},
    )
    audit.record("counselling.draft_answer", actor=actor, now=now, subject=row, about=row.person_id)
    return draft


@transaction.atomic
def answer(
    *,
    question: Question,
    body: str,
    actor: Person,
    now: datetime,
    seen: int | None = None,
    uploads: Sequence[attachments.Upload] = (),
) -> Message:
    """Send an answer to the asker; the answerer's draft becomes it.

    ``seen`` is how many messages the page showed: refuses when somebody wrote in between, so that two
    colleagues do not both answer unawares. Further answers are possible.
    """
    row = lock(question)
    _require(actor, row, now=now)
    text = need(body, field="body", most=rules.MAX_BODY, empty=_("답을 적어 주세요."))
    if seen is not None and len(queries.thread_for_staff(row)) != seen:
        raise Refused(
            _("그 사이에 새 글이 올라왔습니다. 적은 답은 남아 있습니다. 새 글을 읽고 다시 보내 주세요."),
            code="thread_moved",
        )
    QUESTION.move(row, "answer", answered_at=now, remind_on=None, handler=row.handler or actor)
    Message.objects.filter(question=row, author=actor, sent_at=None).delete()
    sent = Message.objects.create(
        question=row,
        kind=Kind.ANSWER,
        author=actor,
        office=row.office,
        body=text,
        created_at=now,
        sent_at=now,
    )
    attachments.add(question=row, message=sent, uploads=uploads, actor=actor, now=now)
    audit.record("counselling.answer", actor=actor, now=now, subject=row, about=row.person_id)
    mails.answered(row, now=now)
    return sent


@transaction.atomic
def note(*, question: Question, body: str, actor: Person, now: datetime) -> Message:
    """Write an internal note. The asker never sees it; an office that takes over does."""
    row = lock(question)
    _require(actor, row, now=now)
    text = need(body, field="body", most=rules.MAX_BODY, empty=_("메모를 적어 주세요."))
    made = Message.objects.create(
        question=row, kind=Kind.NOTE, author=actor, office=row.office, body=text, created_at=now, sent_at=now
    )
    audit.record("counselling.note", actor=actor, now=now, subject=row, about=row.person_id)
    return made


@transaction.atomic
def hand_over(*, question: Question, to: Organisation, reason: str, actor: Person, now: datetime) -> Question:
    """Give a question to another office; the due day stays as the asker was told.

    Refuses an office without anybody to answer, the own office, and no reason. The giving office does not
    see the question any more; its drafts go.
    """
    row = lock(question)
    _require(actor, row, now=now)
    why = need(reason, field="reason", most=rules.MAX_REASON, empty=_("넘기는 까닭을 적어 주세요."))
    if to.pk == row.office_id or not queries.offices(now=now).filter(pk=to.pk).exists():
        told = _("상담에 답하는 다른 곳을 골라 주세요.")
        raise Invalid(told, code="no_such_office", fields={"to": told})
    giving = row.office
    QUESTION.move(row, "hand_over", office=to, handler=None)
    Message.objects.filter(question=row, sent_at=None).delete()
    Handover.objects.create(question=row, from_office=giving, to_office=to, reason=why, by=actor, at=now)
    audit.record(
        "counselling.hand_over",
        actor=actor,
        now=now,
        subject=row,
        about=row.person_id,
        from_office=giving.pk if giving else None,
        to_office=to.pk,
    )
    mails.handed_over(row, reason=why, now=now)
    mails.to_office(row, _("넘겨받은 상담이 있습니다"), now=now)
    return row


@transaction.atomic
def keep_template(
    *,
    office: Organisation,
    name: str,
    body: str,
    category: QuestionCategory | None,
    actor: Person,
    now: datetime,
) -> AnswerTemplate:
    """Keep words that the office answers with often; a template of the same name is replaced."""
    if not policies.can_handle_for(actor, office, now=now):
        raise NotAllowed(_("이 곳의 상담 담당자만 할 수 있습니다."))
    title = need(name, field="name", most=80, empty=_("이름을 적어 주세요."))
    text = need(body, field="body", most=rules.MAX_BODY, empty=_("틀의 글을 적어 주세요."))
    row, _made = AnswerTemplate.objects.update_or_create(
        office=office,
        name=title,
        retired_at=None,
        defaults={"body": text, "category": category, "changed_at": now, "changed_by": actor},
    )
    audit.record("counselling.keep_template", actor=actor, now=now, subject=row)
    return row


@transaction.atomic
def retire_template(*, template: AnswerTemplate, actor: Person, now: datetime) -> None:
    """Take a template away. Repeating is safe."""
    if not policies.can_handle_for(actor, template.office, now=now):
        raise NotAllowed(_("이 곳의 상담 담당자만 할 수 있습니다."))
    if AnswerTemplate.objects.filter(pk=template.pk, retired_at=None).update(retired_at=now):
        audit.record("counselling.retire_template", actor=actor, now=now, subject=template)


def remind(*, now: datetime, limit: int = 200) -> int:
    """Remind offices of answers that are due soon, and once more when the due day is past.

    Called by the worker; nobody is told the same twice, however often it runs.
    """
    told = 0
    for row in queries.to_remind(now=now)[:limit]:
        assert row.due_on is not None and row.office is not None
        late = rules.is_overdue(row.due_on, day_of(now))
        following = None if late else row.due_on + timedelta(days=1)
        changed = Question.objects.filter(pk=row.pk, remind_on=row.remind_on).update(remind_on=following)
        if not changed:
            continue
        what = _("답할 날이 지난 상담이 있습니다") if late else _("곧 답할 날인 상담이 있습니다")
        word = "late" if late else "soon"
        told += mails.to_office(row, what, now=now, dedupe=f"counselling-{word}:{row.pk}:{row.due_on}")
    return told
