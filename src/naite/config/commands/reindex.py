"""``naite reindex``: make every course findable anew, as after a restored backup."""

import argparse
import json
import sys

from naite.trunk.catalogue.search_index import rebuild

HELP = "강좌 검색 색인을 다시 만듭니다. 되살린 백업에는 꼭 하세요"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="결과를 JSON으로 찍습니다")


def run(options: argparse.Namespace) -> int:
    """Searches go on meanwhile; breaking off and repeating is safe."""
    watched = sys.stderr.isatty()

    def tell(count: int) -> None:
        if watched:
            print(f"\r{count:,}", end="", file=sys.stderr, flush=True)

    count = rebuild(done=tell)
    if watched:
        print(file=sys.stderr)
    print(json.dumps({"indexed": count}) if options.json else f"강좌 {count:,}개의 색인을 다시 만들었습니다.")
    return 0
