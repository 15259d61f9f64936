"""Writing the criteria: drafts, publication, retirement."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.people.models import Person
from naite.trunk.recognition import policies
from naite.trunk.recognition.criteria import drafts
from naite.trunk.recognition.criteria.drafts import ItemDraft
from naite.trunk.recognition.models import CriteriaItem, CriteriaVersion, Indicator, Round

State = CriteriaVersion.State


class Faulty(Invalid):
    """Items that cannot be kept; ``faults`` says which and why."""

    code = "faulty_items"

    def __init__(self, found: Sequence[drafts.Fault]) -> None:
        super().__init__(_("고칠 항목이 %(n)s곳 있습니다. 바뀐 것은 없습니다.") % {"n": len(found)})
        self.faults = list(found)


@transaction.atomic
def start(
    *,
    name: str,
    note: str = "",
    items: Sequence[ItemDraft] = (),
    based_on: CriteriaVersion | None = None,
    is_sample: bool = False,
    actor: Person | None,
    now: datetime,
) -> CriteriaVersion:
    """Begin the next version of the criteria of a name: empty, with given items, or a copy of another version.

    Refuses anyone but the national institute (``actor`` None is the installation itself), a name without
    words and faulty items. A copy of a sample stays a sample until somebody says otherwise in its name.
    """
    _require(actor, now)
    name = " ".join(tidy(name).split())
    if not name or len(name) > 120:
        message = _("기준의 이름을 120자까지 적어 주세요.")
        raise Invalid(message, fields={"name": message})
    wanted = drafts.of_version(based_on) if based_on is not None and not items else drafts.tidied(items)
    if found := drafts.faults(wanted):
        raise Faulty(found)
    last = CriteriaVersion.objects.filter(name=name).aggregate(last=Max("number"))["last"] or 0
    version = CriteriaVersion.objects.create(
        name=name,
        number=last + 1,
        based_on=based_on,
        is_sample=is_sample or (based_on is not None and based_on.is_sample),
        note=note.strip()[:500],
        created_by=actor,
        created_at=now,
    )
    _write(version, wanted)
    audit.record(
        "recognition.start_criteria",
        actor=actor,
        now=now,
        subject=version,
        based_on=based_on.pk if based_on else None,
    )
    return version


@transaction.atomic
def save(
    *,
    version: CriteriaVersion,
    items: Sequence[ItemDraft],
    note: str,
    is_sample: bool | None = None,
    revision: int,
    actor: Person,
    now: datetime,
) -> CriteriaVersion:
    """Replace what a draft says. Refuses faulty items (``Faulty``), a version that is no draft any more, and the
    second of two tabs (``changed_meanwhile``); nothing is changed then. Safe to repeat."""
    _require(actor, now)
    wanted = drafts.tidied(items)
    if found := drafts.faults(wanted):
        raise Faulty(found)
    locked = CriteriaVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != State.DRAFT:
        raise Refused(
            _("공개한 기준은 바꿀 수 없습니다. 새 판을 만들어 고쳐 주세요(시행령 제14조의2제3항)."),
            code="published",
        )
    if locked.revision != revision:
        raise Refused(
            _(
                "다른 창에서 먼저 고쳤습니다. 적으신 것은 이 화면에 있으니, 새 창에서 바뀐 내용을 보고 옮겨 주세요."
            ),
            code="changed_meanwhile",
        )
    _clear(locked)
    _write(locked, wanted)
    locked.note, locked.revision = note.strip()[:500], revision + 1
    if is_sample is not None:
        locked.is_sample = is_sample
    locked.save(update_fields=["note", "revision", "is_sample"])
    audit.record("recognition.save_criteria", actor=actor, now=now, subject=locked, items=len(wanted))
    return locked


@transaction.atomic
def publish(*, version: CriteriaVersion, actor: Person | None, now: datetime) -> CriteriaVersion:
    """Make a draft unchangeable, so that rounds can name it. Refuses a draft in which a heading is empty.

    Safe to repeat: a published version stays as it is.
    """
    _require(actor, now)
    version = CriteriaVersion.objects.select_for_update().get(pk=version.pk)
    if version.state == State.PUBLISHED:
        return version
    if version.state != State.DRAFT:
        raise Refused(_("더는 쓰지 않는 기준입니다. 새 판으로 만들어 주세요."), code="retired")
    wanting = drafts.hindrances(drafts.of_version(version))
    if wanting:
        raise Invalid(" ".join(wanting), code="incomplete")
    version.state, version.published_at = State.PUBLISHED, now
    version.revision += 1
    version.save(update_fields=["state", "published_at", "revision"])
    audit.record("recognition.publish_criteria", actor=actor, now=now, subject=version)
    return version


@transaction.atomic
def retire(*, version: CriteriaVersion, actor: Person, now: datetime) -> CriteriaVersion:
    """Keep a published version from being named by new rounds; rounds that name it go on. Safe to repeat."""
    _require(actor, now)
    version = CriteriaVersion.objects.select_for_update().get(pk=version.pk)
    if version.state == State.DRAFT:
        raise Refused(_("공개하지 않은 기준은 지울 수 있습니다."), code="draft")
    if version.state == State.PUBLISHED:
        version.state = State.RETIRED
        version.save(update_fields=["state"])
        audit.record("recognition.retire_criteria", actor=actor, now=now, subject=version)
    return version


@transaction.atomic
def discard(*, version: CriteriaVersion, actor: Person, now: datetime) -> None:
    """Throw a draft away. Refuses what was published, and a draft that a round or another version names."""
    _require(actor, now)
    version = CriteriaVersion.objects.select_for_update().get(pk=version.pk)
    if version.state != State.DRAFT:
        raise Refused(_("공개한 기준은 지울 수 없습니다. ‘쓰지 않음’으로 바꿔 주세요."), code="published")
    if (
        Round.objects.filter(criteria=version).exists()
        or CriteriaVersion.objects.filter(based_on=version).exists()
    ):
        raise Refused(_("차수나 다른 판이 이 기준을 쓰고 있어 지울 수 없습니다."), code="in_use")
    audit.record("recognition.discard_criteria", actor=actor, now=now, subject=version, name=str(version))
    _clear(version)
    version.delete()


def _require(actor: Person | None, now: datetime) -> None:
    if actor is not None and policies.granting_institute(actor, now=now) is None:
        raise NotAllowed(_("평가인정 기준은 국가평생교육진흥원 담당자만 다룹니다."))


def _clear(version: CriteriaVersion) -> None:
    Indicator.objects.filter(item__version=version).delete()
    version.items.all().delete()


def _write(version: CriteriaVersion, items: Sequence[ItemDraft]) -> None:
    rows = [
        CriteriaItem(
            version=version,
            heading=item.heading,
            position=place,
            title=item.title,
            points=item.points or Decimal(0),  # faults were looked for
            manual=item.manual,
            evidence_demanded=item.evidence_demanded,
            evidence_required=item.evidence_required,
        )
        for place, item in enumerate(items, start=1)
    ]
    CriteriaItem.objects.bulk_create(rows)
    Indicator.objects.bulk_create(
        Indicator(item=row, position=place, text=each.text, points=each.points)
        for row, item in zip(rows, items, strict=True)
        for place, each in enumerate(item.indicators, start=1)
    )
