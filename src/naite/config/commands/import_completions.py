"""``naite import-completions``: hand in an institution's file of completions."""

import argparse
import sys
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone

from naite.flows import upload_completions as flow
from naite.roots.audit import services as audit
from naite.roots.errors import Refused
from naite.trunk.people.models import Organisation
from naite.trunk.records.models import CompletionUpload, UploadRow
from naite.trunk.records.uploads import applying, queries, reading

HELP = (
    "기관의 이수실적 파일(CSV, 엑셀)을 학습계좌에 담습니다. 같은 실적은 두 번 들어가지 않습니다. "
    "끝냄 값: 0 모든 행을 받아들임, 1 받지 않은 행이 있음(나머지는 반영), 2 파일을 읽을 수 없거나 올릴 수 없음(바뀐 것 없음)"
)
ALL_IN, SOME_REJECTED, NOTHING_DONE = 0, 1, 2
State = CompletionUpload.State


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="올릴 파일 (.csv 또는 .xlsx)")
    parser.add_argument(
        "--organisation", required=True, metavar="SLUG", help="기관의 영문 이름(slug). 예: hangang"
    )
    parser.add_argument("--dry-run", action="store_true", help="미리 보기만 하고 아무것도 담지 않습니다")
    parser.add_argument(
        "--json",
        action="store_true",
        help='결과를 JSON으로: {"upload", "added", "waiting", "already", "rejected": [{row, problems}]}',
    )


def run(options: argparse.Namespace) -> int:
    token = audit.acting_from("naite import-completions")
    try:
        upload = _import(options)
    except (Refused, OSError) as problem:
        code = problem.code if isinstance(problem, Refused) else "file_not_read"
        message = f"{options.file}: {problem.strerror}" if isinstance(problem, OSError) else str(problem)
        if options.json:
            print(orjson.dumps({"error": {"code": code, "message": message}}).decode())
        print(message, file=sys.stderr)
        return NOTHING_DONE
    finally:
        audit.stop_acting(token)
    rejected = [
        {"row": row.number, "problems": [{"column": column, "message": why} for column, why in row.problems]}
        for row in queries.rows_of(upload, [UploadRow.Outcome.REJECTED]).iterator(chunk_size=1000)
    ]
    _tell(upload, rejected, as_json=options.json, dry=options.dry_run)
    if options.dry_run:
        applying.drop(upload_id=upload.pk, actor=None, now=timezone.now())
    return SOME_REJECTED if rejected else ALL_IN


def _import(options: argparse.Namespace) -> CompletionUpload:
    home = Organisation.objects.filter(slug=options.organisation, closed_on=None).first()
    if home is None:
        raise Refused(
            f"‘{options.organisation}’ 기관이 없습니다. 기관의 slug를 확인해 주세요.", code="no_organisation"
        )
    path = Path(options.file)
    with path.open("rb") as file:
        content = file.read(settings.UPLOAD_MAX_BYTES + 1)
    upload = reading.receive(
        organisation=home,
        content=content,
        file_name=path.name,
        actor=None,
        now=timezone.now(),
        channel=CompletionUpload.Channel.COMMAND,
    )
    for done in reading.read_next(upload_id=upload.pk, now=timezone.now()):
        upload = done
        _progress(f"{upload.row_count:,}행 읽음")
    if upload.state == State.FAILED:
        raise Refused(upload.failure, code="unreadable_file")
    if options.dry_run or not upload.new_count + upload.waiting_count:
        return upload
    upload = flow.apply(upload_id=upload.pk, actor=None, now=timezone.now())
    # A large file is also in the queue: a worker goes on with it should this process end.
    for done in flow.finish(upload_id=upload.pk, now=timezone.now()):
        upload = done
        _progress(f"{upload.done_rows:,}/{upload.row_count:,}행")
    if sys.stderr.isatty():
        print(file=sys.stderr)
    upload.refresh_from_db()
    return upload


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}   ", end="", file=sys.stderr, flush=True)


def _tell(upload: CompletionUpload, rejected: list[dict[str, Any]], *, as_json: bool, dry: bool) -> None:
    if as_json:
        said = {
            "upload": str(upload.pk),
            "state": upload.state,
            "rows": upload.row_count,
            "added": upload.new_count,
            "recognised": upload.recognised_count,
            "waiting": upload.waiting_count,
            "already": upload.already_count,
            "rejected": rejected,
        }
        print(orjson.dumps(said).decode())
        return
    print(
        f"{'미리 보기: ' if dry else ''}담음 {upload.new_count:,}행(평가인정 {upload.recognised_count:,}), "
        f"계좌를 기다림 {upload.waiting_count:,}행, 이미 있음 {upload.already_count:,}행, "
        f"받지 않음 {upload.rejected_count:,}행"
    )
    for row in rejected:
        for problem in row["problems"]:
            print(f"  {row['row']}행 {problem['column']}: {problem['message']}")
