"""``naite import-standards``: bring in a list of NCS units."""

import argparse
import sys
from datetime import date
from pathlib import Path

import orjson
from django.conf import settings
from django.utils import timezone

from naite.roots.audit import services as audit
from naite.roots.errors import Refused
from naite.trunk.catalogue.standards.importing import import_standards

HELP = (
    "국가직무능력표준(NCS) 능력단위 목록(CSV, 엑셀)을 들여옵니다. 전에 들여온 목록은 그대로 남습니다. "
    "끝냄 값: 0 모든 행을 받아들임, 1 받지 않은 행이 있음(나머지는 반영), 2 들여올 수 없음(바뀐 것 없음)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="들여올 파일 (.csv 또는 .xlsx)")
    parser.add_argument("--label", required=True, help="목록의 이름. 예: 2026년 3월 고시")
    parser.add_argument("--source", required=True, help="출처. 예: 한국산업인력공단 NCS 누리집")
    parser.add_argument("--source-url", default="", metavar="URL", help="출처의 주소")
    parser.add_argument("--date", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD", help="기준일")
    parser.add_argument("--json", action="store_true", help="결과를 JSON으로")


def run(options: argparse.Namespace) -> int:
    token = audit.acting_from("naite import-standards")
    try:
        with Path(options.file).open("rb") as file:
            content = file.read(settings.UPLOAD_MAX_BYTES + 1)
        done = import_standards(
            content=content,
            file_name=Path(options.file).name,
            label=options.label,
            source=options.source,
            source_url=options.source_url,
            reference_date=options.date,
            actor=None,
            now=timezone.now(),
        )
    except (Refused, OSError) as problem:
        message = f"{options.file}: {problem.strerror}" if isinstance(problem, OSError) else str(problem)
        if options.json:
            code = problem.code if isinstance(problem, Refused) else "file_not_read"
            print(orjson.dumps({"error": {"code": code, "message": message}}).decode())
        print(message, file=sys.stderr)
        return 2
    finally:
        audit.stop_acting(token)
    row = done.row
    if options.json:
        result = {
            "list": row.number,
            "rows": row.row_count,
            "new": row.new_count,
            "changed": row.changed_count,
            "gone": row.gone_count,
            "rejected": [
                {"row": each.row, "value": each.value, "reason": each.reason} for each in done.rejected
            ],
        }
        print(orjson.dumps(result).decode())
    else:
        print(
            f"{row.number}번째 목록: 새 능력단위 {row.new_count:,}, 바뀜 {row.changed_count:,}, "
            f"이번 목록에 없음 {row.gone_count:,}, 받지 않은 행 {row.rejected_count:,}"
        )
        for each in done.rejected:
            print(f"  {each.row}행 ‘{each.value}’: {each.reason}")
    return 1 if row.rejected_count else 0
