"""The addresses of the toolkit."""

from django.urls import path

from . import views

urlpatterns = [
    path("toolkit", views.toolkit, name="toolkit"),
    path("toolkit/example", views.toolkit_example, name="toolkit_example"),
    path("toolkit/agreement", views.toolkit_agreement, name="toolkit_agreement"),
    path("toolkit/agreement.pdf", views.toolkit_agreement_pdf, name="toolkit_agreement_pdf"),
]
