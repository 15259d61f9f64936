from django.urls import URLPattern, URLResolver

from naite.web.institution import attendance, badges, completion, desk, programmes, run_new, runs

urlpatterns: list[URLPattern | URLResolver] = [
    *desk.urlpatterns,
    *run_new.urlpatterns,
    *runs.urlpatterns,
    *attendance.urlpatterns,
    *completion.urlpatterns,
    *badges.urlpatterns,
    *programmes.urlpatterns,
]
