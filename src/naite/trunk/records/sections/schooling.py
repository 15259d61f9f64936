"""Section 2, 학력."""

from django.utils.translation import gettext_lazy as _

from naite.trunk.records.sections.shapes import Confirmer, Detail, EntryKind, Hours, Label, Section, number

OUTCOME = (("graduated", _("졸업")), ("completed", _("수료")), ("dropped_out", _("중퇴")))
MAJOR = Detail("major", _("전공"))
_NO_DEGREE = ("none", _("없음"))
_ASSOCIATE, _BACHELOR = ("associate", _("전문학사")), ("bachelor", _("학사"))


def _degree(*choices: tuple[str, Label]) -> Detail:
    return Detail("degree", _("학위"), choices, required=True)


def _recognised_as(*choices: tuple[str, Label]) -> Detail:
    return Detail("level", _("인정 학력"), choices, required=True)


def _campus(*, key: str, label: Label, help: Label, provider: Label, degree: Detail, age: int) -> EntryKind:
    """A school that one enters and leaves, with a degree or without: college and graduate school."""
    return EntryKind(
        key=key,
        section=Section.SCHOOLING,
        label=label,
        help=help,
        title=_("학교 이름"),
        provider=provider,
        provider_required=False,
        started=_("입학한 날"),
        completed=_("졸업하거나 그만둔 날"),
        details=(
            degree,
            MAJOR,
            Detail("outcome", _("마친 모양"), OUTCOME, required=True),
            number(_("학위 등록번호")),
        ),
        earliest_age=age,
        spans_may_overlap=False,
    )


KINDS: tuple[EntryKind, ...] = (
    EntryKind(
        key="school",
        section=Section.SCHOOLING,
        label=_("초·중·고등학교"),
        help=_("졸업했거나 중간에 그만둔 학교"),
        title=_("학교 이름"),
        provider=_("학교가 있는 교육청 (예: 서울특별시교육청)"),
        provider_required=False,
        started=_("입학한 날"),
        completed=_("졸업하거나 그만둔 날"),
        details=(
            Detail(
                "level",
                _("학교급"),
                (
                    ("elementary", _("초등학교")),
                    ("middle", _("중학교")),
                    ("high", _("고등학교")),
                    ("special", _("특수학교")),
                ),
                required=True,
            ),
            Detail(
                "outcome",
                _("마친 모양"),
                (("graduated", _("졸업")), ("dropped_out", _("중퇴"))),
                required=True,
            ),
            Detail("grade", _("다닌 학년 (중퇴했을 때)"), most=20),
        ),
        earliest_age=6,
        spans_may_overlap=False,
    ),
    EntryKind(
        key="equivalency",
        section=Section.SCHOOLING,
        label=_("검정고시"),
        help=_("초졸·중졸·고졸 검정고시 합격"),
        title=_("시험 이름"),
        provider=_("합격증을 준 교육청"),
        completed=_("합격한 날"),
        details=(
            _recognised_as(("elementary", _("초졸")), ("middle", _("중졸")), ("high", _("고졸"))),
            Detail("round", _("회차 (예: 2019년 제2회)"), most=40),
            number(_("합격증서 번호")),
        ),
        confirmer=Confirmer.EDUCATION_OFFICE,
        earliest_age=6,
        names=("초졸 검정고시", "중졸 검정고시", "고졸 검정고시"),
    ),
    EntryKind(
        key="literacy",
        section=Section.SCHOOLING,
        label=_("성인문해교육 학력 인정"),
        help=_("문해교육 과정을 마치고 교육청에서 받은 초등·중학 학력 인정"),
        title=_("과정 이름"),
        provider=_("배운 기관"),
        started=_("시작한 날"),
        completed=_("학력을 인정받은 날"),
        hours=Hours.ASKED,
        details=(
            _recognised_as(("elementary", _("초등학교 학력")), ("middle", _("중학교 학력"))),
            Detail(
                "stage",
                _("마친 단계"),
                (("1", _("1단계")), ("2", _("2단계")), ("3", _("3단계"))),
            ),
            Detail("office", _("학력을 인정한 교육청"), required=True),
            number(_("학력인정서 번호")),
        ),
        confirmer=Confirmer.EDUCATION_OFFICE,
        earliest_age=15,
        names=("초등학력인정 문해교육", "중학학력인정 문해교육"),
    ),
    _campus(
        key="college",
        label=_("대학·전문대학"),
        help=_("방송대, 사이버대, 사내대학도 여기에"),
        provider=_("단과대학·학부"),
        degree=_degree(_ASSOCIATE, _BACHELOR, _NO_DEGREE),
        age=14,
    ),
    _campus(
        key="graduate",
        label=_("대학원"),
        help=_("석사와 박사 과정"),
        provider=_("대학원 이름"),
        degree=_degree(("master", _("석사")), ("doctor", _("박사")), _NO_DEGREE),
        age=17,
    ),
    EntryKind(
        key="credit_bank",
        section=Section.SCHOOLING,
        label=_("학점은행제"),
        help=_("학점을 모아 받은 학위"),
        title=_("학위 이름 (예: 경영학사)"),
        provider=_("학위를 준 곳"),
        completed=_("학위를 받은 날"),
        details=(
            _degree(_ASSOCIATE, _BACHELOR),
            MAJOR,
            Detail("credits", _("인정받은 학점"), shape="number", most=999),
            number(_("학위 번호")),
        ),
        earliest_age=15,
        names=("경영학사", "사회복지학사", "아동학사", "컴퓨터공학사", "행정학사", "경영전문학사"),
    ),
    EntryKind(
        key="self_study",
        section=Section.SCHOOLING,
        label=_("독학학위제(독학사)"),
        help=_("시험으로 받은 학위나 합격한 과정"),
        title=_("전공 (예: 국어국문학)"),
        provider=_("시험을 치른 곳"),
        completed=_("합격하거나 학위를 받은 날"),
        details=(
            Detail(
                "stage",
                _("합격한 과정"),
                (
                    ("1", _("1과정 교양")),
                    ("2", _("2과정 전공기초")),
                    ("3", _("3과정 전공심화")),
                    ("degree", _("학위취득 종합시험")),
                ),
                required=True,
            ),
            number(_("합격증·학위 번호")),
        ),
        earliest_age=15,
        names=("국어국문학", "영어영문학", "심리학", "경영학", "법학", "행정학", "가정학", "컴퓨터공학"),
    ),
    EntryKind(
        key="overseas",
        section=Section.SCHOOLING,
        label=_("해외 학위"),
        help=_("다른 나라 학교에서 받은 학위"),
        title=_("학교 이름"),
        provider=_("나라"),
        started=_("입학한 날"),
        completed=_("학위를 받은 날"),
        details=(
            Detail("degree", _("학위 이름 (원어)"), required=True),
            MAJOR,
            number(_("학위 번호")),
        ),
        earliest_age=14,
        spans_may_overlap=False,
    ),
)
