"""The fixed words of the documents, in both languages. Not gettext: a document does not follow the page."""

from datetime import date
from typing import Any, Final

KO: Final[dict[str, Any]] = {
    "statement": "평생학습이력증명서",
    "portfolio": "평생학습이력철",
    "completion": "수료증",
    "number": "제 {number} 호",
    "name": "성명",
    "roman": "로마자 이름",
    "birth": "생년월일",
    "purpose": "용도",
    "statement_says": "위 사람은 아래와 같이 평가인정 학습과정을 이수하였음을 증명합니다.",
    "portfolio_says": "위 사람의 학습계좌에 아래와 같은 학습이력이 적혀 있음을 확인합니다.",
    "columns": ["번호", "분야", "배운 것", "기관", "마친 날", "시간"],
    "recognition": "인정번호",
    "provenance": "확인",
    "sections": {
        "1": "1. 인적사항",
        "2": "2. 학력",
        "3": "3. 자격증",
        "4": "4. 분야별 평생교육 이수실적",
        "5": "5. 특기사항",
    },
    "empty": "담은 기록이 없습니다.",
    "subtotal": "소계",
    "total": "합계",
    "entry": "1건",
    "entries": "{count}건",
    "hours": "{hours}시간",
    "areas": {
        "self_growth": "자기함양",
        "career": "직업진로",
        "civic": "시민소양",
        "practical_literacy": "실용문해",
        "": "–",
    },
    "by": {"self": "본인 입력", "institution": "기관 확인", "system": "시스템 확인"},
    "later": "발급하는 날 날짜가 적힙니다.",
    "check_number": "문서확인번호 {number} · 확인 열쇠 {key}",
    "check_where": "{url} 에서 {until}까지 번호로 확인할 수 있습니다.",
    "check_file": "서명된 PDF 파일은 언제나 확인할 수 있습니다.",
    "qr": "확인 화면을 여는 QR 코드",
    "seal": "{issuer} 직인 그림",
    "preview": "미리보기",
    "page": "{page} / {pages} 쪽",
    "missing": "□: 글꼴에 없는 글자입니다. 본래 글자는 붙은 전자기록에 있습니다.",
    "attachment": "이 문서의 기록을 담은 서명된 전자기록(CLR 2.0)",
    "table": "학습이력 표",
}
EN: Final[dict[str, Any]] = {
    "statement": "Certificate of Lifelong Learning",
    "portfolio": "Lifelong Learning Portfolio",
    "completion": "Certificate of Completion",
    "number": "No. {number}",
    "name": "Name",
    "roman": "Name in Latin letters",
    "birth": "Date of birth",
    "purpose": "Purpose",
    "statement_says": "This certifies that the person named above has completed the following recognised courses.",
    "portfolio_says": "This confirms that the learning account of the person named above holds the following records.",
    "columns": ["No.", "Field", "Learned", "Provider", "Completed", "Hours"],
    "recognition": "Recognition",
    "provenance": "Confirmed by",
    "sections": {
        "1": "1. Person",
        "2": "2. Schooling",
        "3": "3. Qualifications",
        "4": "4. Recognised courses by field",
        "5": "5. Other learning",
    },
    "empty": "Nothing was selected.",
    "subtotal": "Subtotal",
    "total": "Total",
    "entry": "1 record",
    "entries": "{count} records",
    "hours": "{hours} hours",
    "areas": {
        "self_growth": "Self-growth",
        "career": "Career",
        "civic": "Civic life",
        "practical_literacy": "Practical literacy",
        "": "–",
    },
    "by": {"self": "Learner", "institution": "Institution", "system": "System"},
    "later": "The date is set when the document is issued.",
    "check_number": "Document number {number} · second key {key}",
    "check_where": "Can be checked by number at {url} until {until}.",
    "check_file": "The signed PDF file can be checked at any time.",
    "qr": "QR code that opens the check page",
    "seal": "Drawn seal of {issuer}",
    "preview": "PREVIEW",
    "page": "Page {page} of {pages}",
    "missing": "□: a character that the font lacks. The attached electronic record holds it.",
    "attachment": "Signed electronic record of this document (CLR 2.0)",
    "table": "Table of learning",
}
_MONTHS: Final = (
    "January February March April May June July August September October November December".split()
)


def words(language: str) -> dict[str, Any]:
    return EN if language == "en" else KO


def long_date(day: date, language: str) -> str:
    """``2026년 11월 24일``, ``24 November 2026``."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}년 {day.month}월 {day.day}일"
