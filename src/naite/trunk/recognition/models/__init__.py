"""Recognition of courses: rounds, criteria, applications and the recognitions they lead to."""

from naite.trunk.recognition.models.applications import (
    Application,
    ApplicationItem,
    CaseEvent,
    Evidence,
    Hop,
)
from naite.trunk.recognition.models.changes import ChangeReport
from naite.trunk.recognition.models.committee import (
    AgendaItem,
    CommitteeMember,
    Meeting,
    MeetingSeat,
    Recusal,
)
from naite.trunk.recognition.models.criteria import CriteriaItem, CriteriaVersion, Indicator
from naite.trunk.recognition.models.delegations import Delegation
from naite.trunk.recognition.models.letters import (
    LocalNotice,
    MailboxConsent,
    NoticeBatch,
    ResultNotice,
)
from naite.trunk.recognition.models.marks import CaseMark
from naite.trunk.recognition.models.numbers import NumberSeries
from naite.trunk.recognition.models.panels import (
    Affiliation,
    Challenge,
    ConflictDeclaration,
    DeclaredConflict,
    Evaluator,
    Panel,
    PanelMember,
    ReviewFee,
)
from naite.trunk.recognition.models.plans import NoticeFile, Plan, PlanLine, PublicNotice
from naite.trunk.recognition.models.recognitions import CoveredRun, Recognition
from naite.trunk.recognition.models.reviews import (
    Assignment,
    ItemResult,
    PanelCase,
    Result,
    Score,
    Stage,
)
from naite.trunk.recognition.models.rounds import ProvincialStage, Round, RoundChange, RoundScope

__all__ = [
    "Affiliation",
    "AgendaItem",
    "Application",
    "ApplicationItem",
    "Assignment",
    "CaseEvent",
    "CaseMark",
    "Challenge",
    "ChangeReport",
    "CommitteeMember",
    "ConflictDeclaration",
    "CoveredRun",
    "CriteriaItem",
    "CriteriaVersion",
    "DeclaredConflict",
    "Delegation",
    "Evaluator",
    "Evidence",
    "Hop",
    "Indicator",
    "ItemResult",
    "LocalNotice",
    "MailboxConsent",
    "Meeting",
    "MeetingSeat",
    "NoticeBatch",
    "NoticeFile",
    "NumberSeries",
    "Panel",
    "PanelCase",
    "PanelMember",
    "Plan",
    "PlanLine",
    "ProvincialStage",
    "PublicNotice",
    "Recognition",
    "Recusal",
    "Result",
    "ResultNotice",
    "ReviewFee",
    "Round",
    "RoundChange",
    "RoundScope",
    "Score",
    "Stage",
]
