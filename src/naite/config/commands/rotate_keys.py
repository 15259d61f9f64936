"""``naite rotate-keys``: put everything sealed under the first key of the ring."""

import argparse
import json
import sys

from naite.roots import sealing
from naite.roots.files.storage import PLAIN, ResealTally, private_storage
from naite.roots.ledger import services as ledger
from naite.roots.sealing.rotation import SealedColumn, Tally, encrypted_fields, rotate
from naite.trunk.badges.services import keys as badge_keys
from naite.trunk.records.certificates import keys as certificate_keys
from naite.trunk.records.uploads import rekeying
from naite.trunk.wallet import services as wallet

HELP = (
    "봉인한 값을 NAITE_SEAL_KEYS의 첫 열쇠로 다시 봉인합니다. 끊겨도 다시 실행하면 이어집니다. "
    "끝냄 값: 0 모두 첫 열쇠 아래에 있음, 1 열리지 않는 값이 있음(그대로 둠)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--batch", type=int, default=500, metavar="N", help="한 번에 다루는 행 수 (기본 500)")
    parser.add_argument("--check", action="store_true", help="바꾸지 않고 열쇠마다 몇 개가 있는지만 보입니다")
    parser.add_argument("--json", action="store_true", help="결과를 JSON으로 찍습니다")


def columns() -> list[SealedColumn]:
    """Return everything that lies sealed in the database."""
    return [badge_keys.SEALED, ledger.SEALED, wallet.SEALED, *encrypted_fields()]


def run(options: argparse.Namespace) -> int:
    """May run while people work; a value that does not open stays as it is and is told."""
    watched = sys.stderr.isatty()

    def tell(tally: Tally) -> None:
        if watched:
            print(f"\r{tally.label} {tally.seen:,}", end="", file=sys.stderr, flush=True)

    tallies = rotate(columns(), batch=max(1, options.batch), only_count=options.check, done=tell)
    files, broken_files = 0, ""
    if not options.check:
        try:
            files = certificate_keys.reseal_files()
        except sealing.SealBroken as broken:
            broken_files = str(broken)
    waiting, moved = rekeying.rekey(batch=max(1, options.batch), only_count=options.check)
    stored = ResealTally()
    for stored in private_storage().reseal(only_count=options.check):
        if watched:
            print(f"\r파일 {stored.seen:,}", end="", file=sys.stderr, flush=True)
    if watched:
        print(file=sys.stderr)
    result = {
        "current": sealing.current_key(),
        "columns": [
            {
                "column": tally.label,
                "values": tally.seen,
                "resealed": tally.resealed,
                "keys": dict(tally.keys),
                "broken": tally.broken,
            }
            for tally in tallies
        ],
        "files": files,
        "broken_files": broken_files,
        "waiting_rows": {"rows": waiting, "moved": moved},
        "stored": {
            "files": stored.seen,
            "resealed": stored.resealed,
            "keys": stored.keys,
            "broken": stored.broken,
        },
    }
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        _print(tallies, files, broken_files)
        print(f"사람을 기다리는 이수실적: {waiting:,}줄, 첫 열쇠로 옮김 {moved:,}줄")
        _print_stored(stored)
    return 1 if broken_files or stored.broken or any(tally.broken for tally in tallies) else 0


def _print_stored(stored: ResealTally) -> None:
    names = {PLAIN: "봉인하지 않음", "": "NAITE_ISSUER_KEY_SECRET"}
    keys = ", ".join(f"{names.get(key, key)} {count:,}" for key, count in stored.keys.items())
    print(f"보관한 파일: {stored.seen:,}개, 다시 봉인 {stored.resealed:,}개" + (f" ({keys})" if keys else ""))
    for name in stored.broken:
        print(f"  열리지 않음: {name}")


def _print(tallies: list[Tally], files: int, broken_files: str) -> None:
    print(f"첫 열쇠: {sealing.current_key() or 'NAITE_ISSUER_KEY_SECRET'}")
    for tally in tallies:
        keys = ", ".join(f"{key or 'NAITE_ISSUER_KEY_SECRET'} {count:,}" for key, count in tally.keys.items())
        print(
            f"{tally.label}: {tally.seen:,}개, 다시 봉인 {tally.resealed:,}개"
            + (f" ({keys})" if keys else "")
        )
        for row in tally.broken:
            print(f"  열리지 않음: {row}")
    print(f"문서 서명 열쇠 파일: 다시 봉인 {files}개")
    if broken_files:
        print(f"  열리지 않음: {broken_files}")
