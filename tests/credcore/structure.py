"""The data models of Open Badges 3.0 and CLR 2.0 as tables, and JSON Schemas made from them.

1EdTech's own schema files carry no licence that would let us pass them on, so the multiplicities of the published
data model (OB 3.0 appendix B, CLR 2.0 appendix B) are written down here in our own form. A property is ``name``
followed by ``!`` (exactly one), ``?`` (at most one), ``+`` (one or more) or ``*`` (any number), and its type.
Unlike the published files these schemas know every property: what is not in the table is refused, so a misspelt
property cannot hide among the allowed extensions.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from jsonschema import Draft4Validator, Draft201909Validator

_CREDENTIAL = """
    @context+Context id!Iri type+Name name?Text description?Text image?Image issuer!Profile validFrom!Instant
    validUntil?Instant credentialStatus?Status termsOfUse*Status evidence*Evidence endorsement*Credential
    proof*Proof
"""
CLASSES = {
    "AchievementCredential": _CREDENTIAL + "credentialSubject!AchievementSubject awardedDate?Instant",
    "ClrCredential": _CREDENTIAL.replace("name?Text", "name!Text")
    + "credentialSubject!ClrSubject partial?Flag awardedDate?Instant",
    "AchievementSubject": """
        id?Iri type+Name activityStartDate?Instant activityEndDate?Instant creditsEarned?Number
        achievement!Achievement image?Image licenseNumber?Text narrative?Text result*Result role?Text
        source?Profile term?Text identifier*Identity
    """,
    "Identity": "type!Name hashed!Flag identityHash!Text identityType!IdentityType salt?Text",
    "ClrSubject": """
        id?Iri type+Name identifier*Identity achievement*Achievement verifiableCredential+AchievementCredential association*Association
    """,
    "Association": "type!Name associationType!AssociationType sourceId!Iri targetId!Iri id?Iri",
    "Achievement": """
        id!Iri type+Name name!Text description!Text criteria!Criteria achievementType?AchievementType
        alignment*Alignment creator?Profile creditsAvailable?Number fieldOfStudy?Text humanCode?Text image?Image
        inLanguage?Text related*Related resultDescription*ResultDescription specialization?Text tag*Text
        version?Text
    """,
    "Alignment": """
        id?Iri type+Name targetName!Text targetUrl!Iri targetCode?Text targetDescription?Text
        targetFramework?Text targetType?TargetType
    """,
    "Criteria": "id?Iri narrative?Text type*Name",
    "Evidence": """
        id?Iri type+Name name?Text narrative?Text description?Text genre?Text audience?Text
    """,
    "Image": "id!Iri type!Name caption?Text",
    "Profile": """
        id!Iri type+Name name?Text url?Iri phone?Text description?Text image?Image email?Text official?Text
        parentOrg?Profile
    """,
    "Related": "id!Iri type+Name inLanguage?Text version?Text",
    "Result": """
        id?Iri type+Name achievedLevel?Iri alignment*Alignment resultDescription?Iri status?ResultStatus value?Text
    """,
    "ResultDescription": """
        id!Iri type+Name name!Text resultType!ResultType alignment*Alignment allowedValue*Text requiredLevel?Iri
        requiredValue?Text rubricCriterionLevel*RubricCriterionLevel valueMax?Text valueMin?Text
    """,
    "RubricCriterionLevel": "id!Iri type+Name name!Text description?Text level?Text points?Text",
    "Status": """
        id?Iri type!Name statusPurpose!Text statusListIndex!Index statusListCredential!Iri statusSize?Number
        statusMessage*Message
    """,
    "Message": "id?Iri status!Text message!Text",
    "Proof": """
        @context*Context type!Name cryptosuite?Text created?Instant verificationMethod!Iri proofPurpose!Text proofValue!Text
    """,
}
_EXTENSION = r"ext:[A-Za-z0-9.\-_]+"
_WORDS = {
    "IdentityType": """
        name sourcedId systemId productId userName accountId emailAddress nationalIdentityNumber isbn issn
        lisSourcedId oneRosterSourcedId sisSourcedId ltiContextId ltiDeploymentId ltiToolId ltiPlatformId ltiUserId
        identifier
    """,
    "AssociationType": "exactMatchOf isChildOf isParentOf isPartOf isPeerOf isRelatedTo precedes replacedBy",
    "AchievementType": """
        Achievement ApprenticeshipCertificate Assessment Assignment AssociateDegree Award Badge BachelorDegree
        Certificate CertificateOfCompletion Certification CommunityService Competency Course CoCurricular Degree
        Diploma DoctoralDegree Fieldwork GeneralEducationDevelopment JourneymanCertificate LearningProgram License
        Membership ProfessionalDoctorate QualityAssuranceCredential MasterCertificate MasterDegree
        MicroCredential ResearchDoctorate SecondarySchoolDiploma
    """,
    "TargetType": """
        ceasn:Competency ceterms:Credential CFItem CFRubric CFRubricCriterion CFRubricCriterionLevel CTDL
    """,
    "ResultStatus": "Completed Enrolled Failed InProgress OnHold Provisional Withdrew",
    "ResultType": """
        GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore Result RubricCriterion
        RubricCriterionLevel RubricScore ScaledScore Status
    """,
}
_VALUES: dict[str, Any] = {
    "Text": {"type": "string", "minLength": 1},
    "Name": {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9:.\-]*$"},
    "Iri": {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.\-]*:\S+$"},
    "Context": {"type": "string", "pattern": "^https://"},
    "Instant": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+\-]\d\d:\d\d)$"},
    "Index": {"type": "string", "pattern": r"^\d{1,11}$"},
    "Number": {"type": "number"},
    "Flag": {"type": "boolean"},
    "Credential": {"type": "object", "required": ["@context", "type", "issuer", "credentialSubject"]},
}
_FIRST_TYPES = {
    "Achievement": "Achievement",
    "AchievementSubject": "AchievementSubject",
    "Profile": "Profile",
}


def _value(kind: str) -> dict[str, Any]:
    if kind in CLASSES:
        return {"$ref": f"#/$defs/{kind}"}
    if kind in _WORDS:
        words = "|".join(_WORDS[kind].split())
        extensible = "" if kind in ("ResultStatus", "AssociationType") else f"|{_EXTENSION}"
        return {"type": "string", "pattern": f"^({words}{extensible})$"}
    return _VALUES[kind]


def _object(name: str) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for item in CLASSES[name].split():
        mark = next(mark for mark in "!?+*" if mark in item)
        field, _, kind = item.partition(mark)
        value = _value(kind)
        if mark in "+*":
            several = {"type": "array", "items": value, "minItems": 1}
            # A lone proof is written without a list; every other property of many always is one.
            value = {"anyOf": [value, several]} if field == "proof" else several
        properties[field] = value
        if mark in "!+":
            required.append(field)
    if name in _FIRST_TYPES:
        properties["type"] = {**properties["type"], "contains": {"const": _FIRST_TYPES[name]}}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


@cache
def validator(name: str) -> Draft201909Validator:
    schema = {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$ref": f"#/$defs/{name}",
        "$defs": {each: _object(each) for each in CLASSES},
    }
    Draft201909Validator.check_schema(schema)
    return Draft201909Validator(schema)


def problems(document: Any) -> list[str]:
    """What of a signed badge or record does not follow the data model; also by 1EdTech's files where they are.

    ``NAITE_1EDTECH_SCHEMAS`` names a folder with ``ob_v3p0_achievementcredential_schema.json``.
    """
    types = document.get("type", []) if isinstance(document, dict) else []
    name = "ClrCredential" if "ClrCredential" in types else "AchievementCredential"
    checks: list[Any] = [validator(name)]
    published = _published()
    if published is not None and name == "AchievementCredential":
        checks.append(published)
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for check in checks
        for error in check.iter_errors(document)
    ]


@cache
def _published() -> Draft201909Validator | Draft4Validator | None:
    folder = os.environ.get("NAITE_1EDTECH_SCHEMAS")
    if not folder:
        return None
    schema = orjson.loads((Path(folder) / "ob_v3p0_achievementcredential_schema.json").read_bytes())
    schema["$schema"] = schema["$schema"].rstrip("#")
    return Draft201909Validator(schema)
