from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests import factories as make


@pytest.fixture(autouse=True)
def switched_on(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)
    settings.VC_API, settings.VC_API_TOKEN, settings.VC_API_STATUS = True, "", []
    settings.DATA_DIR, settings.BASE_URL = tmp_path, "https://naite.example"
