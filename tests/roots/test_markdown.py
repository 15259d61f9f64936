"""What staff write becomes HTML, and nothing they could write becomes a script."""

import pytest

from naite.roots.markdown import plain, render


def test_marks_become_html_with_headings_below_the_title() -> None:
    html = render(
        "# 제목\n\n- 하나\n- **둘**\n\n|가|나|\n|-|-|\n|1|2|\n\n[도움](/help/) [밖](https://example.kr)"
    )
    assert "<h2>제목</h2>" in html
    assert "<strong>둘</strong>" in html
    assert '<table class="tbl2">' in html
    assert '<a href="/help/">도움</a>' in html
    assert '<a href="https://example.kr" rel="noopener noreferrer">밖</a>' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[눌러요](javascript:alert(1))",
        "[눌러요](JaVaScRiPt:alert(1))",
        "[눌러요](data:text/html,<script>alert(1)</script>)",
        "[눌러요](//evil.example)",
        "![그림](https://example.kr/x.png)",
        "<a href='javascript:alert(1)'>a</a>",
        "[a]: javascript:alert(1)\n\n[a]",
        '[a](https://example.kr "\\" onmouseover=alert(1)")',
        "<javascript:alert(1)>",
    ],
)
def test_nothing_runs_and_nothing_is_loaded(text: str) -> None:
    html = render(text)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html.lower()
    assert 'href="data:' not in html
    assert 'href="//' not in html
    assert '" onmouseover' not in html


def test_plain_has_the_words_alone() -> None:
    assert plain("# 제목\n\n**굵게** [글](/help/)").split() == ["제목", "굵게", "글"]
