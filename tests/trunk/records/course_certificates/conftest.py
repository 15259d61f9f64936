"""An installation of its own: keys and files in an empty directory, and the fonts that are installed."""

from pathlib import Path
from typing import Any

import pytest

from naite.trunk.records.certificates import render


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, settings: Any) -> Path:
    try:
        render.fonts_dir()
    except render.FontsMissing as error:
        pytest.skip(str(error))
    settings.DATA_DIR = tmp_path
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = storages
    settings.CERTIFICATE_ISSUER = "가온시평생학습관장"
    settings.PDF_CERT = settings.PDF_KEY = ""
    return tmp_path
