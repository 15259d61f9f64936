"""All routes, by audience."""

from django.urls import include, path

from naite.api.v1.api import api as api_v1
from naite.web.public import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("naite.web.public.account_pages")),
    path("api/v1/", api_v1.urls),
    path("api/vc/", include("naite.api.vc.urls")),
    path("ims/ob/v3p0/", include("naite.api.openbadges.urls")),
    path("", include("naite.web.public.service_sign_in")),
    path("", include("allauth.idp.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("my/", include("naite.web.learner.urls")),
    path("work/", include("naite.web.institution.urls")),
    path("office/", include("naite.web.office.urls")),
    path("review/", include("naite.web.reviewer.urls")),
    path("", include("naite.web.public.urls")),
]

handler403 = "naite.web.public.errors.forbidden"
handler404 = "naite.web.public.errors.not_found"
handler500 = "naite.web.public.errors.server_error"
