"""Rows and files in the format of the national standard lifelong-course file."""

import csv
import io

from openpyxl import Workbook

from naite.trunk.catalogue.standard_file import COLUMNS

USUAL = {
    "강좌명": "처음 만나는 도예",
    "강사명": "김가마",
    "교육시작일자": "2026-12-01",
    "교육종료일자": "2027-02-02",
    "교육시작시각": "10:00",
    "교육종료시각": "12:00",
    "강좌내용": "공예",
    "교육대상구분": "성인",
    "교육방법구분": "오프라인",
    "운영요일": "화요일",
    "교육장소": "도예실",
    "강좌정원수": "12",
    "수강료": "36000",
    "교육장도로명주소": "서울특별시 마포구 나루길 12",
    "운영기관명": "마포구청",
    "운영기관전화번호": "02-000-0000",
    "접수시작일자": "2026-11-16",
    "접수종료일자": "2026-11-27",
    "접수방법구분": "인터넷",
    "선정방법구분": "선착순",
    "홈페이지주소": "www.example.go.kr",
    "직업능력개발훈련비지원강좌여부": "N",
    "학점은행제평가(학점)인정여부": "N",
    "평생학습계좌제평가인정여부": "Y",
    "데이터기준일자": "2026-11-10",
}


def row(**changed: str) -> list[str]:
    return list({**USUAL, **changed}.values())


def as_csv(*rows: list[str], header: tuple[str, ...] = COLUMNS, delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def as_xlsx(*rows: list[object], above: tuple[list[object], ...] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (*above, list(COLUMNS), *rows):
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
