"""The addresses behind a signer's personal link; the logs cut the token that stands in them."""

from django.urls import path

from . import document_views, forward_views, practice_views, recorded_views, views

urlpatterns = [
    path("<str:token>", views.sign, name="sign"),
    path("<str:token>/room", views.sign_room, name="sign_room"),
    path("<str:token>/correction", views.sign_correction, name="sign_correction"),
    path("<str:token>/decline", views.sign_decline, name="sign_decline"),
    path("<str:token>/forward", forward_views.sign_forward, name="sign_forward"),
    path("<str:token>/choose", views.sign_choose, name="sign_choose"),
    path("<str:token>/agreement", document_views.sign_document, name="sign_document"),
    path("<str:token>/executed", document_views.sign_executed, name="sign_executed"),
    path("<str:token>/election", practice_views.sign_election, name="sign_election"),
    path("<str:token>/recorded", recorded_views.sign_recorded, name="sign_recorded"),
    path("<str:token>/objection", practice_views.sign_objection, name="sign_objection"),
    path("<str:token>/own-agreement", document_views.sign_own_file, name="sign_own_file"),
]
