"""Making a framework of one's own: drafts, versions, publishing, taking in and giving out as JSON (rows B1, B2)."""

from datetime import datetime
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges import policies
from naite.trunk.badges.framework import FrameworkError
from naite.trunk.badges.framework_shape import contrast_with_white
from naite.trunk.badges.models import FrameworkVersion
from naite.trunk.badges.services.versions import publish_once, save_over
from naite.trunk.people.models import Organisation, Person

MAX_BYTES = 200_000
# A drawing in an area's colour must be told from white paper (WCAG 1.4.11).
LEAST_CONTRAST = 3.0
MOVED = _("그 사이에 다른 사람이 이 체계를 고쳤거나 공개했습니다. 새로 열어 비교해 주세요.")


def save_draft(
    *,
    owner: Organisation,
    data: dict[str, Any],
    draft: FrameworkVersion | None = None,
    revision: int | None = None,
    actor: Person | None,
    now: datetime,
) -> FrameworkVersion:
    """Keep a framework as a draft of its next version.

    The code stays with its first owner; a new code starts at version 1. Refuses who is not the owner's own
    staff, a framework that cannot be used (with the fault), a code that somebody else has, and a draft that was
    saved elsewhere since ``revision`` was read.
    """
    _require(owner, actor, now)
    code = data.get("code", "")
    version = draft.version if draft else _next_version(owner, code)
    data = {**data, "version": version}
    _checked(data)
    with transaction.atomic():
        if draft is None:
            try:
                with transaction.atomic():
                    made = FrameworkVersion.objects.create(
                        owner=owner, code=code, version=version, data=data, made_by=actor, changed_at=now
                    )
            except IntegrityError:
                message = _("이 코드의 초안이 이미 있습니다. 그것을 이어서 고쳐 주세요.")
                raise Invalid(message, code="draft_exists", fields={"code": message}) from None
        else:
            if code != draft.code:
                message = _("코드는 바꿀 수 없습니다.")
                raise Invalid(message, code="code_fixed", fields={"code": message})
            made = save_over(draft, revision=revision, moved=MOVED, data=data, changed_at=now)
        audit.record("badges.save_framework", actor=actor, now=now, subject=made)
    return made


def take_in(*, owner: Organisation, content: bytes, actor: Person | None, now: datetime) -> FrameworkVersion:
    """Take a framework in from its JSON as a draft; the version in the file does not matter."""
    _require(owner, actor, now)
    try:
        data = orjson.loads(content) if len(content) <= MAX_BYTES else None
    except orjson.JSONDecodeError:
        data = None
    if not isinstance(data, dict):
        message = _("체계 파일(JSON)이 아니거나 너무 큽니다. 내보낸 파일을 올려 주세요.")
        raise Invalid(message, code="not_a_framework", fields={"file": message})
    existing = FrameworkVersion.objects.filter(owner=owner, code=data.get("code"), published_at=None).first()
    return save_draft(
        owner=owner,
        data=data,
        draft=existing,
        revision=existing.revision if existing else None,
        actor=actor,
        now=now,
    )


def next_version(*, of: FrameworkVersion, actor: Person | None, now: datetime) -> FrameworkVersion:
    """Start a draft from a published version. Safe to repeat: a framework has one draft."""
    known = FrameworkVersion.objects.filter(code=of.code, published_at=None).first()
    if known is not None:
        return known
    return save_draft(owner=of.owner, data=dict(of.data), actor=actor, now=now)


def publish(
    *, draft: FrameworkVersion, revision: int, actor: Person | None, now: datetime
) -> FrameworkVersion:
    """Publish a version; it never changes any more, and badges made from now on carry it.

    Refuses as ``save_draft`` does, and colours that cannot be seen on white.
    """
    _require(draft.owner, actor, now)
    kind = _checked(draft.data)
    pale = [
        area.korean
        for area in kind.areas.values()
        if area.colour and contrast_with_white(area.colour) < LEAST_CONTRAST
    ]
    if pale:
        raise Invalid(
            _("색이 너무 옅어 흰 바탕에서 보이지 않습니다: %(areas)s") % {"areas": ", ".join(pale)},
            code="pale",
        )
    with transaction.atomic():
        publish_once(draft, revision=revision, moved=MOVED, now=now)
        audit.record("badges.publish_framework", actor=actor, now=now, subject=draft)
    draft.refresh_from_db()
    return draft


def _next_version(owner: Organisation, code: str) -> int:
    if any(known == code for known, _version in frameworks.frameworks()):
        message = _("나이테가 함께 주는 체계의 코드입니다. 다른 코드를 적어 주세요.")
        raise Invalid(message, code="code_taken", fields={"code": message})
    rows = FrameworkVersion.objects.filter(code=code).order_by("-version")
    last = rows.first()
    if last is not None and last.owner_id != owner.pk:
        message = _("다른 기관이 쓰는 코드입니다. 다른 코드를 적어 주세요.")
        raise Invalid(message, code="code_taken", fields={"code": message})
    return last.version + 1 if last else 1


def _checked(data: dict[str, Any]) -> frameworks.Framework:
    try:
        return frameworks.parse(data)
    except FrameworkError as error:
        raise Invalid(
            _("체계를 쓸 수 없습니다. 표시된 곳을 고쳐 주세요: %(detail)s") % {"detail": error},
            code="framework_invalid",
        ) from error


def _require(owner: Organisation, actor: Person | None, now: datetime) -> None:
    if not policies.can_make_frameworks(actor, owner, now=now):
        raise NotAllowed(_("이 기관의 배지 체계를 만들 권한이 없습니다. 기관 담당자에게 물어보세요."))
