"""예비인정: the institution supplements what fell short and hands it in again, once, in time."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files import services as files
from naite.roots.files.kinds import EVIDENCE
from naite.roots.notices import services as notices
from naite.roots.text import tidy
from naite.trunk.people.models import Person
from naite.trunk.people.policies import can_run_courses
from naite.trunk.recognition.applications.workflow import move
from naite.trunk.recognition.models import (
    Application,
    ApplicationItem,
    Assignment,
    CaseEvent,
    CriteriaItem,
    Evidence,
    PanelCase,
)
from naite.trunk.recognition.panels import facts, seating
from naite.trunk.recognition.panels.pool import Outdated
from naite.trunk.recognition.results import services
from naite.trunk.recognition.results.queries import provisional_result, short_item_ids

S = Application.State
LONGEST_TEXT = 10_000
RE_REVIEW_DAYS = 14


def require_supplementing(application: Application, *, actor: Person, now: datetime) -> None:
    """Refuse others than the institution, a case that is not provisional, and a day after the deadline."""
    if not can_run_courses(actor, application.organisation, now=now):
        raise NotAllowed(_("신청한 기관의 담당자만 보완할 수 있습니다."))
    if application.state != S.PROVISIONAL:
        raise Refused(
            _("지금은 보완하는 때가 아닙니다. 화면을 새로 열어 확인해 주세요."), code="moved_meanwhile"
        )
    if application.due_on is not None and day_of(now) > application.due_on:
        raise Refused(
            _("보완 기한(%(due)s 24시)이 지났습니다. 예비인정은 저절로 취소됩니다.")
            % {"due": show_day(application.due_on, today=day_of(now))},
            code="too_late",
        )


@transaction.atomic
def begin_period(*, application: Application, received_on: date, now: datetime) -> date | None:
    """Let the time to supplement begin with the day on which the institution received its letter.

    Writes the last day (민법 제157조, 제161조: the day of receipt is not counted, a last day on which offices rest
    moves on) and tells the institution. Does nothing for a case that was handed in again meanwhile. Safe to repeat.
    Returns the last day.
    """
    application = _locked(application)
    if application.state != S.PROVISIONAL:
        return None
    due_on = services.last_day_of(received_on, application.round.supplement_days)
    if application.due_on == due_on:
        return due_on
    Application.objects.filter(pk=application.pk).update(due_on=due_on, changed_at=now)
    shown = show_day(due_on, today=day_of(now))
    for person in services.people_of(application, now=now):
        notices.tell(
            to=person,
            subject=_("[나이테] 예비인정 보완 기한: %(number)s, %(due)s 24시")
            % {"number": application.number, "due": shown},
            body=_(
                "%(number)s 신청의 예비인정 통보서를 %(received)s에 받으셨으므로 %(due)s 24시까지 보완하여 다시 낼 수 "
                "있습니다. 그때까지 내지 않으면 예비인정은 저절로 취소됩니다."
            )
            % {"number": application.number, "received": show_day(received_on), "due": shown},
            now=now,
            dedupe_key=f"supplement:{application.pk}:{due_on}:{person.pk}",
        )
    return due_on


@transaction.atomic
def supplement_item(
    *,
    application: Application,
    item_id: UUID,
    text: str,
    uploads: Sequence[tuple[str, files.Readable]] = (),
    revision: int,
    actor: Person,
    now: datetime,
) -> ApplicationItem:
    """Change what the application says to an item that fell short, and add evidence to it.

    What was judged stays beside it for the comparison. Refuses items that had reached 70 %, an empty text,
    files that are not evidence, and (``outdated``) when somebody else changed the application since.
    """
    application = _locked(application)
    require_supplementing(application, actor=actor, now=now)
    if item_id not in short_item_ids(application):
        raise Invalid(_("70%에 못 미친 항목만 보완할 수 있습니다."), code="other_item")
    text = tidy(text)
    if not text or len(text) > LONGEST_TEXT:
        message = _("이 항목에 대한 설명을 10,000자까지 적어 주세요.")
        raise Invalid(message, fields={"text": message})
    if not Application.objects.filter(pk=application.pk, revision=revision).update(
        revision=F("revision") + 1, changed_at=now
    ):
        raise Outdated(
            _(
                "다른 창이나 다른 담당자가 먼저 고쳤습니다. 적은 것은 그대로 두었으니, 새로 열어 견주어 주세요."
            )
        )
    row = ApplicationItem.objects.select_for_update().get(application=application, item=item_id)
    if text != row.text:
        row.text = text
        row.save(update_fields=["text"])
    for name, stream in uploads:
        kept = files.keep(stream, name=name, kinds=EVIDENCE, purpose="recognition.evidence", now=now)
        Evidence.objects.create(
            application=application,
            item_id=item_id,
            file=kept,
            title=kept.name[:150],
            added_by=actor,
            added_at=now,
        )
    audit.record("recognition.supplement_item", actor=actor, now=now, subject=application, item=item_id)
    return row


def changed_items(application: Application) -> set[UUID]:
    """Return the items whose text differs from what was judged."""
    rows = ApplicationItem.objects.filter(application=application, item__in=short_item_ids(application))
    return set(rows.exclude(text=F("text_before")).values_list("item_id", flat=True))


@transaction.atomic
def hand_in_again(*, application: Application, actor: Person, now: datetime) -> Application:
    """Hand in the supplemented application for its one re-evaluation by the evaluators who judged it before.

    Only the items that fell short are judged again. Refuses when nothing was changed, after the deadline, and a
    second time. Whoever must not review it any more leaves a seat that the institute fills.
    """
    application = _locked(application)
    require_supplementing(application, actor=actor, now=now)
    result = provisional_result(application)
    assert result is not None
    short = short_item_ids(application)
    added = Evidence.objects.filter(
        application=application, item__in=short, added_at__gte=result.computed_at, removed_at=None
    )
    if not changed_items(application) and not added.exists():
        raise Invalid(
            _("아직 고친 것이 없습니다. 못 미친 항목의 설명을 고치거나 증빙을 더한 뒤에 내 주세요."),
            code="nothing_changed",
        )
    due_on = services.last_day_of(day_of(now), RE_REVIEW_DAYS)
    move(
        application,
        "hand_in_again",
        actor=actor,
        now=now,
        on_behalf_of=application.organisation,
        evidence={"items": len(short)},
        office_id=application.round.institute_id,
        due_on=due_on,
    )
    case = PanelCase.objects.select_related("panel__round").get(application=application)
    case.attempt, case.stage = 2, result.stage
    case.save(update_fields=["attempt", "stage"])
    before = list(
        Assignment.objects.filter(
            application=application, stage=result.stage, attempt=1, state=Assignment.State.SUBMITTED
        ).select_related("evaluator__person")
    )
    evaluators = [each.evaluator for each in before]
    against = facts.obstacles(evaluators, [application], round=application.round, on=day_of(now))
    in_pool = facts.still_members_of_pool(evaluators, institute=application.round.institute, on=day_of(now))
    able = [
        each for each in evaluators if (each.pk, application.pk) not in against and each.person_id in in_pool
    ]
    seating.give(
        application,
        able,
        panel=case.panel,
        stage=result.stage,
        attempt=2,
        actor=None,
        now=now,
        due_on=due_on,
        explanations={each.pk: {"same_panel": True} for each in able},
    )
    seating.tell_assigned([application.pk], round=application.round, now=now)
    return application


def lapse_due(*, now: datetime, limit: int = 100) -> int:
    """End provisional recognitions whose deadline has passed; return how many. Safe to repeat and to run twice.

    One whose letter was not received yet has no deadline and stays.
    They go to the committee as refused (예비인정의 자동 취소), and the institution is told.
    """
    ended = 0
    over = (
        Application.objects.filter(state=S.PROVISIONAL, due_on__lt=day_of(now))
        .select_related("round__institute", "organisation")
        .order_by("due_on", "pk")
    )
    for application in over[:limit]:
        try:
            _lapse(application, now)
        except Refused:
            continue  # handed in or ended by another worker in between
        ended += 1
    return ended


@transaction.atomic
def _lapse(application: Application, now: datetime) -> None:
    due_on = application.due_on
    assert due_on is not None
    still = Application.objects.select_for_update().filter(pk=application.pk, due_on=due_on)
    if not still.exists():  # an objection stopped the clock since the row was read
        raise Refused(_("그 사이에 보완 기한이 달라졌습니다."), code="moved_meanwhile")
    move(
        application,
        "lapse",
        actor=None,
        now=now,
        on_behalf_of=application.round.institute,
        reason=_("보완 기한 %(due)s까지 다시 내지 않음") % {"due": show_day(due_on, today=day_of(now))},
        audience=CaseEvent.Audience.PARTIES,
        verdict=Application.Verdict.REFUSE,
        office_id=application.round.institute_id,
        due_on=application.round.committee_on,
    )
    audit.record("recognition.lapse", actor=None, now=now, subject=application)
    for person in services.people_of(application, now=now):
        notices.tell(
            to=person,
            subject=_("[나이테] 예비인정이 취소되었습니다: %(number)s") % {"number": application.number},
            body=_(
                "%(number)s 신청은 %(due)s 24시까지 보완하여 다시 내지 않아 예비인정이 취소되었습니다.\n"
                "심의위원회를 거쳐 결과와 이의를 제기하는 방법을 알려 드립니다."
            )
            % {"number": application.number, "due": show_day(due_on, today=day_of(now))},
            now=now,
            dedupe_key=f"lapse:{application.pk}:{person.pk}",
        )


def texts_of(application: Application, items: Sequence[CriteriaItem]) -> dict[UUID, ApplicationItem]:
    """Return what the application says to some items."""
    rows = ApplicationItem.objects.filter(application=application, item__in=items)
    return {row.item_id: row for row in rows}


def _locked(application: Application) -> Application:
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("round__institute", "round__criteria", "organisation__parent")
        .get(pk=application.pk)
    )
