"""Holding the clock that pages read."""

from datetime import datetime

import pytest
from django.utils import timezone


def hold(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Make every page believe that it is this moment, until it is held anew."""
    monkeypatch.setattr(timezone, "now", lambda: moment)
