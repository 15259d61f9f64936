"""Giving a badge to everybody on a list, chunk by chunk, until nothing is left (row B4)."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from credcore.model import Evidence
from naite.flows.award_mail import message_of
from naite.flows.pathways import walk_later
from naite.roots import bulk
from naite.roots.among import Among
from naite.roots.audit import services as audit
from naite.roots.korean import josa
from naite.roots.notices import services as notices
from naite.trunk.badges import award_lines
from naite.trunk.badges.award_lines import AWARDED, PENDING, READY, REJECTED, SKIPPED, UNKNOWN, Line
from naite.trunk.badges.award_people import Looked
from naite.trunk.badges.credentials import Facts, facts_of, improvement_evidence
from naite.trunk.badges.models import AwardRow, AwardRun
from naite.trunk.badges.services import award_runs
from naite.trunk.badges.services.many import Grant, ManyIssuer
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet import many as wallets

CHUNK = 1000
ACTIVITY_GENRE = "Activity"
State = AwardRun.State
Clock = Callable[[], datetime]


@task()
def give_awards(run_id: str) -> int:
    """Give what is left of a run; returns how many were given in all. Safe to repeat and to kill anywhere."""
    given = 0
    for run in give(run_id=UUID(run_id), clock=timezone.now):
        given = run.awarded_count
    return given


def submit(*, run: AwardRun, due_at: datetime | None, actor: Person | None, now: datetime) -> AwardRun:
    """Let a list go (``award_runs.submit``); ready, its giving is enqueued in the same transaction."""
    with transaction.atomic():
        award_runs.submit(run=run, due_at=due_at, actor=actor, now=now)
        if run.state == State.READY:
            _enqueue(run, now)
    return run


def approve(*, run: AwardRun, actor: Person | None, now: datetime) -> AwardRun:
    """Approve a list and enqueue its giving, in one transaction."""
    with transaction.atomic():
        award_runs.approve(run=run, actor=actor, now=now)
        _enqueue(run, now)
    return run


def resume(*, run: AwardRun, actor: Person | None, now: datetime) -> AwardRun:
    """Go on with a run that was paused."""
    with transaction.atomic():
        award_runs.resume(run=run, actor=actor, now=now)
        give_awards.enqueue(run_id=str(run.pk))
    return run


def give(*, run_id: UUID, clock: Clock) -> Iterator[AwardRun]:
    """Give what is left of a run chunk by chunk, yielding it after each.

    Each chunk is one transaction: awards, places, wallet, messages, the rows' outcomes and the run's counts.
    So it may be killed at any moment and called again, and two at once take turns. Stops when somebody paused
    or cancelled; waits for nothing that is not due yet.
    """
    run = award_runs.run_of(run_id)
    if run is None or not _begin(run, clock()):
        return
    issuer = ManyIssuer(run.achievement, now=clock())
    while True:
        with bulk.collecting_later():
            try:
                next_run = _chunk(run_id, issuer, clock)
            except IntegrityError:  # somebody got this badge elsewhere meanwhile; look anew
                next_run = _chunk(run_id, issuer, clock)
        if next_run is None:
            return
        yield next_run
        if next_run.state != State.RUNNING:
            return


def _begin(run: AwardRun, now: datetime) -> bool:
    if run.state == State.READY and (run.due_at is None or run.due_at <= now):
        AwardRun.objects.filter(pk=run.pk, state=State.READY).update(state=State.RUNNING, started_at=now)
        return True
    return run.state == State.RUNNING


def _chunk(run_id: UUID, issuer: ManyIssuer, clock: Clock) -> AwardRun | None:
    """Settle the next rows, or finish the run when there are none; None when it runs no more."""
    began = time.perf_counter()
    now = clock()
    with transaction.atomic(), translation.override("ko"):
        run = AwardRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        if run.state != State.RUNNING:
            return None
        run.achievement = issuer.achievement
        lines = award_lines.read(
            AwardRow.objects.filter(
                run=run, position__gte=run.next_position, outcome__in=(READY, UNKNOWN)
            ).order_by("position")[:CHUNK]
        )
        if lines:
            _settle(run, lines, issuer, now)
        run.moved_at = now
        run.busy_ms += round((time.perf_counter() - began) * 1000)
        run.save(
            update_fields=[
                "awarded_count",
                "pending_count",
                "skipped_count",
                "rejected_count",
                "next_position",
                "moved_at",
                "busy_ms",
            ]
        )
        if len(lines) < CHUNK:
            award_runs.WORKFLOW.move(run, "finish", finished_at=now)
            _tell_preparer(run, now)
    return run


def _settle(run: AwardRun, lines: Sequence[Line], issuer: ManyIssuer, now: datetime) -> None:
    was_unknown = {line.id for line in lines if line.outcome == UNKNOWN}
    looked = award_runs.settle(run, lines, now=now)
    ready = [(line, found) for line, found in zip(lines, looked, strict=True) if line.outcome == READY]
    given = _give(run, ready, issuer, now)
    waiting = [line for line in lines if line.outcome == UNKNOWN]
    for line in waiting:
        line.outcome = PENDING
    _invite(run, waiting, now)
    changed = []
    for line in lines:
        if line.id in given:
            line.outcome = AWARDED
        line.settled_at = now
        if line.outcome != AWARDED or line.id in was_unknown:
            changed.append(line)
    # Of those who were known when the list was taken in, nothing changed but that they have it now.
    plainly = list(given - was_unknown)
    AwardRow.objects.filter(Among("id", plainly)).update(outcome=AWARDED, settled_at=now)
    award_lines.save_decisions(changed)
    counts = Counter(line.outcome for line in lines)
    run.awarded_count += counts[AWARDED]
    run.pending_count += counts[PENDING]
    run.skipped_count += counts[SKIPPED]
    run.rejected_count += counts[REJECTED]
    run.next_position = lines[-1].position + 1


def _give(
    run: AwardRun, ready: Sequence[tuple[Line, Looked]], issuer: ManyIssuer, now: datetime
) -> set[UUID]:
    """Give these badges with their places in the wallets and their messages; returns the ids of their rows."""
    dids = wallets.holder_dids(
        account_ids=[found.account_id for _line, found in ready if found.account_id], now=now
    )
    common = _Common(run, now)
    grants, by_id = [], {}
    for line, found in ready:
        assert found.account_id is not None
        assert found.person is not None
        by_id[line.id] = (line, found.person)
        grants.append(
            Grant(
                award_id=line.id,
                account_id=found.account_id,
                person_id=found.person.pk,
                did=dids[found.account_id],
                entry_id=found.entry.id if found.entry else None,
                facts=common.facts(line, found),
            )
        )
    given, unsignable = issuer.give(grants, actor=run.decided_by or run.prepared_by, now=now, run_id=run.pk)
    for refused in unsignable:
        line = by_id[refused.grant.award_id][0]
        line.outcome, line.code = REJECTED, "cannot_sign"
        line.reason = (_("서명할 수 없는 내용이 들어 있습니다: %(detail)s") % {"detail": refused.reason})[
            :300
        ]
    wallets.hold_awards(
        awards=[(item.grant.account_id, item.grant.award_id, item.credential) for item in given], now=now
    )
    achievement = issuer.achievement
    notices.send_many(
        (
            {
                **notices.addressed(to=person, **message_of(person.name, achievement)),
                "dedupe_key": f"badge:{item.grant.award_id}",
            }
            for item in given
            for person in (by_id[item.grant.award_id][1],)
        ),
        now=now,
    )
    walk_later(account_ids=[item.grant.account_id for item in given], achievement_id=achievement.pk)
    return {item.grant.award_id for item in given}


class _Common:
    """What the badges of one chunk will say, with what is the same for all of them made once."""

    def __init__(self, run: AwardRun, now: datetime) -> None:
        self.achievement, self.narrative = run.achievement, run.narrative
        self.usual = f"‘{run.achievement.name}’의 기준에 이르렀습니다."
        self.confirmed = f"{josa(run.achievement.organisation.name, '이/가')} 확인했습니다."
        self.today = timezone.localdate(now)

    def facts(self, line: Line, found: Looked) -> Facts:
        """The record of the course where there is one, and what the list tells besides."""
        told = line.narrative or self.narrative
        shown: list[Evidence] = []
        if line.evidence or line.evidence_url:
            shown.append(
                Evidence(
                    id=line.evidence_url or None,
                    name="증거",
                    genre=ACTIVITY_GENRE,
                    narrative=line.evidence or None,
                    description=self.confirmed,
                )
            )
        if found.entry is None and found.improvement is not None:
            shown.append(improvement_evidence(found.improvement))
        if found.entry is not None:
            facts = facts_of(self.achievement, found.entry, found.completion, found.improvement)
            return replace(
                facts,
                narrative=f"{told}\n{facts.narrative}" if told else facts.narrative,
                evidence=(*facts.evidence, *shown),
            )
        return Facts(
            completed_on=line.completed_on or self.today,
            hours=line.hours,
            attendance=line.attendance,
            score=line.score,
            gain=found.known.shown.gain,
            narrative=told or self.usual,
            evidence=shown,
        )


def _invite(run: AwardRun, lines: Sequence[Line], now: datetime) -> None:
    """Tell those without an account that a badge waits for them."""
    achievement = run.achievement
    values = {
        "organisation": achievement.organisation.name,
        "badge": achievement.name,
        "link": f"{settings.BASE_URL}/accounts/signup/",
    }
    subject = _("받을 배지가 있습니다: %(badge)s") % values
    body = (
        _(
            "%(organisation)s에서 드리는 배지가 기다립니다: ‘%(badge)s’\n\n"
            "이 메일 주소로 나이테에 가입하고 학습계좌를 열면 배지 지갑에 들어갑니다.\n%(link)s\n\n"
            "모르는 일이면 이 메일을 지워 주세요.\n"
        )
        % values
    )
    notices.send_many(
        (
            {
                "address": line.email,
                "person_id": line.person_id,
                "dedupe_key": f"claim:{line.id}",
                "subject": subject,
                "body": body,
            }
            for line in lines
        ),
        now=now,
    )


def claim_awards(*, account_id: UUID, email: str, now: datetime) -> int:
    """Give the badges that waited for somebody to open an account; returns how many. Safe to repeat.

    Decided anew: what was given, taken back or retired meanwhile is not given again.
    """
    given = 0
    waiting = AwardRow.objects.filter(email=email.lower(), outcome=PENDING)
    for row_id, run_id in list(waiting.values_list("id", "run_id")):
        run = award_runs.run_of(run_id)
        assert run is not None
        with transaction.atomic(), translation.override("ko"):
            locked = AwardRun.objects.select_for_update(of=("self",)).get(pk=run_id)
            lines = award_lines.read(AwardRow.objects.filter(pk=row_id, outcome=PENDING))
            if not lines or run.achievement.retired_at is not None:
                continue
            line = lines[0]
            found = award_runs.settle(run, lines, now=now)
            if line.outcome == UNKNOWN or found[0].account_id != account_id:
                continue
            done = (
                _give(run, [(line, found[0])], ManyIssuer(run.achievement, now=now), now)
                if line.outcome == READY
                else set()
            )
            if done:
                line.outcome = AWARDED
            line.settled_at = now
            award_lines.save_decisions(lines)
            locked.pending_count -= 1
            locked.awarded_count += line.outcome == AWARDED
            locked.skipped_count += line.outcome == SKIPPED
            locked.rejected_count += line.outcome == REJECTED
            locked.save(update_fields=["pending_count", "awarded_count", "skipped_count", "rejected_count"])
            given += len(done)
    return given


def claim_for(*, person: Person, now: datetime) -> None:
    """Enqueue the badges that wait for a person whose address is confirmed and whose account is open.

    Called when they sign in and when they open their account: whoever signs in has confirmed the address.
    """
    account = LearningAccount.objects.filter(person=person, closed_at=None).first()
    if account is None or not person.email:
        return
    if AwardRow.objects.filter(email=person.email.lower(), outcome=PENDING).exists():
        claim_waiting_awards.enqueue(account_id=str(account.pk), email=person.email)


@task()
def claim_waiting_awards(account_id: str, email: str) -> int:
    """Background task of ``claim_awards``."""
    return claim_awards(account_id=UUID(account_id), email=email, now=timezone.now())


def _tell_preparer(run: AwardRun, now: datetime) -> None:
    audit.record(
        "badges.finish_award_run",
        actor=run.decided_by or run.prepared_by,
        now=now,
        subject=run,
        awarded=run.awarded_count,
        pending=run.pending_count,
        skipped=run.skipped_count,
        rejected=run.rejected_count,
    )
    person = run.prepared_by
    if person is None:
        return
    notices.tell(
        to=person,
        subject=_("배지를 모두 드렸습니다: %(badge)s") % {"badge": run.achievement.name},
        body=_(
            "대상 %(all)s = 수여 %(awarded)s + 받기를 기다림 %(pending)s + 건너뜀 %(skipped)s + 거절 %(rejected)s\n\n"
            "%(link)s\n"
        )
        % {
            "all": f"{run.row_count:,}",
            "awarded": f"{run.awarded_count:,}",
            "pending": f"{run.pending_count:,}",
            "skipped": f"{run.skipped_count:,}",
            "rejected": f"{run.rejected_count:,}",
            "link": f"{settings.BASE_URL}/work/awards/{run.pk}/",
        },
        now=now,
        dedupe_key=f"award-run:{run.pk}",
    )


def _enqueue(run: AwardRun, now: datetime) -> None:
    waits = run.due_at is not None and run.due_at > now
    later = give_awards.using(run_after=run.due_at) if waits else give_awards
    later.enqueue(run_id=str(run.pk))
