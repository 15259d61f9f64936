"""Who runs panels, and who is an evaluator."""

from datetime import datetime

from django.utils.translation import gettext as _

from naite.roots.errors import NotAllowed
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import has_role
from naite.trunk.recognition.models import Assignment, Evaluator


def can_run_panels(person: Person | None, institute: Organisation, *, now: datetime) -> bool:
    """Whether a person keeps the pool, makes panels and gives out cases for the national institute."""
    return has_role(person, institute, Role.NATIONAL_OFFICER, now=now)


def require_officer(person: Person | None, institute: Organisation, *, now: datetime) -> None:
    if not can_run_panels(person, institute, now=now):
        raise NotAllowed(
            _("평가단은 국가평생교육진흥원 담당자만 다룹니다. 다른 역할로 들어와 있는지 확인해 주세요.")
        )


def is_evaluator(person: Person | None, institute: Organisation, *, now: datetime) -> bool:
    return has_role(person, institute, Role.EVALUATOR, now=now)


def require_own(person: Person, assignment: Assignment, *, now: datetime) -> None:
    """Refuse anybody but the evaluator to whom the case was given, and that one too once the role is over."""
    evaluator = assignment.evaluator
    if evaluator.person_id != person.pk or not is_evaluator(person, evaluator.institute, now=now):
        raise NotAllowed(_("나에게 배정된 평가가 아닙니다. 배정 목록에서 다시 열어 주세요."))


def require_profile(person: Person, evaluator: Evaluator, *, now: datetime) -> None:
    """Refuse anybody but the evaluator and the institute's officers."""
    own = evaluator.person_id == person.pk and is_evaluator(person, evaluator.institute, now=now)
    if not own and not can_run_panels(person, evaluator.institute, now=now):
        raise NotAllowed(_("본인과 국가평생교육진흥원 담당자만 고칠 수 있습니다."))
