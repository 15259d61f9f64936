"""Handing out kept files. The view has checked its own policy before."""

from urllib.parse import quote

from django.http import FileResponse

from naite.roots.files import services
from naite.roots.files.models import StoredFile

# What browsers may show in the page; everything else is only saved.
_SHOWN = frozenset({"pdf", "png", "jpeg", "webp"})


def download(stored: StoredFile, inline: bool = False) -> FileResponse:
    """Return a file to save, or with ``inline`` to look at where browsers can show its kind safely.

    Never sniffed, never cached, never run: the type is the one found by content. Refuses what is erased,
    infected or still to be scanned.
    """
    response = FileResponse(services.open_file(stored), content_type=stored.media_type)
    shown = inline and stored.kind in _SHOWN
    response["Content-Disposition"] = (
        f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(stored.name, safe='')}"
    )
    response["Content-Length"] = str(stored.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    # Browsers do not show a PDF in a sandbox.
    response["Content-Security-Policy"] = "default-src 'none'" + ("" if stored.kind == "pdf" else "; sandbox")
    return response
