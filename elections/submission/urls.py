"""The addresses of the last page, receipts, and withdrawing."""

from django.urls import path

from . import receipt_views, views

urlpatterns = [
    path("<uuid:election_id>/review", views.submit_page, name="submit_page"),
    path("<uuid:election_id>/review/full-tins", views.full_tins, name="full_tins"),
    path("<uuid:election_id>/ledger", views.ledger, name="ledger"),
    path("<uuid:election_id>/receipt/<int:number>", receipt_views.receipt, name="receipt"),
    path("<uuid:election_id>/receipt/<int:number>/pdf", receipt_views.receipt_pdf, name="receipt_pdf"),
    path("<uuid:election_id>/receipt/<int:number>/pdf/make", receipt_views.receipt_pdf_make, name="receipt_pdf_make"),
    path("<uuid:election_id>/calendar", receipt_views.calendar, name="calendar"),
    path("<uuid:election_id>/withdraw", views.withdraw, name="withdraw"),
    path("<uuid:election_id>/revive", views.revive, name="revive"),
]
