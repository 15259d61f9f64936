"""What evaluators are paid: a rate per submitted review, set for each round."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Assignment, ReviewFee, Round
from naite.trunk.recognition.panels import policies

K = ReviewFee.Kind
MOST = 10_000_000


@dataclass
class Line:
    """One evaluator's submitted reviews of a round by kind, and what they come to."""

    evaluator_id: UUID
    name: str
    counts: dict[str, int] = field(default_factory=dict)
    amount: int = 0

    @property
    def reviews(self) -> int:
        return sum(self.counts.values())


@transaction.atomic
def set_rate(*, round: Round, kind: str, amount: int, actor: Person, now: datetime) -> ReviewFee:
    """Set what one submitted review of a kind is paid, in won. Refuses amounts that cannot be. Safe to repeat."""
    policies.require_officer(actor, round.institute, now=now)
    if kind not in K.values:
        raise Invalid(_("평가 종류를 골라 주세요."))
    if not 0 <= amount <= MOST:
        message = _("0원부터 10,000,000원까지 적어 주세요.")
        raise Invalid(message, fields={kind: message})
    rate, _made = ReviewFee.objects.update_or_create(round=round, kind=kind, defaults={"amount": amount})
    audit.record("recognition.set_fee", actor=actor, now=now, subject=round, kind=kind, amount=amount)
    return rate


def rates(round: Round) -> dict[str, int]:
    return dict(ReviewFee.objects.filter(round=round).values_list("kind", "amount"))


def kind_of(stage: str, attempt: int) -> str:
    """Return which rate a review is paid by: a re-evaluation has its own, whatever the stage."""
    return K.AGAIN if attempt > 1 else stage


def lines(round: Round) -> Iterator[Line]:
    """Return what each evaluator has earned in a round, by name; only submitted reviews count."""
    paid = rates(round)
    rows = (
        Assignment.objects.filter(application__round=round, state=Assignment.State.SUBMITTED)
        .values("evaluator_id", "evaluator__person__name", "stage", "attempt")
        .annotate(n=Count("pk"))
        .order_by("evaluator__person__name", "evaluator_id")
    )
    known: dict[UUID, Line] = {}
    for row in rows:
        line = known.setdefault(
            row["evaluator_id"], Line(row["evaluator_id"], row["evaluator__person__name"])
        )
        kind = kind_of(row["stage"], row["attempt"])
        line.counts[kind] = line.counts.get(kind, 0) + row["n"]
        line.amount += row["n"] * paid.get(kind, 0)
    yield from known.values()
