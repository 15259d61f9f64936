"""Keeping what came of an entry elsewhere."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files import services as files
from naite.roots.files.models import StoredFile
from naite.roots.korean_ids import refuse_resident_number
from naite.trunk.catalogue.models import Listing
from naite.trunk.people.models import Person
from naite.trunk.records import policies
from naite.trunk.records.models import Entry, LearningAccount, Outcome
from naite.trunk.records.outcomes.routes import BY_CODE, Facts, Possible, routes_for

State = Outcome.State
PROOF_BYTES = 10 * 1024 * 1024


def faults(
    *, state: str, applied_on: date | None, decided_on: date | None, result: str, today: date
) -> dict[str, str | Promise]:
    """Return a sentence for each field that cannot be kept as it is."""
    found: dict[str, str | Promise] = {}
    if state not in State.values:
        found["state"] = _("어떻게 되었는지 고르세요.")
    if applied_on is None:
        found["applied_on"] = _("신청한 날을 적어 주세요.")
    elif applied_on > today:
        found["applied_on"] = _("아직 오지 않은 날입니다. 신청한 날을 적어 주세요.")
    if state in (State.RECOGNISED, State.REFUSED):
        if decided_on is None:
            found["decided_on"] = _("결과가 나온 날을 적어 주세요.")
        elif decided_on > today:
            found["decided_on"] = _("아직 오지 않은 날입니다. 결과가 나온 날을 적어 주세요.")
        elif applied_on is not None and decided_on < applied_on:
            found["decided_on"] = _("신청한 날보다 앞선 날입니다. 두 날을 확인해 주세요.")
    if state == State.RECOGNISED and not result.strip():
        found["result"] = _("무엇으로 인정되었는지 적어 주세요. 예: 3학점")
    if len(result) > 200:
        found["result"] = _("%(length)d자까지 적을 수 있습니다.") % {"length": 200}
    return found


def keep_outcome(
    *,
    entry: Entry,
    route: str,
    state: str,
    applied_on: date | None,
    decided_on: date | None,
    result: str,
    proof: files.Readable | None = None,
    proof_name: str = "",
    seen_version: int = 0,
    actor: Person | None,
    now: datetime,
) -> Outcome:
    """Write down what a learner did with an entry by one route, or change what was written.

    Refuses all but the owner, a voided entry, an unknown route, faults of the fields, a file that is no document
    or picture, and a change of what was changed since it was seen (``seen_version``, 0 for none yet). A new proof
    takes the place of the former, whose content is erased. All of it or nothing.
    """
    _require_owner(entry, actor)
    if entry.voided_at is not None:
        raise Refused(_("거둔 기록에는 적을 수 없습니다."), code="entry_voided")
    if route not in BY_CODE:
        raise Invalid(_("목록에 있는 것을 고르세요."), code="route_unknown")
    result = " ".join(result.split())
    if state == State.APPLIED:
        decided_on, result = None, ""
    if fields := faults(
        state=state, applied_on=applied_on, decided_on=decided_on, result=result, today=day_of(now)
    ):
        raise Invalid(_("적은 내용을 확인해 주세요."), code="outcome_faults", fields=fields)
    refuse_resident_number(result, "result")
    facts: dict[str, Any] = {
        "state": state,
        "applied_on": applied_on,
        "decided_on": decided_on,
        "result": result,
        "changed_at": now,
    }
    try:
        with transaction.atomic():
            row = _write(entry, route, facts, seen_version)
            if proof is not None:
                _replace_proof(row, proof, proof_name, now)
            audit.record(
                "records.keep_outcome",
                actor=actor,
                now=now,
                subject=row,
                about=entry.account.person_id,
                route=route,
                state=state,
            )
    except IntegrityError as error:
        raise _changed() from error
    return row


@transaction.atomic
def remove_outcome(*, outcome: Outcome, actor: Person | None, now: datetime) -> None:
    """Take back what was written; its paper is erased. Safe to repeat."""
    if not policies.can_see_account(actor, outcome.account):
        raise NotAllowed(_("학습계좌의 주인만 할 수 있습니다."))
    rows = Outcome.objects.filter(account_id=outcome.account_id, id=outcome.id, removed_at=None)
    if rows.update(removed_at=now, proof=None):
        if outcome.proof is not None:
            files.erase(outcome.proof, now=now)
        audit.record(
            "records.remove_outcome", actor=actor, now=now, subject=outcome, about=outcome.account.person_id
        )


@transaction.atomic
def erase_outcomes(*, account_id: UUID, now: datetime) -> int:
    """Delete what an account that was closed for good had written, with its papers. Safe to repeat."""
    rows = Outcome.objects.filter(account_id=account_id)
    papers = [row.proof for row in rows.select_related("proof") if row.proof is not None]
    gone, _kinds = rows.delete()
    for paper in papers:
        files.erase(paper, now=now)
    return gone


def proof_of(*, outcome: Outcome, actor: Person | None) -> StoredFile:
    """Return the paper of an outcome. Refuses all but the owner, and where there is none."""
    if not policies.can_see_account(actor, outcome.account):
        raise NotAllowed(_("학습계좌의 주인만 할 수 있습니다."))
    if outcome.proof is None:
        raise Refused(_("붙인 파일이 없습니다."), code="no_proof")
    return outcome.proof


def outcomes_of(entry: Entry) -> dict[str, Outcome]:
    """Return what was written for an entry, by route, in one query."""
    rows = Outcome.objects.filter(
        account_id=entry.account_id, entry_id=entry.id, removed_at=None
    ).select_related("proof")
    return {row.route: row for row in rows}


def outcomes_of_account(account: LearningAccount) -> QuerySet[Outcome]:
    """Return everything that was written about uses of an account's entries, the latest application first."""
    return Outcome.objects.filter(account_id=account.pk, removed_at=None).order_by("-applied_on", "-id")


def outcome_of(entry: Entry, outcome_id: UUID) -> Outcome | None:
    return (
        Outcome.objects.filter(account_id=entry.account_id, entry_id=entry.id, id=outcome_id, removed_at=None)
        .select_related("proof", "account__person")
        .first()
    )


def possible_for(entry: Entry) -> list[Possible]:
    """Return where an entry could count. Whether its course is a credit-bank course is what its listing said."""
    credit = bool(entry.run_id) and Listing.objects.filter(run_id=entry.run_id, credit_bank=True).exists()
    return routes_for(
        Facts(
            section=int(entry.section),
            recognised=bool(entry.recognition_number),
            credit_bank_course=credit,
            area=entry.area,
            category=entry.category,
            title=entry.title,
        )
    )


def _write(entry: Entry, route: str, facts: dict[str, Any], seen_version: int) -> Outcome:
    rows = Outcome.objects.filter(
        account_id=entry.account_id, entry_id=entry.id, route=route, removed_at=None
    )
    if not seen_version:
        if rows.exists():
            raise _changed()
        return Outcome.objects.create(account_id=entry.account_id, entry_id=entry.id, route=route, **facts)
    if not rows.filter(version=seen_version).update(version=F("version") + 1, **facts):
        raise _changed()
    return rows.select_related("proof").get()


def _replace_proof(row: Outcome, proof: files.Readable, name: str, now: datetime) -> None:
    kept = files.keep(proof, name=name, limit=PROOF_BYTES, purpose="records.outcome", now=now)
    former = row.proof
    Outcome.objects.filter(account_id=row.account_id, id=row.id).update(proof=kept)
    row.proof = kept
    if former is not None:
        files.erase(former, now=now)


def _changed() -> Refused:
    return Refused(
        _("다른 창에서 이미 적었습니다. 적힌 것을 확인하고 다시 해 주세요."), code="outcome_changed"
    )


def _require_owner(entry: Entry, actor: Person | None) -> None:
    if not policies.can_see_account(actor, entry.account):
        raise NotAllowed(_("학습계좌의 주인만 할 수 있습니다."))
