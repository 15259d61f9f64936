"""Achievements, the keys that sign them, the lists that revoke them, and awards."""

from naite.trunk.badges.models.achievements import Achievement
from naite.trunk.badges.models.activities import Activity, ActivityPicture, LearningCircle
from naite.trunk.badges.models.award_runs import AwardRow, AwardRun, IssuingPolicy
from naite.trunk.badges.models.awards import Award, BadgeNumber
from naite.trunk.badges.models.class_maps import ClassMap
from naite.trunk.badges.models.designs import BadgeDesign
from naite.trunk.badges.models.endorsements import BadgeEndorsement
from naite.trunk.badges.models.flags import AwardFlag
from naite.trunk.badges.models.frameworks import FrameworkVersion
from naite.trunk.badges.models.improvements import Improvement
from naite.trunk.badges.models.keys import IssuerKey
from naite.trunk.badges.models.life import AwardAct, AwardReminder, BadgeAppeal
from naite.trunk.badges.models.pathways import Pathway, PathwayLoss
from naite.trunk.badges.models.rollout import RolloutStep
from naite.trunk.badges.models.status_lists import StatusList
from naite.trunk.badges.models.trusted_issuers import IssuerDecision, ListedIssuer

__all__ = [
    "Achievement",
    "Activity",
    "ActivityPicture",
    "Award",
    "AwardAct",
    "AwardFlag",
    "AwardReminder",
    "AwardRow",
    "AwardRun",
    "BadgeAppeal",
    "BadgeDesign",
    "BadgeEndorsement",
    "BadgeNumber",
    "ClassMap",
    "FrameworkVersion",
    "Improvement",
    "IssuerDecision",
    "IssuerKey",
    "IssuingPolicy",
    "LearningCircle",
    "ListedIssuer",
    "Pathway",
    "PathwayLoss",
    "RolloutStep",
    "StatusList",
]
