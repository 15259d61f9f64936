"""The states of a change that an institution asks for (변경 신청)."""

from naite.roots.workflow import Step, Workflow
from naite.trunk.people.models import InstitutionProposal

S = InstitutionProposal.State

WORKFLOW = Workflow(
    Step("submit", (S.DRAFT, S.SENT_BACK), S.SUBMITTED, "the institution hands it in with proof"),
    Step("send_back", (S.SUBMITTED,), S.SENT_BACK, "the office says what is lacking"),
    Step("accept", (S.SUBMITTED,), S.ACCEPTED, "the office accepts; it holds from its day on"),
    Step("apply", (S.ACCEPTED,), S.APPLIED, "its day has come, the registry says so"),
    Step(
        "return", (S.ACCEPTED,), S.SENT_BACK, "the page was set right before the day; the institution looks"
    ),
    Step("refuse", (S.SUBMITTED,), S.REFUSED, "the office refuses with the ground"),
    Step("end", (S.DRAFT, S.SUBMITTED, S.SENT_BACK, S.ACCEPTED), S.WITHDRAWN, "the institution is closed"),
    Step("withdraw", (S.DRAFT, S.SUBMITTED, S.SENT_BACK), S.WITHDRAWN, "the institution takes it back"),
)
