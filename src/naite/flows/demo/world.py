"""The demo world as plain data. People are invented; of real bodies only the names of public offices appear."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from naite.trunk.catalogue.classification import Area, Category, SubArea
from naite.trunk.people.models import Organisation, Role

Kind = Organisation.Kind
MAIL = "@demo.naite.kr"


@dataclass(frozen=True)
class Place:
    slug: str
    name: str
    kind: Kind
    region: str | None
    parent: str | None = None
    legal_basis: str = ""
    address: str = ""
    phone: str = ""


PLACES = (
    Place("moe", "교육부", Kind.MINISTRY, None),
    Place("nile", "국가평생교육진흥원", Kind.NATIONAL_INSTITUTE, None, "moe"),
    Place("seoul-institute", "서울특별시평생교육진흥원", Kind.PROVINCIAL_INSTITUTE, "11000", "nile"),
    Place("seoul-education", "서울특별시교육청", Kind.EDUCATION_OFFICE, "11000", "moe"),
    Place(
        "mapo",
        "마포구",
        Kind.LOCAL_GOVERNMENT,
        "11440",
        "seoul-institute",
        "",
        "서울특별시 마포구 월드컵로 212",
        "02-0000-0100",
    ),
    Place(
        "hangang",
        "한강평생학습관",
        Kind.HUMAN_RESOURCES,
        "11440",
        "mapo",
        "ga",
        "서울특별시 마포구 토정로 100",
        "02-0000-0200",
    ),
    Place(
        "seoul-my-college",
        "서울시민대학",
        Kind.HUMAN_RESOURCES,
        "11110",
        "seoul-institute",
        "ga",
        "서울특별시 종로구 송월길 50",
        "02-0000-0300",
    ),
    Place(
        "evergreen",
        "늘푸른문해학교",
        Kind.CIVIL_SOCIETY_ATTACHED,
        "11290",
        None,
        "ga",
        "서울특별시 성북구 화랑로 20",
        "02-0000-0400",
    ),
    Place(
        "zelkova",
        "느티나무작은도서관",
        Kind.CIVIL_SOCIETY_ATTACHED,
        "11380",
        None,
        "ga",
        "서울특별시 은평구 통일로 80",
        "02-0000-0500",
    ),
    Place(
        "midland-hub",
        "중부디지털훈련거점",
        Kind.HUB,
        "30200",
        None,
        "da",
        "대전광역시 유성구 대학로 99",
        "042-000-0600",
    ),
    Place(
        "moonlight",
        "달맞이평생교육원",
        Kind.SCHOOL_ATTACHED,
        "26350",
        None,
        "ga",
        "부산광역시 해운대구 달맞이길 30",
        "051-000-0700",
    ),
    Place(
        "suwon-learning",
        "화서배움터",
        Kind.HUMAN_RESOURCES,
        "41110",
        None,
        "ga",
        "경기도 수원시 화서로 12",
        "031-000-0800",
    ),
    Place(
        "naru-soft",
        "나루소프트",
        Kind.COMPANY,
        "30200",
        None,
        "",
        "대전광역시 유성구 테크노로 7",
        "042-000-0900",
    ),
)


@dataclass(frozen=True)
class Someone:
    key: str
    name: str
    region: str | None = None
    born: date | None = None
    roles: tuple[tuple[str, Role], ...] = ()
    note: str = ""
    operator: bool = False

    @property
    def email(self) -> str:
        return self.key + MAIL


PEOPLE = (
    Someone("garam", "한가람", "11440", date(1968, 5, 11), note="2014년부터 배워 온 학습자"),
    Someone("saebom", "윤새봄", "11290", date(1974, 3, 2), note="문해반에서 일자리까지 걸어온 학습자"),
    Someone("malsun", "이말순", "11290", date(1949, 9, 20), note="한글을 배우기 시작한 학습자"),
    Someone("haneul", "최하늘", "11380", date(2001, 12, 1), note="이제 막 가입한 학습자"),
    Someone("harin", "오하린", "11440", None, (("hangang", Role.INSTITUTION_STAFF),), "기관 담당자"),
    Someone(
        "doyun",
        "정도윤",
        "11440",
        None,
        (("mapo", Role.PROGRAMME_MANAGER), ("mapo", Role.LOCAL_OFFICER)),
        "직원교육을 맡은 구청 담당자",
    ),
    Someone(
        "ara", "서아라", "11440", None, (("mapo", Role.COUNSELLOR),), "구청에서 상담에 답하는 평생교육사"
    ),
    Someone(
        "daon", "민다온", None, None, (("seoul-institute", Role.PROVINCIAL_OFFICER),), "서울진흥원 담당자"
    ),
    Someone("deulle", "민들레", "11440", None, (("mapo", Role.DESK_STAFF),), "구청 창구 담당자"),
    Someone(
        "byeol",
        "한별",
        None,
        None,
        (("seoul-education", Role.EDUCATION_OFFICER),),
        "문해교육 학력 인정을 맡은 교육청 담당자",
    ),
    Someone("seoyeon", "강서연", None, None, (("nile", Role.NATIONAL_OFFICER),), "국가평생교육진흥원 담당자"),
    Someone("aram", "서아람", None, None, (("nile", Role.EVALUATOR),), "평가단의 평가위원"),
    Someone(
        "jaemin",
        "구재민",
        None,
        None,
        (("nile", Role.NATIONAL_OFFICER),),
        "국가평생교육진흥원에서 이의신청을 맡은 담당자",
    ),
    Someone(
        "jiho", "임지호", None, None, (("seoul-my-college", Role.INSTITUTION_STAFF),), "서울시민대학 담당자"
    ),
    Someone(
        "nuri",
        "서누리",
        None,
        None,
        (("seoul-my-college", Role.INSTITUTION_STAFF),),
        "배지를 검토하는 담당자",
    ),
    Someone("haein", "송해인", None, None, (("evergreen", Role.INSTITUTION_STAFF),), "문해학교 담당자"),
    Someone("yerin", "조예린", None, None, (("zelkova", Role.INSTITUTION_STAFF),), "작은도서관 담당자"),
    Someone("taeo", "문태오", None, None, (("midland-hub", Role.HUB_OPERATOR),), "훈련 거점 운영자"),
    Someone("areum", "노아름", None, None, (("moonlight", Role.INSTITUTION_STAFF),), "부산의 기관 담당자"),
    Someone(
        "ijun", "백이준", None, None, (("suwon-learning", Role.INSTITUTION_STAFF),), "수원의 기관 담당자"
    ),
    Someone(
        "siu",
        "배시우",
        None,
        None,
        (("hangang", Role.INSTRUCTOR), ("midland-hub", Role.INSTRUCTOR)),
        "두 기관의 강사",
    ),
    Someone("eungyeol", "나은결", None, None, (), "이 나이테의 운영자", operator=True),
)
NEIGHBOURS = (
    "강은결", "고나래", "구름", "김바다", "나리", "노을찬", "도아람", "문초롱", "박누리", "배꽃님", "백하루", "서도담",
    "송이든", "신아침", "안다미", "양별", "오롯", "유나무", "이솔", "임가람", "조미리내", "차오름", "하늘빛", "한새봄",
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """A course to be published."""

    key: str
    place: str
    title: str
    summary: str
    area: Area | None
    sub_area: SubArea | None
    category: Category | None
    hours: Decimal
    lessons: tuple[str, ...]
    audience: str = "누구나"
    badge: str = ""  # participation | achievement
    badge_name: str = ""
    recognised: str = ""  # the number under which the course is recognised
    pass_mark: Decimal | None = None
    criteria: str = ""
    alignments: tuple[tuple[str, str], ...] = field(default=())


A, S, C = Area, SubArea, Category
H = Decimal
SUBJECTS = (
    Subject(
        "village",
        "hangang",
        "마을 기록가 되기: 우리 동네 이야기",
        "이웃을 만나 이야기를 듣고, 사진과 글로 남겨 동네 기록관에 올립니다. 처음이어도 괜찮습니다.",
        A.CIVIC,
        S.COMMUNITY,
        C.CIVIC_PARTICIPATION,
        H("20"),
        (
            "동네를 걷고 물음 만들기",
            "어른께 이야기 듣는 법",
            "사진 찍고 이름 붙이기",
            "글로 옮기기",
            "목소리 담기",
            "지도 그리기",
            "자료 고르기",
            "함께 읽기",
            "전시 준비",
            "동네 전시",
        ),
        badge="participation",
        badge_name="마을 기록가",
        recognised="제2024-0117호",
    ),
    Subject(
        "watercolour",
        "hangang",
        "수채화로 그리는 사계절",
        "붓과 물을 다루는 법부터 계절의 빛깔까지, 한 계절에 한 장씩 그립니다.",
        A.SELF_GROWTH,
        S.ARTS,
        C.ARTS_CULTURE,
        H("24"),
        ("붓과 물", "봄의 연두", "여름의 그늘", "가을의 빛", "겨울의 여백", "나의 계절 전시"),
        recognised="제2024-0118호",
    ),
    Subject(
        "choir",
        "hangang",
        "동네 합창",
        "악보를 몰라도 됩니다. 함께 숨 쉬고 함께 부릅니다.",
        A.SELF_GROWTH,
        S.ARTS,
        C.ARTS_CULTURE,
        H("20"),
        tuple(f"{n}번째 모임" for n in range(1, 11)),
    ),
    Subject(
        "counsel",
        "hangang",
        "경력전환 상담사 양성(기초)",
        "중장년이 새 일을 찾도록 돕는 상담의 기본을 익힙니다.",
        A.CAREER,
        S.SKILLS,
        C.VOCATIONAL,
        H("41"),
        tuple(f"{n}차시" for n in range(1, 11)),
        badge="achievement",
        badge_name="경력전환 상담사 기초",
        recognised="제2019-0042호",
        pass_mark=H("70"),
        criteria="수업의 80% 이상 출석하고 모의 상담 평가에서 70점 이상을 받았습니다.",
        alignments=(("07010201", "초기 상담하기"),),
    ),
    Subject(
        "excel",
        "hangang",
        "엑셀 실무",
        "표 만들기에서 피벗까지, 일에 바로 쓰는 엑셀.",
        A.CAREER,
        S.SKILLS,
        C.VOCATIONAL,
        H("40"),
        tuple(f"{n}차시" for n in range(1, 9)),
    ),
    Subject(
        "market",
        "suwon-learning",
        "소상공인 온라인 판매",
        "가게 문을 하나 더 엽니다. 사진, 글, 배송까지.",
        A.CAREER,
        S.SKILLS,
        C.VOCATIONAL,
        H("41"),
        tuple(f"{n}차시" for n in range(1, 9)),
    ),
    Subject(
        "climate",
        "mapo",
        "생활 속 기후 행동",
        "장보기, 밥상, 이동에서 줄일 수 있는 것을 함께 찾습니다.",
        A.CIVIC,
        S.CIVIC_LIFE,
        C.CIVIC_PARTICIPATION,
        H("18"),
        tuple(f"{n}차시" for n in range(1, 7)),
        badge="participation",
        badge_name="기후 행동",
    ),
    Subject(
        "budget",
        "mapo",
        "주민참여예산 학교",
        "동네 예산이 정해지는 길을 배우고 제안서를 씁니다.",
        A.CIVIC,
        S.COMMUNITY,
        C.CIVIC_PARTICIPATION,
        H("20"),
        tuple(f"{n}차시" for n in range(1, 6)),
        badge="participation",
        badge_name="주민참여예산",
        recognised="제2024-0119호",
    ),
    Subject(
        "bank",
        "hangang",
        "휴대전화로 은행 일 보기",
        "송금, 공과금, 속지 않는 법. 천천히 두 번씩 합니다.",
        A.PRACTICAL_LITERACY,
        S.DIGITAL,
        C.BASIC_LITERACY,
        H("8"),
        ("켜고 끄기와 글자 키우기", "은행 앱 열기", "보내고 받기", "속지 않기"),
        "65세 이상",
        "participation",
        "휴대전화 은행 일",
    ),
    Subject(
        "hangeul",
        "evergreen",
        "한글 다시 배우기",
        "읽고 쓰는 기쁨을 처음부터. 나이는 묻지 않습니다.",
        A.PRACTICAL_LITERACY,
        S.BASIC_LITERACY,
        C.BASIC_LITERACY,
        H("20"),
        tuple(f"{n}번째 시간" for n in range(1, 11)),
        "성인",
        "participation",
        "한글 다시 배우기",
        "제2024-0120호",
    ),
    Subject(
        "literacy-teacher",
        "seoul-my-college",
        "문해교사 양성 과정",
        "성인문해 교실을 여는 교사를 기릅니다. 수업 시연 평가가 있습니다.",
        A.CAREER,
        S.SKILLS,
        C.VOCATIONAL,
        H("30"),
        tuple(f"{n}차시" for n in range(1, 11)),
        "교사를 꿈꾸는 누구나",
        "achievement",
        "문해교사",
        "제2025-0031호",
        H("70"),
        "수업의 80% 이상 출석하고 수업 시연에서 70점 이상을 받았습니다.",
        (("04020102", "평생교육프로그램 운영"),),
    ),
    Subject(
        "seoul-history",
        "seoul-my-college",
        "서울의 골목에서 읽는 역사",
        "한양도성에서 을지로까지 골목에 남은 이야기를 걷습니다.",
        A.SELF_GROWTH,
        S.HUMANITIES,
        C.HUMANITIES,
        H("12"),
        ("성곽 안팎", "물길과 다리", "피맛골", "을지로", "이태원", "다시 걷기"),
        badge="participation",
        badge_name="골목 역사",
    ),
    Subject(
        "seminar",
        "zelkova",
        "작은세미나: 나의 삶을 쓰다",
        "여섯 명이 모여 서로의 글을 읽고 묻습니다.",
        A.SELF_GROWTH,
        S.HUMANITIES,
        C.HUMANITIES,
        H("12"),
        ("첫 문장", "장면", "사람", "물건", "고쳐 쓰기", "낭독회"),
        badge="participation",
        badge_name="나의 삶을 쓰다",
    ),
    Subject(
        "data",
        "midland-hub",
        "K-디지털 데이터 분석 기초",
        "기업이 낸 자료로 묻고, 세고, 그립니다. 과제 발표가 있습니다.",
        A.CAREER,
        S.SKILLS,
        C.VOCATIONAL,
        H("38"),
        tuple(f"{n}일차" for n in range(1, 11)),
        "구직자·재직자",
        "achievement",
        "데이터 분석 기초",
        pass_mark=H("60"),
        criteria="수업의 80% 이상 출석하고 과제 발표에서 60점 이상을 받았습니다.",
        alignments=(("20010701", "빅데이터 분석"),),
    ),
    Subject(
        "sea",
        "moonlight",
        "바다를 읽는 해설사",
        "해운대 바다의 지질과 사람 이야기를 나눕니다.",
        A.CIVIC,
        S.COMMUNITY,
        C.CIVIC_PARTICIPATION,
        H("16"),
        tuple(f"{n}차시" for n in range(1, 9)),
        badge="participation",
        badge_name="바다 해설",
    ),
)

# Mapo-gu's staff education: six lectures, three with a date (row M1).
LECTURES = (
    ("업무에 바로 써먹는 챗GPT 활용법", "생성형 AI로 문서와 민원 답변의 초안을 잡습니다.", S.DIGITAL, date(2026, 3, 10)),
    ("도시재생과 연계한 자동화 기술", "스마트팜에서 배우는 자동화와 골목의 새 일거리.", S.SKILLS, date(2026, 3, 17)),
    ("행정 업무에 활용 가능한 드론 기술", "점검, 측량, 홍보 영상까지 드론이 하는 일.", S.SKILLS, date(2026, 3, 24)),
    ("공공데이터로 보는 우리 구", "열린 데이터를 찾아 표와 지도로 만듭니다.", S.DIGITAL, None),
    ("메타버스 시대의 주민 소통", "가상 공간에서 만나는 주민 설명회.", S.CIVIC_LIFE, None),
    ("블록 코딩으로 만드는 업무 자동화", "되풀이하는 일을 컴퓨터에 맡깁니다.", S.DIGITAL, None),
)  # fmt: skip


@dataclass(frozen=True)
class Past:
    """A finished run: which subject, in what month it began, and who completed it."""

    subject: str
    year: int
    month: int
    people: tuple[str, ...]


G, B = "garam", "saebom"
HISTORY = (
    Past("hangeul", 2014, 3, (G,)), Past("hangeul", 2015, 3, (G,)), Past("bank", 2015, 9, (G,)), Past("watercolour", 2015, 4, (G,)),
    Past("seoul-history", 2016, 3, (G,)), Past("choir", 2016, 9, (G,)),
    Past("watercolour", 2018, 3, (G,)), Past("seminar", 2018, 9, (G,)), Past("budget", 2018, 10, (G,)),
    Past("excel", 2019, 3, (G,)), Past("market", 2019, 9, (G,)), Past("choir", 2019, 4, (G,)),
    Past("counsel", 2020, 9, (G,)), Past("data", 2020, 5, (G,)), Past("excel", 2020, 3, (G,)), Past("market", 2020, 9, (G,)), Past("bank", 2020, 4, (G,)),
    Past("excel", 2021, 3, (G,)), Past("climate", 2021, 9, (G,)), Past("seoul-history", 2022, 4, (G,)),
    Past("watercolour", 2023, 3, (G,)), Past("seminar", 2023, 9, (G,)), Past("village", 2023, 3, (G,)), Past("climate", 2023, 10, (G,)),
    Past("village", 2024, 9, (G,)), Past("budget", 2024, 4, (G, "도아람", "문초롱")), Past("sea", 2024, 6, (G,)), Past("choir", 2024, 3, (G,)), Past("watercolour", 2024, 9, (G,)), Past("bank", 2024, 10, (G,)),
    Past("budget", 2025, 10, (G, "강은결", "고나래", "구름", "김바다")), Past("climate", 2025, 4, (G, "박누리")), Past("village", 2025, 3, (G, "서도담", "송이든")), Past("data", 2025, 5, (G,)),
    Past("climate", 2026, 7, (G, "나리", "노을찬", "이솔", "임가람")), Past("watercolour", 2026, 9, (G, "양별", "오롯", "유나무")),
    Past("hangeul", 2022, 3, (B,)), Past("hangeul", 2023, 3, (B, "malsun")), Past("bank", 2024, 3, (B,)), Past("seminar", 2025, 3, (B, "haneul")), Past("data", 2025, 10, (B,)), Past("literacy-teacher", 2026, 4, (B, "안다미", "신아침", "차오름")),
)  # fmt: skip

# What learners wrote down themselves: who, what, where, year, month, hours.
OWN_WORDS = (
    ("garam", "독서 모임 '느티나무'", "새솔책방", 2025, 11, 18),
    ("garam", "사진 일기 쓰기", "", 2019, 7, 12),
    ("garam", "아침 요가", "집 앞 공원", 2023, 6, 20),
    ("saebom", "가게 장부 정리 배우기", "", 2024, 8, 10),
)
