"""The addresses under /elections/, room by room; identifiers of practices and people never stand in them."""

from django.urls import include, path

urlpatterns = [
    path("", include("elections.overview.urls")),
    path("", include("elections.people.urls")),
    path("", include("elections.practices.urls")),
    path("", include("elections.roster.urls")),
    path("", include("elections.agreement.urls")),
    path("", include("elections.signing.board_urls")),
    path("", include("elections.submission.urls")),
    path("", include("elections.corrections.urls")),
    path("", include("elections.upkeep.urls")),
    path("", include("elections.clinician_notices.urls")),
    path("", include("elections.next_year.urls")),
]
