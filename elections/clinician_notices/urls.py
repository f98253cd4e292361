"""The addresses of telling the clinicians."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:election_id>/clinicians-told", views.clinician_notices, name="clinician_notices"),
    path("<uuid:election_id>/clinicians-told/<int:practice>", views.clinician_notice, name="clinician_notice"),
    path(
        "<uuid:election_id>/clinicians-told/<int:practice>/another-way",
        views.clinician_other_way,
        name="clinician_other_way",
    ),
    path(
        "<uuid:election_id>/clinicians-told/<int:practice>/undo/<int:notice_id>",
        views.clinician_undo,
        name="clinician_undo",
    ),
    path(
        "<uuid:election_id>/clinicians-told/<int:practice>/letters", views.clinician_letters, name="clinician_letters"
    ),
]
