"""The public log: for people a page that explains it, for programs its heads, tiles and proofs (row B6).

Tiles, entries and the head are served as C2SP ``tlog-tiles`` says, so auditors bring their own tools.
"""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from credcore import jsonio
from naite.flows import log_proofs
from naite.roots.ledger import queries
from naite.roots.ledger.models import Batch
from naite.roots.ledger.tiles import WIDTH
from naite.web.public.issuer import published

SCRIPT = Path(__file__).resolve().parents[1] / "data" / "check_log.py"
_TILE = re.compile(r"((?:x\d{3}/)*\d{3})(?:\.p/(\d{1,3}))?")
_FOR_EVER = 365 * 24 * 3600
_BATCHES = 20


@require_safe
def log_page(request: HttpRequest) -> HttpResponse:
    """Say what the log is, how far it goes, and what of it stands on a chain; find a digest."""
    asked = request.GET.get("digest", "").strip().lower()
    error = ""
    if asked:
        if re.fullmatch(r"[0-9a-f]{64}", asked):
            return redirect("log-entry", asked)
        error = _("지문은 0부터 9까지의 숫자와 a부터 f까지의 글자로 된 64자입니다. 다시 확인해 주세요.")
    batches = Paginator(Batch.objects.order_by("-first"), _BATCHES).get_page(request.GET.get("page"))
    context = {
        "head": queries.head(),
        "latest": queries.latest(),
        "batches": [(batch, log_proofs.explorer_url(batch.transaction)) for batch in batches],
        "page": batches,
        "has_chain": has_chain(),
        "chain_name": settings.CHAIN_NAME or _("블록체인"),
        "chain_is_test": settings.CHAIN_IS_TEST,
        "keys": queries.verifier_keys(),
        "script": SCRIPT.read_text(encoding="utf-8"),
        "asked": asked,
        "error": error,
        "section": "verify",
    }
    return render(request, "public/log.html", context, status=422 if error else 200)


@require_safe
def entry(request: HttpRequest, digest: str) -> HttpResponse:
    """Show one digest's place and the steps that prove it."""
    place = queries.place_of(bytes.fromhex(digest))
    waiting = place is None and queries.is_waiting(bytes.fromhex(digest))
    context: dict[str, Any] = {
        "digest": digest,
        "place": place,
        "waiting": waiting,
        "has_chain": has_chain(),
        "chain_name": settings.CHAIN_NAME or _("블록체인"),
        "chain_is_test": settings.CHAIN_IS_TEST,
        "section": "verify",
    }
    if place is not None:
        batch = place.batch if place.batch and place.batch.state == Batch.State.HELD else None
        context |= {
            "steps": [node.hex() for node in place.path],
            "root": bytes(place.checkpoint.root).hex(),
            "held": batch,
            "explorer": log_proofs.explorer_url(batch.transaction) if batch else "",
        }
    return render(request, "public/log_entry.html", context, status=200 if place or waiting else 404)


def has_chain() -> bool:
    """Whether the pages may speak of a chain at all."""
    return bool(settings.ANCHOR != "none")


@require_safe
def proof(request: HttpRequest, digest: str) -> HttpResponse:
    place = queries.place_of(bytes.fromhex(digest))
    if place is None:
        raise Http404
    body = jsonio.dumps(log_proofs.proof_document(place))
    return published(request, body, "application/json", seconds=60)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    newest = queries.latest()
    if newest is None:
        raise Http404
    return published(request, newest.note.encode(), "text/plain; charset=utf-8", seconds=5)


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    body = "".join(f"{key}\n" for key in queries.verifier_keys()).encode()
    return published(request, body, "text/plain; charset=utf-8", seconds=300)


@require_safe
def tile(request: HttpRequest, level: str, rest: str) -> HttpResponse:
    """A tile of nodes, or of leaves where the level is ``entries``; partial ones end in ``.p/<width>``."""
    found = _TILE.fullmatch(rest)
    if found is None:
        raise Http404
    number = int(found[1].replace("/", "").replace("x", ""))
    width = int(found[2]) if found[2] else WIDTH
    if not 1 <= width <= WIDTH or number >= 2**40:
        raise Http404
    body = (
        queries.entries(number, width)
        if level == "entries"
        else queries.tile(int(level), number, width)
        if int(level) < 8
        else None
    )
    if body is None:
        raise Http404
    return published(request, body, "application/octet-stream", seconds=_FOR_EVER)


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    return published(request, SCRIPT.read_bytes(), "text/x-python; charset=utf-8", seconds=3600)


urlpatterns = [
    path("log/", log_page, name="log"),
    path("log/checkpoint", checkpoint, name="log-checkpoint"),
    path("log/keys", keys, name="log-keys"),
    path("log/check_log.py", script, name="log-script"),
    re_path(r"^log/(?P<digest>[0-9a-f]{64})/$", entry, name="log-entry"),
    re_path(r"^log/(?P<digest>[0-9a-f]{64})/proof\.json$", proof, name="log-proof"),
    re_path(r"^log/tile/(?P<level>[0-9]{1,2}|entries)/(?P<rest>[x0-9/.p]{3,60})$", tile, name="log-tile"),
]
