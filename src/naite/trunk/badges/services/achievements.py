"""Publishing what badges are given for."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credcore.errors import CredentialError
from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.trunk.badges import credentials, policies
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.design_rules import EVIDENCE
from naite.trunk.badges.models import Achievement
from naite.trunk.badges.rules import (
    Alignment,
    AwardRule,
    alignment_problem,
    clean_text,
    has_control_characters,
    missing_demands,
)
from naite.trunk.badges.services import reviewing
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.people.models import Organisation, Person

NAME_LENGTH, CRITERIA_LENGTH, DESCRIPTION_LENGTH = 120, 1000, 2000
TAG_COUNT, TAG_LENGTH, ALIGNMENT_COUNT = 10, 40, 20
MOST_MONTHS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementDraft:
    """A badge as it was designed."""

    course_version: CourseVersion | None
    framework: str
    badge_type: str
    area: str
    sub_area: str = ""
    name: str
    description: str
    criteria: str
    tags: Sequence[str] = ()
    rule: AwardRule
    second_person: bool = False
    activity: str = ""
    hours: Decimal | None = None
    evidence: Sequence[str] = ()
    valid_months: int | None = None
    picture: StoredFile | None = None
    # For badges of no course: whose it is, and which of its badges it follows.
    organisation: Organisation | None = None
    replaces: Achievement | None = None

    @property
    def owner(self) -> Organisation:
        if self.course_version is not None:
            return self.course_version.course.organisation
        assert self.organisation is not None, "a badge of no course names its institution"
        return self.organisation


def publish_achievement(*, draft: AchievementDraft, actor: Person | None, now: datetime) -> Achievement:
    """Publish a badge of one course version, or of none; what is published never changes.

    Publishing the same type for the same course version again retires the former one and counts its version
    up; badges already given keep theirs. Refuses those who do not run the institution's courses, a type that
    somebody else must review (``publish_reviewed``), and a design that lacks what its type demands, with the
    reason for each field (row B2). Writes an audit row.
    """
    organisation = draft.owner
    if not policies.can_design(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 배지를 만들 권한이 없습니다. 기관 담당자에게 물어보세요."))
    if reviewing.asked(organisation, draft.framework, draft.badge_type):
        raise Refused(
            _("이 유형은 만든 사람이 아닌 사람이 검토해야 공개합니다. 검토를 부탁해 주세요."),
            code="needs_review",
        )
    return _publish(draft, actor, now)


def publish_reviewed(
    *, draft: AchievementDraft, authors: Collection[UUID], actor: Person | None, now: datetime
) -> Achievement:
    """Publish what others designed, as ``publish_achievement`` does; every type may be published so.

    Refuses its authors, whoever may not review for the framework, and a design of nobody's, because then nothing
    shows that two looked at it.
    """
    if not authors:
        raise NotAllowed(_("누가 만든 배지인지 알 수 없어 검토할 수 없습니다."))
    reviewing.require(actor, draft.owner, draft.framework, authors=authors, now=now)
    return _publish(draft, actor, now)


def _publish(draft: AchievementDraft, actor: Person | None, now: datetime) -> Achievement:
    organisation = draft.owner
    kind, draft = _checked(draft)
    rule = draft.rule
    try:
        with transaction.atomic():
            former = _former(draft, kind.code)
            _require_own_prerequisites(rule.prerequisites)
            if former:
                Achievement.objects.filter(pk=former.pk).update(retired_at=now)
            made = Achievement.objects.create(
                organisation=organisation,
                course_version=draft.course_version,
                framework=kind.code,
                framework_version=kind.version,
                badge_type=draft.badge_type,
                area=draft.area,
                sub_area=draft.sub_area,
                version=former.version + 1 if former else 1,
                replaces=former,
                name=draft.name,
                description=draft.description,
                criteria=draft.criteria,
                tags=list(draft.tags),
                alignments=[asdict(item) for item in rule.alignments],
                min_attendance=rule.min_attendance,
                pass_mark=rule.pass_mark,
                min_gain=rule.min_gain,
                activity_hours=rule.activity_hours,
                qualification=rule.qualification,
                activity=draft.activity,
                hours=draft.hours,
                evidence=list(draft.evidence),
                valid_months=draft.valid_months,
                picture=draft.picture,
                prerequisites=[str(item) for item in rule.prerequisites],
                second_person=draft.second_person,
                published_at=now,
                published_by=actor,
            )
            credentials.try_out(made)
            audit.record("badges.publish_achievement", actor=actor, now=now, subject=made)
    except CredentialError as error:
        message = _("배지에 서명할 수 없는 내용이 들어 있습니다: %(detail)s") % {"detail": error}
        raise Invalid(message, code="cannot_sign") from error
    except IntegrityError:
        raise Refused(
            _("방금 다른 사람이 같은 배지를 공개했습니다. 목록을 다시 열어 확인해 주세요."),
            code="published_twice",
        ) from None
    return made


def _former(draft: AchievementDraft, framework: str) -> Achievement | None:
    """The live badge that this one follows: of the same course and type, or the one it names."""
    live = Achievement.objects.select_for_update().filter(retired_at=None)
    if draft.course_version is None:
        return live.filter(pk=draft.replaces.pk).first() if draft.replaces else None
    return live.filter(
        course_version=draft.course_version, framework=framework, badge_type=draft.badge_type
    ).first()


def check_draft(draft: AchievementDraft) -> dict[str, str | Promise]:
    """Return what is wrong with a design by field, without writing anything; empty when it may be published."""
    try:
        _checked(draft)
    except Invalid as refusal:
        return refusal.fields
    return {}


def _checked(draft: AchievementDraft) -> tuple[frameworks.Framework, AchievementDraft]:
    """Return the framework and the cleaned draft, or raise Invalid with every fault."""
    kind = next((item for item in frameworks.offered(draft.owner) if item.code == draft.framework), None)
    if kind is None:
        raise Invalid(
            _("배지 체계를 고르세요."),
            code="framework_unknown",
            fields={"framework": _("배지 체계를 고르세요.")},
        )
    faults: dict[str, str | Promise] = {}
    draft = replace(
        draft,
        name=_text(draft.name, "name", NAME_LENGTH, faults, one_line=True),
        description=_text(draft.description, "description", DESCRIPTION_LENGTH, faults),
        criteria=_text(draft.criteria, "criteria", CRITERIA_LENGTH, faults),
        activity=_text(draft.activity, "activity", DESCRIPTION_LENGTH, faults, required=False),
        tags=_tags(draft.tags, faults),
        rule=_rule(draft.rule, faults),
    )
    if draft.hours is not None and not Decimal(0) < draft.hours < 10000:
        faults["hours"] = _("학습시간은 0보다 크게 적어 주세요.")
    if draft.valid_months is not None and not 1 <= draft.valid_months <= MOST_MONTHS:
        faults["valid_months"] = _("유효기간은 1개월에서 %(most)d개월까지 적어 주세요.") % {
            "most": MOST_MONTHS
        }
    if not set(draft.evidence) <= EVIDENCE.keys():
        faults["evidence"] = _("목록에 있는 증거를 고르세요.")
    badge_type, area = kind.types.get(draft.badge_type), kind.areas.get(draft.area)
    if badge_type is None:
        faults["badge_type"] = _("배지 유형을 고르세요.")
    if area is None:
        faults["area"] = _("영역을 고르세요.")
    elif draft.sub_area and draft.sub_area not in area.sub_areas:
        faults["sub_area"] = _("이 영역에 있는 세부 영역을 고르세요.")
    if badge_type is not None:
        for missing in missing_demands(badge_type, draft.rule):
            faults.setdefault(missing.field, missing.message)
    if faults:
        raise Invalid(
            _("고칠 곳이 있습니다. 표시된 칸을 확인해 주세요."), code="draft_invalid", fields=faults
        )
    return kind, draft


def _text(
    value: str,
    field: str,
    length: int,
    faults: dict[str, str | Promise],
    *,
    one_line: bool = False,
    required: bool = True,
) -> str:
    text = clean_text(value)
    if one_line:
        text = " ".join(text.split())
    if not text and required:
        faults[field] = _("비어 있습니다. 적어 주세요.")
    elif len(text) > length:
        faults[field] = _("%(length)d자까지 적을 수 있습니다.") % {"length": length}
    elif has_control_characters(text):
        faults[field] = _("보이지 않는 제어 문자가 들어 있습니다. 지우고 다시 적어 주세요.")
    return text


def _tags(values: Sequence[str], faults: dict[str, str | Promise]) -> list[str]:
    tags = list(dict.fromkeys(" ".join(clean_text(value).split()) for value in values if value.strip()))
    if len(tags) > TAG_COUNT or any(len(tag) > TAG_LENGTH or has_control_characters(tag) for tag in tags):
        faults["tags"] = _("꼬리표는 %(count)d개까지, 하나에 %(length)d자까지 적을 수 있습니다.") % {
            "count": TAG_COUNT,
            "length": TAG_LENGTH,
        }
    return tags


def _rule(rule: AwardRule, faults: dict[str, str | Promise]) -> AwardRule:
    alignments = [
        Alignment(
            kind=item.kind,
            code=clean_text(item.code),
            name=" ".join(clean_text(item.name).split()),
            framework=clean_text(item.framework),
            url=item.url.strip(),
        )
        for item in rule.alignments
    ]
    problems = [problem for item in alignments if (problem := alignment_problem(item))]
    if problems:
        faults["alignments"] = problems[0]
    elif len(alignments) > ALIGNMENT_COUNT:
        faults["alignments"] = _("이어진 기준은 %(count)d개까지 적을 수 있습니다.") % {
            "count": ALIGNMENT_COUNT
        }
    elif any(has_control_characters(item.name + item.code + item.framework) for item in alignments):
        faults["alignments"] = _("보이지 않는 제어 문자가 들어 있습니다. 지우고 다시 적어 주세요.")
    if rule.min_attendance is not None and not 1 <= rule.min_attendance <= 100:
        faults["min_attendance"] = _("출석 기준은 1에서 100까지 적어 주세요.")
    if rule.pass_mark is not None and not Decimal(0) < rule.pass_mark <= 100:
        faults["pass_mark"] = _("합격 점수는 0보다 크고 100까지 적어 주세요.")
    if rule.activity_hours is not None and not Decimal(0) < rule.activity_hours < 10000:
        faults["activity_hours"] = _("활동 시간은 0보다 크게 적어 주세요.")
    if rule.min_gain is not None and not Decimal(0) < rule.min_gain <= 100:
        faults["min_gain"] = _("향상도는 0보다 크고 100까지 적어 주세요.")
    qualification = " ".join(clean_text(rule.qualification).split())
    if len(qualification) > NAME_LENGTH or has_control_characters(qualification):
        faults["qualification"] = _("%(length)d자까지 적을 수 있습니다.") % {"length": NAME_LENGTH}
    return replace(
        rule,
        qualification=qualification,
        alignments=alignments,
        prerequisites=list(dict.fromkeys(rule.prerequisites)),
    )


def _require_own_prerequisites(ids: Sequence[UUID]) -> None:
    if ids and Achievement.objects.filter(pk__in=ids).count() != len(ids):
        raise Invalid(
            _("먼저 받아야 할 배지 가운데 없는 것이 있습니다."),
            code="prerequisite_unknown",
            fields={"prerequisites": _("목록에 있는 배지를 고르세요.")},
        )
