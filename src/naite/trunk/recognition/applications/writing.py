"""The institution's side: writing an application, handing it in, supplementing and withdrawing it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day, show_deadline
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Person
from naite.trunk.recognition.applications import access, copying, evidence, routes, rules
from naite.trunk.recognition.applications.workflow import WORKFLOW, move
from naite.trunk.recognition.models import (
    Application,
    ApplicationItem,
    CaseEvent,
    Evidence,
    Round,
)
from naite.trunk.recognition.rounds.queries import phase_of, why_not

State = Application.State
Check = ApplicationItem.Check
MAX_ITEM_TEXT = 10_000


@transaction.atomic
def begin(
    *,
    round: Round,
    course: Course,
    kind: str,
    copy_from: Application | None = None,
    actor: Person,
    now: datetime,
) -> Application:
    """Begin an application for a course of one's institution, perhaps with the texts of an earlier one.

    Refuses who does not run the institution's courses, a round that is not open or not for it, a kind that
    the round does not admit, and a second application for the course in the round (the first is returned
    instead when it is still a draft).
    """
    organisation = course.organisation
    _require_staff(actor, organisation, now)
    _require_open(round, now)
    if course.current is None or course.retired_at is not None:
        raise Refused(_("공개한 과정만 신청할 수 있습니다. 과정을 먼저 공개해 주세요."), code="no_course")
    _require_admitted(round, kind)
    if reason := why_not(round, organisation, on=day_of(now)):
        raise Refused(reason, code="out_of_scope")
    there = Application.objects.filter(round=round, course=course).exclude(
        state__in=[State.RETURNED, State.WITHDRAWN]
    )
    if row := there.first():
        if row.state == State.DRAFT:
            return row
        raise _second(row)
    try:
        with transaction.atomic():
            made = Application.objects.create(
                round=round,
                organisation=organisation,
                course=course,
                version=course.current,
                kind=kind,
                office=organisation,
                copied_from=copy_from,
                created_by=actor,
                created_at=now,
                changed_at=now,
            )
    except IntegrityError as error:
        raise _second(there.get()) from error
    assert round.criteria is not None
    ApplicationItem.objects.bulk_create(
        ApplicationItem(application=made, item=item) for item in round.criteria.items.all()
    )
    if copy_from is not None:
        copying.copy(made, copy_from, actor=actor, now=now)
    audit.record("recognition.begin_application", actor=actor, now=now, subject=made, course=course.pk)
    return made


@transaction.atomic
def save(
    *,
    application: Application,
    revision: int,
    content: Mapping[str, str] | None = None,
    texts: Mapping[UUID, str] | None = None,
    run_ids: Sequence[str] | None = None,
    kind: str | None = None,
    actor: Person,
    now: datetime,
) -> Application:
    """Keep what was typed; values that are not given stay. Incomplete is fine, too long is not.

    Refuses anybody else's application, one that is with an office, items that were not called lacking while
    it is supplemented, and the second of two tabs (``changed_meanwhile``). Safe to repeat.
    """
    row = _locked(application, actor, now)
    _require_writable(row, now)
    if row.revision != revision:
        raise Refused(
            _(
                "다른 창이나 다른 담당자가 먼저 저장했습니다. 적으신 것은 이 화면에 그대로 있습니다. 새 창에서 열어 "
                "바뀐 곳을 보고 옮겨 주세요."
            ),
            code="changed_meanwhile",
        )
    fields: dict[str, Any] = {}
    if content is not None and row.state == State.DRAFT:
        given = {name: tidy(content.get(name, row.content.get(name, ""))) for name in rules.CONTENT_LIMITS}
        if wrong := rules.content_faults(given):
            raise Invalid(_("저장하지 못한 칸이 있습니다."), fields=wrong)
        fields["content"] = given
    if kind is not None and row.state == State.DRAFT:
        _require_admitted(row.round, kind)
        fields["kind"] = kind
    if run_ids is not None and row.state == State.DRAFT:
        fields["run_ids"] = list(dict.fromkeys(run_ids))[:200]
    _save_texts(row, texts or {})
    for name, value in fields.items():
        setattr(row, name, value)
    row.revision, row.changed_at = revision + 1, now
    row.save(update_fields=[*fields, "revision", "changed_at"])
    return row


def lacks(application: Application) -> list[rules.Lack]:
    """Return what an application lacks before it can be handed in, each with its place in the form."""
    found = rules.content_lacks(application.content, planned=application.kind == Application.Kind.PLANNED)
    if application.kind == Application.Kind.FINISHED and not application.run_ids:
        found.append(rules.Lack("runs", _("완료학습과정은 인정받을 지난 운영을 하나 이상 골라 주세요.")))
    rows = application.items.select_related("item").order_by("item__position")
    return found + rules.item_lacks(
        (
            (row.item_id, row.item.title, row.text, row.item.evidence_required, row.item.evidence_demanded)
            for row in rows
        ),
        evidence.counts(application),
    )


@transaction.atomic
def submit(
    *, application: Application, snapshot: Mapping[str, Any], actor: Person, now: datetime
) -> Application:
    """Hand an application in: number it, fix its route for good and bring it to the first office.

    Until 24:00 of the last day; a second later it is refused with the rule. Also refuses what is incomplete
    (``incomplete``), an institution or kind that the round is not for, and a course that was given up.
    ``snapshot`` is what a flow found about course and past runs. Safe to repeat: once handed in it stays so.
    """
    row = _locked(application, actor, now)
    if row.state == State.SUBMITTED and row.number:
        return row
    if not WORKFLOW.allows("submit", row.state):
        raise Refused(_("이미 낸 신청입니다."), code="moved_meanwhile")
    # One at a time in a round, so that numbers have no gaps and none is given twice.
    round_ = Round.objects.select_for_update().select_related("institute").get(pk=row.round_id)
    _require_open(round_, now)
    _require_admitted(round_, row.kind)
    if reason := why_not(round_, row.organisation, on=day_of(now)):
        raise Refused(reason, code="out_of_scope")
    missing = lacks(row)
    if missing:
        raise Invalid(
            _("아직 %(n)s가지가 빠졌습니다. 채운 뒤에 제출해 주세요.") % {"n": len(missing)},
            code="incomplete",
            fields={lack.where: lack.message for lack in missing},
        )
    route = routes.route_of(row.organisation, institute=round_.institute, on=day_of(now))
    hops = routes.fix(row, route)
    hops[0].arrived_at = now
    hops[0].save(update_fields=["arrived_at"])
    serial = Application.objects.filter(round=round_).exclude(number="").count() + 1
    latest = round_.forward_until if len(hops) > 1 else None
    files = evidence.digests(row)
    move(
        row,
        "submit",
        actor=actor,
        now=now,
        on_behalf_of=row.organisation,
        number=f"{round_.year}-{round_.number}-{serial:04}",
        office=hops[0].office,
        version=row.course.current,
        snapshot=dict(snapshot),
        submitted_at=now,
        due_on=rules.receive_by(day_of(now), latest),
        revision=row.revision + 1,
        evidence={
            "files": len(files),
            "digest": (digest := evidence.digest_of(files)),
            "digest_start": digest[:12],
            "route": [hop.office.name for hop in hops],
            "missing": list(route.missing),
        },
    )
    audit.record("recognition.submit_application", actor=actor, now=now, subject=row, number=row.number)
    return row


@transaction.atomic
def supplement(*, application: Application, actor: Person, now: datetime) -> Application:
    """Hand in what was demanded. Refuses it after the last day, and while a lacking item is unchanged.

    The items go back to be checked; what they said before stays beside them for the comparison.
    """
    row = _locked(application, actor, now)
    if row.state != State.SUPPLEMENT:
        raise Refused(_("보완할 차례가 아닙니다. 화면을 새로 고쳐 주세요."), code="moved_meanwhile")
    if row.due_on is not None and day_of(now) > row.due_on:
        raise Refused(
            _("보완 기한 %(day)s 24시가 지났습니다(%(rule)s). 담당 기관에 기한을 늘려 달라고 하세요.")
            % {"day": show_day(row.due_on), "rule": rules.SUPPLEMENT_RULE},
            code="too_late",
        )
    lacking = list(row.items.filter(check_state=Check.LACKING).select_related("item"))
    demanded = row.events.filter(act="demand_supplement").order_by("-at").first()
    since = demanded.at if demanded else row.changed_at
    added = set(
        Evidence.objects.filter(application=row, removed_at=None, added_at__gte=since).values_list(
            "item_id", flat=True
        )
    )
    same = [each for each in lacking if each.text == each.text_before and each.item_id not in added]
    if same:
        raise Invalid(
            _("아직 고치지 않은 항목이 있습니다: %(names)s. 설명을 고치거나 증빙을 더해 주세요.")
            % {"names": ", ".join(each.item.title for each in same)},
            code="unchanged",
            fields={f"item-{each.item_id}": _("설명을 고치거나 증빙을 더해 주세요.") for each in same},
        )
    hop = row.hops.filter(left_at=None, arrived_at__isnull=False).select_related("office").first()
    assert hop is not None
    ApplicationItem.objects.filter(pk__in=[each.pk for each in lacking]).update(check_state=Check.UNCHECKED)
    move(
        row,
        "supplement",
        actor=actor,
        now=now,
        on_behalf_of=row.organisation,
        office=hop.office,
        due_on=rules.check_again_by(day_of(now)),
        revision=row.revision + 1,
        evidence={
            "items": [each.item.title for each in lacking],
            "digest": evidence.digest_of(evidence.digests(row)),
        },
    )
    audit.record("recognition.supplement_application", actor=actor, now=now, subject=row)
    return row


@transaction.atomic
def withdraw(*, application: Application, reason: str = "", actor: Person, now: datetime) -> Application:
    """Take an application back (취하), up to the verdict; the course may be applied for anew. Safe to repeat."""
    row = _locked(application, actor, now)
    if row.state == State.WITHDRAWN:
        return row
    if not WORKFLOW.allows("withdraw", row.state):
        raise Refused(_("결과가 정해진 뒤에는 취하할 수 없습니다."), code="too_late")
    was_draft = row.state == State.DRAFT
    move(
        row,
        "withdraw",
        actor=actor,
        now=now,
        on_behalf_of=row.organisation,
        reason=tidy(reason)[:500],
        audience=CaseEvent.Audience.PARTIES,
        office=None,
        handler=None,
        due_on=None,
    )
    audit.record("recognition.withdraw_application", actor=actor, now=now, subject=row, was_draft=was_draft)
    return row


def _save_texts(row: Application, texts: Mapping[UUID, str]) -> None:
    if not texts:
        return
    items = {each.item_id: each for each in row.items.all()}
    changed = []
    for item_id, text in texts.items():
        each = items.get(item_id)
        if each is None:
            raise Invalid(
                _("이 차수의 기준에 없는 항목입니다. 화면을 새로 고쳐 주세요."), code="unknown_item"
            )
        text = tidy(text)
        if len(text) > MAX_ITEM_TEXT:
            message = _("%(most)s자까지 적을 수 있습니다.") % {"most": f"{MAX_ITEM_TEXT:,}"}
            raise Invalid(message, fields={f"item-{item_id}": message})
        if text == each.text:
            continue
        if row.state == State.SUPPLEMENT and each.check_state != Check.LACKING:
            raise Refused(_("보완을 요구받은 항목만 고칠 수 있습니다."), code="not_demanded")
        each.text = text
        changed.append(each)
    ApplicationItem.objects.bulk_update(changed, ["text"])


def _locked(application: Application, actor: Person, now: datetime) -> Application:
    row = (
        Application.objects.select_for_update(of=("self",))
        .select_related("round", "organisation__region__parent", "course__current")
        .get(pk=application.pk)
    )
    _require_staff(actor, row.organisation, now)
    return row


def _require_staff(actor: Person, organisation: Any, now: datetime) -> None:
    if not access.can_apply(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 과정을 운영하는 담당자만 평가인정을 신청합니다."))


def _require_writable(row: Application, now: datetime) -> None:
    if row.state == State.DRAFT:
        _require_open(row.round, now)
    elif row.state != State.SUPPLEMENT:
        raise Refused(
            _("낸 신청은 고칠 수 없습니다. 담당 기관이 보완을 요구하면 그 항목을 고칠 수 있습니다."),
            code="handed_in",
        )
    elif row.due_on is not None and day_of(now) > row.due_on:
        raise Refused(
            _("보완 기한 %(day)s 24시가 지났습니다. 담당 기관에 기한을 늘려 달라고 하세요.")
            % {"day": show_day(row.due_on)},
            code="too_late",
        )


def _require_open(round_: Round, now: datetime) -> None:
    phase = phase_of(round_, now=now)
    if phase == "open":
        return
    today = day_of(now)
    if phase == "closed":
        raise Refused(
            _("신청은 %(at)s에 마감했습니다. 마감일의 24시까지 낸 신청만 받습니다.")
            % {"at": show_deadline(round_.closes_at, today=today)},
            code="closed",
        )
    if phase == "announced":
        raise Refused(
            _("신청은 %(day)s부터 받습니다.") % {"day": show_day(day_of(round_.opens_at), today=today)},
            code="not_open",
        )
    raise Refused(_("신청을 받는 차수가 아닙니다."), code="not_open")


def _require_admitted(round_: Round, kind: str) -> None:
    admitted = {
        Application.Kind.FINISHED: round_.admits_finished,
        Application.Kind.PLANNED: round_.admits_planned,
    }
    if kind not in admitted:
        message = _("과정 구분을 골라 주세요.")
        raise Invalid(message, fields={"kind": message})
    if not admitted[Application.Kind(kind)]:
        message = _("이 차수에서 받지 않는 구분입니다: %(kind)s. 공고의 대상을 확인해 주세요.") % {
            "kind": Application.Kind(kind).label
        }
        raise Refused(message, code="kind_not_admitted", fields={"kind": message})


def _second(row: Application) -> Refused:
    return Refused(
        _("이 과정은 이 차수에 이미 신청했습니다: %(number)s.") % {"number": row.number or _("작성 중")},
        code="applied_already",
    )


def touch(application: Application, *, now: datetime) -> None:
    """Let other tabs know that something besides the texts changed."""
    Application.objects.filter(pk=application.pk).update(revision=F("revision") + 1, changed_at=now)
