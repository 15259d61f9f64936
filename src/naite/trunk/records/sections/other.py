"""Section 5, 특기사항."""

from django.utils.translation import gettext_lazy as _

from naite.trunk.records.sections.shapes import Detail, EntryKind, Hours, Section, number

KINDS: tuple[EntryKind, ...] = (
    EntryKind(
        key="training",
        section=Section.OTHER,
        label=_("기타 교육"),
        help=_("평가인정이 아닌 강좌, 직장 교육, 온라인 강좌, 동아리"),
        title=_("배운 것의 이름"),
        provider=_("배운 곳"),
        provider_required=False,
        started=_("시작한 날"),
        hours=Hours.ASKED,
        area=True,
        details=(
            Detail(
                "way",
                _("배운 방법"),
                (
                    ("class", _("모여서")),
                    ("online", _("온라인")),
                    ("mixed", _("섞어서")),
                    ("club", _("동아리·모임")),
                ),
            ),
        ),
    ),
    EntryKind(
        key="reading",
        section=Section.OTHER,
        label=_("독서"),
        help=_("읽은 책, 함께 읽은 모임"),
        title=_("책 이름"),
        provider=_("지은이"),
        provider_required=False,
        started=_("읽기 시작한 날"),
        completed=_("다 읽은 날"),
        hours=Hours.ASKED,
        area=True,
        details=(
            Detail("publisher", _("출판사")),
            Detail("together", _("함께 읽은 모임")),
        ),
    ),
    EntryKind(
        key="publication",
        section=Section.OTHER,
        label=_("출판·저작"),
        help=_("쓴 책, 글, 번역, 음반, 전시"),
        title=_("작품 이름"),
        provider=_("펴낸 곳"),
        completed=_("펴낸 날"),
        area=True,
        details=(
            Detail(
                "role",
                _("맡은 일"),
                (
                    ("author", _("혼자 씀")),
                    ("coauthor", _("함께 씀")),
                    ("translator", _("옮김")),
                    ("editor", _("엮음")),
                    ("other", _("그 밖")),
                ),
                required=True,
            ),
            Detail("isbn", _("ISBN"), most=20),
        ),
    ),
    EntryKind(
        key="volunteering",
        section=Section.OTHER,
        label=_("봉사"),
        help=_("봉사한 곳과 시간"),
        title=_("한 일"),
        provider=_("봉사한 곳"),
        started=_("시작한 날"),
        completed=_("마지막 날"),
        hours=Hours.ASKED,
        area=True,
        details=(number(_("봉사실적 확인서 번호")),),
    ),
    EntryKind(
        key="award",
        section=Section.OTHER,
        label=_("수상"),
        help=_("대회, 공모전, 표창"),
        title=_("대회·상 이름"),
        provider=_("상을 준 곳"),
        completed=_("받은 날"),
        area=True,
        details=(Detail("rank", _("상의 등급 (예: 장려상)"), most=40), Detail("work", _("작품·내용"))),
    ),
    EntryKind(
        key="patent",
        section=Section.OTHER,
        label=_("특허·실용신안·디자인"),
        help=_("출원했거나 등록한 권리"),
        title=_("발명의 이름"),
        provider=_("낸 곳 (예: 지식재산처)"),
        completed=_("출원하거나 등록한 날"),
        area=True,
        details=(
            Detail(
                "state",
                _("상태"),
                (("applied", _("출원")), ("registered", _("등록")), ("expired", _("소멸"))),
                required=True,
            ),
            Detail("number", _("출원·등록 번호"), required=True, most=40),
            Detail("role", _("맡은 일"), (("inventor", _("발명자")), ("coinventor", _("공동 발명자")))),
        ),
    ),
)
