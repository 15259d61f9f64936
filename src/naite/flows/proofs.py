"""From what proves a type to its badge: results before and after, confirmed qualifications (row B2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from credcore.model import Evidence
from naite.flows.award import award_entry
from naite.flows.award_mail import message_of
from naite.flows.pathways import walk_later
from naite.roots.errors import NotAllowed, Refused
from naite.roots.ids import new_id
from naite.roots.korean import josa
from naite.roots.notices import services as notices
from naite.trunk.badges import queries
from naite.trunk.badges.award_people import type_of
from naite.trunk.badges.award_rules import Shown, lacking
from naite.trunk.badges.credentials import Facts, improvement_evidence
from naite.trunk.badges.improvement_file import ResultRow
from naite.trunk.badges.models import Achievement, Award, Improvement
from naite.trunk.badges.qualification_rules import names_of, proves
from naite.trunk.badges.services import improvements
from naite.trunk.badges.services.many import Grant, ManyIssuer
from naite.trunk.people.models import Person
from naite.trunk.people.queries import above
from naite.trunk.records.confirmations import services as confirmations
from naite.trunk.records.models import ConfirmationRequest, Entry, LearningAccount
from naite.trunk.wallet import many as wallets


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of one row: entered or why not, and whether its badge was given."""

    row: ResultRow
    name: str = ""
    gain: str = ""
    reason: str = ""
    awarded: bool = False


def enter_results(
    *,
    achievement: Achievement,
    rows: Sequence[ResultRow],
    actor: Person | None,
    now: datetime,
) -> list[Entered]:
    """Enter a list of results and give the badge to those whose improvement reaches its rule.

    Each row is a transaction of its own with its badge, so that a list that was interrupted can be entered again:
    what is there already changes nothing.
    """
    return [_enter(achievement, row, actor, now, known) for row, known in _with_people(rows)]


def look_at_results(*, achievement: Achievement, rows: Sequence[ResultRow], now: datetime) -> list[Entered]:
    """Say what ``enter_results`` would do, without writing anything."""
    return [_verdict(achievement, row, known) for row, known in _with_people(rows)]


def give_if_improved(*, account: LearningAccount, achievement: Achievement, now: datetime) -> list[Award]:
    """Give the badge when the results reach its rule; for badges of a course, for its records. Safe to repeat."""
    row = queries.improvement_of(achievement, account.pk)
    if row is None or achievement.min_gain is None or row.after - row.before < achievement.min_gain:
        return []
    if achievement.course_version_id is not None:
        entries = Entry.objects.filter(
            account_id=account.pk, course_version_id=achievement.course_version_id, voided_at=None
        )
        given = [
            award
            for entry in entries
            for award in award_entry(account_id=account.pk, entry_id=entry.id, now=now)
        ]
        return [award for award in given if award.achievement_id == achievement.pk]
    shown = Shown(gain=row.after - row.before)
    if lacking(type_of(achievement), achievement.rule, shown) is not None:
        return []
    with translation.override("ko"):
        facts = Facts(
            started_on=row.before_on,
            completed_on=row.after_on,
            gain=row.after - row.before,
            narrative=f"‘{achievement.name}’에서 정한 만큼 향상되었습니다.",
            evidence=[improvement_evidence(row)],
        )
        award = give_by_rule(account, achievement, facts, None, now)
    return [award] if award else []


def answer_confirmation(
    *, request: ConfirmationRequest, confirmed: bool, reason: str, actor: Person, now: datetime
) -> list[Award]:
    """Answer a request to confirm a record; a confirmed qualification gives the badges that it proves."""
    with transaction.atomic():
        confirmations.answer(request=request, confirmed=confirmed, reason=reason, actor=actor, now=now)
        if not confirmed:
            return []
        entry = Entry.objects.select_related("account__person").get(
            account_id=request.account_id, id=request.entry_id
        )
        return give_for_qualification(entry=entry, now=now)


def give_for_qualification(*, entry: Entry, now: datetime) -> list[Award]:
    """Give the badges that a confirmed qualification proves. Safe to repeat: one live badge for each entry.

    Only badges of the institution that confirmed it, or of one below it: nobody gives another's badges by
    confirming a record. A qualification whose own time is over proves nothing.
    """
    if not proves(entry, now=now) or entry.confirmed_by_id is None:
        return []
    wanted = names_of(entry)
    candidates = (
        Achievement.objects.filter(retired_at=None).exclude(qualification="").select_related("organisation")
    )
    given = []
    for item in candidates:
        if "".join(item.qualification.split()).casefold() not in wanted:
            continue
        if entry.confirmed_by_id not in {
            item.organisation_id,
            *(each.pk for each in above(item.organisation)),
        }:
            continue
        with translation.override("ko"):
            facts = Facts(
                completed_on=entry.completed_on,
                narrative=f"‘{item.qualification}’ 자격을 가지고 있습니다.",
                evidence=[
                    Evidence(
                        name=item.qualification,
                        genre="Qualification",
                        narrative=f"{entry.provider_name}에서 받은 자격입니다."
                        if entry.provider_name
                        else None,
                        description=f"{josa(entry.confirmed_by, '이/가')} 확인했습니다.",
                    )
                ],
            )
            award = give_by_rule(entry.account, item, facts, entry.id, now)
        if award is not None:
            given.append(award)
    return given


def give_by_rule(
    account: LearningAccount, achievement: Achievement, facts: Facts, entry_id: UUID | None, now: datetime
) -> Award | None:
    """Give one badge that its rule gives, put it into the wallet and tell its owner, all in one transaction.

    Nothing where it is held already, given no more, or the account is closed. Safe to repeat.
    """
    held = Award.objects.filter(account=account, achievement=achievement, revoked_at=None)
    if held.exists() or account.closed_at is not None or achievement.retired_at is not None:
        return None
    person = account.person
    grant = Grant(
        award_id=new_id(),
        account_id=account.pk,
        person_id=person.pk,
        did=wallets.holder_dids(account_ids=[account.pk], now=now)[account.pk],
        entry_id=entry_id,
        facts=facts,
    )
    try:
        with transaction.atomic():
            given, unsignable = ManyIssuer(achievement, now=now).give([grant], actor=None, now=now)
            assert not unsignable, unsignable
            wallets.hold_awards(awards=[(account.pk, grant.award_id, given[0].credential)], now=now)
            told = message_of(person.name, achievement)
            notices.tell(to=person, now=now, dedupe_key=f"badge:{grant.award_id}", **told)
            walk_later(account_ids=[account.pk], achievement_id=achievement.pk)
    except IntegrityError:  # it was given elsewhere at the same moment
        return None
    return held.first()


def _with_people(rows: Sequence[ResultRow]) -> list[tuple[ResultRow, LearningAccount | None]]:
    """Each row with the account of its address, in one query."""
    accounts = {
        account.person.email: account
        for account in LearningAccount.objects.filter(
            person__email__in={row.email for row in rows if row.email}, person__is_active=True
        ).select_related("person")
    }
    return [(row, accounts.get(row.email)) for row in rows]


def _verdict(achievement: Achievement, row: ResultRow, account: LearningAccount | None) -> Entered:
    if row.results is None:
        return Entered(row, reason=row.reason)
    if account is None:
        return Entered(row, reason=_("이 이메일로 연 학습계좌가 없습니다. 이메일을 확인해 주세요."))
    if row.name and "".join(row.name.split()) != "".join(account.person.name.split()):
        return Entered(
            row, reason=_("이 이메일을 쓰는 사람의 이름과 다릅니다. 이메일과 이름을 확인해 주세요.")
        )
    gain = f"{row.results.gain.normalize():f}"
    reaches = achievement.min_gain is not None and row.results.gain >= achievement.min_gain
    return Entered(row, name=account.person.name, gain=gain, awarded=reaches)


def _enter(
    achievement: Achievement,
    row: ResultRow,
    actor: Person | None,
    now: datetime,
    account: LearningAccount | None,
) -> Entered:
    seen = _verdict(achievement, row, account)
    if seen.reason or account is None or row.results is None:
        return seen
    try:
        with transaction.atomic():
            improvements.enter(
                account=account, achievement=achievement, results=row.results, actor=actor, now=now
            )
            given = give_if_improved(account=account, achievement=achievement, now=now)
    except NotAllowed as refusal:
        if actor is not None and actor.pk == account.person_id:
            return Entered(row, name=seen.name, gain=seen.gain, reason=str(refusal))
        raise
    except Refused as refusal:
        return Entered(row, name=seen.name, gain=seen.gain, reason=str(refusal))
    return Entered(row, name=seen.name, gain=seen.gain, awarded=bool(given))


def results_of(achievement: Achievement) -> list[Improvement]:
    """Return the results that hold for a badge, the latest first."""
    return list(
        Improvement.objects.filter(achievement=achievement, superseded_at=None)
        .select_related("account__person")
        .order_by("-entered_at", "-id")[:500]
    )
