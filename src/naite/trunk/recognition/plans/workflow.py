"""The states of a plan."""

from naite.roots.workflow import Step, Workflow
from naite.trunk.recognition.models import Plan

S = Plan.State

WORKFLOW = Workflow(
    Step("submit", (S.DRAFT,), S.SUBMITTED, "its office hands it to the ministry"),
    Step("send_back", (S.SUBMITTED,), S.DRAFT, "the ministry says what to change"),
    Step("approve", (S.SUBMITTED,), S.APPROVED, "the ministry approves it"),
    Step("publish", (S.APPROVED,), S.PUBLISHED, "its office makes it public"),
    Step("supersede", (S.PUBLISHED,), S.SUPERSEDED, "its next version is public"),
)
