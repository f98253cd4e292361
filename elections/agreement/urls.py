"""The addresses of the agreement, the group's own, and the PDFs."""

from django.urls import path

from . import attached_views, own_views, paper_views, views

PRACTICE = "<uuid:election_id>/agreement/practices/<int:member_id>"
PAGE = f"{PRACTICE}/page"

urlpatterns = [
    path("<uuid:election_id>/agreement", views.agreement, name="agreement"),
    path("<uuid:election_id>/agreement/paper", paper_views.agreement_paper, name="agreement_paper"),
    path("<uuid:election_id>/agreement/paper/begin", paper_views.paper_begin, name="paper_begin"),
    path("<uuid:election_id>/agreement/text", views.agreement_text, name="agreement_text"),
    path("<uuid:election_id>/agreement/make", views.agreement_make, name="agreement_make"),
    path("<uuid:election_id>/agreement/own", own_views.agreement_own, name="agreement_own"),
    path("<uuid:election_id>/agreement/own/upload", own_views.agreement_own_upload, name="agreement_own_upload"),
    path("<uuid:election_id>/agreement/own/drop", own_views.agreement_own_drop, name="agreement_own_drop"),
    path("<uuid:election_id>/agreement/own/<int:own_id>", own_views.agreement_own_file, name="agreement_own_file"),
    path(PAGE, attached_views.signature_page, name="signature_page"),
    path(f"{PAGE}/file", attached_views.signature_page_file, name="signature_page_file"),
    path(f"{PAGE}/remove", attached_views.signature_page_remove, name="signature_page_remove"),
    path(f"{PRACTICE}/sheet", attached_views.paper_sheet, name="paper_sheet"),
    path("<uuid:election_id>/documents/<int:document_id>", views.document, name="document"),
]
