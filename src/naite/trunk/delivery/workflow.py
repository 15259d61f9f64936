"""The states of an enrolment as data. An application makes the row (``rules.first_state``)."""

from naite.roots.workflow import Step, Workflow
from naite.trunk.delivery.models import Enrolment

_CONFIRMED, _AWAITING, _WAITING, _CANCELLED = (
    Enrolment.State.CONFIRMED,
    Enrolment.State.AWAITING_PAYMENT,
    Enrolment.State.WAITING,
    Enrolment.State.CANCELLED,
)

ENROLMENT = Workflow(
    Step("move_up", (_WAITING,), _CONFIRMED, "a seat came free in a run without fee"),
    Step("move_up_to_pay", (_WAITING,), _AWAITING, "a seat came free in a run with a fee"),
    Step("pay", (_AWAITING,), _CONFIRMED, "staff saw the payment"),
    Step("exempt", (_AWAITING,), _CONFIRMED, "staff let the fee off, with a reason"),
    Step("release", (_AWAITING,), _CANCELLED, "the fee was not paid by its deadline"),
    Step("cancel", (_CONFIRMED, _AWAITING, _WAITING), _CANCELLED, "the person or staff withdrew it"),
)
