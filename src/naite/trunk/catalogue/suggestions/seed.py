"""The words with which suggestions begin; each speaks for one sub-area and one category.

Written by hand from the names of middle classes in the six-category scheme and of Seoul's sub-areas. A longer word
is stronger evidence than a shorter one that it holds, so 데이터 분석 does not count as 데이터 twice.
"""

from collections.abc import Mapping

# sub-area of Seoul, category of the six; empty where the words do not decide.
SEED: tuple[tuple[str, str, str], ...] = (
    (
        "basic_literacy",
        "basic_literacy",
        "한글 문해 문자해득 한글교실 초등학력인정 글자 받아쓰기 문해교실 문해학교 생활문해 "
        "한국어 한국어교실 성인문해",
    ),
    (
        "",
        "academic_supplement",
        "검정고시 중입 고입 대입 학점은행 독학사 독학학위 초등교과 중등교과 고졸 중졸 초졸 교과보충 "
        "방송통신고 시간제등록 학력인정",
    ),
    (
        "digital",
        "humanities",
        "스마트폰 컴퓨터 디지털 인공지능 AI 챗GPT 챗지피티 키오스크 엑셀 한글파일 유튜브 영상편집 SNS 블로그 "
        "앱 아이패드 태블릿 인터넷 코딩 파이썬 데이터 판다스 메타버스 노션 캔바 포토샵 로고디자인 숏폼 카카오톡",
    ),
    (
        "skills",
        "vocational",
        "자격증 자격과정 취득과정 지도사 지도사과정 2급 1급 기능사 기사 필기 실기 바리스타 요양보호사 직무 실무 "
        "전문가과정 양성과정 강사양성 토익 토플 전산회계 회계실무 조리기능사 제과제빵기능사 드론조종 상담사 "
        "현직 경력개발 역량강화연수",
    ),
    (
        "world_of_work",
        "vocational",
        "취업 창업 재취업 이력서 면접 진로 직업세계 일자리 구직 직업탐색 경력전환 경력단절 인생이모작 스타트업 "
        "소상공인 온라인판매 스마트스토어",
    ),
    (
        "arts",
        "arts_culture",
        "미술 서예 캘리그라피 드로잉 소묘 수채화 유화 색연필 민화 인물화 스케치 도예 도자기 공예 가죽공예 자개 뜨개 "
        "퀼트 매듭 목공 플라워 꽃꽂이 사진 촬영 피아노 기타반 우쿨렐레 하모니카 오카리나 색소폰 바이올린 가야금 장구 "
        "노래 가요 민요 합창 발성 성악 음악 클래식음악 무용 댄스 라인댄스 발레 연극 영화 뮤지컬 요리 베이킹 디저트 쿠키 빵 "
        "한식 양식요리 일품요리 보양 요가 필라테스 탁구 배드민턴 수영 체조 스포츠댄스 태극권 마술 그림 어반스케치 캐리커쳐 "
        "타로 취미 인형 향수 비누 캔들",
    ),
    (
        "humanities",
        "humanities",
        "인문학 철학 역사 고전 문학 독서 글쓰기 시창작 자서전 에세이 책 그림책 동화 미술사 명화 심리 마음 명상 마음치유 "
        "건강 치매예방 식생활 약선 영어 일본어 중국어 프랑스어 독일어 스페인어 이탈리아어 회화 한자 논어 사자성어 예절 "
        "부모교육 자녀 대화법 경제 금융 재테크 자산관리 주식 부동산 투자 과학 우주 종교 인생설계 노후 웰다잉 죽음 "
        "퍼스널컬러 이미지메이킹 스피치 세계사 한국사 문화유산 여행영어",
    ),
    (
        "civic_life",
        "civic_participation",
        "인권 양성평등 성평등 다문화이해 다문화감수성 장애 감수성 환경 기후 생태 탄소중립 제로웨이스트 재활용 민주시민 "
        "헌법 시민교육 미디어리터러시 안전교육 심폐소생 평화 통일 세계시민 청렴 갈등조정 주민자치 마을해설 지역문화해설",
    ),
    (
        "community",
        "civic_participation",
        "자원봉사 봉사단 학습동아리 마을활동가 마을리더 리더양성 평생학습리더 활동가 공동체 협동조합 마을만들기 마을기록 "
        "주민강사 시민기자 돌봄이웃 나눔 모니터단 서포터즈 동아리리더 NPO 사회적경제",
    ),
)

_WORDS: dict[str, tuple[str, str]] = {}
for _sub, _category, _text in SEED:
    for _word in _text.split():
        _WORDS.setdefault(_word.casefold(), (_sub, _category))
WORDS: Mapping[str, tuple[str, str]] = _WORDS
