"""``naite import-courses``, as operators and their scripts use it."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests import factories as make
from tests.standard_rows import as_csv, row

from naite.config import cli
from naite.trunk.catalogue.models import ImportBatch, Listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "private"},
        }
    }
    make.organisation("마포구", slug="mapo")
    return tmp_path / "강좌.csv"


def run(*arguments: str) -> int:
    return cli.main(["import-courses", "--supplier", "mapo", *arguments])


@pytest.mark.req("X2", "rule")
def test_json_counts_and_the_exit_code_say_whether_all_came_in(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(as_csv(row()).encode("cp949"))
    assert run(str(file), "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"created": 1, "updated": 0, "unchanged": 0, "rejected": []}
    file.write_bytes(as_csv(row(강좌정원수="15"), row(강좌명="둘째", 강좌정원수="0")).encode("utf-8-sig"))
    assert run(str(file), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["created"], told["updated"], told["unchanged"]) == (0, 1, 0)
    assert [(cell["row"], cell["column"], cell["value"]) for cell in told["rejected"]] == [
        (3, "강좌정원수", "0")
    ]
    assert told["rejected"][0]["reason"].startswith("정원은 1명 이상")


def test_a_dry_run_tells_the_same_and_changes_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(as_csv(row(), row(강좌명="둘째", 강좌정원수="0")), encoding="utf-8")
    assert run(str(file), "--json", "--dry-run") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["created"], len(told["rejected"])) == (1, 1)
    assert not Listing.objects.exists()
    assert not ImportBatch.objects.exists()


def test_words_for_people(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(as_csv(row(), row(강좌명="둘째", 강좌정원수="0")), encoding="utf-8")
    assert run(str(file)) == 1
    said = capsys.readouterr().out
    assert "새로 넣음 1행, 바꿈 0행, 그대로 0행, 받지 않음 1행" in said
    assert "3행 강좌정원수 ‘0’: 정원은 1명 이상이어야 합니다." in said


@pytest.mark.req("X2", "refusal")
def test_what_cannot_be_read_exits_with_two_and_changes_nothing(
    file: Path, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    assert run(str(file)) == 2
    file.write_bytes("이름,나이\n가람,3".encode())
    assert run(str(file), "--json") == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "wrong_columns"
    settings.UPLOAD_MAX_BYTES = 1024
    with file.open("wb") as large:
        large.truncate(200 * 1024 * 1024)
    assert run(str(file), "--json") == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "file_too_large"
    assert cli.main(["import-courses", "--supplier", "nowhere", str(file)]) == 2
    assert "‘nowhere’ 기관이 없습니다" in capsys.readouterr().err
    assert not Listing.objects.exists()


def test_a_large_file_is_applied_to_its_end(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("naite.trunk.catalogue.imports.AT_ONCE", 2)
    monkeypatch.setattr("naite.trunk.catalogue.imports.CHUNK", 2)
    file.write_text(as_csv(*(row(강좌명=f"강좌 {n}") for n in range(7))), encoding="utf-8")
    assert run(str(file), "--json") == 0
    assert json.loads(capsys.readouterr().out)["created"] == 7
    assert ImportBatch.objects.get().state == ImportBatch.State.APPLIED


def test_it_finishes_what_an_earlier_run_left(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("naite.trunk.catalogue.imports.AT_ONCE", 2)
    file.write_text(as_csv(*(row(강좌명=f"강좌 {n}") for n in range(7))), encoding="utf-8")
    with monkeypatch.context() as killed:
        killed.setattr("naite.trunk.catalogue.imports.apply_next", lambda **_arguments: iter(()))
        assert run(str(file)) == 2
    assert ImportBatch.objects.get().state == ImportBatch.State.APPLYING
    assert run(str(file)) == 0
    assert set(ImportBatch.objects.values_list("state", flat=True)) == {ImportBatch.State.APPLIED}
    assert Listing.objects.count() == 7
