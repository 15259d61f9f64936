"""What the addresses of a person's own things share: pages of lists, and the note that a program read."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Schema

from naite.api.clock import now_of
from naite.api.tokens import token_of
from naite.roots.audit import services as audit
from naite.trunk.people.models import Person

MOST = 100


class PageIn(Schema):
    page: int = Field(1, ge=1, le=10_000)
    size: int = Field(50, ge=1, le=MOST)


def note(request: HttpRequest, what: str) -> Person:
    """Record that a program read something of its maker's, and return them."""
    token = token_of(request)
    audit.record(
        "people.read_by_program",
        actor=token.person,
        now=now_of(request),
        subject=token,
        about=token.person_id,
        what=what,
    )
    return token.person


def part(rows: QuerySet[Any], page: PageIn) -> tuple[int, list[Any]]:
    start = (page.page - 1) * page.size
    return rows.count(), list(rows[start : start + page.size])
