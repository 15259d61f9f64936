"""Who applies for the recognition of what in the demo, and what becomes of it, as plain data."""

from dataclasses import dataclass

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
# What the twelve applied for in the round that is over: title, area, category, hours.
FINISHED: dict[str, tuple[tuple[str, Area, Category, int], ...]] = {
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

# What became of these in the round that is over; all others were recognised at once.
WITHDRAWN, RETURNED = "중장년 새 일 찾기", "도시와 기후"
PASSED_AGAIN, FAILED_AGAIN = "가야금 첫걸음", "스마트팜 기초"
REFUSED = frozenset({"생활 목공", "검정고시 준비반"})
SUPPLEMENTED = "한글 중급"


@dataclass(frozen=True)
class Case:
    """An application of a running round, and how far it has come."""

    place: str
    title: str
    area: Area
    category: Category
    hours: int
    stands: str


# The round under review: from the desk that gives cases to panels to the one that tells the institutions.
REVIEWED = (
    Case("hangang", "생활 사진 기록", A.CIVIC, C.CIVIC_PARTICIPATION, 20, "approved"),
    Case("saeum", "데이터로 읽는 우리 동네", A.CAREER, C.VOCATIONAL, 30, "approved"),
    Case("seogang", "마을 공방 창업 준비", A.CAREER, C.VOCATIONAL, 36, "approved"),
    Case("hapjeong", "이웃 돌봄 첫걸음", A.CIVIC, C.CIVIC_PARTICIPATION, 16, "refused"),
    Case("midland-hub", "데이터 시각화 입문", A.CAREER, C.VOCATIONAL, 40, "approved"),
    Case("moonlight", "바닷가 생태 관찰", A.CIVIC, C.CIVIC_PARTICIPATION, 18, "approved"),
    Case("seoul-my-college", "종로 골목 해설", A.CIVIC, C.CIVIC_PARTICIPATION, 24, "deliberated"),
    Case("evergreen", "스마트폰 문해 교실", A.PRACTICAL_LITERACY, C.BASIC_LITERACY, 20, "deliberated"),
    Case("zelkova", "그림책 깊이 읽기", A.SELF_GROWTH, C.HUMANITIES, 16, "evaluated"),
    Case("gongdeok", "민화 그리기", A.SELF_GROWTH, C.ARTS_CULTURE, 24, "evaluated"),
    Case("suwon-learning", "화성 이야기꾼", A.CIVIC, C.CIVIC_PARTICIPATION, 30, "provisional"),
    Case("dohwa", "중학 학력 준비", A.PRACTICAL_LITERACY, C.ACADEMIC_SUPPLEMENT, 60, "again"),
    Case("suwon-learning", "동네 가게 살림", A.CAREER, C.VOCATIONAL, 24, "partly"),
    Case("dohwa", "스마트폰으로 가게 알리기", A.CAREER, C.VOCATIONAL, 20, "begun"),
    Case("saeum", "정리 수납 전문가", A.CAREER, C.VOCATIONAL, 32, "new"),
    Case("midland-hub", "3D 프린터 운용", A.CAREER, C.VOCATIONAL, 40, "new"),
    Case("zelkova", "동네 책방지기", A.CAREER, C.VOCATIONAL, 24, "waiting"),
)
# The round that takes applications: every desk on the way to the national institute has one.
OPEN = (
    Case("hangang", "동네 음악회 기획", A.SELF_GROWTH, C.ARTS_CULTURE, 24, "draft"),
    Case("saeum", "드론 촬영 첫걸음", A.CAREER, C.VOCATIONAL, 20, "submitted"),
    Case("seogang", "반찬 가게 창업", A.CAREER, C.VOCATIONAL, 36, "received"),
    Case("hapjeong", "마음 돌봄 글쓰기", A.SELF_GROWTH, C.HUMANITIES, 16, "supplement"),
    Case("gongdeok", "전통 매듭", A.SELF_GROWTH, C.ARTS_CULTURE, 24, "supplemented"),
    Case("seoul-my-college", "옛 지도로 걷는 서울", A.CIVIC, C.CIVIC_PARTICIPATION, 18, "submitted"),
    Case("evergreen", "은행 앱 쓰기", A.PRACTICAL_LITERACY, C.BASIC_LITERACY, 12, "to_province"),
    Case("zelkova", "그림책으로 여는 토론", A.SELF_GROWTH, C.HUMANITIES, 16, "at_province"),
    Case("midland-hub", "사물인터넷 기초", A.CAREER, C.VOCATIONAL, 30, "forwarded"),
    Case("moonlight", "해변 생태 지킴이", A.CIVIC, C.CIVIC_PARTICIPATION, 20, "received"),
    Case("suwon-learning", "수원천 걷기 해설", A.CIVIC, C.CIVIC_PARTICIPATION, 18, "submitted"),
)

CONTENT = {
    "purpose": "배우는 사람이 스스로 다음 배움을 정할 수 있게 돕습니다.",
    "audience": "누구나. 처음 배우는 사람을 먼저 받습니다.",
    "operation": "주 1회 2시간, 정원 20명. 결석한 사람은 다음 반에서 보충합니다.",
    "instructors": "이 분야에서 5년 넘게 가르친 강사 2명이 나누어 맡습니다.",
    "contact_phone": "02-0000-0300",
    "capacity": "20",
    "fee": "0",
}
# What an institution says to each item of the sample criteria.
TEXTS = {
    "강의실과 실습 기자재": "66㎡ 강의실에 책상 20개와 빔 프로젝터, 실습 자리 10개가 있습니다. 임대차 계약은 운영 기간보다 1년 더 깁니다.",
    "접근성과 안전": "올해 4월 소방 점검과 전기 점검을 받았고 지적은 없었습니다. 승강기가 있고 입구에 경사로를 두었습니다.",
    "교육목표와 내용": "목표는 ‘{title}에서 배운 것을 혼자 해 보고 이웃에게 설명한다’입니다. {hours}시간의 차시마다 할 수 있게 되는 것을 적었습니다.",
    "교수·학습 방법": "설명 30분, 함께 해 보기 60분, 나누기 30분으로 짭니다. 셋씩 모둠을 지어 서로의 결과를 봅니다.",
    "평가와 수료 기준": "출석 80% 이상이고 마지막 결과물을 내면 수료합니다. 첫 시간에 알리고, 결과에 이의가 있으면 7일 안에 다시 봅니다.",
    "교재와 자료": "직접 만든 교재 64쪽을 씁니다. 차시와 같은 순서이고, 사진은 모두 우리 기관이 찍었습니다.",
    "자격과 경력": "강사 두 명 모두 이 분야에서 7년 넘게 가르쳤고, 한 명은 평생교육사 2급입니다. 앞 절반과 뒤 절반을 나누어 맡습니다.",
    "교육 참여와 연수": "두 강사가 지난해 성인학습 교수법 연수 15시간을 마쳤습니다.",
    "출석·이수 관리": "시작과 끝에 QR로 출석을 적고, 담당자가 그날 확인합니다. 이수는 출석부와 결과물로 정하고 회의록을 남깁니다.",
    "상담과 안내": "첫날 30분 동안 한 사람씩 만나 배우려는 까닭을 듣습니다. 학습비를 돌려받는 기준을 안내문 뒷면에 실었습니다.",
    "재정의 건전성": "학습비는 받지 않고 구의 보조금으로 강사료와 재료비를 냅니다. 지난해 결산서를 함께 냅니다.",
    "환류와 개선": "지난 반의 설문에서 ‘연습할 때가 모자라다’는 답이 많아 설명을 줄이고 연습을 15분 늘렸습니다.",
}
SUPPLEMENTS = {
    "교육목표와 내용": (
        "차시별 학습목표가 없습니다.",
        "차시마다 ‘무엇을 할 수 있다’로 목표를 적은 계획서를 새로 냈습니다.",
    ),
    "출석·이수 관리": (
        "결석한 사람을 어떻게 돕는지 적어 주세요.",
        "결석하면 그날 전화하고, 다음 반에서 보충하게 합니다.",
    ),
}

# Institutions that the cast knows already.
KNOWN = frozenset(FINISHED) - {slug for slug, *_rest in INSTITUTIONS}
