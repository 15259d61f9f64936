"""Recognition of courses: rounds, criteria, applications and the recognitions they lead to."""

from naite.trunk.recognition.models.applications import (
    Application,
    ApplicationItem,
    CaseEvent,
    Evidence,
    Hop,
)
from naite.trunk.recognition.models.criteria import CriteriaItem, CriteriaVersion, Indicator
from naite.trunk.recognition.models.recognitions import CoveredRun, Recognition
from naite.trunk.recognition.models.rounds import ProvincialStage, Round, RoundScope

__all__ = [
    "Application",
    "ApplicationItem",
    "CaseEvent",
    "CoveredRun",
    "CriteriaItem",
    "CriteriaVersion",
    "Evidence",
    "Hop",
    "Indicator",
    "ProvincialStage",
    "Recognition",
    "Round",
    "RoundScope",
]
