"""An institution uploads completions with mistakes, corrects them and hands them in again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from naite.trunk.records.uploads import columns as col
from tests.completion_rows import as_csv
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e


def row(title: str, **changes: str) -> dict[str, str]:
    usual = {
        col.NAME: "한가람",
        col.BIRTH: "1968-05-11",
        col.EMAIL: "garam@demo.naite.kr",
        col.TITLE: title,
        col.COMPLETED: "2021-05-03",
        col.HOURS: "2",
    }
    return usual | {getattr(col, name): value for name, value in changes.items()}


@pytest.mark.req("A19", "browser")
def test_a_cp949_file_with_mistakes_is_corrected_and_applied(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    title = "휴대전화로 은행 일 보기"
    file = tmp_path / "수료자.csv"
    file.write_bytes(as_csv(row(title), row(title, COMPLETED="2021-06-07", HOURS="두 시간")).encode("cp949"))
    staff = visitor()
    page = staff.sign_in("오하린 님으로 들어가기")
    staff.go("/work/completions/")
    staff.check()
    page.set_input_files("#file", str(file))
    page.get_by_role("button", name="올리고 미리 보기").click()
    page.get_by_text("이수시간은 0보다 큰 숫자로 적습니다.").wait_for()
    staff.check()
    page.get_by_role("button", name="맞는 1행만 반영").click()
    page.get_by_text("1건을 학습계좌에 담았습니다. 1행은 고쳐서 다시 올려 주세요.").wait_for()
    staff.check()

    file.write_bytes(as_csv(row(title), row(title, COMPLETED="2021-06-07")).encode("cp949"))
    staff.go("/work/completions/")
    page.set_input_files("#file", str(file))
    page.get_by_role("button", name="올리고 미리 보기").click()
    page.get_by_role("button", name="2행 모두 반영").or_(
        page.get_by_role("button", name="1행 모두 반영")
    ).click()
    page.get_by_text("1건을 학습계좌에 담았습니다.").wait_for()
    staff.check()
