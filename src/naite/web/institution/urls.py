from django.urls import URLPattern, URLResolver

from naite.web.institution import (
    attendance,
    badge_keys,
    badges,
    completion,
    completions_objections,
    completions_upload,
    courses,
    desk,
    imports,
    listings,
    programmes,
    run_new,
    runs,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *desk.urlpatterns,
    *run_new.urlpatterns,
    *runs.urlpatterns,
    *attendance.urlpatterns,
    *completion.urlpatterns,
    *badge_keys.urlpatterns,
    *badges.urlpatterns,
    *programmes.urlpatterns,
    *courses.urlpatterns,
    *listings.urlpatterns,
    *imports.urlpatterns,
    *completions_upload.urlpatterns,
    *completions_objections.urlpatterns,
]
