"""Who reviews an election: the next one, this one, or a colleague's."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Role, User
from ground import clock

from ..access import person
from ..frame_forms import typed
from ..mails import compose
from ..states import UNDECIDED, Verb
from . import actions, reviewers
from .desk import staff
from .log import logged
from .morning import take_next
from .pages import Pages, act_on, back_to_packet, closed, emailed, led_back
from .reviewer_form import ReviewerForm


class ReviewerPages(Pages):
    """The desk's pages that make someone the reviewer."""

    def take_next(self, request: HttpRequest) -> HttpResponse:
        """Start the review of the election that has waited longest, and open it."""
        by = staff(request, Role.REVIEWER)
        if request.method != "POST":
            return redirect("admin:index")
        if election := logged(take_next)(by=by, now=clock.now()):
            messages.success(request, "You’re now the reviewer of this election. We didn’t email anyone.")
            return back_to_packet(election)
        messages.info(request, "No unassigned election is waiting.")
        return redirect("admin:index")

    def start_review(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Take the election on."""
        election = self.one(request, election_id, Role.REVIEWER)
        if too_late := closed(request, election, Verb.START_REVIEW):
            return too_late
        said = "You’re now the reviewer of this election. {}"
        return self.taken_on(request, election, Verb.START_REVIEW, "Start review", reviewers.take, said)

    def assign(self, request: HttpRequest, election_id: uuid.UUID) -> HttpResponse:
        """Take the election, hand it to a colleague, or give it back."""
        election, by = self.one(request, election_id, Role.REVIEWER), person(request)
        if request.method != "POST" and election.status not in UNDECIDED:
            return led_back(request, election, reviewers.STAYS)
        colleague = actions.colleague_of(election, by)
        form = ReviewerForm(typed(request), colleague=colleague, initial={"reviewer": by})
        if act_on(request, election, form, reviewers.assign, _assigned(form, by)):
            return back_to_packet(election)
        mail = compose(election, reviewers.MAIL, ["the colleague you choose"], by=by)
        passed_over = reviewers.mail_before(election, form.chosen, by=by)
        does = "Change the reviewer"
        return self.page_of(request, "assign", does, election, form=form, mail=mail, passed_over=passed_over)


def _assigned(form: ReviewerForm, by: User) -> str:
    """Return the sentence about who reviews the election now, and who is emailed."""
    chosen = form.cleaned_data.get("reviewer") if form.is_valid() else None
    told = {chosen, form.colleague} - {by} if chosen != form.colleague else ()
    who = "You’re" if chosen == by else f"{chosen} is"
    now = f"{who} now the reviewer of this election." if chosen else "This election has no reviewer now."
    return f"{now} {emailed(*told)}"
