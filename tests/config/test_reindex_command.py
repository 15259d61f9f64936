import argparse
import json

import pytest
from tests import factories as make

from naite.config.commands import reindex
from naite.trunk.catalogue.search_index import match


def options(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    reindex.add_arguments(parser)
    return parser.parse_args(given)


@pytest.mark.django_db
def test_every_listing_is_found_again(capsys: pytest.CaptureFixture[str]) -> None:
    supplier = make.organisation()
    for number in range(1, 1203):
        make.listing(f"요가 {number}", supplier=supplier)
    make.listing("요가 지난", supplier=supplier, withdrawn_at=make.NOW)
    assert len(match("요가")[0]) == 0
    assert reindex.run(options("--json")) == 0
    assert json.loads(capsys.readouterr().out) == {"indexed": 1203}
    assert len(match("요가")[0]) == 1202
    assert reindex.run(options()) == 0
    assert "1,203개" in capsys.readouterr().out
