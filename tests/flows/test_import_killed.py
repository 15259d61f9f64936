"""An import whose processes are killed for good, again and again, in real processes on a real file."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.standard_rows import as_csv, row

ROWS = 12_000
SRC = Path(__file__).resolve().parents[2] / "src"
SUPPLIER = (
    "from naite.trunk.people.models import Organisation;from django.utils import timezone;"
    "Organisation.objects.create(slug='mapo',name='마포구',kind='local_government',created_at=timezone.now())"
)


@pytest.mark.slow
@pytest.mark.req("X2", "rule")
def test_killed_imports_are_gone_on_with_and_double_nothing(tmp_path: Path) -> None:
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NAITE_")},
        "PYTHONPATH": str(SRC),
        "NAITE_DATA_DIR": str(tmp_path),
        "NAITE_LOG_LEVEL": "ERROR",
    }

    def naite(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "naite.config.cli", *arguments]
        return subprocess.run(command, env=env, capture_output=True, check=False)

    naite("manage", "migrate", "-v0").check_returncode()
    naite("manage", "shell", "-v0", "-c", SUPPLIER).check_returncode()
    file = tmp_path / "강좌.csv"
    rows = [row(강좌명=f"강좌 {n}", 강좌정원수="0" if n % 100 == 0 else "12") for n in range(ROWS)]
    file.write_text(as_csv(*rows), encoding="utf-8")
    importing = [sys.executable, "-m", "naite.config.cli", "import-courses", str(file), "--supplier", "mapo"]
    database = sqlite3.connect(tmp_path / "naite.sqlite3", timeout=30)

    def done() -> int:
        found = database.execute("SELECT max(done_rows) FROM catalogue_importbatch").fetchone()[0]
        return int(found or 0)

    stopped_at = set()
    seen = 0
    for _round in range(4):
        process = subprocess.Popen(importing, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while done() <= seen and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        seen = done()
        stopped_at.add(seen)
    assert any(0 < at < ROWS for at in stopped_at), "it was never killed halfway"

    told = naite("import-courses", str(file), "--supplier", "mapo", "--json")
    assert told.returncode == 1, told.stderr.decode()
    result = json.loads(told.stdout)
    assert (result["created"], result["unchanged"], len(result["rejected"])) == (0, 11_880, 120)
    count, keys = database.execute(
        "SELECT count(*), count(DISTINCT source_key) FROM catalogue_listing"
    ).fetchone()
    assert (count, keys) == (11_880, 11_880)
    indexed = database.execute("SELECT count(*) FROM catalogue_searchentry WHERE live").fetchone()[0]
    assert indexed == 11_880
    for created, updated, unchanged, rejected, rows_in in database.execute(
        "SELECT created_count, updated_count, unchanged_count, rejected_count, row_count"
        " FROM catalogue_importbatch WHERE state = 'applied'"
    ):
        assert created + updated + unchanged + rejected == rows_in
