"""Categories and the reply clock that every installation starts with; operators add rows of their own."""

CATEGORIES = (
    ("account", "학습계좌", "Learning account"),
    ("recognised", "평가인정 강좌", "Recognised courses"),
    ("certificate", "증명서", "Certificates"),
    ("badge", "배지", "Badges"),
    ("design", "학습설계", "Learning design"),
    ("other", "기타", "Other"),
)
# 시행령 제14조: 제도·절차 등에 관한 질의는 7일; 법 제19조: 6일 이상이면 첫날을 넣고 토요일·공휴일은 뺀다.
REPLY_DAYS = 7
REMIND_DAYS = 2
REPLY_SOURCE = "민원 처리에 관한 법률 제19조제2항, 같은 법 시행령 제14조제1항"
