"""Giving a badge to a list of people: handed in, previewed, approved where asked, given chunk by chunk (B4).

The flow (``flows.award_run``) gives; here is who may do what with a run and when.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ids import new_id
from naite.roots.workflow import Step, Workflow
from naite.trunk.badges import award_lines, award_people, award_rules, policies
from naite.trunk.badges.award_file import AwardList, Listed, read_emails, read_list
from naite.trunk.badges.award_lines import Line
from naite.trunk.badges.models import Achievement, AwardRow, AwardRun, IssuingPolicy
from naite.trunk.badges.rules import clean_text
from naite.trunk.catalogue.standard_file.container import Unreadable
from naite.trunk.people.models import Organisation, Person

State, Outcome = AwardRun.State, AwardRow.Outcome
OPEN = (State.PREVIEW, State.WAITING, State.READY, State.RUNNING, State.PAUSED)
PREVIEW_CHUNK = 1000
NARRATIVE_LENGTH, REASON_LENGTH = 1000, 300

WORKFLOW = Workflow(
    Step("submit", (State.PREVIEW,), State.READY, "nobody else has to approve"),
    Step("ask", (State.PREVIEW,), State.WAITING, "a second person has to approve"),
    Step("approve", (State.WAITING,), State.READY, "by somebody who did not prepare it"),
    Step("decline", (State.WAITING,), State.CANCELLED, "with the reason"),
    Step("begin", (State.READY,), State.RUNNING, "when it is due"),
    Step("pause", (State.RUNNING, State.READY), State.PAUSED),
    Step("resume", (State.PAUSED,), State.RUNNING),
    Step("finish", (State.RUNNING,), State.DONE, "nothing is left"),
    Step("cancel", OPEN, State.CANCELLED, "what was given stays"),
)


def prepare_file(
    *,
    achievement: Achievement,
    content: bytes,
    file_name: str,
    narrative: str = "",
    actor: Person | None,
    now: datetime,
) -> AwardRun:
    """Take in a list and say for each row what would come of it; nothing is given yet.

    Refuses who may not give the institution's badges, a retired badge and one that only a pathway gives. A
    file that cannot be read is refused as ``Unreadable`` and stays in the history with the reason. Each call
    is a run of its own.
    """
    _require_awardable(achievement, actor, now)
    run = _new_run(achievement, AwardRun.Source.FILE, narrative, actor, now)
    run.file_name = file_name.replace("\\", "/").rsplit("/", 1)[-1][-255:] or "-"
    run.sha256 = hashlib.sha256(content).hexdigest()
    try:
        listed = read_list(content, max_bytes=settings.UPLOAD_MAX_BYTES, today=timezone.localdate(now))
    except Unreadable as refusal:
        run.state, run.failure = State.FAILED, str(refusal)[:300]
        run.save(force_insert=True)
        raise
    return _keep(run, listed, actor, now)


def prepare_people(
    *,
    achievement: Achievement,
    people: Sequence[Person] = (),
    emails: str = "",
    narrative: str = "",
    actor: Person | None,
    now: datetime,
) -> AwardRun:
    """As ``prepare_file`` for people who were picked, and others by their address, one in a line."""
    _require_awardable(achievement, actor, now)
    listed = read_emails(emails, today=timezone.localdate(now))
    listed.rows[:0] = [
        Listed(at, email=(person.email or "").lower(), name=person.name, person_id=person.pk)
        for at, person in enumerate(people, start=1)
    ]
    if not listed.rows:
        message = _("받을 사람을 고르거나 이메일을 적어 주세요.")
        raise Invalid(message, code="nobody", fields={"emails": message})
    run = _new_run(achievement, AwardRun.Source.PEOPLE, narrative, actor, now)
    run.sha256 = hashlib.sha256(emails.encode() + b"".join(p.pk.bytes for p in people)).hexdigest()
    return _keep(run, listed, actor, now)


def submit(*, run: AwardRun, due_at: datetime | None, actor: Person | None, now: datetime) -> AwardRun:
    """Let a previewed list go: to the second person where one is asked, else to be given.

    Refuses those who may not give the badges, a list of which nobody can get the badge, a time in the past,
    and a run that moved on meanwhile. The caller enqueues the giving when the run is then ready.
    """
    _require(run, actor, now)
    if due_at is not None and not award_rules.may_wait_until(due_at, now=now):
        message = _("예약은 지금보다 뒤, 1년 안의 때로 적어 주세요.")
        raise Invalid(message, code="due_at", fields={"due_at": message})
    if not run.left:
        raise Refused(_("줄 수 있는 사람이 없습니다. 목록을 고쳐서 다시 올려 주세요."), code="nobody")
    if run.achievement.retired_at is not None:
        raise Refused(_("지난 판의 배지는 더 주지 않습니다."), code="retired")
    with transaction.atomic():
        run.needs_approval = approval_needed(run.achievement)
        WORKFLOW.move(
            run,
            "ask" if run.needs_approval else "submit",
            submitted_at=now,
            due_at=due_at,
            needs_approval=run.needs_approval,
        )
        audit.record("badges.submit_award_run", actor=actor, now=now, subject=run, rows=run.left)
    return run


def approve(*, run: AwardRun, actor: Person | None, now: datetime) -> AwardRun:
    """Approve a list as the second person. The one who prepared it cannot; of two at once one wins."""
    _require(run, actor, now)
    _require_other(run, actor)
    with transaction.atomic():
        WORKFLOW.move(run, "approve", decided_by=actor, decided_at=now)
        audit.record("badges.approve_award_run", actor=actor, now=now, subject=run)
    return run


def decline(*, run: AwardRun, reason: str, actor: Person | None, now: datetime) -> AwardRun:
    """Send a list back as the second person, with the reason; nothing of it is given."""
    _require(run, actor, now)
    _require_other(run, actor)
    reason = " ".join(clean_text(reason).split())
    if not reason or len(reason) > REASON_LENGTH:
        message = (
            _("돌려보내는 까닭을 적어 주세요.")
            if not reason
            else _("%(length)d자까지 적을 수 있습니다.") % {"length": REASON_LENGTH}
        )
        raise Invalid(message, code="reason", fields={"reason": message})
    with transaction.atomic():
        WORKFLOW.move(
            run, "decline", decided_by=actor, decided_at=now, decline_reason=reason, finished_at=now
        )
        audit.record("badges.decline_award_run", actor=actor, now=now, subject=run, reason=reason)
    return run


def pause(*, run: AwardRun, actor: Person | None, now: datetime) -> AwardRun:
    """Stop giving after the chunk that is under way."""
    return _move(run, "pause", actor, now)


def resume(*, run: AwardRun, actor: Person | None, now: datetime) -> AwardRun:
    """Go on giving; the caller enqueues it."""
    return _move(run, "resume", actor, now, started_at=run.started_at or now)


def cancel(*, run: AwardRun, actor: Person | None, now: datetime) -> AwardRun:
    """Give no more; what was given stays. Refuses a run that is over."""
    return _move(run, "cancel", actor, now, finished_at=now)


def set_policy(
    *, organisation: Organisation, second_person: bool, actor: Person | None, now: datetime
) -> IssuingPolicy:
    """Ask a second person for everything the organisation gives in bulk, or no longer. Safe to repeat.

    Refuses all but operators and the institution's own staff.
    """
    if not policies.can_keep_keys(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 수여 방식을 바꿀 권한이 없습니다."))
    with transaction.atomic():
        row, _created = IssuingPolicy.objects.update_or_create(
            organisation=organisation, defaults={"second_person": second_person, "changed_at": now}
        )
        audit.record(
            "badges.set_issuing_policy", actor=actor, now=now, subject=row, second_person=second_person
        )
    return row


def approval_needed(achievement: Achievement) -> bool:
    """Whether the badge, its institution or its framework asks for a second person."""
    return (
        achievement.second_person
        or award_people.type_of(achievement).approval
        or IssuingPolicy.objects.filter(
            organisation_id=achievement.organisation_id, second_person=True
        ).exists()
    )


def _keep(run: AwardRun, listed: AwardList, actor: Person | None, now: datetime) -> AwardRun:
    run.encoding, run.ignored, run.row_count = listed.encoding, list(listed.ignored), len(listed.rows)
    with transaction.atomic():
        run.save(force_insert=True)
        counts = dict.fromkeys(Outcome.values, 0)
        for start in range(0, len(listed.rows), PREVIEW_CHUNK):
            lines = [
                _line(start + at, item) for at, item in enumerate(listed.rows[start : start + PREVIEW_CHUNK])
            ]
            settle(run, lines, now=now)
            for line in lines:
                counts[line.outcome] += 1
            award_lines.write(run, lines)
        run.skipped_count, run.rejected_count = counts[Outcome.SKIPPED], counts[Outcome.REJECTED]
        run.save(update_fields=["skipped_count", "rejected_count"])
        audit.record("badges.prepare_award_run", actor=actor, now=now, subject=run, rows=run.row_count)
    return run


def settle(run: AwardRun, lines: Sequence[Line], *, now: datetime) -> list[award_people.Looked]:
    """Decide the open lines of a chunk by what is known now; sets their outcome and reason, saves nothing."""
    achievement = run.achievement
    badge_type, rule = award_people.type_of(achievement), achievement.rule
    needs_record = award_people.needs_record(achievement)
    found = award_people.look(achievement, lines, now=now)
    for line, looked in zip(lines, found, strict=True):
        if line.outcome == award_lines.REJECTED:
            continue
        decided = award_rules.verdict(
            looked.known, listed_name=line.name, badge_type=badge_type, rule=rule, needs_record=needs_record
        )
        line.outcome, line.code, line.reason = decided.outcome, decided.code, decided.reason[:300]
        line.account_id = looked.account_id
        if looked.person is not None:
            line.person_id = looked.person.pk
            line.name = line.name or looked.person.name
    return found


def _line(position: int, item: Listed) -> Line:
    return Line(
        id=new_id(),
        position=position,
        number=item.number,
        email=item.email,
        name=item.name,
        person_id=item.person_id,
        narrative=item.narrative,
        evidence=item.evidence,
        evidence_url=item.evidence_url,
        completed_on=item.completed_on,
        hours=item.hours,
        attendance=item.attendance,
        score=item.score,
        outcome=award_lines.REJECTED if item.faults else award_lines.READY,
        code="row" if item.faults else "",
        reason=item.reason,
    )


def _new_run(
    achievement: Achievement, source: AwardRun.Source, narrative: str, actor: Person | None, now: datetime
) -> AwardRun:
    narrative = clean_text(narrative)
    if len(narrative) > NARRATIVE_LENGTH:
        message = _("%(length)d자까지 적을 수 있습니다.") % {"length": NARRATIVE_LENGTH}
        raise Invalid(message, code="narrative_long", fields={"narrative": message})
    return AwardRun(
        organisation=achievement.organisation,
        achievement=achievement,
        source=source,
        narrative=narrative,
        needs_approval=approval_needed(achievement),
        prepared_by=actor,
        prepared_at=now,
    )


def _move(run: AwardRun, step: str, actor: Person | None, now: datetime, **fields: Any) -> AwardRun:
    _require(run, actor, now)
    with transaction.atomic():
        WORKFLOW.move(run, step, **fields)
        audit.record(f"badges.{step}_award_run", actor=actor, now=now, subject=run, left=run.left)
    return run


def _require_awardable(achievement: Achievement, actor: Person | None, now: datetime) -> None:
    if actor is not None and not policies.can_award(actor, achievement.organisation, now=now):
        raise NotAllowed(_("이 기관의 배지를 줄 권한이 없습니다."))
    if achievement.retired_at is not None:
        raise Refused(_("지난 판의 배지는 더 주지 않습니다."), code="retired")
    if "prerequisites" in award_people.type_of(achievement).demands:
        raise Refused(
            _("경로형 배지는 조건을 모두 채운 사람에게 저절로 줍니다. 손으로 줄 수 없습니다."), code="pathway"
        )


def _require(run: AwardRun, actor: Person | None, now: datetime) -> None:
    if actor is not None and not policies.can_award(actor, run.organisation, now=now):
        raise NotAllowed(_("이 기관의 배지를 줄 권한이 없습니다."))


def _require_other(run: AwardRun, actor: Person | None) -> None:
    if actor is None or actor.pk == run.prepared_by_id:
        raise NotAllowed(
            _("올린 사람은 승인할 수 없습니다. 같은 기관의 다른 담당자가 확인해야 합니다."), code="own_run"
        )


def run_of(run_id: UUID) -> AwardRun | None:
    """Return a run with what pages show of it."""
    return (
        AwardRun.objects.select_related(
            "organisation",
            "achievement__organisation",
            "achievement__course_version",
            "prepared_by",
            "decided_by",
        )
        .filter(pk=run_id)
        .first()
    )
