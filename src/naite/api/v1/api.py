"""All of version 1. Its description is at ``/api/v1/openapi.json``."""

from ninja import NinjaAPI

from naite.api.problems import answer_with_problems
from naite.api.v1 import courses, verify

api = NinjaAPI(
    title="나이테 API",
    version="1",
    description="평생학습 강좌 찾기. 누구나 쓸 수 있고, 오류는 problem+json(RFC 9457)으로 답합니다.",
    docs_url=None,  # the page would load its scripts from elsewhere
    openapi_url="/openapi.json",
    urls_namespace="api-v1",
)
answer_with_problems(api)
api.add_router("", courses.router)
api.add_router("", verify.router)
