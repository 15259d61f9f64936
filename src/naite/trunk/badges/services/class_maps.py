"""The table between the six fields and a framework's areas: drafting, publishing, asking (row B13)."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.badges import class_map_rules as rules
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges import policies
from naite.trunk.badges.class_map_rules import Line
from naite.trunk.badges.framework import Framework
from naite.trunk.badges.models import ClassMap, FrameworkVersion
from naite.trunk.badges.services.versions import publish_once, save_over
from naite.trunk.people.models import Organisation, Person

NOTE_LENGTH = 200
MOVED = _("그 사이에 다른 사람이 이 대응표를 고쳤거나 공개했습니다. 새로 열어 비교해 주세요.")


def lines_of(framework: str) -> tuple[Line, ...]:
    """Return what counts now: the newest published version, else what comes with Naite; empty where there is none."""
    row = (
        ClassMap.objects.filter(framework=framework, published_at__isnull=False).order_by("-version").first()
    )
    return rules.from_data(row.lines) if row else _shipped(framework)


def lead(framework: str) -> Callable[[str, str], tuple[str, str]]:
    """Return what leads a course of one of the six fields to an area or, where the table says so, a sub-area, with
    the word that decided; empty where there is no clear home. One query, however often it is asked."""
    lines = lines_of(framework)

    def of(category: str, text: str) -> tuple[str, str]:
        found = rules.target(lines, category, text)
        return (found.sub_area or found.area, found.word) if found else ("", "")

    return of


def versions_of(framework: str) -> list[ClassMap]:
    """Return every version, the draft first."""
    return list(
        ClassMap.objects.filter(framework=framework)
        .select_related("made_by", "changed_by")
        .order_by("-version")
    )


def owner_of(framework: str) -> Organisation | None:
    """Return whose framework it is; None for those that come with Naite."""
    row = FrameworkVersion.objects.filter(code=framework).select_related("owner").first()
    return row.owner if row else None


def can_edit(person: Person | None, framework: str, *, now: datetime) -> bool:
    """Whether a person edits the table: staff of the framework's owner; for those that come with Naite, operators
    and officers of the provincial and national institutes."""
    return policies.can_map_classes(person, owner_of(framework), now=now)


def save_draft(
    *,
    kind: Framework,
    lines: Sequence[Line],
    note: str = "",
    draft: ClassMap | None = None,
    revision: int | None = None,
    actor: Person | None,
    now: datetime,
) -> ClassMap:
    """Keep a table as the draft of its next version; nothing changes for suggestions yet.

    Refuses who may not, lines that cannot be used (with the fault of each), and a draft that was saved or published
    elsewhere since ``revision`` was read. Writes an audit row.
    """
    _require(kind.code, actor, now)
    _require_fit(lines, kind)
    values = {
        "lines": rules.as_data(lines),
        "note": " ".join(note.split())[:NOTE_LENGTH],
        "changed_by": actor,
        "changed_at": now,
    }
    with transaction.atomic():
        if draft is not None:
            made = save_over(draft, revision=revision, moved=MOVED, **values)
        else:
            last = ClassMap.objects.filter(framework=kind.code).order_by("-version").first()
            try:
                with transaction.atomic():
                    made = ClassMap.objects.create(
                        framework=kind.code,
                        version=last.version + 1 if last else 1,
                        made_by=actor,
                        **values,
                    )
            except IntegrityError:
                raise Refused(MOVED, code="moved_meanwhile") from None
        audit.record("badges.save_class_map", actor=actor, now=now, subject=made)
    return made


def publish(
    *, draft: ClassMap, kind: Framework, revision: int | None, actor: Person | None, now: datetime
) -> ClassMap:
    """Let a draft count from now on. Refuses as ``save_draft`` does, and a table without any line."""
    _require(draft.framework, actor, now)
    lines = rules.from_data(draft.lines)
    if not lines:
        raise Invalid(_("적은 줄이 없습니다. 한 줄 이상 적어 주세요."), code="map_empty")
    _require_fit(lines, kind)
    with transaction.atomic():
        publish_once(draft, revision=revision, moved=MOVED, now=now)
        audit.record("badges.publish_class_map", actor=actor, now=now, subject=draft)
    draft.refresh_from_db()
    return draft


def _require_fit(lines: Sequence[Line], kind: Framework) -> None:
    if len(lines) > rules.MOST_LINES:
        raise Invalid(
            _("%(most)d줄까지 적을 수 있습니다.") % {"most": rules.MOST_LINES}, code="too_many_lines"
        )
    found = rules.faults(lines, kind)
    if found:
        raise Invalid(
            _("고칠 곳이 있습니다. 표시된 칸을 확인해 주세요."),
            code="map_invalid",
            fields={f"line{at}": message for at, message in found.items()},
        )


def _require(framework: str, actor: Person | None, now: datetime) -> None:
    if not can_edit(actor, framework, now=now):
        raise NotAllowed(_("이 체계의 대응표를 고칠 권한이 없습니다. 체계를 만든 곳에 물어보세요."))


@lru_cache(maxsize=16)
def _shipped(framework: str) -> tuple[Line, ...]:
    known = {path.stem: path for path in (frameworks.HERE / "maps").glob("*.json")}
    if framework not in known:
        return ()
    return rules.from_data(json.loads(known[framework].read_text(encoding="utf-8")))
