"""Who applies for the recognition of what in the demo, as plain data."""

from naite.trunk.catalogue.classification import Area, Category

PROCEDURE = """\
## 누가 신청하나요

평생교육법에 따라 인가·등록·신고한 평생교육기관과, 다른 법령에 따라 평생교육을 주된 목적으로 하는 기관입니다.

## 어떻게 신청하나요

1. 업무 화면의 **평가인정 신청**에서 과정을 고르고 항목마다 설명과 증빙을 냅니다.
2. 시·군·구가 접수해 서류가 갖추어졌는지 봅니다. 빠진 것이 있으면 기한을 정해 보완을 요구합니다.
3. 시도평생교육진흥원을 거쳐 국가평생교육진흥원이 평가단을 꾸려 평가합니다.
4. 평가인정심의위원회가 심의하고 교육부가 승인합니다. 결과는 7일 안에 통보합니다.

신청은 마감일 24시까지 받습니다. 1초라도 늦으면 받지 않습니다.
"""

# Local governments that are not in the cast yet, with somebody at each.
OFFICES = (
    ("jongno", "종로구", "11110", "하예린"),
    ("seongbuk", "성북구", "11290", "문지안"),
    ("eunpyeong", "은평구", "11380", "윤도담"),
    ("yuseong", "유성구", "30200", "고은솔"),
    ("haeundae", "해운대구", "26350", "신라온"),
    ("suwon", "수원시", "41110", "임하준"),
)
# Institutions that only apply: their key, name, region and who works there.
INSTITUTIONS = (
    ("saeum", "새움평생교육원", "11440", "차아인"),
    ("dohwa", "도화배움터", "11440", "노하람"),
    ("seogang", "서강평생교육원", "11440", "유이안"),
    ("hapjeong", "합정이음센터", "11440", "표지우"),
    ("gongdeok", "공덕문화센터", "11440", "심재이"),
)
A, C = Area, Category
# What each of the twelve applies for: title, area, category, hours. The first five go into the closed round.
COURSES: dict[str, tuple[tuple[str, Area, Category, int], ...]] = {
    "saeum": (
        ("디지털 배지로 기록하는 배움 설계", A.CAREER, C.VOCATIONAL, 30),
        ("생활 속 데이터 읽기", A.CAREER, C.VOCATIONAL, 24),
        ("중장년 새 일 찾기", A.CAREER, C.VOCATIONAL, 40),
        ("처음 하는 영상 편집", A.CAREER, C.VOCATIONAL, 32),
    ),
    "dohwa": (
        ("어르신 키오스크 교실", A.PRACTICAL_LITERACY, C.BASIC_LITERACY, 12),
        ("우리말 글쓰기 첫걸음", A.PRACTICAL_LITERACY, C.BASIC_LITERACY, 20),
        ("검정고시 준비반", A.PRACTICAL_LITERACY, C.ACADEMIC_SUPPLEMENT, 60),
    ),
    "seogang": (
        ("소상공인 온라인 판매 실무", A.CAREER, C.VOCATIONAL, 36),
        ("제과 기초", A.CAREER, C.VOCATIONAL, 48),
        ("바리스타 준비", A.CAREER, C.VOCATIONAL, 40),
    ),
    "hapjeong": (
        ("경력전환 상담사(심화)", A.CAREER, C.VOCATIONAL, 45),
        ("돌봄 이웃 되기", A.CIVIC, C.CIVIC_PARTICIPATION, 16),
        ("동네 중재자 과정", A.CIVIC, C.CIVIC_PARTICIPATION, 24),
    ),
    "gongdeok": (
        ("한국화 입문", A.SELF_GROWTH, C.ARTS_CULTURE, 24),
        ("현대시 읽기", A.SELF_GROWTH, C.HUMANITIES, 16),
        ("가야금 첫걸음", A.SELF_GROWTH, C.ARTS_CULTURE, 30),
    ),
    "hangang": (
        ("지역기록가 양성", A.CIVIC, C.CIVIC_PARTICIPATION, 30),
        ("도시 양봉 학교", A.CIVIC, C.CIVIC_PARTICIPATION, 20),
        ("책 만들기", A.SELF_GROWTH, C.ARTS_CULTURE, 24),
    ),
    "seoul-my-college": (
        ("시민의 경제학", A.SELF_GROWTH, C.HUMANITIES, 20),
        ("서울 옛길 해설사", A.CIVIC, C.CIVIC_PARTICIPATION, 28),
        ("문해교사 심화", A.CAREER, C.VOCATIONAL, 30),
        ("도시와 기후", A.CIVIC, C.CIVIC_PARTICIPATION, 18),
    ),
    "evergreen": (
        ("한글 중급", A.PRACTICAL_LITERACY, C.BASIC_LITERACY, 40),
        ("생활 수학", A.PRACTICAL_LITERACY, C.BASIC_LITERACY, 24),
        ("초등 학력 준비", A.PRACTICAL_LITERACY, C.ACADEMIC_SUPPLEMENT, 80),
    ),
    "zelkova": (
        ("그림책 활동가", A.CAREER, C.VOCATIONAL, 24),
        ("철학 읽는 밤", A.SELF_GROWTH, C.HUMANITIES, 16),
        ("마을 도서관 운영", A.CIVIC, C.CIVIC_PARTICIPATION, 20),
    ),
    "midland-hub": (
        ("파이썬 데이터 처리", A.CAREER, C.VOCATIONAL, 60),
        ("공공데이터 시각화", A.CAREER, C.VOCATIONAL, 40),
        ("인공지능 업무 활용", A.CAREER, C.VOCATIONAL, 30),
        ("스마트팜 기초", A.CAREER, C.VOCATIONAL, 36),
    ),
    "moonlight": (
        ("해양 생태 해설", A.CIVIC, C.CIVIC_PARTICIPATION, 24),
        ("부산 음식 문화사", A.SELF_GROWTH, C.HUMANITIES, 16),
        ("생활 목공", A.SELF_GROWTH, C.ARTS_CULTURE, 32),
    ),
    "suwon-learning": (
        ("화성 성곽 해설사", A.CIVIC, C.CIVIC_PARTICIPATION, 30),
        ("가게 회계와 세금", A.CAREER, C.VOCATIONAL, 24),
        ("이주민 한국어", A.PRACTICAL_LITERACY, C.BASIC_LITERACY, 50),
        ("수묵 산책", A.SELF_GROWTH, C.ARTS_CULTURE, 20),
    ),
}
# How many of each institution's courses are in the closed round.
CLOSED = {"saeum": 2, "hapjeong": 2, "gongdeok": 2, "dohwa": 2, "seogang": 2}
ALL_BUT_ONE = 3


CONTENT = {
    "purpose": "배우는 사람이 스스로 다음 배움을 정할 수 있게 돕습니다.",
    "audience": "누구나. 처음 배우는 사람을 먼저 받습니다.",
    "operation": "주 1회 2시간, 정원 20명. 결석한 사람은 다음 반에서 보충합니다.",
    "instructors": "이 분야에서 5년 넘게 가르친 강사 2명이 나누어 맡습니다.",
    "contact_phone": "02-0000-0300",
    "capacity": "20",
    "fee": "0",
}


# Institutions that the cast knows already.
KNOWN = frozenset(COURSES) - {slug for slug, *_rest in INSTITUTIONS}
