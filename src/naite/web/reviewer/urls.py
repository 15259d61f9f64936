from django.urls import URLPattern, URLResolver

from naite.web.reviewer import home, profile, review, submission

urlpatterns: list[URLPattern | URLResolver] = [
    *home.urlpatterns,
    *profile.urlpatterns,
    *review.urlpatterns,
    *submission.urlpatterns,
]
