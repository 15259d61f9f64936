"""Whole walks with badges: a designer and a reviewer, a list with faults and two persons, a learner on a phone, an
employer with many badges, a stranger with a QR code.
"""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from credcore.issue import issue
from credcore.keys import Ed25519Key
from tests.e2e.conftest import Visitor
from tests.qr_reader import read_picture

pytestmark = pytest.mark.e2e
AUTHOR, REVIEWER, GROWN, SMALL = "임지호", "서누리", "한가람", "조예린"
NAME = "동네 자료 도우미"


def design(page: Page, action: str) -> None:
    page.locator("#step-publish").get_by_role("button", name=action, exact=True).click()
    page.wait_for_load_state()


@pytest.mark.req("B3", "browser")
def test_a_badge_goes_from_a_vague_draft_over_a_review_to_its_second_version(
    visitor: Callable[..., Visitor],
) -> None:
    author, reviewer = visitor(), visitor()
    author.sign_in(AUTHOR)
    page = author.go("/work/badges/new/?free=1")
    page.locator("label[for=type-qualification]").click()
    page.locator("label[for=area-career]").click()
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=description]").fill("마을 자료를 표로 모으고 함께 읽습니다.")
    page.locator("[name=criteria]").fill("자료를 잘 이해해야 한다")
    expect(page.locator("#criteria-hints")).to_contain_text("판단할 수 없습니다")
    expect(page.locator("#preview")).to_contain_text("자격형 규칙 6개 가운데 1개 맞음")
    design(page, "검토 요청")
    expect(page.locator(".error-summary")).to_be_visible()  # all that is missing, and what was typed stands
    expect(page.locator("[name=name]")).to_have_value(NAME)
    author.check()

    page.locator("[name=criteria]").fill("자료 정리 과제에서 75점 이상을 받고 보고서 3편을 냅니다.")
    expect(page.locator("#criteria-hints")).not_to_contain_text("판단할 수 없습니다")
    page.locator("[name=pass_mark]").fill("75")
    page.locator("[name=hours]").fill("24")
    for evidence in ("평가 결과", "보고서나 만든 것"):
        page.locator("#step-evidence label", has_text=evidence).click()
    page.locator("#ncs_q").fill("데이터")
    unit = page.locator("#ncs-units .found label").first
    expect(unit).to_be_visible()
    chosen = unit.inner_text()
    unit.click()
    design(page, "미리 보기")
    expect(page.locator("#preview")).to_contain_text("6개 가운데 6개 맞음")
    expect(page.locator("#ncs-units")).to_contain_text(chosen.split()[0])
    author.check()
    design(page, "검토 요청")
    expect(page.locator("h1")).to_contain_text("검토 기다림")
    assert page.get_by_role("button", name="공개하기").count() == 0  # never by oneself
    address = page.url

    reviewer.sign_in(REVIEWER)
    look = reviewer.go("/work/badges/")
    look.get_by_role("link", name=NAME).click()
    reviewer.check()
    expect(look.locator("main")).to_contain_text("검토할 차례입니다")
    look.get_by_role("button", name="돌려보내기").click()
    expect(look.get_by_role("alert")).to_contain_text("무엇을 고쳐야 하는지")
    look.locator("#reason").fill("유효기간을 정해 주세요.")
    look.get_by_role("button", name="돌려보내기").click()
    page.goto(address)
    expect(page.locator("main")).to_contain_text("유효기간을 정해 주세요.")
    page.locator("[name=valid_months]").fill("36")
    design(page, "검토 요청")
    look.goto(address)
    look.get_by_role("button", name="공개하기").click()
    expect(look.locator("h1")).to_contain_text("공개")
    look.get_by_role("link", name="공개한 배지 보기").click()
    expect(look.locator("main")).to_contain_text("1판")

    page.goto(look.url)
    page.get_by_role("link", name="다음 판 만들기").click()
    expect(page.locator("[name=name]")).to_have_value(NAME)
    page.locator("[name=criteria]").fill("자료 정리 과제에서 80점 이상을 받고 보고서 3편을 냅니다.")
    page.locator("[name=pass_mark]").fill("80")
    design(page, "검토 요청")
    look.goto(page.url)
    look.get_by_role("button", name="공개하기").click()
    look.get_by_role("link", name="공개한 배지 보기").click()
    expect(look.locator("main")).to_contain_text("2판")
    expect(look.locator("main")).to_contain_text("80점")
    author.go("/work/badges/")
    rows = page.locator("tbody tr", has_text=NAME)
    expect(rows.filter(has_text="지난 판")).to_have_count(1)
    expect(rows.filter(has_text="주는 중")).to_have_count(1)


def faulty_list() -> bytes:
    """A workbook as people send them: good rows, a wrong address, somebody twice, a formula, merged cells."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["이메일", "이름", "이룬 것", "출석률"])
    for n in range(92, 98):
        sheet.append([f"pilot{n}@demo.naite.kr", "", "열 번의 강의를 함께 들었습니다.", 90])
    sheet.append(["pilot99(at)demo.naite.kr", "", "", 90])
    sheet.append(["pilot92@demo.naite.kr", "", "", 90])
    sheet.append(['=HYPERLINK("http://example.org","pilot98@demo.naite.kr")'])
    sheet.append(["pilot100@demo.naite.kr", "", "", 90])
    sheet.append([None])
    sheet.merge_cells("A11:A12")
    for n in range(1, 3201):  # people who have no account yet, so that there is something to pause
        sheet.append([f"later{n}@example.kr", "", "열 번의 강의를 함께 들었습니다.", 90])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.req("B4", "browser")
def test_a_faulty_workbook_is_previewed_approved_by_another_paused_and_finished(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    author, second = visitor(), visitor()
    author.sign_in(AUTHOR)
    page = author.go("/work/awards/")
    page.get_by_role("button", name="모든 수여를 두 사람이 확인하기").click()
    page.get_by_role("link", name="서울 마이칼리지 인문 산책", exact=True).last.click()
    file = tmp_path / "세미나.xlsx"
    file.write_bytes(faulty_list())
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="올리고 미리 보기").click()
    expect(page.locator("h1")).to_contain_text("미리 보기", timeout=30000)
    for words in ("이메일 꼴이 아닙니다", "수식"):
        expect(page.locator("main")).to_contain_text(words)
    author.check()
    # For tomorrow, so that there is surely something left to pause, however fast badges are given.
    page.locator("[name=due_at]").fill(f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT09:00}")
    page.get_by_role("button", name=re.compile("승인 요청")).click()
    expect(page.locator("main")).to_contain_text("올린 사람은 승인할 수 없습니다")
    assert page.get_by_role("button", name=re.compile("명 승인$")).count() == 0

    second.sign_in(REVIEWER)
    run = second.go(page.url)
    second.check()
    run.get_by_role("button", name=re.compile("명 승인$")).click()
    run.get_by_role("button", name="멈춤").click()
    expect(run.locator("h1")).to_contain_text("멈춤")
    given = run.locator("#awarded").inner_text()
    page.goto(run.url)
    expect(page.locator("#awarded")).to_have_text(given)  # nothing goes on behind one's back
    expect(page.get_by_text("합이 맞음")).to_be_visible()
    author.check()
    page.get_by_role("button", name="이어서 주기").click()
    for _try in range(60):
        if "마침" in page.locator("h1").inner_text():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.locator("h1")).to_contain_text("마침")
    expect(page.locator("#percent")).to_have_text("100%")
    expect(page.get_by_text("합이 맞음")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="보고서 엑셀").click()
    report = tmp_path / "report.xlsx"
    download.value.save_as(report)
    sheet = load_workbook(report, read_only=True).active
    assert sheet is not None
    lines = [[str(cell or "") for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert len(lines) >= 3200
    refused = [line for line in lines if "거절" in line]
    assert any("이메일 꼴" in " ".join(line) for line in refused)
    assert any("수식" in " ".join(line) for line in refused)
    page.goto(f"{author.server.url}/work/awards/")
    page.get_by_role("button", name=re.compile("두 사람")).click()  # as it was


@pytest.mark.req("B7", "browser")
def test_a_learner_brings_a_foreign_badge_and_shows_a_portfolio_behind_a_password_on_a_phone(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    learner = visitor(phone=True)
    learner.sign_in(SMALL)
    key = Ed25519Key.generate()
    foreign = tmp_path / "barista.json"
    foreign.write_text(json.dumps(badge_from_elsewhere(key), ensure_ascii=False))
    spoiled = tmp_path / "spoiled.json"
    spoiled.write_text(foreign.read_text().replace("바리스타 입문", "바리스타 명장"))
    page = learner.go("/my/")
    opening = page.get_by_role("button", name=re.compile("계좌 열기|학습계좌 열기"))
    if opening.count():
        opening.first.click()
    page = learner.go("/my/wallet/import/")
    learner.check()
    page.locator("#wi-file").set_input_files([foreign, spoiled])
    page.get_by_role("button", name="확인하고 넣기").click()
    results = page.locator(".wi-out li")
    expect(results).to_have_count(2)
    expect(results.nth(0)).to_contain_text("바리스타 입문")
    expect(results.nth(1)).to_contain_text("넣지 않음")
    learner.check()
    results.nth(0).get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("다른 곳에서 준 배지입니다")
    page.get_by_label("새 모음 이름").fill("카페 일")
    page.get_by_role("button", name="담기", exact=True).click()
    page = learner.go("/my/wallet/")
    page.get_by_role("link", name=re.compile("^카페 일")).click()
    expect(page.locator(".bg .b")).to_have_count(1)
    expect(page.locator(".bg .b")).to_contain_text("(다른 곳)")
    learner.check()

    page = learner.go("/my/portfolios/new/")
    page.get_by_label("제목").fill("카페 지원")
    page.get_by_role("button", name="담을 것 고르기").click()
    page.locator('input[name="badge"]').first.check()
    page.get_by_role("button", name="이대로 담기").click()
    page.get_by_role("link", name=re.compile("보여 주기")).first.click()
    page.get_by_label("누구에게, 무엇에 쓰라고 보여 주나요").fill("골목 카페")
    page.get_by_text("주소와 암호", exact=False).first.click()
    page.locator("#id_password").fill("나무-그늘-27")
    page.get_by_role("button", name="링크와 QR 만들기").click()
    address = page.locator("#share-url").inner_text()
    picture = page.locator(".linkbox svg.qr").screenshot()
    assert read_picture(picture) == address

    cafe = visitor(phone=True)
    seen = cafe.go(address)
    cafe.check()
    assert "바리스타" not in seen.content()
    seen.get_by_label("암호").fill("틀린-암호-11")
    seen.get_by_role("button", name="열어 보기").click()
    expect(seen.get_by_role("alert")).to_be_visible()
    seen.get_by_label("암호").fill("나무-그늘-27")
    seen.get_by_role("button", name="열어 보기").click()
    expect(seen.locator("main")).to_contain_text("바리스타 입문")
    cafe.check()


def badge_from_elsewhere(key: Ed25519Key) -> dict[str, object]:
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:7d2f0a10-0d4e-4e39-8a51-2f8f7c1f2b11",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "바리스타 입문",
        "issuer": {"id": key.did_key, "type": ["Profile"], "name": "커피학교"},
        "validFrom": "2026-01-05T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:9b0f0b1e-0d4e-4e39-8a51-2f8f7c1f2b00",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://other.example/a/1",
                "type": ["Achievement"],
                "name": "바리스타 입문",
                "description": "커피를 내립니다.",
                "criteria": {"narrative": "실습"},
            },
        },
    }
    return issue(document, key.signer(), created=datetime.now(UTC) - timedelta(days=30))


def files_of(learner: Visitor, folder: Path, kinds: tuple[str, ...]) -> list[Path]:
    page = learner.page
    found = []
    for kind in kinds:
        with page.expect_download() as download:
            page.get_by_role("link", name=f"({kind}) 받기").click()
        found.append(folder / f"badge.{kind.lower()}")
        download.value.save_as(found[-1])
    return found


@pytest.mark.req("B9", "browser")
def test_an_employer_checks_many_at_once_and_keeps_a_signed_receipt(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    learner = visitor()
    learner.sign_in(GROWN)
    page = learner.go("/my/wallet/")
    page.locator(".bg .b h3 a").first.click()
    png, as_json = files_of(learner, tmp_path, ("PNG", "JSON"))
    page.get_by_role("link", name="보여 주기").click()
    page.get_by_role("button", name="링크와 QR 만들기").click()
    link = page.locator("#share-url").inner_text()
    spoiled = tmp_path / "spoiled.json"
    document = json.loads(as_json.read_text())
    document["credentialSubject"]["achievement"]["name"] = "대통령 상"
    spoiled.write_text(json.dumps(document, ensure_ascii=False))
    holiday = tmp_path / "holiday.png"
    holiday.write_bytes(page.screenshot())
    foreign = tmp_path / "foreign.json"
    foreign.write_text(json.dumps(badge_from_elsewhere(Ed25519Key.generate()), ensure_ascii=False))

    employer = visitor()
    seen = employer.go("/verify/many/")
    seen.locator("#many-files").set_input_files([png, as_json, spoiled, holiday, foreign])
    seen.locator("#many-links").fill(link)
    seen.get_by_role("button", name="모두 확인하기").click()
    rows = seen.locator("tr[data-outcome]")
    expect(rows).to_have_count(6)
    outcomes = {
        row.locator(".file").inner_text().split()[0]: row.get_attribute("data-outcome") for row in rows.all()
    }
    assert outcomes["badge.png"] == outcomes["badge.json"] == "valid"
    assert outcomes["spoiled.json"] == "invalid"
    assert outcomes["holiday.png"] == "invalid"
    assert outcomes["foreign.json"] == "unknown"
    assert "valid" in [found for name, found in outcomes.items() if name.startswith("http")]
    employer.check()
    with seen.expect_download() as download:
        seen.get_by_role("button", name="엑셀로 받기").click()
    table = tmp_path / "result.xlsx"
    download.value.save_as(table)
    assert len(list(load_workbook(table).worksheets[0].iter_rows(min_row=2))) >= 6
    with seen.expect_download() as download:
        seen.get_by_role("button", name="서명한 확인서 받기").click()
    receipt = tmp_path / "receipt.txt"
    download.value.save_as(receipt)
    employer.go("/verify/many/")
    seen.locator("#many-receipt").set_input_files(receipt)
    seen.get_by_role("button", name="확인서 열기").click()
    expect(seen.locator("main")).to_contain_text("내용이 바뀌지 않았습니다")
    expect(rows).to_have_count(6)
    text = receipt.read_text()
    at = len(text) // 2
    receipt.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])
    employer.go("/verify/many/")
    seen.locator("#many-receipt").set_input_files(receipt)
    seen.get_by_role("button", name="확인서 열기").click()
    expect(seen.locator("#many-receipt-error")).to_be_visible()
    employer.check()


@pytest.mark.req("B9", "browser")
def test_a_stranger_reads_the_qr_on_paper_and_tries_to_forge(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    learner = visitor()
    learner.sign_in(GROWN)
    page = learner.go("/my/wallet/")
    page.locator(".bg .b h3 a").first.click()
    title = page.locator("h1").inner_text()
    page.get_by_role("link", name="보여 주기").click()
    page.get_by_role("button", name="링크와 QR 만들기").click()
    page.emulate_media(media="print")
    link = read_picture(page.locator(".linkbox svg.qr").screenshot())  # as it comes out of the printer
    assert link == page.locator("#share-url").inner_text()

    stranger = visitor(phone=True)
    seen = stranger.go(link)
    expect(seen.locator("h1")).to_have_text("이 배지는 지금 유효합니다")
    expect(seen.locator(".what h2")).to_have_text(title)
    expect(seen.locator("[data-check=signature]")).to_be_visible()
    stranger.check()
    seen = stranger.go("/verify/try/")
    seen.get_by_role("button", name="확인하기").click()
    expect(seen.locator("#result")).to_have_attribute("data-caught", "")
    seen.get_by_label("배지 이름").fill("바리스타 명장")
    seen.get_by_role("button", name="확인하기").click()
    expect(seen.locator("#result")).to_have_attribute("data-caught", "signature")
    expect(seen.locator("main")).to_contain_text("처음에는 ‘바리스타 실습’")
    stranger.check()
    seen.get_by_text("내가 만든 열쇠로 다시 서명하기").click()
    seen.get_by_role("button", name="확인하기").click()
    expect(seen.locator("#result")).to_have_attribute("data-caught", "issuer")
    stranger.check()
