"""Scoring a case: the evaluator's own work, item by item, and handing it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, Refused
from naite.roots.text import tidy
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Application, Assignment, CriteriaItem, Score
from naite.trunk.recognition.panels import policies, score_rules
from naite.trunk.recognition.panels.pool import Outdated
from naite.trunk.recognition.results import services as results
from naite.trunk.recognition.results.queries import items_to_judge

S = Application.State
MOST_QUOTES = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """What an evaluator has typed for one item; ``revision`` is the one the page was opened with, 0 for none."""

    points: str = ""
    comment: str = ""
    is_held: bool = False
    quotes: Sequence[dict[str, str]] = ()
    revision: int = 0


class Incomplete(Refused):
    """Items without score or comment, or held for later."""

    code = "incomplete"

    def __init__(self, message: str, items: Sequence[CriteriaItem]) -> None:
        super().__init__(message)
        self.items = list(items)


def require_open(assignment: Assignment) -> None:
    """Refuse a review that is handed in, taken away, or whose case is no longer before the panel."""
    if assignment.state == Assignment.State.SUBMITTED:
        raise Refused(_("이미 제출한 평가입니다. 제출하면 고칠 수 없습니다."), code="submitted")
    if assignment.state == Assignment.State.REPLACED:
        raise Refused(_("다른 위원에게 넘어간 평가입니다. 적은 점수는 쓰이지 않습니다."), code="replaced")
    wanted = S.RE_REVIEW if assignment.is_again else S.IN_REVIEW
    if assignment.application.state != wanted:
        raise Refused(
            _("신청의 상태가 바뀌어 평가를 멈추었습니다(%(state)s).")
            % {"state": assignment.application.get_state_display()},
            code="not_in_review",
        )


@transaction.atomic
def save_score(
    *, assignment: Assignment, item: CriteriaItem, draft: Draft, actor: Person, now: datetime
) -> Score:
    """Keep what the evaluator has typed for one item, complete or not.

    Refuses points that cannot be (see ``score_rules``), items of other criteria or not judged this time, a
    comment over 1,000 characters, a handed-in review, and (``outdated``) when another window has saved the item
    since. Safe to repeat: the same content with an old revision is taken as saved.
    """
    assignment = _locked(assignment)
    policies.require_own(actor, assignment, now=now)
    require_open(assignment)
    if item.pk not in {each.pk for each in items_to_judge(assignment)}:
        raise Invalid(_("이번에 평가하는 항목이 아닙니다. 화면을 새로 열어 주세요."), code="other_item")
    comment = tidy(draft.comment)
    if len(comment) > score_rules.LONGEST_COMMENT:
        message = _("의견은 1,000자까지 적을 수 있습니다. 지금 %(n)d자입니다.") % {"n": len(comment)}
        raise Invalid(message, code="too_long", fields={"comment": message})
    facts: dict[str, Any] = {
        "points": score_rules.points_of(draft.points, most=item.points),
        "comment": comment,
        "is_held": draft.is_held,
        "quotes": _quotes(draft.quotes),
    }
    known = Score.objects.select_for_update().filter(assignment=assignment, item=item).first()
    if known is None:
        return Score.objects.create(assignment=assignment, item=item, changed_at=now, **facts)
    if all(getattr(known, name) == value for name, value in facts.items()):
        return known
    if known.revision != draft.revision:
        raise Outdated(
            _("다른 창에서 이 항목을 고쳤습니다. 적은 것은 그대로 두었으니, 저장된 것과 견주어 주세요.")
        )
    for name, value in facts.items():
        setattr(known, name, value)
    known.revision += 1
    known.changed_at = now
    known.save()
    return known


def _quotes(quotes: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    if len(quotes) > MOST_QUOTES:
        raise Invalid(_("인용은 한 항목에 %(n)d곳까지 할 수 있습니다.") % {"n": MOST_QUOTES}, code="quotes")
    return [
        {"text": tidy(str(each.get("text", "")))[:300], "source": tidy(str(each.get("source", "")))[:120]}
        for each in quotes
        if isinstance(each, dict) and tidy(str(each.get("text", "")))
    ]


def missing(assignment: Assignment) -> list[CriteriaItem]:
    """Return the items that keep a review from being handed in: no score, no comment, or held."""
    done = {
        score.item_id
        for score in assignment.scores.all()
        if score.points is not None and score.comment and not score.is_held
    }
    return [item for item in items_to_judge(assignment) if item.pk not in done]


@transaction.atomic
def submit(*, assignment: Assignment, actor: Person, now: datetime) -> Assignment:
    """Hand in a review for good; the last one of the case turns the scores into a verdict.

    Refuses an incomplete one (``incomplete``, with the items). Repeating changes nothing.
    """
    # One at a time for a case, so that of two last ones exactly one settles it.
    Application.objects.select_for_update().get(pk=assignment.application_id)
    assignment = _locked(assignment)
    policies.require_own(actor, assignment, now=now)
    if assignment.state == Assignment.State.SUBMITTED:
        return assignment
    require_open(assignment)
    left = missing(assignment)
    if left:
        raise Incomplete(
            _("점수와 의견을 모두 적어야 제출할 수 있습니다. 남은 항목 %(n)d개: %(items)s")
            % {"n": len(left), "items": ", ".join(item.title for item in left[:5])},
            left,
        )
    assignment.state, assignment.submitted_at = Assignment.State.SUBMITTED, now
    assignment.save(update_fields=["state", "submitted_at"])
    audit.record("recognition.submit_review", actor=actor, now=now, subject=assignment)
    results.settle(application=assignment.application, actor=actor, now=now)
    return assignment


def total_of(scores: Sequence[Score]) -> Decimal:
    return sum((score.points for score in scores if score.points is not None), Decimal(0))


def _locked(assignment: Assignment) -> Assignment:
    return (
        Assignment.objects.select_for_update(of=("self",))
        .select_related(
            "application__round__criteria", "evaluator__person", "evaluator__institute", "panel__round"
        )
        .get(pk=assignment.pk)
    )


def find(assignment_id: UUID) -> Assignment | None:
    """Return an assignment with what its pages show."""
    return (
        Assignment.objects.select_related(
            "application__round__criteria",
            "application__round__institute",
            "application__organisation",
            "application__version",
            "evaluator__person",
            "evaluator__institute",
            "panel__round",
        )
        .filter(pk=assignment_id)
        .first()
    )
