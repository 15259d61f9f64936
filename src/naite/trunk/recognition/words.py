"""What the acts and the evidence of a case's history are called, for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise

# By the name of the step or act. Whoever writes another act to a case adds its words here (a test looks).
ACTS: dict[str, Label] = {
    "submit": _("신청서를 냄"),
    "receive": _("접수"),
    "demand_supplement": _("보완 요구"),
    "supplement": _("보완해서 다시 냄"),
    "check_item": _("항목 확인"),
    "extend_supplement": _("보완 기한을 늘림"),
    "assign": _("담당 바꿈"),
    "hand_over": _("인계"),
    "copy": _("이전 신청에서 베낌"),
    "forward": _("다음 기관에 전달"),
    "return": _("반려"),
    "withdraw": _("신청 취하"),
    "succeed": _("합쳐진 기관이 이어받음"),
    "seat_panel": _("평가단 배정"),
    "pass": _("평가 결과: 인정"),
    "pass_provisionally": _("평가 결과: 예비인정"),
    "fail": _("평가 결과: 불인정"),
    "hand_in_again": _("재평가 자료를 냄"),
    "lapse": _("재평가 기한이 지남"),
    "deliberate": _("위원회 심의"),
    "send_back": _("다시 심의하도록 돌려보냄"),
    "reopen": _("이의신청 인용으로 다시 심의"),
    "approve": _("교육부 승인"),
    "refuse": _("교육부 불인정 결정"),
    "notify": _("결과 통보를 보냄"),
    "notice_received": _("통보를 받음"),
    "report_change": _("변경 보고"),
    "accept_change": _("변경을 받아들임"),
    "refuse_change": _("변경을 받아들이지 않음"),
    "take_effect": _("인정 효력 발생"),
    "end_review": _("평가를 거둠"),
    "next_stage": _("다음 단계 평가로 넘김"),
    "challenge": _("기피 신청"),
    "recuse": _("회피"),
    "recusal": _("평가위원 회피"),
    "uphold_challenge": _("기피 신청을 받아들임"),
    "dismiss_challenge": _("기피 신청을 받아들이지 않음"),
}

# By the key of the evidence; what has no words here is not shown.
EVIDENCE: dict[str, Label] = {
    "letter_number": _("공문 번호"),
    "route": _("거칠 기관"),
    "to_office": _("받는 기관"),
    "item": _("항목"),
    "digest_start": _("붙인 파일의 해시"),
    "to_person": _("맡은 사람"),
    "from_number": _("베낀 신청"),
    "number": _("번호"),
    "files": _("붙인 파일"),
    "items": _("항목"),
    "reached": _("70% 이상인 항목"),
    "panel": _("평가단"),
    "verdict": _("결과"),
    "score": _("점수"),
    "months": _("기한(개월)"),
    "ground": _("근거"),
    "clause": _("조항"),
    "learners": _("확인할 학습 기록"),
}
