"""What the acts of oversight are called in a case's history."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise

ACTS: dict[str, Label] = {
    "complaint_accepted": _("신고 접수"),
    "investigation_planned": _("현장실태조사 계획"),
    "investigation_begun": _("현장실태조사 시작"),
    "investigation_reported": _("현장실태조사 결과"),
    "investigation_dropped": _("현장실태조사 그만둠"),
    "correction_ordered": _("시정명령"),
    "correction_delivered": _("시정명령이 기관에 도달"),
    "correction_answered": _("시정 결과를 냄"),
    "correction_sent_back": _("시정 결과 보완 요구"),
    "correction_fulfilled": _("시정 완료"),
    "correction_not_fulfilled": _("시정 안 됨"),
    "correction_lifted": _("시정명령을 거둠"),
    "correction_extended": _("시정 기한 연장"),
    "cancellation_noticed": _("인정 취소 사전 통지"),
    "opinion_given": _("의견을 냄"),
    "opinion_waived": _("의견을 내지 않기로 함"),
    "hearing_set": _("청문 통지"),
    "hearing_held": _("청문"),
    "cancelled": _("평가인정 취소"),
    "not_cancelled": _("취소하지 않기로 함"),
    "objection_filed": _("이의신청"),
    "objection_assigned": _("이의신청 담당자 지정"),
    "objection_extended": _("이의신청 답변 연장"),
    "objection_withdrawn": _("이의신청을 거둠"),
    "objection_upheld": _("이의신청 인용"),
    "objection_rejected": _("이의신청 기각"),
    "result_objection": _("결과에 이의신청"),
    "result_objection_assigned": _("결과 이의신청 담당자 지정"),
    "result_objection_extended": _("결과 이의신청 답변 연장"),
    "result_objection_withdrawn": _("결과 이의신청을 거둠"),
    "result_objection_upheld": _("결과 이의신청 인용"),
    "result_objection_rejected": _("결과 이의신청 기각"),
    "reinstated": _("평가인정 되살림"),
    "spot_checked": _("중간 점검 대상 공개"),
}

EVIDENCE: dict[str, Label] = {
    "findings": _("지적한 항목"),
    "days": _("더한 날"),
    "effective_on": _("효력이 생기는 날"),
    "draw": _("추첨"),
}

VALUES: dict[str, Label] = {
    "false_means": _("거짓이나 그 밖의 부정한 방법으로 인정을 받음"),
    "not_as_recognised": _("인정받은 내용을 위반하여 운영함"),
    "below_standard": _("평가인정 기준에 이르지 못함"),
}

WARNINGS = frozenset(
    {
        "correction_ordered",
        "correction_not_fulfilled",
        "cancellation_noticed",
        "cancelled",
        "objection_filed",
        "result_objection",
    }
)

# A complaint's own history, as the complainant and the officers read it.
COMPLAINT_ACTS: dict[str, Label] = {
    "reported": _("신고를 받았습니다"),
    "replied": _("신고한 분이 덧붙였습니다"),
    "accepted": _("담당자가 신고를 맡았습니다"),
    "put_out_of_scope": _("처리 대상이 아니어서 끝냈습니다"),
    "merged": _("같은 내용의 다른 신고와 함께 처리합니다"),
    "took_in": _("다른 신고를 합쳤습니다"),
    "assigned": _("담당자를 정했습니다"),
    "wrote": _("담당자가 글을 남겼습니다"),
    "investigating": _("현장실태조사를 합니다"),
    "investigated": _("현장실태조사를 마쳤습니다"),
    "closed": _("처리를 마쳤습니다"),
    "contact_shown": _("연락처를 보았습니다"),
    "contact_erased": _("보관 기간이 지나 연락처를 지웠습니다"),
}
