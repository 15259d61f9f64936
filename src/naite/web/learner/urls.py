from django.urls import URLPattern, URLResolver, path

from naite.web.learner import (
    account_card,
    account_hub,
    account_privacy,
    attend,
    certificates,
    counselling,
    enrolments,
    entries,
    home,
    objections,
    packages,
    passbook,
    pathways,
    wallet,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="my-home"),
    path("open/", home.open_account, name="my-open-account"),
    path("entries/", entries.entry_list, name="my-entries"),
    path("entries/new/", entries.new_entry, name="my-entry-new"),
    path("entries/<uuid:entry_id>/", entries.entry_page, name="my-entry"),
    path("entries/<uuid:entry_id>/void/", entries.void, name="my-entry-void"),
    path("passbook/", passbook.passbook, name="my-passbook"),
    *objections.urlpatterns,
    *enrolments.urlpatterns,
    *attend.urlpatterns,
    *wallet.urlpatterns,
    *pathways.urlpatterns,
    *certificates.urlpatterns,
    *account_card.urlpatterns,
    *account_hub.urlpatterns,
    *account_privacy.urlpatterns,
    *counselling.urlpatterns,
    *packages.urlpatterns,
]
