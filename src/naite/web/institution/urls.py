from django.urls import URLPattern, URLResolver

from naite.web.institution import (
    attendance,
    award,
    award_sheets,
    badge_keys,
    badges,
    completion,
    completions_objections,
    completions_upload,
    confirmations,
    course_certificates,
    courses,
    desk,
    imports,
    listings,
    pathways,
    programmes,
    run_new,
    runs,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *confirmations.urlpatterns,
    *desk.urlpatterns,
    *run_new.urlpatterns,
    *runs.urlpatterns,
    *attendance.urlpatterns,
    *completion.urlpatterns,
    *course_certificates.urlpatterns,
    *badge_keys.urlpatterns,
    *award_sheets.urlpatterns,  # before the moves of a run, whose last part is any word
    *award.urlpatterns,
    *badges.urlpatterns,
    *pathways.urlpatterns,
    *programmes.urlpatterns,
    *courses.urlpatterns,
    *listings.urlpatterns,
    *imports.urlpatterns,
    *completions_upload.urlpatterns,
    *completions_objections.urlpatterns,
]
