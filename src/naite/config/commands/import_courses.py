"""``naite import-courses``: take in a national standard lifelong-course file."""

import argparse
import sys
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone

from naite.flows.import_listings import apply_import
from naite.roots.audit import services as audit
from naite.roots.errors import Refused
from naite.trunk.catalogue import imports
from naite.trunk.catalogue.import_plan import plan
from naite.trunk.catalogue.models import ImportBatch
from naite.trunk.catalogue.standard_file import read_table
from naite.trunk.people.models import Organisation

HELP = (
    "전국평생학습강좌표준데이터(CSV, 엑셀)를 올립니다. 같은 파일을 다시 올려도 겹치지 않습니다. "
    "끝냄 값: 0 모든 행을 받아들임, 1 받지 않은 행이 있음(나머지는 반영), 2 파일을 읽을 수 없거나 올릴 수 없음(바뀐 것 없음)"
)
ALL_IN, SOME_REJECTED, NOTHING_DONE = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="올릴 파일 (.csv 또는 .xlsx)")
    parser.add_argument(
        "--supplier", required=True, metavar="SLUG", help="강좌를 내는 기관의 영문 이름(slug). 예: mapo"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help='결과를 JSON으로: {"created", "updated", "unchanged", "rejected": [{row, column, value, reason}]}',
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="무엇이 바뀔지만 보이고 아무것도 바꾸지 않습니다"
    )


def run(options: argparse.Namespace) -> int:
    token = audit.acting_from("naite import-courses")
    try:
        result = _dry_run(options) if options.dry_run else _import(options)
    except (Refused, OSError) as problem:
        message = f"{options.file}: {problem.strerror}" if isinstance(problem, OSError) else str(problem)
        if options.json:
            code = problem.code if isinstance(problem, Refused) else "file_not_read"
            print(orjson.dumps({"error": {"code": code, "message": message}}).decode())
        print(message, file=sys.stderr)
        return NOTHING_DONE
    finally:
        audit.stop_acting(token)
    if options.json:
        print(orjson.dumps(result).decode())
    else:
        _tell(result, dry=options.dry_run)
    return SOME_REJECTED if result["rejected"] else ALL_IN


def _supplier(slug: str) -> Organisation:
    try:
        return Organisation.objects.get(slug=slug, closed_on=None)
    except Organisation.DoesNotExist:
        raise Refused(f"‘{slug}’ 기관이 없습니다. 기관의 slug를 확인해 주세요.", code="no_supplier") from None


def _content(path: Path) -> bytes:
    # A byte more than allowed is enough to refuse a file, however large it is.
    with path.open("rb") as file:
        return file.read(settings.UPLOAD_MAX_BYTES + 1)


def _dry_run(options: argparse.Namespace) -> dict[str, Any]:
    table = read_table(_content(Path(options.file)), max_bytes=settings.UPLOAD_MAX_BYTES)
    found = plan(table, supplier=_supplier(options.supplier), now=timezone.now())
    return {
        "created": len(found.created),
        "updated": len(found.updated),
        "unchanged": len(found.unchanged),
        "rejected": [cell.as_json() for cell in found.rejected],
    }


def _import(options: argparse.Namespace) -> dict[str, Any]:
    supplier = _supplier(options.supplier)
    path = Path(options.file)
    content = _content(path)
    for left in ImportBatch.objects.filter(supplier=supplier, state=ImportBatch.State.APPLYING):
        for _done in imports.apply_next(batch_id=left.pk, now=timezone.now()):
            pass
    batch = imports.receive(
        supplier=supplier, content=content, file_name=path.name, actor=None, now=timezone.now()
    )
    if batch.rejected_count < batch.row_count:
        batch = apply_import(batch_id=batch.pk, actor=None, now=timezone.now())
        # A large file is also in the queue: a worker goes on with it should this process end.
        for done in imports.apply_next(batch_id=batch.pk, now=timezone.now()):
            batch = done
            if sys.stderr.isatty():
                print(f"\r{done.done_rows:,}/{done.row_count:,}행", end="", file=sys.stderr, flush=True)
        batch.refresh_from_db()
        if sys.stderr.isatty() and batch.row_count > imports.AT_ONCE:
            print(file=sys.stderr)
        if batch.state != ImportBatch.State.APPLIED:
            raise Refused(
                f"{batch.done_rows:,}행까지 반영하고 멈췄습니다. 같은 명령을 다시 실행하면 이어집니다.",
                code="stopped",
            )
    return {
        "created": batch.created_count,
        "updated": batch.updated_count,
        "unchanged": batch.unchanged_count,
        "rejected": batch.rejected,
    }


def _tell(result: dict[str, Any], *, dry: bool) -> None:
    rejected = len({cell["row"] for cell in result["rejected"]})
    print(
        f"{'미리 보기: ' if dry else ''}새로 넣음 {result['created']:,}행, 바꿈 {result['updated']:,}행, "
        f"그대로 {result['unchanged']:,}행, 받지 않음 {rejected:,}행"
    )
    for cell in result["rejected"]:
        value = f" ‘{cell['value']}’" if cell["value"] else ""
        print(f"  {cell['row']}행 {cell['column']}{value}: {cell['reason']}")
