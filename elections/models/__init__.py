"""Virtual groups and their elections."""

from .claim import Claim, Conflict
from .election import Election, ElectionRole, Member, MemberClinician, TinKind, VirtualGroup
from .history import Event
from .override import Override
from .submission import Decision, Submission
from .update import Update

__all__ = [
    "Claim",
    "Conflict",
    "Decision",
    "Election",
    "ElectionRole",
    "Event",
    "Member",
    "MemberClinician",
    "Override",
    "Submission",
    "TinKind",
    "Update",
    "VirtualGroup",
]
