"""Making plans, changing their steps, sharing them, and telling when a course opens."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from naite.branches.design import policies
from naite.branches.design.models import Plan, PlanStep
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.korean_ids import refuse_resident_number
from naite.roots.notices import services as notices
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.standards.queries import units_by_code
from naite.trunk.people.models import Organisation, Person
from naite.trunk.records.models import LearningAccount

MOST_UNITS, MOST_STEPS, MOST_PLANS = 40, 60, 30


def make_plan(
    *,
    account: LearningAccount,
    title: str,
    job_code: str = "",
    unit_codes: Sequence[str],
    target_on: date | None,
    actor: Person | None,
    now: datetime,
) -> Plan:
    """Make a plan towards units of competence. Refuses all but the owner, an empty or overlong goal, units that
    no list has, a day that is past, and more plans than anybody follows."""
    _require_owner(actor, account)
    title = " ".join(title.split())
    fields = {}
    if not title or len(title) > 120:
        fields["title"] = _("목표의 이름을 120자까지 적어 주세요. 예: 데이터 관리자 되기")
    codes = list(dict.fromkeys(unit_codes))
    known = units_by_code(codes)
    if not codes:
        fields["units"] = _("능력단위를 하나 이상 고르세요.")
    elif len(codes) > MOST_UNITS:
        fields["units"] = _("한 설계에는 능력단위를 %(most)d개까지 담을 수 있습니다.") % {"most": MOST_UNITS}
    elif set(codes) - set(known):
        fields["units"] = _("목록에 없는 능력단위가 있습니다. 다시 골라 주세요.")
    if target_on is not None and target_on < day_of(now):
        fields["target_on"] = _("이미 지난 날입니다. 오늘이나 그 뒤의 날을 골라 주세요.")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="plan_faults", fields=fields)
    refuse_resident_number(title, "title")
    if Plan.objects.filter(account_id=account.pk, dropped_at=None).count() >= MOST_PLANS:
        raise Refused(
            _("설계가 너무 많습니다. 쓰지 않는 설계를 지우고 다시 해 주세요."), code="too_many_plans"
        )
    with transaction.atomic():
        plan = Plan.objects.create(
            account=account,
            title=title,
            job_code=job_code[:8],
            units=[{"code": code, "name": known[code].name} for code in codes],
            target_on=target_on,
            created_at=now,
        )
        audit.record(
            "design.make_plan", actor=actor, now=now, subject=plan, about=account.person_id, units=len(codes)
        )
    return plan


@transaction.atomic
def add_course(
    *,
    plan: Plan,
    listing: Listing,
    unit_code: str,
    why: str,
    target_on: date | None,
    actor: Person | None,
    now: datetime,
) -> PlanStep:
    """Take a course into a plan. Safe to repeat: the same listing is one step. Whoever's course is not open yet is
    told when it opens."""
    _require_owner(actor, plan.account)
    existing = _steps(plan).filter(listing_id=listing.pk).first()
    if existing is not None:
        return existing
    _require_room(plan)
    opens = listing.registration_opens_at
    step = PlanStep.objects.create(
        account_id=plan.account_id,
        plan_id=plan.id,
        title=listing.title,
        provider_name=listing.provider_name,
        unit_code=_unit_in(plan, unit_code),
        why=why[:300],
        listing_id=listing.pk,
        course_id=listing.course_id,
        target_on=target_on or listing.ends_on,
        added_at=now,
        told_at=None if opens is not None and opens > now else now,
    )
    _changed(plan, "design.add_step", actor, now)
    return step


@transaction.atomic
def add_own_step(
    *, plan: Plan, title: str, unit_code: str, target_on: date | None, actor: Person | None, now: datetime
) -> PlanStep:
    """Take something into a plan in own words. Refuses an empty one."""
    _require_owner(actor, plan.account)
    title = " ".join(title.split())
    if not title or len(title) > 200:
        message = _("할 일을 200자까지 적어 주세요.")
        raise Invalid(message, code="step_title", fields={"title": message})
    refuse_resident_number(title, "title")
    _require_room(plan)
    step = PlanStep.objects.create(
        account_id=plan.account_id,
        plan_id=plan.id,
        title=title,
        unit_code=_unit_in(plan, unit_code),
        target_on=target_on,
        added_at=now,
        told_at=now,
    )
    _changed(plan, "design.add_step", actor, now)
    return step


@transaction.atomic
def change_step(
    *,
    plan: Plan,
    step_id: UUID,
    seen_version: int,
    what: str,
    target_on: date | None = None,
    actor: Person | None,
    now: datetime,
) -> None:
    """Tick a step, take the tick back, remove it or move its day. Refuses when the plan changed since it was seen."""
    _require_owner(actor, plan.account)
    step = _steps(plan).filter(id=step_id).first()
    if step is None:
        raise Refused(_("그런 할 일이 없습니다. 화면을 새로 고쳐 주세요."), code="step_unknown")
    moved = Plan.objects.filter(
        account_id=plan.account_id, id=plan.id, version=seen_version, dropped_at=None
    ).update(version=F("version") + 1)
    if not moved:
        raise Refused(
            _("다른 창에서 이 설계가 바뀌었습니다. 바뀐 것을 확인하고 다시 해 주세요."), code="plan_changed"
        )
    changes: dict[str, object] = {
        "done": {"ticked_on": day_of(now)},
        "undone": {"ticked_on": None},
        "remove": {"removed_at": now},
        "date": {"target_on": target_on},
    }
    if what not in changes:
        raise Invalid(_("할 수 없는 일입니다."), code="step_act")
    PlanStep.objects.filter(account_id=plan.account_id, id=step.id).update(**changes[what])  # type: ignore[arg-type]
    audit.record(
        "design.change_step", actor=actor, now=now, subject=step, about=plan.account.person_id, what=what
    )


@transaction.atomic
def share(*, plan: Plan, organisation: Organisation | None, actor: Person | None, now: datetime) -> None:
    """Let the counsellors of one organisation read a plan, or, without one, nobody any more."""
    _require_owner(actor, plan.account)
    if organisation is not None and organisation.closed_on is not None:
        raise Refused(_("문을 닫은 기관입니다. 다른 기관을 골라 주세요."), code="organisation_closed")
    Plan.objects.filter(account_id=plan.account_id, id=plan.id).update(
        shared_with=organisation, shared_at=now if organisation else None
    )
    audit.record(
        "design.share_plan",
        actor=actor,
        now=now,
        subject=plan,
        about=plan.account.person_id,
        organisation=organisation.pk if organisation else None,
    )


@transaction.atomic
def drop(*, plan: Plan, actor: Person | None, now: datetime) -> None:
    """Put a plan away; whoever could read it no longer can. Safe to repeat."""
    _require_owner(actor, plan.account)
    if Plan.objects.filter(account_id=plan.account_id, id=plan.id, dropped_at=None).update(dropped_at=now):
        audit.record("design.drop_plan", actor=actor, now=now, subject=plan, about=plan.account.person_id)


@transaction.atomic
def erase_plans(*, account_id: UUID) -> int:
    """Delete the plans of an account that was closed for good. Safe to repeat."""
    PlanStep.objects.filter(account_id=account_id).delete()
    gone, _kinds = Plan.objects.filter(account_id=account_id).delete()
    return gone


def note_look(*, plan: Plan, actor: Person, now: datetime) -> None:
    """Let somebody read a shared plan, and record it. Refuses whoever may not."""
    if not policies.can_read_shared(actor, plan, now=now):
        raise NotAllowed(_("이 설계를 볼 권한이 없습니다."))
    audit.record("design.read_plan", actor=actor, now=now, subject=plan, about=plan.account.person_id)


def tell_opening(*, now: datetime, limit: int = 500) -> int:
    """Tell learners whose planned course takes applications now; return how many letters were queued.

    Called by the worker. Nobody is told twice; what closed before anybody was told is passed over.
    """
    steps = list(
        PlanStep.objects.filter(told_at=None, removed_at=None, listing_id__isnull=False)
        .select_related("account__person")
        .order_by("added_at")[: limit * 4]
    )
    open_now = {
        row.pk: row
        for row in Listing.objects.filter(
            pk__in={step.listing_id for step in steps},
            withdrawn_at=None,
            registration_opens_at__lte=now,
            registration_closes_at__gt=now,
        )
    }
    told = 0
    for step in steps:
        listing = open_now.get(step.listing_id) if step.listing_id else None
        if listing is None or told >= limit:
            continue
        with transaction.atomic():
            mine = PlanStep.objects.filter(account_id=step.account_id, id=step.id, told_at=None)
            if not mine.update(told_at=now):
                continue
            notices.tell(
                to=step.account.person,
                subject=_("학습설계에 담은 강좌가 신청을 받습니다"),
                body=_("‘%(title)s’ 강좌가 지금 신청을 받습니다.\n\n학습계좌의 학습설계에서 볼 수 있습니다.")
                % {"title": listing.title},
                dedupe_key=f"design-open:{step.id}",
                now=now,
            )
            told += 1
    return told


def _steps(plan: Plan) -> QuerySet[PlanStep]:
    return PlanStep.objects.filter(account_id=plan.account_id, plan_id=plan.id, removed_at=None)


def _require_owner(actor: Person | None, account: LearningAccount) -> None:
    if not policies.can_plan(actor, account) or account.closed_at is not None:
        raise NotAllowed(_("학습설계는 학습계좌의 주인만 고칠 수 있습니다."))


def _require_room(plan: Plan) -> None:
    if plan.dropped_at is not None or _steps(plan).count() >= MOST_STEPS:
        raise Refused(_("이 설계에는 더 담을 수 없습니다."), code="plan_full")


def _unit_in(plan: Plan, code: str) -> str:
    return code if any(unit["code"] == code for unit in plan.units) else ""


def _changed(plan: Plan, action: str, actor: Person | None, now: datetime) -> None:
    Plan.objects.filter(account_id=plan.account_id, id=plan.id).update(version=F("version") + 1)
    audit.record(action, actor=actor, now=now, subject=plan, about=plan.account.person_id)
