"""The states of a data request."""

from naite.branches.privacy.models import DataRequest
from naite.roots.workflow import Step, Workflow

State = DataRequest.State
WAITING = (State.OPEN, State.POSTPONED)
REQUESTS = Workflow(
    Step("postpone", (State.OPEN,), State.POSTPONED, note="once, with the reason and a new day"),
    Step("grant", WAITING, State.DONE, note="with what was done"),
    Step("grant_partly", WAITING, State.PARTLY, note="with what was done, what not and why"),
    Step("decline", WAITING, State.DECLINED, note="with the reason and how to object"),
    Step("withdraw", WAITING, State.WITHDRAWN, note="by the person"),
)
