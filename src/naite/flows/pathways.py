"""Walking pathways: who met a pathway's conditions gets its badge, who meets them no more may lose it (B10)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from credcore.errors import CredentialError
from credcore.model import Evidence
from credcore.verify import open_credential, read_credential
from naite.flows import verification
from naite.flows.award_mail import message_of
from naite.roots.ids import new_id
from naite.roots.notices import services as notices
from naite.trunk.badges import names, pathway_rules
from naite.trunk.badges import services as badges
from naite.trunk.badges.credentials import Facts
from naite.trunk.badges.models import Achievement, Award, Pathway, PathwayLoss
from naite.trunk.badges.pathway_rules import Held, Position
from naite.trunk.badges.services import pathways
from naite.trunk.badges.services.many import Grant, ManyIssuer
from naite.trunk.people.models import Person, Role
from naite.trunk.people.queries import staff_of
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet import many as wallets
from naite.trunk.wallet.models import Holding

CHUNK = 500


def walk_later(*, account_ids: Sequence[UUID], achievement_id: UUID) -> None:
    """Enqueue another look at the pathways of accounts for whom a badge came or went.

    Nothing is enqueued where no live pathway has to do with the badge.
    """
    live = [pathway.way for pathway in pathways.live_pathways()] if account_ids else []
    if any(achievement_id in counting for counting in pathways.meanings_of(live)):
        for start in range(0, len(account_ids), CHUNK):
            walk_accounts.enqueue(account_ids=[str(each) for each in account_ids[start : start + CHUNK]])


@task()
def walk_accounts(account_ids: list[str]) -> int:
    """Background task of ``walk``; returns how many badges were given."""
    return walk(account_ids=[UUID(each) for each in account_ids], now=timezone.now())


@task()
def walk_everybody(pathway_id: str) -> int:
    """Give a new pathway's badge to all who met its conditions before it was published. Safe to repeat."""
    pathway = Pathway.objects.select_related("achievement__organisation", "organisation").get(pk=pathway_id)
    now = timezone.now()
    account_ids = [account_id for account_id, _held in pathways.held_by_account(pathway.way, now=now)]
    return sum(
        _walk_one(pathway, account_ids[start : start + CHUNK], now)
        for start in range(0, len(account_ids), CHUNK)
    )


def publish(*, pathway: Pathway, revision: int, actor: Person | None, now: datetime) -> Pathway:
    """Publish a pathway and enqueue its badge for those who already came all the way, in one transaction."""
    with transaction.atomic():
        published = pathways.publish(pathway=pathway, revision=revision, actor=actor, now=now)
        walk_everybody.enqueue(pathway_id=str(pathway.pk))
    return published


def walk(*, account_ids: Iterable[UUID], now: datetime) -> int:
    """Look at every live pathway for these accounts; returns how many badges were given.

    Each badge, its place in the wallet and its message are one transaction; repeating changes nothing.
    """
    wanted = list(account_ids)
    return sum(_walk_one(pathway, wanted, now) for pathway in pathways.live_pathways())


def position_of(pathway: Pathway, *, account_id: UUID, now: datetime) -> tuple[Position, dict[str, Held]]:
    """Return how far one account has come, and the badges that count by their key."""
    held = _held(pathway.way, [account_id], now).get(account_id, [])
    return pathway_rules.position(pathway.way, held), {badge.key: badge for badge in held}


def _walk_one(pathway: Pathway, account_ids: Sequence[UUID], now: datetime) -> int:
    achievement = pathway.achievement
    if achievement is None:
        return 0
    way, given = pathway.way, 0
    held = _held(way, account_ids, now)
    live = {
        award.account_id: award
        for award in Award.objects.filter(
            achievement=achievement, account_id__in=account_ids, revoked_at=None
        ).defer("credential")
    }
    for account_id in account_ids:
        found = pathway_rules.position(way, held.get(account_id, []))
        award = live.get(account_id)
        if found.fulfilled and award is None:
            given += _give(pathway, achievement, account_id, found, held[account_id], now)
        elif found.fulfilled and award is not None:
            _regain(pathway, award, now)
        elif award is not None:
            _lose(pathway, award, now)
    return given


def _held(way: pathway_rules.Pathway, account_ids: Sequence[UUID], now: datetime) -> dict[UUID, list[Held]]:
    found = {
        account_id: list(held)
        for account_id, held in pathways.held_by_account(way, now=now, account_ids=account_ids)
    }
    codes = {step.alignment for step in way.steps if step.alignment}
    if codes:
        foreign = Holding.objects.filter(account_id__in=account_ids, source=Holding.Source.IMPORT)
        for holding in foreign:
            badge = _foreign(holding, codes, now)
            if badge is not None:
                found.setdefault(holding.account_id, []).append(badge)
    return found


def _foreign(holding: Holding, codes: set[pathway_rules.Code], now: datetime) -> Held | None:
    """A badge of another issuer, where it names this owner, is aligned to a standard on the way and is valid now."""
    if not holding.owned:
        return None
    credential = bytes(holding.credential)
    try:
        document, _token = read_credential(open_credential(credential).text)
    except CredentialError:
        return None
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    alignments = achievement.get("alignment") if isinstance(achievement, dict) else None
    items = alignments if isinstance(alignments, list) else [alignments]
    said = {item.get("targetCode") for item in items if isinstance(item, dict)}
    mine = frozenset(code for code in codes if code[1] in said)
    if not mine or verification.verify_bytes(credential, now=now).report.verdict != "valid":
        return None
    return Held(key=str(holding.id), alignments=mine, on=timezone.localdate(holding.issued_at))


def _give(
    pathway: Pathway,
    achievement: Achievement,
    account_id: UUID,
    found: Position,
    held: Sequence[Held],
    now: datetime,
) -> int:
    account = LearningAccount.objects.select_related("person").get(pk=account_id)
    if account.closed_at is not None:
        return 0
    person = account.person
    try:
        with transaction.atomic(), translation.override("ko"):
            did = wallets.holder_dids(account_ids=[account_id], now=now)[account_id]
            grant = Grant(
                award_id=new_id(),
                account_id=account_id,
                person_id=person.pk,
                did=did,
                entry_id=None,
                facts=_facts(pathway, found, held),
            )
            given, unsignable = ManyIssuer(achievement, now=now).give([grant], actor=None, now=now)
            assert not unsignable, unsignable
            wallets.hold_awards(awards=[(account_id, grant.award_id, given[0].credential)], now=now)
            told = message_of(person.name, achievement)
            notices.tell(
                to=person,
                subject=told["subject"],
                body=told["body"],
                now=now,
                dedupe_key=f"badge:{grant.award_id}",
            )
            # A pathway's badge may itself be a step of another.
            walk_later(account_ids=[account_id], achievement_id=achievement.pk)
    except IntegrityError:  # another worker gave it at the same moment
        return 0
    return 1


def _facts(pathway: Pathway, found: Position, held: Sequence[Held]) -> Facts:
    titles = {step.key: step for step in pathway.way.steps}
    by_key = {badge.key: badge for badge in held}
    counted = sorted(
        ((by_key[badge], titles[step]) for step, badge in found.met.items()), key=lambda p: p[0].on
    )
    return Facts(
        started_on=counted[0][0].on,
        completed_on=counted[-1][0].on,
        narrative=f"‘{pathway.name}’ 경로의 배지 {len(counted)}개를 받았습니다.",
        evidence=[
            Evidence(
                id=names.achievement_url(pathway.organisation, step.achievement)
                if step.achievement
                else None,
                name=step.title,
                genre="Badge",
                narrative=f"{badge.on:%Y.%m.%d}에 받은 배지입니다.",
            )
            for badge, step in counted
        ],
    )


def _lose(pathway: Pathway, award: Award, now: datetime) -> None:
    """What the pathway says for a badge whose conditions are met no more; told once to its owner or staff."""
    suspends = pathway.on_loss == Pathway.OnLoss.SUSPEND
    with transaction.atomic(), translation.override("ko"):
        loss = pathways.note_loss(pathway=pathway, award=award, suspended=suspends, now=now)
        if loss is None:
            return
        person = LearningAccount.objects.select_related("person").get(pk=award.account_id).person
        if suspends and award.suspended_at is None:
            badges.suspend(
                account_id=award.account_id,
                award_id=award.id,
                reason=_("경로의 조건이 되는 배지가 유효하지 않게 되었습니다."),
                actor=None,
                now=now,
            )
            notices.tell(
                to=person,
                subject=_("배지가 정지되었습니다: %(badge)s") % {"badge": pathway.name},
                body=_(
                    "%(name)s 님, 안녕하세요.\n\n"
                    "경로의 조건이 되는 배지가 유효하지 않게 되어 ‘%(badge)s’ 배지를 정지했습니다.\n"
                    "그 배지가 다시 유효해지거나 다른 배지로 조건을 채우면 저절로 풀립니다.\n"
                    "잘못되었다고 생각하시면 %(organisation)s에 물어보세요.\n"
                )
                % {
                    "name": person.name,
                    "badge": pathway.name,
                    "organisation": pathway.organisation.name,
                },
                now=now,
                dedupe_key=f"pathway-loss:{loss.pk}",
            )
            return
        for held in staff_of(pathway.organisation, now=now).filter(role=Role.INSTITUTION_STAFF):
            notices.tell(
                to=held.person,
                subject=_("경로의 조건을 더는 채우지 않는 배지가 있습니다: %(badge)s")
                % {"badge": pathway.name},
                body=_("업무 화면의 경로에서 확인해 주세요.\n"),
                now=now,
                dedupe_key=f"pathway-loss:{loss.pk}:{held.person_id}",
            )


def _regain(pathway: Pathway, award: Award, now: datetime) -> None:
    """Release what a loss suspended, when the conditions are met again."""
    with transaction.atomic():
        losses = PathwayLoss.objects.select_for_update().filter(
            account_id=award.account_id, award_id=award.id, over_at=None
        )
        loss = losses.first()
        if loss is None:
            return
        losses.update(over_at=now)
        if loss.suspended and award.suspended_at is not None:
            badges.unsuspend(
                account_id=award.account_id,
                award_id=award.id,
                reason=_("경로의 조건을 다시 채웠습니다."),
                actor=None,
                now=now,
            )
