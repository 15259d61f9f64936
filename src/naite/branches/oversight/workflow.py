"""The states of oversight's cases as data."""

from naite.branches.oversight.models import Complaint
from naite.roots.workflow import Step, Workflow

C = Complaint.State

COMPLAINT = Workflow(
    Step("accept", (C.RECEIVED,), C.ACCEPTED, "접수: it is about a course that the institute oversees"),
    Step("put_out_of_scope", (C.RECEIVED, C.ACCEPTED), C.OUT_OF_SCOPE, "with a reason"),
    Step("merge", (C.RECEIVED, C.ACCEPTED), C.MERGED, "another complaint says the same"),
    Step("investigate", (C.ACCEPTED,), C.INVESTIGATING, "an on-site investigation was planned for it"),
    Step("come_back", (C.INVESTIGATING,), C.ACCEPTED, "the investigation has ended"),
    Step("close", (C.ACCEPTED, C.INVESTIGATING), C.CLOSED, "the complainant is told what came of it"),
)
