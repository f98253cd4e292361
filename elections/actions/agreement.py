"""The agreement's PDF, made from the practices as they are listed at this moment."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from agreements.documents import request_document
from agreements.models import Document

from ..agreement_snapshots import agreement_snapshot
from ..snapshots import Snapshot
from .verbs import Refused, lock


@transaction.atomic
def make_document(election_id: uuid.UUID, *, by: User, now: datetime) -> Document:
    """Have the agreement's PDF made; asking again for the same content gives the same document.

    Raises Refused while practices lack what the agreement has to name: a name, a TIN, NPIs (414.1315(c)(3)(i)).
    """
    election = lock(election_id)
    snapshot = Snapshot.of_working_copy(election)
    missing = [
        f"{entry.name or f'Practice {number}'} needs its name, TIN and NPIs before the agreement can be made."
        for number, entry in enumerate(snapshot.practices, start=1)
        if not (entry.name.strip() and entry.tin_kind and entry.tin and entry.npis)
    ]
    if not snapshot.practices:
        missing = ["List the practices first: the agreement names each of them."]
    if missing:
        raise Refused(*missing)
    return request_document(election.agreement_id, agreement_snapshot(snapshot), by=by, now=now)
