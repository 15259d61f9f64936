"""What drafts have in common that are published once and never change again: frameworks, pathways, class maps."""

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F, Model
from django.utils.functional import Promise

from naite.roots.errors import Refused

Draft = TypeVar("Draft", bound=Model)


def save_over(draft: Draft, *, revision: int | None, moved: str | Promise, **values: Any) -> Draft:
    """Write over a draft and count the save; return it as it stands.

    Refuses with ``moved`` a draft that was published, or saved by somebody else since ``revision`` was read, so that
    two windows never overwrite each other. Asks for the fields ``revision`` and ``published_at``.
    """
    rows = type(draft)._default_manager.filter(pk=draft.pk, published_at=None, revision=revision or 0)
    if not rows.update(revision=F("revision") + 1, **values):
        raise Refused(moved, code="moved_meanwhile")
    return type(draft)._default_manager.get(pk=draft.pk)


def publish_once(draft: Model, *, revision: int | None, moved: str | Promise, now: datetime) -> None:
    """Publish a draft as it was seen. One of two who publish at once is refused, with ``moved``."""
    rows = type(draft)._default_manager.filter(pk=draft.pk, published_at=None, revision=revision or 0)
    if not rows.update(published_at=now):
        raise Refused(moved, code="moved_meanwhile")
