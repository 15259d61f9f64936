"""NCS lists: read in many shapes, kept by version, found by name and code."""

import argparse
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import factories as make

from naite.config.commands import import_standards as command
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.catalogue.standards import importing, queries
from naite.trunk.catalogue.standards.models import StandardList, StandardUnit
from naite.trunk.catalogue.standards.rules import RowRefused, header_of, unit_of

HEAD = "능력단위분류번호,능력단위명,수준,대분류명,중분류명,소분류명,세분류명"
ROWS = (
    "2001020205_16v4,데이터 입출력 구현,5,정보통신,정보기술,정보기술개발,응용SW엔지니어링",
    "2001020405_16v3,데이터베이스 구현,5,정보통신,정보기술,정보기술개발,DB엔지니어링",
    "2001020413_16v3,SQL 활용,3,정보통신,정보기술,정보기술개발,DB엔지니어링",
)


def brought_in(*rows: str, head: str = HEAD, encoding: str = "utf-8-sig", **how: Any) -> importing.Imported:
    how = {
        "label": "시험 목록",
        "source": "시험",
        "file_name": "ncs.csv",
        "actor": None,
        "now": make.NOW,
        **how,
    }
    return importing.import_standards(
        content="\r\n".join(["한국산업인력공단", head, *rows]).encode(encoding), **how
    )


@pytest.mark.req("A24", "rule")
def test_columns_are_found_by_their_several_names() -> None:
    assert header_of(["세분류 코드명", "능력 단위명", "능력단위 코드"]) == {"code": 2, "name": 1, "sub": 0}
    assert header_of(["이름", "번호"]) is None


@pytest.mark.req("A24", "rule")
@pytest.mark.parametrize(
    "cells", [["2001020205", "이름"], ["2001020205_16v4", " "], ["２001020205_16v4", "이름"]]
)
def test_what_is_no_unit_is_refused(cells: list[str]) -> None:
    with pytest.raises(RowRefused):
        unit_of(cells, {"code": 0, "name": 1})


@pytest.mark.django_db
@pytest.mark.req("A24", "rule")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_units_are_found_by_name_and_code(encoding: str) -> None:
    brought_in(*ROWS, encoding=encoding)
    assert [unit.name for unit in queries.find_units("데이터베이스구현")] == ["데이터베이스 구현"]
    assert [unit.name for unit in queries.find_units("구현 데이터")] == [
        "데이터 입출력 구현",
        "데이터베이스 구현",
    ]
    assert [unit.code for unit in queries.find_units("20010204")] == ["2001020405_16v3", "2001020413_16v3"]
    assert queries.find_units("") == queries.find_units("요리") == queries.find_units("%%") == []
    (job,) = queries.find_jobs("sql")
    assert (job.sub_code, job.name, job.units) == ("20010204", "DB엔지니어링", 2)
    assert [unit.name for unit in queries.units_of_job(job.sub_code)] == ["데이터베이스 구현", "SQL 활용"]


@pytest.mark.django_db
@pytest.mark.req("A24", "rule")
def test_versions_are_kept_and_only_the_newest_list_is_searched() -> None:
    brought_in(*ROWS)
    second = brought_in(
        ROWS[0],
        ROWS[1].replace("데이터베이스 구현", "데이터베이스 만들기"),
        ROWS[2].replace("16v3", "23v4"),
        now=make.NOW + timedelta(days=1),
    ).row
    assert (second.number, second.new_count, second.changed_count, second.gone_count) == (2, 1, 1, 1)
    assert [unit.code for unit in queries.find_units("SQL")] == ["2001020413_23v4"]
    old = queries.units_by_code(["2001020413_16v3"])["2001020413_16v3"]
    assert (old.first_list, old.last_list) == (1, 1)  # old badges can still be explained


@pytest.mark.django_db
@pytest.mark.req("A24", "refusal")
def test_bad_files_change_nothing_and_bad_rows_are_told() -> None:
    done = brought_in(ROWS[0], "20010204,SQL,,,,,", ROWS[0], ",,,,,,")
    assert [(fault.row, fault.value) for fault in done.rejected] == [(4, "20010204"), (5, "2001020205_16v4")]
    with pytest.raises(Refused, match="이미 들여온"):
        brought_in(ROWS[0], "20010204,SQL,,,,,", ROWS[0], ",,,,,,")
    with pytest.raises(Invalid, match="칸이 있는"):
        brought_in(*ROWS, head="번호,이름")
    with pytest.raises(Invalid, match="하나도 없는"):
        brought_in("x,y,,,,,")
    with pytest.raises(Invalid, match="출처"):
        brought_in(*ROWS, source=" ")
    with pytest.raises(NotAllowed):
        brought_in(*ROWS, actor=make.person())
    assert (StandardList.objects.count(), StandardUnit.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_many_units_come_in_by_few_queries() -> None:
    rows = [f"{n:010d}_20v1,단위 {n},3,가,나,다,라{n // 20}" for n in range(1000)]
    with CaptureQueriesContext(connection) as seen:
        brought_in(*rows)
    assert len(seen) < 100
    assert queries.find_units("단위 999")[0].name == "단위 999"


@pytest.mark.django_db
@pytest.mark.req("A24", "api")
def test_the_command_reports_for_scripts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    file = tmp_path / "ncs.csv"
    file.write_text("\n".join([HEAD, *ROWS, "x,y"]), encoding="utf-8")
    options = parser.parse_args([str(file), "--label", "시험", "--source", "시험", "--json"])
    assert command.run(options) == 1
    told = orjson.loads(capsys.readouterr().out)
    assert (told["new"], told["rejected"][0]["row"]) == (3, 5)
    assert command.run(options) == 2
    assert orjson.loads(capsys.readouterr().out)["error"]["code"] == "imported_before"
