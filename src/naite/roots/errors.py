"""Refusals: what a service says when it will not do a thing, in words for the person who asked."""

from collections.abc import Mapping

from django.utils.functional import Promise


class Refused(Exception):
    """The request was understood and nothing was changed.

    ``code`` is stable and for machines; ``message`` is a sentence that says what to do; ``fields`` names the
    form fields at fault with a sentence each.
    """

    code = "refused"
    status = 409

    def __init__(
        self,
        message: str | Promise,
        *,
        code: str | None = None,
        fields: Mapping[str, str | Promise] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(Refused):
    """The actor may not do this."""

    code = "not_allowed"
    status = 403


class Invalid(Refused):
    """What was sent cannot be used as it is."""

    code = "invalid"
    status = 422
