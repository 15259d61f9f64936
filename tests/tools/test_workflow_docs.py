"""The diagrams in the documents are those of the code."""

import pytest

from tools import workflow_docs


@pytest.mark.req("A15", "rule")
def test_the_page_is_what_the_tables_say() -> None:
    assert workflow_docs.TARGET.read_text(encoding="utf-8") == workflow_docs.render(), (
        "run: python -m tools.workflow_docs"
    )


def test_every_table_is_found() -> None:
    page = workflow_docs.render()
    assert "received --> supplement: demand_supplement" in page
    assert page.count("stateDiagram-v2") >= 5
