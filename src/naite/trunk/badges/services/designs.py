"""From a draft through a review to a published badge, and out of use again (row B3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files import services as files
from naite.roots.files.kinds import PNG
from naite.roots.notices import services as notices
from naite.roots.workflow import Step, Workflow
from naite.trunk.badges import design_rules, pictures, policies
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.models import Achievement, BadgeDesign
from naite.trunk.badges.services import reviewing
from naite.trunk.badges.services.achievements import (
    AchievementDraft,
    check_draft,
    publish_achievement,
    publish_reviewed,
)
from naite.trunk.badges.services.design_data import as_data, draft_of, draft_of_badge, values_of
from naite.trunk.people.models import Organisation, Person

__all__ = [
    "WORKFLOW",
    "Lack",
    "approve",
    "as_data",
    "can_review",
    "draft_of",
    "draft_of_badge",
    "drop",
    "lacks_of",
    "needs_review",
    "publish",
    "retire",
    "reviewers_of",
    "save",
    "send_back",
    "submit",
    "take_back",
    "values_of",
]

REASON_LENGTH = 300
MOST_TOLD = 20
State = BadgeDesign.State

WORKFLOW = Workflow(
    Step("submit", (State.DRAFT,), State.REVIEW, "nothing is missing"),
    Step("take_back", (State.REVIEW,), State.DRAFT, "by those who design it"),
    Step("send_back", (State.REVIEW,), State.DRAFT, "with the reason, never by the author"),
    Step("publish", (State.DRAFT,), State.PUBLISHED, "where the type asks for no review"),
    Step("approve", (State.REVIEW,), State.PUBLISHED, "never by the author"),
    Step("retire", (State.PUBLISHED,), State.RETIRED, "or by its next version"),
    Step("drop", (State.DRAFT,), State.DROPPED),
)


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a design lacks, with the field where it is put right."""

    field: str
    message: str | Promise


def save(
    *,
    draft: AchievementDraft,
    design: BadgeDesign | None = None,
    revision: int = 0,
    picture: bytes | None = None,
    picture_name: str = "",
    drop_picture: bool = False,
    actor: Person | None,
    now: datetime,
) -> BadgeDesign:
    """Keep what was designed so far as a draft, however incomplete.

    A picture is checked and drawn anew first. Refuses those who do not run the institution's courses, a design
    that is no draft, and one that was saved elsewhere since ``revision`` was read. Writes an audit row.
    """
    organisation = draft.owner
    _require_designer(organisation, actor, now)
    assert actor is not None
    drawn = pictures.prepare(picture, name=picture_name) if picture is not None else None
    values: dict[str, Any] = {
        "framework": draft.framework,
        "name": " ".join(draft.name.split())[:120],
        "typed": as_data(draft),
        "changed_by": actor,
        "changed_at": now,
    }
    with transaction.atomic():
        if drawn is not None:
            values["picture"] = files.keep(
                files.open_bytes(drawn.png),
                name="badge.png",
                kinds=frozenset({PNG}),
                purpose="badges.picture",
                now=now,
            )
        elif drop_picture:
            values["picture"] = None
        if design is None:
            design = BadgeDesign.objects.create(
                organisation=organisation,
                course_version=draft.course_version,
                replaces=draft.replaces,
                made_by=actor,
                made_at=now,
                **values,
            )
        else:
            changed = BadgeDesign.objects.filter(
                pk=design.pk, state=State.DRAFT, revision=revision, organisation=organisation
            ).update(**values, revision=F("revision") + 1)
            if not changed:
                raise Refused(
                    _(
                        "그 사이에 다른 사람이 이 배지를 고쳤거나 검토를 부탁했습니다. 새로 열어 비교해 주세요."
                    ),
                    code="moved_meanwhile",
                )
            design.refresh_from_db()
        audit.record("badges.save_design", actor=actor, now=now, subject=design)
    return design


def lacks_of(draft: AchievementDraft) -> list[Lack]:
    """Return all that keeps a design from being reviewed or published, one for each field."""
    found = {field: Lack(field, message) for field, message in check_draft(draft).items()}
    kind = next((item for item in frameworks.offered(draft.owner) if item.code == draft.framework), None)
    if kind is not None:
        for check in design_rules.checks(kind, values_of(draft)):
            if not check.met and check.field not in found:
                found[check.field] = Lack(check.field, check.detail or check.label)
    return list(found.values())


def submit(*, design: BadgeDesign, revision: int, actor: Person | None, now: datetime) -> BadgeDesign:
    """Ask for the review and tell those who may do it. Refuses a design that lacks something, with all of it."""
    _require_designer(design.organisation, actor, now)
    _require_complete(design)
    _require_seen(design, revision)
    with transaction.atomic():
        WORKFLOW.move(design, "submit", submitted_at=now, changed_by=actor, reason="")
        audit.record("badges.submit_design", actor=actor, now=now, subject=design)
        for person in reviewers_of(design, now=now)[:MOST_TOLD]:
            notices.tell(
                to=person,
                subject=_("배지 검토를 부탁합니다: %(badge)s") % {"badge": design.name},
                body=_(
                    "%(organisation)s의 배지 ‘%(badge)s’ 초안이 검토를 기다립니다.\n\n"
                    "나이테의 배지 화면에서 기준과 증거를 살펴보고 공개하거나 돌려보내 주세요."
                )
                % {"organisation": design.organisation.name, "badge": design.name},
                now=now,
                dedupe_key=f"design-review:{design.pk}:{design.revision}:{person.pk}",
            )
    return design


def take_back(*, design: BadgeDesign, actor: Person | None, now: datetime) -> BadgeDesign:
    """Take a design back from its review, to go on with it."""
    _require_designer(design.organisation, actor, now)
    with transaction.atomic():
        WORKFLOW.move(design, "take_back")
        audit.record("badges.take_back_design", actor=actor, now=now, subject=design)
    return design


def send_back(*, design: BadgeDesign, reason: str, actor: Person | None, now: datetime) -> BadgeDesign:
    """Send a design back with the reason and tell its author. Refuses as ``approve`` does, and no reason."""
    _require_reviewer(design, actor, now)
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LENGTH:
        message = _("무엇을 고쳐야 하는지 %(length)d자까지 적어 주세요.") % {"length": REASON_LENGTH}
        raise Invalid(message, code="reason", fields={"reason": message})
    with transaction.atomic():
        WORKFLOW.move(design, "send_back", decided_by=actor, decided_at=now, reason=reason)
        audit.record("badges.send_back_design", actor=actor, now=now, subject=design, reason=reason)
        _tell_author(design, now, _("배지 초안이 돌아왔습니다: %(badge)s") % {"badge": design.name}, reason)
    return design


def approve(*, design: BadgeDesign, actor: Person | None, now: datetime) -> BadgeDesign:
    """Publish a reviewed design. Refuses its author, and whoever is neither of the framework's owner nor, where
    it has none, of the institution's own staff; operators may."""
    _require_reviewer(design, actor, now)
    return _publish(design, "approve", actor, now)


def publish(*, design: BadgeDesign, revision: int, actor: Person | None, now: datetime) -> BadgeDesign:
    """Publish a draft at once. Refuses where its type asks for a review, and a design that lacks something."""
    _require_designer(design.organisation, actor, now)
    _require_seen(design, revision)
    return _publish(design, "publish", actor, now)


def retire(*, achievement: Achievement, actor: Person | None, now: datetime) -> Achievement:
    """Give a badge no more; those who hold it keep it. Refuses one that is not given any more already."""
    _require_designer(achievement.organisation, actor, now)
    with transaction.atomic():
        if not Achievement.objects.filter(pk=achievement.pk, retired_at=None).update(retired_at=now):
            raise Refused(_("이미 주지 않는 배지입니다."), code="retired")
        follow_retired(now=now)
        audit.record("badges.retire_achievement", actor=actor, now=now, subject=achievement)
    achievement.refresh_from_db()
    return achievement


def drop(*, design: BadgeDesign, actor: Person | None, now: datetime) -> None:
    """Throw a draft away."""
    _require_designer(design.organisation, actor, now)
    with transaction.atomic():
        WORKFLOW.move(design, "drop", changed_by=actor, changed_at=now)
        audit.record("badges.drop_design", actor=actor, now=now, subject=design)


def needs_review(design: BadgeDesign) -> bool:
    """Whether the framework wants somebody else than the author to look at a badge of this type."""
    return reviewing.asked(design.organisation, design.framework, design.typed.get("badge_type", ""))


def reviewers_of(design: BadgeDesign, *, now: datetime) -> list[Person]:
    """Return who may review a design, by name: staff of the framework's owner, else of the institution."""
    return reviewing.reviewers(design.organisation, design.framework, authors=_authors(design), now=now)


def can_review(person: Person | None, design: BadgeDesign, *, now: datetime) -> bool:
    """Whether a person may publish or send back this design."""
    return reviewing.may_review(
        person, design.organisation, design.framework, authors=_authors(design), now=now
    )


def _publish(design: BadgeDesign, step: str, actor: Person | None, now: datetime) -> BadgeDesign:
    _require_complete(design)
    with transaction.atomic():
        draft = draft_of(design)
        if step == "approve":
            made = publish_reviewed(draft=draft, authors=_authors(design), actor=actor, now=now)
        else:
            made = publish_achievement(draft=draft, actor=actor, now=now)
        WORKFLOW.move(design, step, achievement=made, decided_by=actor, decided_at=now)
        follow_retired(now=now)
        audit.record("badges.publish_design", actor=actor, now=now, subject=design, achievement=made.pk)
        if step == "approve":
            _tell_author(
                design,
                now,
                _("배지를 공개했습니다: %(badge)s") % {"badge": design.name},
                _("검토를 마쳤습니다. 이제 기준에 이른 사람에게 줍니다."),
            )
    return design


def follow_retired(*, now: datetime) -> None:
    """Designs whose badges are given no more, by a next version too, are retired with them."""
    BadgeDesign.objects.filter(state=State.PUBLISHED, achievement__retired_at__isnull=False).update(
        state=State.RETIRED
    )


def _tell_author(design: BadgeDesign, now: datetime, subject: str, body: str) -> None:
    notices.tell(
        to=design.changed_by,
        subject=subject,
        body=body,
        now=now,
        dedupe_key=f"design-decided:{design.pk}:{now.isoformat()}",
    )


def _require_complete(design: BadgeDesign) -> None:
    lacks = lacks_of(draft_of(design))
    if lacks:
        raise Invalid(
            _("아직 모자란 것이 %(count)d가지 있습니다. 표시된 곳을 채워 주세요.") % {"count": len(lacks)},
            code="design_incomplete",
            fields={item.field: item.message for item in lacks},
        )


def _require_seen(design: BadgeDesign, revision: int) -> None:
    if design.revision != revision:
        raise Refused(
            _("그 사이에 다른 사람이 이 배지를 고쳤거나 검토를 부탁했습니다. 새로 열어 비교해 주세요."),
            code="moved_meanwhile",
        )


def _require_designer(organisation: Organisation, actor: Person | None, now: datetime) -> None:
    if not policies.can_design(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 배지를 만들 권한이 없습니다. 기관 담당자에게 물어보세요."))


def _require_reviewer(design: BadgeDesign, actor: Person | None, now: datetime) -> None:
    reviewing.require(actor, design.organisation, design.framework, authors=_authors(design), now=now)


def _authors(design: BadgeDesign) -> set[UUID]:
    return {design.made_by_id, design.changed_by_id}
