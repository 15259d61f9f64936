"""A set of criteria to begin with. It is a sample: the official point table is not public."""

from datetime import datetime
from decimal import Decimal

from naite.trunk.recognition.criteria import services
from naite.trunk.recognition.criteria.drafts import IndicatorDraft, ItemDraft
from naite.trunk.recognition.models import CriteriaItem, CriteriaVersion

NAME = "평가인정 기준 견본"
NOTE = "공식 배점표가 아닌 견본입니다. 진흥원이 차수마다 정한 기준으로 바꾸어 쓰세요."
H = CriteriaItem.Heading


def _item(
    heading: str,
    title: str,
    points: int,
    indicators: tuple[str, ...],
    evidence: str,
    manual: str,
    *,
    must: bool = False,
) -> ItemDraft:
    return ItemDraft(
        heading=heading,
        title=title,
        points=Decimal(points),
        manual=manual,
        evidence_demanded=evidence,
        evidence_required=must,
        indicators=tuple(IndicatorDraft(text) for text in indicators),
    )


ITEMS = (
    _item(
        H.FACILITIES,
        "강의실과 실습 기자재",
        8,
        ("정원에 맞는 강의실을 쓴다", "과정에 필요한 기자재를 갖추었다"),
        "시설 현황표나 사진",
        "**볼 것** 강의실 넓이와 정원, 기자재의 수와 상태.\n\n- 빌려 쓰는 곳이면 빌린 기간이 운영 기간을 덮는지 봅니다.",
        must=True,
    ),
    _item(
        H.FACILITIES,
        "접근성과 안전",
        7,
        ("소방·전기 점검을 받았다", "장애인과 어르신이 드나들 수 있다"),
        "소방 점검표",
        "**볼 것** 최근 1년 안의 점검, 승강기나 경사로, 대피로 표시.",
    ),
    _item(
        H.TEACHING,
        "교육목표와 내용",
        10,
        ("목표를 배우는 사람의 말로 적었다", "차시마다 목표와 내용이 이어진다"),
        "강의계획서",
        "**볼 것** 차시별 학습목표가 있는지, 과정 목표에서 내려왔는지.\n\n| 수준 | 배점의 |\n|---|---|\n| 모두 이어짐 | 90% 이상 |\n| 대체로 이어짐 | 70% 이상 |\n| 끊긴 곳이 많음 | 70% 아래 |",
        must=True,
    ),
    _item(
        H.TEACHING,
        "교수·학습 방법",
        10,
        ("대상에게 맞는 방법을 쓴다", "연습하고 되짚을 때가 있다"),
        "강의계획서",
        "**볼 것** 강의만 하는지, 참여와 실습이 있는지.",
    ),
    _item(
        H.TEACHING,
        "평가와 수료 기준",
        10,
        ("수료 기준을 미리 알린다", "출석과 성취를 함께 본다"),
        "평가계획",
        "**볼 것** 출석률 기준, 성취 확인 방법, 이의를 낼 길.",
    ),
    _item(H.TEACHING, "교재와 자료", 5, ("교재가 내용에 맞다",), "교재 목차", "**볼 것** 목차와 차시의 대응, 저작권."),
    _item(
        H.TEACHERS,
        "자격과 경력",
        12,
        ("가르칠 분야의 자격이나 경력이 있다", "강사마다 맡은 차시가 분명하다"),
        "강사 이력",
        "**볼 것** 자격증, 강의 경력, 맡은 차시. 주민등록번호가 든 서류는 돌려보냅니다.",
        must=True,
    ),
    _item(H.TEACHERS, "교육 참여와 연수", 8, ("최근 2년 안에 연수를 받았다",), "연수 이수증", "**볼 것** 교수법·성인학습 연수."),
    _item(
        H.SUPPORT,
        "출석·이수 관리",
        12,
        ("출석을 빠짐없이 적는다", "이수 결정의 근거가 남는다"),
        "출석부",
        "**볼 것** 완료학습과정은 시스템이 붙인 출석률과 이수 수를 함께 봅니다.",
    ),
    _item(H.SUPPORT, "상담과 안내", 8, ("학습 상담을 한다", "학습비 반환을 안내한다"), "안내문이나 상담 일지", "**볼 것** 별표 3의 반환 기준을 알리는지."),
    _item(H.OTHER, "재정의 건전성", 5, ("학습비와 쓰임이 분명하다",), "결산서나 예산서", "**볼 것** 학습비 산출 근거."),
    _item(H.OTHER, "환류와 개선", 5, ("만족도와 의견을 다음에 반영했다",), "설문 결과", "**볼 것** 지난 운영에서 무엇을 바꾸었는지."),
)  # fmt: skip


def add(*, now: datetime) -> CriteriaVersion:
    """Add and publish the sample, labelled as one; when it is there already, return it."""
    there = CriteriaVersion.objects.filter(name=NAME).order_by("-number").first()
    if there is not None:
        return there
    made = services.start(name=NAME, note=NOTE, items=ITEMS, is_sample=True, actor=None, now=now)
    return services.publish(version=made, actor=None, now=now)
