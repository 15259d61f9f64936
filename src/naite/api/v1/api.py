"""All of version 1. Its description is at ``/api/v1/openapi.json``."""

from ninja import NinjaAPI

from naite.api.problems import answer_with_problems
from naite.api.v1 import (
    awards,
    completions,
    courses,
    institutions,
    issuers,
    me,
    mine,
    portfolios,
    questions,
    recognition,
    verify,
)

api = NinjaAPI(
    title="나이테 API",
    version="1",
    description=(
        "평생학습 강좌 찾기와 배지 확인은 누구나 씁니다. 내 학습이력과 이수실적은 Bearer 토큰으로 씁니다. "
        "오류는 problem+json(RFC 9457)으로 답합니다."
    ),
    docs_url=None,  # the page would load its scripts from elsewhere
    openapi_url="/openapi.json",
    urls_namespace="api-v1",
)
answer_with_problems(api)
api.add_router("", courses.router)
api.add_router("", verify.router)
api.add_router("", issuers.router)
api.add_router("", me.router)
api.add_router("", mine.router)
api.add_router("", questions.router)
api.add_router("", portfolios.router)
api.add_router("", completions.router)
api.add_router("", awards.router)
api.add_router("", recognition.router)
api.add_router("", institutions.router)
