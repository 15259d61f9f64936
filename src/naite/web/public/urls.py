from django.urls import path

from naite.web import display
from naite.web.public import (
    about,
    card,
    certificate_check,
    courses,
    demo,
    invitations,
    issuer,
    ledger,
    listing,
    packages,
    programmes,
    seats,
    shared,
    verify,
    verify_many,
    verify_try,
    views,
)

urlpatterns = [
    path("", views.home, name="home"),
    path("art/tree.svg", views.hero_art, name="hero-art"),
    path("courses/", courses.course_search, name="course-search"),
    path("courses/<uuid:listing_id>/", listing.listing_detail, name="listing"),
    path("display/", display.display, name="display"),
    path("role/", seats.switch_role, name="switch-role"),
    *about.urlpatterns,
    *card.urlpatterns,
    *demo.urlpatterns,
    *invitations.urlpatterns,
    *programmes.urlpatterns,
    *issuer.urlpatterns,
    *ledger.urlpatterns,
    *verify.urlpatterns,
    *verify_many.urlpatterns,
    *verify_try.urlpatterns,
    *certificate_check.urlpatterns,
    *shared.urlpatterns,
    *packages.urlpatterns,
]
