"""Drafting and publishing pathways, and what follows when the badges on the way come and go (row B10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges import pathway_rules, policies
from naite.trunk.badges.framework import Framework
from naite.trunk.badges.models import Achievement, Award, Pathway, PathwayLoss
from naite.trunk.badges.pathway_rules import Held
from naite.trunk.badges.rules import Alignment, AwardRule, clean_text, has_control_characters
from naite.trunk.badges.services import reviewing
from naite.trunk.badges.services.achievements import (
    AchievementDraft,
    publish_achievement,
    publish_reviewed,
)
from naite.trunk.badges.services.versions import publish_once, save_over
from naite.trunk.people.models import Organisation, Person

NAME_LENGTH, DESCRIPTION_LENGTH = 120, 2000
MOVED = _("그 사이에 다른 사람이 이 경로를 고쳤습니다. 새로 열어 비교해 주세요.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayDraft:
    """A pathway as it was designed."""

    name: str
    description: str = ""
    framework: str
    badge_type: str
    area: str
    sub_area: str = ""
    way: pathway_rules.Pathway
    on_loss: str = Pathway.OnLoss.SUSPEND


def save_draft(
    *,
    organisation: Organisation,
    draft: PathwayDraft,
    pathway: Pathway | None = None,
    revision: int | None = None,
    actor: Person | None,
    now: datetime,
) -> Pathway:
    """Keep a pathway as a draft; what is missing for publishing may still be missing.

    Refuses who may not design the institution's badges, a published pathway, one that somebody else saved
    since ``revision`` was read, and text that cannot be signed. Publishing is another step.
    """
    _require(organisation, actor, now)
    name = " ".join(clean_text(draft.name).split())
    description = clean_text(draft.description)
    faults: dict[str, str | Promise] = {}
    if not name or len(name) > NAME_LENGTH:
        faults["name"] = _("이름을 %(length)d자 안으로 적어 주세요.") % {"length": NAME_LENGTH}
    if len(description) > DESCRIPTION_LENGTH:
        faults["description"] = _("%(length)d자까지 적을 수 있습니다.") % {"length": DESCRIPTION_LENGTH}
    if has_control_characters(name + description):
        faults["name"] = _("보이지 않는 제어 문자가 들어 있습니다. 지우고 다시 적어 주세요.")
    if faults:
        raise Invalid(
            _("고칠 곳이 있습니다. 표시된 칸을 확인해 주세요."), code="draft_invalid", fields=faults
        )
    values = {
        "name": name,
        "description": description,
        "framework": draft.framework,
        "badge_type": draft.badge_type,
        "area": draft.area,
        "sub_area": draft.sub_area,
        "rule": pathway_rules.as_data(draft.way),
        "on_loss": draft.on_loss,
        "changed_by": actor,
        "changed_at": now,
    }
    with transaction.atomic():
        if pathway is None:
            made = Pathway.objects.create(organisation=organisation, made_by=actor, **values)
        else:
            if pathway.organisation_id != organisation.pk:
                raise NotAllowed(_("다른 기관의 경로입니다."))
            if pathway.published_at:
                raise Refused(_("공개한 경로는 바꿀 수 없습니다. 다음 판을 만들어 주세요."), code="published")
            made = save_over(pathway, revision=revision, moved=MOVED, **values)
        audit.record("badges.save_pathway", actor=actor, now=now, subject=made)
    return made


def next_version(*, pathway: Pathway, actor: Person | None, now: datetime) -> Pathway:
    """Start a draft from a published pathway, to follow it. Safe to repeat: one draft follows one pathway."""
    _require(pathway.organisation, actor, now)
    following = Pathway.objects.filter(replaces=pathway).first()
    if following is not None:
        return following
    with transaction.atomic():
        made = Pathway.objects.create(
            organisation=pathway.organisation,
            replaces=pathway,
            made_by=actor,
            changed_by=actor,
            changed_at=now,
            **{
                name: getattr(pathway, name)
                for name in (
                    "name",
                    "description",
                    "framework",
                    "badge_type",
                    "area",
                    "sub_area",
                    "rule",
                    "on_loss",
                )
            },
        )
        audit.record("badges.save_pathway", actor=actor, now=now, subject=made)
    return made


def problems_of(pathway: Pathway) -> list[str]:
    """Return what keeps a draft from being published, in words."""
    found = pathway_rules.problems(pathway.way)
    kind = _framework(pathway)
    if kind is None or pathway.badge_type not in kind.types:
        return [*found, str(_("배지 유형을 고르세요."))]
    if "prerequisites" not in kind.types[pathway.badge_type].demands:
        found.append(str(_("먼저 받을 배지를 요구하는 유형(경로형)을 고르세요.")))
    if pathway.area not in kind.areas:
        found.append(str(_("영역을 고르세요.")))
    named = {step.achievement for step in pathway.way.steps if step.achievement}
    if Achievement.objects.filter(pk__in=named).count() != len(named):
        found.append(str(_("먼저 받아야 할 배지 가운데 없는 것이 있습니다.")))
    return found


def publish(*, pathway: Pathway, revision: int, actor: Person | None, now: datetime) -> Pathway:
    """Publish a pathway with its badge; neither changes any more, and the pathway before it ends.

    Refuses who may not design badges, a pathway that lacks something (with all of it), one that was published
    or saved by somebody else meanwhile. Where the framework asks for a review of the badge's type, who made or last
    changed the pathway does not publish it, but somebody who may review. Badges given for the former version keep.
    """
    reviewed = needs_review(pathway)
    if reviewed:
        reviewing.require(
            actor, pathway.organisation, pathway.framework, authors=authors_of(pathway), now=now
        )
    else:
        _require(pathway.organisation, actor, now)
    lacking = problems_of(pathway)
    if lacking:
        raise Invalid(" ".join(lacking), code="pathway_incomplete")
    kind = _framework(pathway)
    assert kind is not None
    with transaction.atomic():
        publish_once(pathway, revision=revision, moved=MOVED, now=now)
        former, draft = pathway.replaces, _badge_of(pathway)
        if reviewed:
            made = publish_reviewed(draft=draft, authors=authors_of(pathway), actor=actor, now=now)
        else:
            made = publish_achievement(draft=draft, actor=actor, now=now)
        if former is not None:
            Pathway.objects.filter(pk=former.pk, retired_at=None).update(retired_at=now)
        Pathway.objects.filter(pk=pathway.pk).update(achievement=made)
        audit.record("badges.publish_pathway", actor=actor, now=now, subject=pathway, achievement=made.pk)
    pathway.refresh_from_db()
    return pathway


def needs_review(pathway: Pathway) -> bool:
    """Whether somebody else than the author must publish it."""
    return reviewing.asked(pathway.organisation, pathway.framework, pathway.badge_type)


def authors_of(pathway: Pathway) -> set[UUID]:
    """Return who made and who last changed it."""
    return {each for each in (pathway.made_by_id, pathway.changed_by_id) if each}


def reviewers_of(pathway: Pathway, *, now: datetime) -> list[Person]:
    """Return who may publish a pathway whose badge asks for a review, by name."""
    return reviewing.reviewers(pathway.organisation, pathway.framework, authors=authors_of(pathway), now=now)


def can_review(person: Person | None, pathway: Pathway, *, now: datetime) -> bool:
    """Whether a person may publish this pathway as its reviewer."""
    return needs_review(pathway) and reviewing.may_review(
        person, pathway.organisation, pathway.framework, authors=authors_of(pathway), now=now
    )


def _badge_of(pathway: Pathway) -> AchievementDraft:
    former = pathway.replaces
    return AchievementDraft(
        course_version=None,
        organisation=pathway.organisation,
        replaces=former.achievement if former else None,
        framework=pathway.framework,
        badge_type=pathway.badge_type,
        area=pathway.area,
        sub_area=pathway.sub_area,
        name=pathway.name,
        description=pathway.description or pathway.name,
        criteria=criteria_of(pathway.way),
        rule=AwardRule(
            prerequisites=[step.achievement for step in pathway.way.steps if step.achievement],
            alignments=_alignments(pathway.way),
        ),
    )


def criteria_of(way: pathway_rules.Pathway) -> str:
    """Return what one has to do, in Korean, as it stands on the badge."""
    lines = []
    for level in way.levels:
        parts = []
        if level.required:
            parts.append("·".join(step.title for step in level.required) + " 배지를 모두 받고")
        if level.need:
            parts.append("·".join(step.title for step in level.elective) + f" 가운데 {level.need}개를 받고")
        text = ", ".join(parts)
        lines.append(f"{level.name}: {text.removesuffix('고')}습니다." if text else level.name)
    if way.within_days:
        lines.append(f"모든 배지를 {way.within_days}일 안에 받아야 합니다.")
    return "\n".join(lines)[:1000]


@dataclass(frozen=True, slots=True)
class Simulation:
    """How many of those who hold a badge of the way would have come how far today."""

    people: int
    fulfilled: int
    one_short: int
    by_step: Mapping[str, int] = field(default_factory=dict)


def simulate(pathway: Pathway, *, now: datetime) -> Simulation:
    """Say who would hold the badge today: counts only, nobody by name."""
    way = pathway.way
    people = fulfilled = one_short = 0
    by_step = dict.fromkeys((step.key for step in way.steps), 0)
    for _account_id, badges in held_by_account(way, now=now):
        found = pathway_rules.position(way, badges)
        if not found.reached:
            continue
        people += 1
        fulfilled += found.fulfilled
        one_short += found.missing == 1
        for key in found.met:
            by_step[key] += 1
    return Simulation(people, fulfilled, one_short, by_step)


def held_by_account(
    way: pathway_rules.Pathway, *, now: datetime, account_ids: Iterable[UUID] | None = None
) -> Iterable[tuple[UUID, list[Held]]]:
    """Yield the badges of ours that count on a way, account by account; two queries, however many there are."""
    meanings = meanings_of([way])[0]
    rows = _counting(meanings, now=now)
    if account_ids is not None:
        rows = rows.filter(account_id__in=list(account_ids))
    for account_id, awards in groupby(
        rows.order_by("account_id", "issued_at").values_list(*_AWARD).iterator(chunk_size=5000),
        key=lambda row: row[0],
    ):
        yield account_id, [_held(row, meanings) for row in awards]


def positions_of(
    ways: Sequence[pathway_rules.Pathway], *, account_id: UUID, now: datetime
) -> list[pathway_rules.Position]:
    """Return how far one account has come on each way; the same number of queries however many there are."""
    meanings = meanings_of(ways)
    every = {each for mine in meanings for each in mine}
    awards = list(_counting(every, now=now).filter(account_id=account_id).values_list(*_AWARD))
    return [
        pathway_rules.position(way, [_held(row, mine) for row in awards if row[2] in mine])
        for way, mine in zip(ways, meanings, strict=True)
    ]


Meanings = Mapping[UUID, tuple[UUID | None, frozenset[pathway_rules.Code]]]
_AWARD = ("account_id", "id", "achievement_id", "issued_at")


def _counting(achievement_ids: Iterable[UUID], *, now: datetime) -> QuerySet[Award]:
    return Award.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=now),
        achievement_id__in=list(achievement_ids),
        revoked_at=None,
        suspended_at=None,
    )


def _held(row: tuple[UUID, UUID, UUID, datetime], meanings: Meanings) -> Held:
    named, alignments = meanings[row[2]]
    return Held(key=str(row[1]), achievement=named, alignments=alignments, on=timezone.localdate(row[3]))


def meanings_of(ways: Sequence[pathway_rules.Pathway]) -> list[Meanings]:
    """Return for each way our badges that count on it, with the named badge each stands for and its standards.

    Any version of a named badge counts for it: who took the course last year walked the same way. Two queries.
    """
    wanted = {step.achievement for way in ways for step in way.steps if step.achievement}
    codes = {step.alignment for way in ways for step in way.steps if step.alignment}
    owners = Achievement.objects.filter(pk__in=wanted).values("organisation")
    former = dict(Achievement.objects.filter(organisation__in=owners).values_list("id", "replaces_id"))
    root = {each: _root(each, former) for each in former}
    aligned = {
        each: frozenset((item["kind"], item["code"]) for item in alignments) & codes
        for each, alignments in (
            Achievement.objects.exclude(alignments=[]).values_list("id", "alignments") if codes else ()
        )
    }
    return [_meanings(way, root, aligned) for way in ways]


def _meanings(
    way: pathway_rules.Pathway,
    root: Mapping[UUID, UUID],
    aligned: Mapping[UUID, frozenset[pathway_rules.Code]],
) -> Meanings:
    named = {step.achievement for step in way.steps if step.achievement}
    codes = {step.alignment for step in way.steps if step.alignment}
    stands_for = {root[each]: each for each in named if each in root}
    found: dict[UUID, tuple[UUID | None, frozenset[pathway_rules.Code]]] = {
        each: (stands_for[origin], frozenset()) for each, origin in root.items() if origin in stands_for
    }
    for each, mine in aligned.items():
        if mine & codes:
            found[each] = (found.get(each, (None, frozenset()))[0], mine & codes)
    return found


def live_pathways() -> list[Pathway]:
    """Return every pathway that gives badges now."""
    return list(
        Pathway.objects.filter(published_at__isnull=False, retired_at=None)
        .select_related("achievement__organisation", "organisation", "replaces")
        .order_by("published_at", "id")
    )


def note_loss(*, pathway: Pathway, award: Award, suspended: bool, now: datetime) -> PathwayLoss | None:
    """Remember that a pathway badge's conditions are met no more; None when that was known."""
    row = PathwayLoss(
        pathway=pathway, account_id=award.account_id, award_id=award.id, found_at=now, suspended=suspended
    )
    PathwayLoss.objects.bulk_create([row], ignore_conflicts=True)
    return row if PathwayLoss.objects.filter(pk=row.pk).exists() else None


def _root(each: UUID, former: Mapping[UUID, UUID | None]) -> UUID:
    while (earlier := former.get(each)) is not None:
        each = earlier
    return each


def _alignments(way: pathway_rules.Pathway) -> list[Alignment]:
    return [
        Alignment(kind=step.alignment[0], code=step.alignment[1], name=step.title)  # type: ignore[arg-type]
        for step in way.steps
        if step.alignment
    ]


def _framework(pathway: Pathway) -> Framework | None:
    return next(
        (item for item in frameworks.offered(pathway.organisation) if item.code == pathway.framework), None
    )


def _require(organisation: Organisation, actor: Person | None, now: datetime) -> None:
    if not policies.can_design(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 경로를 만들 권한이 없습니다. 기관 담당자에게 물어보세요."))
