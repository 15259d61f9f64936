"""``naite import-completions`` and ``naite export-record``, as operators and their scripts use them."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests import factories as make
from tests.completion_rows import as_csv, learner, row

from naite.config import cli
from naite.roots.audit.models import AuditEvent
from naite.trunk.records.models import CompletionUpload, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "naite.roots.files.storage.SealedStorage",
            "OPTIONS": {"location": tmp_path / "private"},
        }
    }
    settings.DATA_DIR = tmp_path
    make.version(make.organisation(slug="gaon"))
    return tmp_path / "수료.csv"


def bring(file: Path, *arguments: str) -> int:
    return cli.main(["import-completions", str(file), "--organisation", "gaon", *arguments])


@pytest.mark.req("A19", "rule")
def test_a_file_is_brought_in_and_scripts_can_tell(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make.account(one := learner())
    file.write_text(as_csv(row(one), row(one, HOURS="0")), encoding="cp949")
    assert bring(file, "--dry-run", "--json") == 1
    assert json.loads(capsys.readouterr().out)["added"] == 1
    assert not Entry.objects.exists()
    assert bring(file, "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["rows"], said["added"], len(said["rejected"])) == (2, 1, 1)
    assert said["rejected"][0]["problems"][0]["column"] == "이수시간"
    assert CompletionUpload.objects.get(state="applied").channel == "command"
    assert bring(file) == 1
    assert "이미 있음 1행" in capsys.readouterr().out
    assert cli.main(["import-completions", str(file), "--organisation", "nobody"]) == 2
    assert bring(file.with_name("none.csv")) == 2
    assert Entry.objects.count() == 1


@pytest.mark.req("X8", "rule")
def test_an_operator_exports_a_record_with_a_reason(file: Path, capsysbinary: Any) -> None:
    account = make.account(one := learner())
    who = ["export-record", "--person", str(one.email)]
    assert cli.main([*who, "--reason", "본인이 창구에서 요청"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["account_id"] == str(account.pk)
    event = AuditEvent.objects.get(action="records.export")
    assert (event.data_subject_id, event.detail["reason"]) == (one.pk, "본인이 창구에서 요청")
    assert cli.main([*who, "--reason", " "]) == 2
    assert cli.main([*who, "--reason", "까닭", "--format", "clr"]) == 2  # nothing learned yet
    out = file.with_name("record.csv")
    assert cli.main([*who, "--reason", "까닭", "--format", "csv", "--out", str(out), "--json"]) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert cli.main([*who, "--reason", "까닭", "--format", "csv", "--out", str(out)]) == 2
    assert cli.main(["export-record", "--person", "no@example.kr", "--reason", "까닭"]) == 2
