"""What the page of a package shows, whoever looks: its recipient, or its sender before and after."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from naite.flows import packages as flow
from naite.flows.packages import Shown
from naite.trunk.wallet.models import Package, PackageItem
from naite.trunk.wallet.packages.contents import summary_of
from naite.web import badge_art

Kind = PackageItem.Kind


def package_context(package: Package, items: Sequence[PackageItem], *, now: datetime) -> dict[str, Any]:
    """The things of a package by kind with their present states."""
    things = flow.shown(package, items, now=now)
    return {
        "package": package,
        "documents": [thing for thing in things if thing.item.kind == Kind.CERTIFICATE],
        "badges": [{"thing": thing, "art": _art(thing)} for thing in things if thing.item.kind == Kind.BADGE],
        "records": [thing for thing in things if thing.item.kind == Kind.ENTRY],
        "changed": [thing for thing in things if thing.tone == "bad"],
        "summary": summary_of(list(items)),
        "shown_at": now,
    }


def _art(thing: Shown) -> str:
    facts = thing.item.facts
    style = "grey-plain" if thing.tone == "bad" else "plain"
    return badge_art.Face(facts["badge_type"], facts["area"], thing.picture).url(style)


def pdf_response(body: bytes, name: str) -> HttpResponse:
    """A PDF that the browser shows, never cached."""
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
