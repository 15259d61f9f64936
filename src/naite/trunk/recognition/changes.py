"""Change reports (변경 보고): an institution says what changes, the national institute accepts it or not."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.workflow import Step, Workflow
from naite.trunk.people.models import Person, Role
from naite.trunk.people.policies import can_run_courses, has_role
from naite.trunk.recognition import delegations
from naite.trunk.recognition.applications.workflow import note_event
from naite.trunk.recognition.models import ChangeReport, Delegation, Recognition
from naite.trunk.recognition.queries import live

S = ChangeReport.State
WORKFLOW = Workflow(
    Step("accept", (S.SUBMITTED,), S.ACCEPTED, "the change may be made"),
    Step("refuse", (S.SUBMITTED,), S.REFUSED, "the course is run as it was recognised"),
)


@dataclass(frozen=True)
class Change:
    """What changes, from what to what, why and when."""

    kind: str
    before: str
    after: str
    reason: str
    effective_on: date


@transaction.atomic
def report(*, recognition: Recognition, change: Change, actor: Person, now: datetime) -> ChangeReport:
    """Report a change of a recognised course.

    Refuses who does not run the institution's courses, a recognition that is not in force, empty or overlong
    words, a change to what it was, and a second report of the same kind while one waits.
    """
    if not can_run_courses(actor, recognition.course.organisation, now=now):
        raise NotAllowed(_("변경 보고는 인정받은 기관의 담당자만 할 수 있습니다."))
    if not Recognition.objects.filter(live(day_of(now)), pk=recognition.pk).exists():
        raise Refused(_("지금 유효한 인정만 변경을 보고할 수 있습니다."), code="not_live")
    words = {name: " ".join(getattr(change, name).split()) for name in ("before", "after", "reason")}
    fields = {
        name: _("%(most)s자까지 적어 주세요.") % {"most": most}
        for name, most in (("before", 300), ("after", 300), ("reason", 500))
        if not words[name] or len(words[name]) > most
    }
    if change.kind not in ChangeReport.Kind:
        fields["kind"] = _("바뀌는 것을 골라 주세요.")
    if words["before"] and words["before"] == words["after"]:
        fields["after"] = _("지금과 같습니다. 바뀐 뒤의 내용을 적어 주세요.")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="change_faults", fields=fields)
    try:
        with transaction.atomic():
            made = ChangeReport.objects.create(
                recognition=recognition,
                kind=change.kind,
                **words,
                effective_on=change.effective_on,
                submitted_by=actor,
                submitted_at=now,
            )
    except IntegrityError as error:
        raise Refused(
            _("같은 것을 바꾸겠다는 보고를 이미 확인하고 있습니다. 결정이 난 뒤에 다시 내 주세요."),
            code="waiting",
        ) from error
    note_event(
        act="report_change",
        actor=actor,
        now=now,
        recognition=recognition,
        office=recognition.course.organisation,
        reason=_("%(kind)s: %(before)s → %(after)s") % {"kind": made.get_kind_display(), **words},
    )
    audit.record("recognition.report_change", actor=actor, now=now, subject=made, kind=change.kind)
    return made


@transaction.atomic
def decide(
    *, change: ChangeReport, accepts: bool, reason: str = "", actor: Person, now: datetime
) -> ChangeReport:
    """Accept or refuse a reported change; a refusal says why. Refuses a second decision (``moved_meanwhile``).

    The provincial institute decides too for its province while the power is delegated to it.
    """
    institute = change.recognition.granted_by
    region = change.recognition.course.organisation.region
    if not delegations.may(actor, Delegation.Power.CHANGES, region, institute, now=now):
        raise NotAllowed(
            _(
                "변경 보고는 국가평생교육진흥원 담당자나 그 권한을 위임받은 시도평생교육진흥원 담당자가 결정합니다."
            )
        )
    if not has_role(actor, institute, Role.NATIONAL_OFFICER, now=now):
        institute = delegations.holder(Delegation.Power.CHANGES, region, on=day_of(now)) or institute
    reason = " ".join(reason.split())
    if (not accepts and not reason) or len(reason) > 500:
        message = _("받아들이지 않는 까닭을 500자까지 적어 주세요.")
        raise Invalid(message, code="reason", fields={"reason": message})
    act = "accept" if accepts else "refuse"
    WORKFLOW.move(change, act, decided_by=actor, decided_at=now, decision_reason=reason)
    note_event(
        act=f"{act}_change",
        actor=actor,
        now=now,
        recognition=change.recognition,
        office=institute,
        reason=reason or f"{change.get_kind_display()}: {change.after}",
    )
    audit.record(f"recognition.{act}_change", actor=actor, now=now, subject=change)
    return change


def waiting() -> QuerySet[ChangeReport]:
    """Return the reports that wait for a decision, oldest first."""
    return (
        ChangeReport.objects.filter(state=S.SUBMITTED)
        .select_related(
            "recognition__course__current",
            "recognition__course__organisation__region",
            "recognition__granted_by",
        )
        .order_by("submitted_at", "id")
    )
