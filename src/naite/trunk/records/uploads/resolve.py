"""What a claim means as of now: which account, course, run and section, and whether it is there already."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from naite.roots import sealing
from naite.trunk.records.models import CompletionUpload, Entry, LearningAccount, UploadRow
from naite.trunk.records.uploads import columns as col
from naite.trunk.records.uploads.coursebook import CourseBook, Found
from naite.trunk.records.uploads.identity import AMBIGUOUS, accounts_by_key, card_key, keys_of_claim
from naite.trunk.records.uploads.rules import Claim, Problem

Outcome = UploadRow.Outcome


@dataclass(slots=True)
class Resolved:
    """A claim with what was found for it."""

    outcome: str
    problems: list[Problem] = field(default_factory=list)
    account: LearningAccount | None = None
    found: Found | None = None
    section: int | None = None
    recognition_id: UUID | None = None
    recognition_number: str = ""
    email_key: str = ""
    phone_key: str = ""
    claim_key: str = ""
    older_keys: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Kept:
    completed_on: date
    run_id: UUID | None
    hours: Decimal


def source_key(course_id: UUID, completed_on: date) -> str:
    """Return what names a completion within an account, so that it enters once however often it is handed in."""
    return f"{course_id}:{completed_on.isoformat()}"


def claim_keys(claim: Claim, course_id: UUID) -> list[str]:
    """Return the digests of person, course and day: the current one first, then those of the ring's other keys."""
    found = []
    for key in sealing.key_names():
        email, phone = keys_of_claim(claim, key=key)
        said = f"{email or phone or card_key(claim, key=key)}\0{source_key(course_id, claim.completed_on)}"
        found.append(hashlib.sha256(said.encode()).hexdigest())
    return found


def resolve(
    claims: Sequence[tuple[int, Claim]], *, upload: CompletionUpload, book: CourseBook, applying: bool
) -> dict[int, Resolved]:
    """Resolve the claims of some rows by number, a handful of queries whatever their count.

    While planning, earlier rows of the same file count as there already; while applying, what the accounts
    hold and what waits from other uploads does.
    """
    people = accounts_by_key(claim for _number, claim in claims)
    resolved = {number: _one(claim, people, book) for number, claim in claims}
    live = [number for number, each in resolved.items() if each.outcome != Outcome.REJECTED]
    known = _entries(resolved[number] for number in live)
    names = {
        key: each.claim_key
        for each in (resolved[number] for number in live)
        for key in (each.claim_key, *each.older_keys)
    }
    earlier = _earlier(names, upload, applying=applying)
    seen: dict[tuple[UUID | str, str], int] = {}
    by_number = dict(claims)
    for number in live:
        each, claim = resolved[number], by_number[number]
        assert each.found is not None
        key = source_key(each.found.version.course_id, claim.completed_on)
        who: UUID | str = each.account.pk if each.account else each.claim_key
        if (who, key) in seen or each.claim_key in earlier:
            at = seen.get((who, key)) or earlier.get(each.claim_key)
            each.outcome = Outcome.ALREADY
            each.problems = [["", _("%(row)s행과 같은 실적입니다.") % {"row": at}]] if at else []
            continue
        seen[who, key] = number
        if each.account is not None:
            _compare(each, claim, known.get((each.account.pk, each.found.version.course_id), []))
    return resolved


def _one(claim: Claim, people: dict[str, LearningAccount | str], book: CourseBook) -> Resolved:
    found, problems = book.find(claim)
    if found is None:
        return Resolved(Outcome.REJECTED, problems)
    email_key, phone_key = keys_of_claim(claim)
    hits = {people[key] for key in (email_key, phone_key, card_key(claim)) if key in people}
    if len(hits) > 1 or AMBIGUOUS in hits:
        why = _(
            "이름, 생년월일, 연락처가 같은 사람이 여럿이라 누구인지 정할 수 없습니다. 다른 연락처를 적어 주세요."
        )
        return Resolved(Outcome.REJECTED, [[col.EMAIL if claim.email else col.PHONE, why]])
    hit = next(iter(hits), None)
    account = hit if isinstance(hit, LearningAccount) else None
    if account is None and not claim.email and not claim.phone:
        why = _("이 학습카드번호와 이름, 생년월일이 모두 같은 사람이 없습니다. 카드를 다시 확인해 주세요.")
        return Resolved(Outcome.REJECTED, [[col.CARD, why]])
    course_id = found.version.course_id
    recognition = book.coverage.covering(course_id=course_id, run_id=found.run_id, on=claim.completed_on)
    claim_key, *older = claim_keys(claim, course_id)
    return Resolved(
        Outcome.NEW if account else Outcome.WAITING,
        account=account,
        found=found,
        section=int(Entry.Section.RECOGNISED if recognition else Entry.Section.OTHER),
        recognition_id=recognition.pk if recognition else None,
        recognition_number=recognition.number if recognition else "",
        email_key=email_key,
        phone_key=phone_key,
        claim_key=claim_key,
        older_keys=older,
    )


def _entries(resolved: Iterable[Resolved]) -> dict[tuple[UUID, UUID], list[_Kept]]:
    pairs = {
        (each.account.pk, each.found.version.course_id)
        for each in resolved
        if each.account is not None and each.found is not None
    }
    kept: dict[tuple[UUID, UUID], list[_Kept]] = defaultdict(list)
    if pairs:
        rows = Entry.objects.filter(
            account_id__in={account for account, _course in pairs},
            course_id__in={course for _account, course in pairs},
            voided_at=None,
        ).values_list("account_id", "course_id", "completed_on", "run_id", "hours")
        for account_id, course_id, completed_on, run_id, hours in rows:
            assert course_id is not None
            kept[account_id, course_id].append(_Kept(completed_on, run_id, hours))
    return kept


def _earlier(names: dict[str, str], upload: CompletionUpload, *, applying: bool) -> dict[str, int | None]:
    """Return claims that stand in earlier rows of the file (by row), or that wait from another upload.

    ``names`` leads from every digest of a claim to its current one.
    """
    if not names:
        return {}
    rows = UploadRow.objects.filter(claim_key__in=names)
    found: dict[str, int | None] = {
        names[row["claim_key"]]: None
        for row in rows.filter(outcome=Outcome.WAITING, waits_until__isnull=False)
        .exclude(upload=upload)
        .values("claim_key")
    }
    if not applying:
        planned = rows.filter(upload=upload, outcome__in=(Outcome.NEW, Outcome.WAITING))
        found |= {names[key]: number for key, number in planned.values_list("claim_key", "number")}
    return found


def _compare(each: Resolved, claim: Claim, known: Sequence[_Kept]) -> None:
    """See whether the account holds this completion already, and whether it says the same."""
    assert each.found is not None
    for kept in known:
        same_run = kept.run_id is not None and kept.run_id == each.found.run_id
        if kept.completed_on != claim.completed_on and not same_run:
            continue
        if kept.hours == claim.hours:
            each.outcome = Outcome.ALREADY
        else:
            why = _(
                "같은 실적이 학습계좌에 %(hours)s시간으로 이미 있습니다. 고치려면 먼저 그 올리기를 되돌리거나 "
                "수료 판정을 정정해 주세요."
            ) % {"hours": f"{kept.hours.normalize():f}"}
            each.outcome, each.problems = Outcome.REJECTED, [[col.HOURS, why]]
        return
