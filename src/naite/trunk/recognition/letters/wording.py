"""What the letters say. Every adverse one names its grounds and how to object (행정심판법 제58조)."""

from datetime import date

from django.utils.translation import gettext as _

from naite.roots.papers import Block, Facts, Paper, Points
from naite.trunk.people.models import Organisation
from naite.trunk.recognition.letters.rules import head_of
from naite.trunk.recognition.models import AgendaItem, Application, Result, ResultNotice
from naite.trunk.recognition.rules import VALID_YEARS

K = ResultNotice.Kind


def letter(
    *,
    notice: ResultNotice,
    office: Organisation,
    number: str,
    sender: str,
    day: date,
    grounds: str,
    seal: str = "",
) -> Paper:
    """Return the letter of one result, from the local government to the institution."""
    case = notice.application
    title = case.version.title if case.version else ""
    subject = {
        K.RECOGNISED: _("학습과정 평가인정 결과 통보(인정)"),
        K.REFUSED: _("학습과정 평가인정 결과 통보(불인정)"),
        K.PROVISIONAL: _("학습과정 평가인정 결과 통보(예비인정)"),
    }[K(notice.kind)]
    facts = [
        (_("학습과정"), title),
        (_("접수번호"), case.number),
        (_("차수"), str(case.round)),
        (_("결과"), str(notice.get_kind_display())),
    ]
    opening = _("「평생교육법」 제23조에 따라 신청하신 학습과정의 평가인정 결과를 아래와 같이 알립니다.")
    body: list[Block] = [Points([opening]), Facts([*facts, *_facts(notice, grounds)]), Points(_then(notice))]
    return Paper(
        title=subject,
        subject=subject,
        recipient=_("%(name)s의 장") % {"name": notice.organisation.name},
        issuer=office.name,
        signer=head_of(office.name),
        number=number,
        day=day,
        blocks=body,
        contact=[
            _("담당 %(name)s") % {"name": sender},
            *([office.address] if office.address else []),
            *([office.phone] if office.phone else []),
        ],
        seal=seal,
    )


def grounds_of(case: Application) -> str:
    """Return the grounds of a result: the committee's, else what the panel's verdict said."""
    item = (
        AgendaItem.objects.filter(application=case, is_waiting=False)
        .exclude(outcome__in=["", AgendaItem.Outcome.POSTPONED])
        .order_by("-decided_at")
        .first()
    )
    if item is not None and item.grounds and case.state != Application.State.PROVISIONAL:
        return item.grounds
    return fell_short(case)


def fell_short(case: Application) -> str:
    """Return which items the panel found below 70 % in its last result; nothing where there is no result."""
    result = Result.objects.filter(application=case).order_by("-computed_at").first()
    if result is None or result.reached == result.items:
        return ""
    short = result.item_results.filter(is_reached=False).order_by("item__position")
    return _(
        "평가항목 %(items)s개 가운데 %(reached)s개가 배점의 70%% 이상을 받았습니다. 모자란 항목: %(short)s"
    ) % {
        "items": result.items,
        "reached": result.reached,
        "short": ", ".join(short.values_list("item__title", flat=True)),
    }


def _facts(notice: ResultNotice, grounds: str) -> list[tuple[str, str]]:
    case = notice.application
    if notice.kind == K.RECOGNISED:
        return [
            (_("인정번호"), case.recognition_number),
            (_("유효기간"), _("이 통보를 받은 날부터 %(years)s년") % {"years": VALID_YEARS}),
        ]
    told = grounds or _("평가항목 가운데 배점의 70%%에 이르지 못한 항목이 있음") % {}
    found = [(_("까닭"), told)]
    if notice.kind == K.PROVISIONAL:
        until = _(
            "이 통보를 받은 날부터 %(days)s일 (받은 날은 넣지 않고, 끝 날이 쉬는 날이면 다음 근무일까지)"
        ) % {"days": case.round.supplement_days}
        found.append((_("보완 기한"), until))
    return found


def _then(notice: ResultNotice) -> list[str]:
    if notice.kind == K.RECOGNISED:
        return [
            _("인정받은 내용(과정 이름, 장소, 강사 등)이 바뀌면 미리 변경 보고를 해 주십시오."),
            _(
                "인정받은 내용과 다르게 운영하거나 기준에 미치지 못하면 시정명령을 거쳐 인정이 취소될 수 있습니다(같은 법 제23조)."
            ),
            _("유효기간이 끝나기 전에 갱신을 신청할 수 있습니다."),
        ]
    if notice.kind == K.PROVISIONAL:
        return [
            _(
                "보완 기한 안에 모자란 항목을 보완하여 다시 내면 한 번 더 평가합니다. 기한을 넘기면 불인정으로 심의합니다."
            ),
            *objection(),
        ]
    return [*objection(), _("모자란 점을 갖추어 다음 차수에 다시 신청할 수 있습니다.")]


def objection() -> list[str]:
    """Return how to object to an adverse decision (불복 고지)."""
    return [
        _(
            "이 결정에 이의가 있으면 「행정기본법」 제36조에 따라 이 통보를 받은 날부터 30일 이내에 교육부장관에게 "
            "이의신청을 할 수 있습니다. 이의신청을 받은 날부터 14일 이내(10일까지 늘릴 수 있음)에 결과를 알립니다."
        ),
        _(
            "이의신청과 관계없이 이 결정이 있음을 안 날부터 90일 이내에 「행정심판법」에 따른 행정심판(중앙행정심판위원회)이나 "
            "「행정소송법」에 따른 행정소송(관할 행정법원)을 제기할 수 있습니다."
        ),
    ]
