"""``naite export-record``: a person's own record, for an operator with a reason. Each export is recorded."""

import argparse
import os
import sys
from pathlib import Path

import orjson
from django.utils import timezone

from naite.roots.audit import services as audit
from naite.roots.errors import Refused
from naite.trunk.people.models import Person
from naite.trunk.records.export import services

HELP = (
    "한 사람의 학습이력을 내보냅니다. 까닭과 함께 접속기록에 남고 본인이 볼 수 있습니다. "
    "끝냄 값: 0 내보냄, 2 내보내지 않음(사람이나 계좌가 없음, 까닭이 없음, 파일을 쓸 수 없음)"
)
DONE, NOTHING_DONE = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--person", required=True, metavar="EMAIL", help="누구의 학습이력인지")
    parser.add_argument(
        "--format", choices=services.FORMATS, default="json", help="json, csv(엑셀), clr(서명한 CLR 2.0)"
    )
    parser.add_argument("--reason", required=True, help="내보내는 까닭. 접속기록에 남습니다")
    parser.add_argument(
        "--out", metavar="FILE", help="쓸 파일. 없으면 표준 출력. 있는 파일은 덮어쓰지 않습니다"
    )
    parser.add_argument("--json", action="store_true", help="결과를 JSON으로 (--out과 함께)")


def run(options: argparse.Namespace) -> int:
    token = audit.acting_from("naite export-record")
    try:
        person = Person.objects.filter(email=options.person.strip().lower()).first()
        if person is None:
            raise Refused(f"‘{options.person}’ 주소를 쓰는 사람이 없습니다.", code="no_person")
        body = services.export(
            account=services.account_for(person),
            form=options.format,
            actor=None,
            reason=options.reason,
            channel="command",
            now=timezone.now(),
        )
        if options.out:
            _write(Path(options.out), body)
    except (Refused, OSError) as problem:
        code = problem.code if isinstance(problem, Refused) else "file_not_written"
        message = f"{options.out}: {problem.strerror}" if isinstance(problem, OSError) else str(problem)
        if options.json:
            print(orjson.dumps({"error": {"code": code, "message": message}}).decode())
        print(message, file=sys.stderr)
        return NOTHING_DONE
    finally:
        audit.stop_acting(token)
    if not options.out:
        sys.stdout.buffer.write(body)
        sys.stdout.flush()
    elif options.json:
        print(orjson.dumps({"file": options.out, "bytes": len(body), "format": options.format}).decode())
    else:
        print(f"{options.out}: {len(body):,}바이트")
    return DONE


def _write(path: Path, body: bytes) -> None:
    """Write a file that only its owner may read; one that is there is left alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
