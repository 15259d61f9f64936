"""What is wrong with a request or a credential, in the problem details of VCDM 2.0 section 7.2 (RFC 9457)."""

from collections.abc import Iterable
from typing import Any, Final

from credcore.errors import CredentialError, MalformedInput
from credcore.report import Check
from credcore.validation import Problem

_VCDM: Final = "https://www.w3.org/TR/vc-data-model#"
_DATA_INTEGRITY: Final = "https://w3id.org/security#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status-list#"

PARSING: Final = _VCDM + "PARSING_ERROR"
MALFORMED: Final = _VCDM + "MALFORMED_VALUE_ERROR"
RANGE: Final = _VCDM + "RANGE_ERROR"
CRYPTOGRAPHIC: Final = _VCDM + "CRYPTOGRAPHIC_SECURITY_ERROR"
PROOF: Final = _DATA_INTEGRITY + "PROOF_VERIFICATION_ERROR"
DOMAIN: Final = _DATA_INTEGRITY + "INVALID_DOMAIN_ERROR"
CHALLENGE: Final = _DATA_INTEGRITY + "INVALID_CHALLENGE_ERROR"
STATUS_RETRIEVAL: Final = _STATUS + "STATUS_RETRIEVAL_ERROR"
STATUS_VERIFICATION: Final = _STATUS + "STATUS_VERIFICATION_ERROR"
GENERAL: Final = "about:blank"

_TITLES: Final = {
    PARSING: "Not readable",
    MALFORMED: "Breaks the data model",
    RANGE: "Not within its period of validity",
    CRYPTOGRAPHIC: "Not secured by its issuer",
    PROOF: "Proof does not verify",
    DOMAIN: "Other domain",
    CHALLENGE: "Other challenge",
    STATUS_RETRIEVAL: "Status unknown",
    STATUS_VERIFICATION: "Revoked, suspended, or status list not trustworthy",
}
_CHECKS: Final = {
    "format": PARSING,
    "schema": MALFORMED,
    "signature": PROOF,
    "issuer": CRYPTOGRAPHIC,
    "status": STATUS_VERIFICATION,
    "dates": RANGE,
    "anchor": CRYPTOGRAPHIC,
    "badges": CRYPTOGRAPHIC,
}

Details = dict[str, Any]


class Refusal(Exception):
    """A request that is not carried out: the status to answer with and what is wrong."""

    def __init__(self, status: int, problems: Iterable[Details]) -> None:
        self.status = status
        self.problems = list(problems)
        super().__init__(status)


def details(kind: str, code: str, text: str) -> Details:
    """One problem; ``code`` does not change, ``text`` is for people."""
    return {"type": kind, "title": _TITLES.get(kind, "Not possible"), "code": code, "detail": _plain(text)}


def of_request(code: str, text: str, *, status: int = 400) -> Refusal:
    """A request in which something is missing or of the wrong kind."""
    return Refusal(status, [details(PARSING if status == 400 else GENERAL, code, text)])


def of_error(error: CredentialError) -> Details:
    """What credcore refused."""
    return details(PARSING if isinstance(error, MalformedInput) else MALFORMED, error.code, str(error))


def of_rule(problem: Problem) -> Details:
    """A rule of the data model that a document breaks."""
    return details(
        MALFORMED, "data_model", f"{problem.field or 'document'}: {problem.message} ({problem.clause})"
    )


def of_check(check: Check) -> Details:
    """A check of a verification that did not come out well."""
    kind = _CHECKS[check.code]
    if check.code == "status" and check.outcome == "unknown" and check.reason != "untrusted":
        kind = STATUS_RETRIEVAL
    text = f"{check.en} ({check.detail})" if check.detail else check.en
    return details(kind, f"{check.code}.{check.reason}", text)


def _plain(text: str) -> str:
    """Text that can be written as UTF-8 whatever was quoted in it, and not too much of it."""
    return text[:600].encode("utf-8", errors="replace").decode("utf-8")
