"""What a practice's signer sees by their personal link, without an account: read, answer, sign.

Opening the link shows a button and does nothing else, so a program that opens links of mails signs nothing.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.staff_site import used_second_factor
from agreements.text.provisions import PROVISIONS
from agreements.text.reading import shown
from eligibility.law.calendar import billing_period
from eligibility.law.determination import Finding, Outcome
from ground import clock
from ground.private_numbers import has_nine_digit_run, mask_private_numbers
from ground.ssn_guard import MASK

from ..access import people_of
from ..agreement.actions import missing
from ..agreement.text import agreement_snapshot, executed_document
from ..frame import GET_OR_POST
from ..frame_forms import typed
from ..ledger import SETTLED
from ..outcomes import done
from ..readiness import OPT_IN, judge
from . import actions
from .answers import answers_to
from .choices import choice_of, choose_by_signature, rival_of
from .forms import CorrectionForm, DeclineForm, SignForm
from .named_practice import practice_named_for, why_not_shown
from .rooms import Room, is_known_to_cms, room_of, unsigned

OPENED = "signing_rooms_opened"  # in the session: the links whose button was pressed in this browser
DECLINED = "You declined, and nothing was signed. We’ll email your reason to the people who prepare the election."
AGAIN = "shown-again"  # a field of the button's form: what was typed before the session was over
SENT = "Sent. Nothing is signed yet. After the list is corrected, you can sign with the same link."
SENT_AFTER_SIGNING = (
    "Sent. Your signature still counts. If your practice’s clinician list changes, we’ll ask you to sign again."
)

View = Callable[..., HttpResponse]


def by_link(view: Callable[[HttpRequest, Room, str], HttpResponse]) -> View:
    """Let a view be opened by a personal link: it is given the room, not a link that is unknown or somebody else's."""

    @login_not_required
    @never_cache
    @require_http_methods(GET_OR_POST)
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        found = actions.find(token)
        if found is None:
            return render(request, "elections/signing/sign_unknown.html", status=404)
        user = request.user
        if isinstance(user, User) and found.email not in user.verified_addresses:
            return render(request, "elections/signing/sign_not_yours.html", {"asked": found}, status=403)
        return view(request, room_of(found), token)

    return opened


def after_the_button(view: Callable[[HttpRequest, Room, str], HttpResponse], *, as_it_is: bool = False) -> View:
    """Open nothing before the button behind the link was pressed in this browser, nor once the link is closed.

    What is sent from a page whose session is over by then waits behind the button, and is done nothing with but shown;
    as it is while the party list is not whole, which only pages that take it `as_it_is` open.
    """

    @wraps(view)
    def opened(request: HttpRequest, room: Room, token: str) -> HttpResponse:
        if closed := _closed(request, room, token, takes_words=as_it_is):
            return closed
        if not is_opened(request, room):
            if request.method != "POST":
                return redirect("sign", token)
            if AGAIN not in request.POST:
                return room_page(
                    request, "sign", room, token, action=request.get_full_path(), **unsaved_fields(request)
                )
            note_opened(request, room)
        if missing(room.snapshot) and not as_it_is:
            unsaved = unsaved_fields(request) if request.method == "POST" else {}
            return room_page(request, "sign_not_whole", room, token, **unsaved)
        return view(request, room, token)

    return by_link(opened)


@by_link
def sign(request: HttpRequest, room: Room, token: str) -> HttpResponse:
    """Say who asks for what; the button leads on."""
    if closed := _closed(request, room, token):
        return closed
    if request.method == "POST":
        note_opened(request, room)
        return redirect("sign_room", token)
    return room_page(request, "sign", room, token)


def is_opened(request: HttpRequest, room: Room) -> bool:
    """Say whether the button behind the link was pressed in this browser."""
    return room.request.pk in request.session.get(OPENED, [])


def note_opened(request: HttpRequest, room: Room) -> None:
    """Note that it was pressed, and when the person first did."""
    actions.note_opened(room.request, now=clock.now())
    request.session[OPENED] = list({*request.session.get(OPENED, []), room.request.pk})


def unsaved_fields(request: HttpRequest) -> dict[str, Any]:
    """Return the fields to be sent again, without numbers that may be someone's Social Security number."""
    sent = {name: str(text) for name, text in request.POST.items() if name != "csrfmiddlewaretoken"}
    sound = {name: text for name, text in sent.items() if not has_nine_digit_run(f"{name}\n{text}")}
    return {"unsaved": sound | {AGAIN: "yes"}, "left_out": len(sound) < len(sent)}


def is_sent(request: HttpRequest) -> bool:
    """Say whether the person sends something now; what waited behind the button is only shown again."""
    return request.method == "POST" and AGAIN not in request.POST


@after_the_button
def sign_room(request: HttpRequest, room: Room, token: str) -> HttpResponse:
    """Show the practice, the agreement and what signing means; sign. Afterwards: what was signed, and when."""
    accepts_after_all = "accept" in request.GET and actions.may_accept_opt_in(room.signature)
    if room.has_signed and not accepts_after_all:  # a double click, and another browser, are shown what stands
        return redirect("sign_room", token) if request.method == "POST" else _signed(request, room, token)
    findings, opt_in = _findings(room)
    asks_opt_in = opt_in.outcome != Outcome.NOT_APPLICABLE
    period = billing_period(room.election.performance_year)
    form = SignForm(
        typed(request), practice=room.entry.name, covered=room.covered, period=period, asks_opt_in=asks_opt_in
    )
    if is_sent(request) and form.is_valid():
        if _sign(request, room, form):
            return redirect("sign_room", token)
        room = room_of(room.request)
        if closed := _closed(request, room, token):
            return closed
        for name, sha in room.covered._asdict().items():
            form.retype(name, sha)
        form.untick("roster", "authorized")
    read = shown(agreement_snapshot(unsigned(room.snapshot), room.election), clock.now())
    return room_page(
        request,
        "sign_room",
        room,
        token,
        form=form,
        own=read["parties"][room.position],
        findings=findings,
        unsettled=sum(finding.outcome not in SETTLED for finding in findings),
        opt_in=opt_in,
        held=room.executed_before(clock.now()),
        answer=answers_to(room.election, [room.request]).get(room.request.pk),
        unmarked=len(in_use.unmarked) if (in_use := room.election.agreement.own) else 0,
        **_figures(room),
        provisions=PROVISIONS,
        **read,
    )


def _signed(request: HttpRequest, room: Room, token: str) -> HttpResponse:
    is_asked = _findings(room)[1].outcome not in SETTLED  # by now, whether or not it was when they signed
    may_accept = is_asked and actions.may_accept_opt_in(room.signature) and not room.why_closed(clock.now())
    return room_page(
        request,
        "sign_signed",
        room,
        token,
        signature=room.signature,
        answer=answers_to(room.election, [room.request]).get(room.request.pk),
        executed=executed_document(room.election, room.snapshot),
        may_choose=rival_of(room, clock.now()) is not None,
        choice=choice_of(room),
        may_accept=may_accept,
    )


@partial(after_the_button, as_it_is=True)
def sign_correction(request: HttpRequest, room: Room, token: str) -> HttpResponse:
    """Tell those who prepare the election what is wrong."""
    form = CorrectionForm(typed(request))
    if is_sent(request) and form.is_valid():
        correct = partial(actions.correct, room.request, **form.cleaned_data, now=clock.now())
        if done(request, correct, SENT_AFTER_SIGNING if room.has_signed else SENT):
            return redirect("sign_room", token)
    return room_page(request, "sign_correction", room, token, form=form)


@partial(after_the_button, as_it_is=True)
def sign_decline(request: HttpRequest, room: Room, token: str) -> HttpResponse:
    """Take a no, and why."""
    form = DeclineForm(typed(request))
    if is_sent(request) and form.is_valid():
        decline = partial(actions.decline, room.request, **form.cleaned_data, now=clock.now())
        if done(request, decline, DECLINED):
            return redirect("sign", token)
    return room_page(request, "sign_decline", room, token, form=form)


@after_the_button
def sign_choose(request: HttpRequest, room: Room, token: str) -> HttpResponse:
    """Say which of two elections that name the practice it takes part in."""
    if room.position is None or rival_of(room, clock.now()) is None:
        messages.info(request, "There is nothing left to choose. Each TIN is in only one election now, or CMS decides.")
        return redirect("sign_room", token)
    if is_sent(request):
        choose = partial(choose_by_signature, room.request, now=clock.now())
        done(request, choose, "Your choice is saved. We’ll tell both representatives.")
        return redirect("sign_room", token)
    return room_page(request, "sign_choose", room, token)


def _sign(request: HttpRequest, room: Room, form: SignForm) -> bool:
    user = request.user if isinstance(request.user, User) else None
    has_two = used_second_factor(request)
    sign = partial(
        actions.sign, room.request, **form.signature(), user=user, has_second_factor=has_two, now=clock.now()
    )
    return done(request, sign, "Signed. Thank you.")


def _findings(room: Room) -> tuple[list[Finding], Finding]:
    """Return the practice's findings, that of its opt-in apart, as the person who asked for the signature sees them."""
    judged_election = judge(room.snapshot, election_id=room.election.pk, at=clock.now(), by=room.request.asked_by)
    of_practice = judged_election.for_practice(room.position)
    opt_in = next(finding for finding in of_practice if finding.rule == OPT_IN)
    return [finding for finding in of_practice if finding is not opt_in], opt_in


def _figures(room: Room) -> dict[str, bool]:
    """Say whether the signer sees the practice's Medicare figures: where CMS knows the address for the practice's own.

    Not where it is `shared` with somebody else's part. Who prepares an election may name any address as a signer's, one
    of their own among them, and would learn by its link what only the practice may know. Nor by a link that was
    forwarded, or a later one to the same person: no one vouches for that address.
    """
    address = room.request.email
    others = room.request.party.agreement.parties.exclude(pk=room.request.party_id)
    shared = address in people_of(room.election) or others.filter(signer_email__iexact=address).exists()
    may_be_shown = not shared and room.request.forwarded_by_id is None
    return {"figures": may_be_shown and is_known_to_cms(room), "shared": shared}


def _closed(request: HttpRequest, room: Room, token: str, *, takes_words: bool = False) -> HttpResponse | None:
    """Say why nothing more opens by this link; what was signed by it can be read as long as the link is good.

    What was written on a page that `takes_words`, and was not sent, is shown again.
    """
    now = clock.now()
    why = "" if room.has_signed and room.request.is_open(now) else room.why_closed(now)
    if not why:
        return None
    told = {"why": why, "may_get_a_link": room.may_get_a_link(now), "signature": room.signature}
    named = practice_named_for(room.request)
    written = request.POST.get("text") or request.POST.get("reason") or "" if takes_words else ""
    told["unsent"] = "" if written.strip() == room.request.reason.strip() else mask_private_numbers(written, MASK)
    told["may_see"] = named is not None and not why_not_shown(named, now)
    return room_page(request, "sign_closed", room, token, status=410, held=room.executed_before(now), **told)


def room_page(
    request: HttpRequest, template: str, room: Room, token: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Show a page behind a signer's link, with what all of them show."""
    frame = {"room": room, "election": room.election, "asked": room.request, "token": token}
    return render(request, f"elections/signing/{template}.html", frame | context, status=status)
