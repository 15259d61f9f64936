"""Persons, organisations, regions and the roles that join them; a module for each noun."""

from naite.trunk.people.models.api_clients import ApiRequest, ApiToken
from naite.trunk.people.models.cards import LearningCard, PhoneCode
from naite.trunk.people.models.desk import DeskVisit, PaperConsent
from naite.trunk.people.models.duties import StandIn
from naite.trunk.people.models.helping import HelpSession
from naite.trunk.people.models.invitations import Invitation
from naite.trunk.people.models.organisation_changes import OrganisationChange
from naite.trunk.people.models.organisations import Organisation
from naite.trunk.people.models.persons import Person, PersonManager
from naite.trunk.people.models.regions import Region, RegionChange
from naite.trunk.people.models.registry import (
    InstitutionCertification,
    InstitutionDocument,
    InstitutionEvent,
    InstitutionFile,
    InstitutionProposal,
)
from naite.trunk.people.models.representation import Representation
from naite.trunk.people.models.roles import Role, RoleAssignment

__all__ = [
    "ApiRequest",
    "ApiToken",
    "DeskVisit",
    "HelpSession",
    "InstitutionCertification",
    "InstitutionDocument",
    "InstitutionEvent",
    "InstitutionFile",
    "InstitutionProposal",
    "Invitation",
    "LearningCard",
    "Organisation",
    "OrganisationChange",
    "PaperConsent",
    "Person",
    "PersonManager",
    "PhoneCode",
    "Region",
    "RegionChange",
    "Representation",
    "Role",
    "RoleAssignment",
    "StandIn",
]
