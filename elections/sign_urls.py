"""The addresses behind a signer's personal link; the logs cut the token that stands in them."""

from django.urls import path

from .views import sign, sign_documents

urlpatterns = [
    path("<str:token>", sign.sign, name="sign"),
    path("<str:token>/room", sign.sign_room, name="sign_room"),
    path("<str:token>/correction", sign.sign_correction, name="sign_correction"),
    path("<str:token>/decline", sign.sign_decline, name="sign_decline"),
    path("<str:token>/choose", sign.sign_choose, name="sign_choose"),
    path("<str:token>/agreement", sign_documents.sign_document, name="sign_document"),
    path("<str:token>/executed", sign_documents.sign_executed, name="sign_executed"),
    path("<str:token>/own-agreement", sign_documents.sign_own_file, name="sign_own_file"),
]
