"""The states of a request for confirmation."""

from naite.roots.workflow import Step, Workflow
from naite.trunk.records.models import ConfirmationRequest

State = ConfirmationRequest.State
WORKFLOW = Workflow(
    Step("confirm", (State.WAITING,), State.CONFIRMED, "the organisation stands by it"),
    Step("decline", (State.WAITING,), State.DECLINED, "the organisation cannot, and says why"),
    Step(
        "withdraw",
        (State.WAITING,),
        State.WITHDRAWN,
        "the learner takes it back, corrects or voids the entry",
    ),
)
