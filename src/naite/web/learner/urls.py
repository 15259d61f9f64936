from django.urls import URLPattern, URLResolver

from naite.web.learner import attend, enrolments

urlpatterns: list[URLPattern | URLResolver] = [
    *enrolments.urlpatterns,
    *attend.urlpatterns,
]
