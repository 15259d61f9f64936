"""What can go wrong, with a stable code for programs and a sentence for people."""

from __future__ import annotations


class CredentialError(Exception):
    """Base of every error that credcore raises on purpose.

    ``code`` never changes once published; the message may be reworded.
    """

    code = "credential_error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class MalformedInput(CredentialError):
    """The bytes are not what they claim to be (JSON, multibase, PNG, SVG, JWT)."""

    code = "malformed"


class UnsafeDocument(CredentialError):
    """Signing or reading this document would leave part of it unprotected or ambiguous."""

    code = "unsafe_document"


class UnknownContext(UnsafeDocument):
    """An ``@context`` that is not pinned; contexts are never fetched."""

    code = "unknown_context"


class InvalidDocument(CredentialError):
    """A document that breaks a clause of the data model."""

    code = "invalid_document"


class ProofError(CredentialError):
    """The proof does not protect this document."""

    code = "proof_failed"


class Unavailable(CredentialError):
    """Something outside could not be reached: the answer is unknown, neither good nor bad."""

    code = "unavailable"


class NotFound(CredentialError):
    """The place answered that there is no such thing."""

    code = "not_found"
