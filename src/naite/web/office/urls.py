from django.urls import URLPattern, URLResolver, path

from naite.web.learner import passbook_book
from naite.web.office import (
    account_applications,
    application_acts,
    applications,
    approvals,
    committee,
    committee_cases,
    committee_members,
    counselling,
    counselling_desk,
    counselling_help,
    counselling_reports,
    counselling_sessions,
    design,
    desk_counter,
    desk_visit,
    members,
    organisations,
    oversight_complaints,
    privacy,
    recognition,
    recognition_withdraw,
)
from naite.web.public import seats

urlpatterns: list[URLPattern | URLResolver] = [
    path("", seats.to_desk, name="office"),
    *organisations.urlpatterns,
    *applications.urlpatterns,
    *application_acts.urlpatterns,  # after them, as the last part is any word
    *account_applications.urlpatterns,
    *members.urlpatterns,
    *approvals.urlpatterns,
    *committee.urlpatterns,
    *committee_cases.urlpatterns,
    *committee_members.urlpatterns,
    *recognition.urlpatterns,
    *recognition_withdraw.urlpatterns,
    *oversight_complaints.urlpatterns,
    *privacy.urlpatterns,
    *desk_counter.urlpatterns,
    *desk_visit.urlpatterns,
    *passbook_book.desk_urlpatterns,
    *counselling_desk.urlpatterns,
    *counselling_help.urlpatterns,
    *counselling_reports.urlpatterns,
    *counselling_sessions.urlpatterns,
    *counselling.urlpatterns,
    *design.urlpatterns,
]
