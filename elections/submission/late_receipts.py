"""Submissions whose receipt was not requested as a PDF in time, as the staff page “Health” tells of them."""

from datetime import datetime, timedelta

from django.db.models import Count, Min

from ground.templatetags.et import et_datetime
from notices.parts import SitePart

from ..models import Submission

LIMIT = timedelta(minutes=10)  # a worker requests it within seconds


def part(now: datetime) -> SitePart:
    """Return how many submissions are without one for too long, as one of settings.WATCHED_PARTS."""
    key, name = "receipts", "Receipts as PDFs"
    late = Submission.objects.filter(receipt=None, received_at__lt=now - LIMIT)
    found = late.aggregate(count=Count("pk"), first=Min("received_at"))
    if not found["count"]:
        return SitePart(key, name, True, "On time", "No submission waits for the PDF of its receipt.")
    some = "1 submission has" if found["count"] == 1 else f"{found['count']} submissions have"
    meaning = f"{some} no PDF of the receipt yet. The oldest was received {et_datetime(found['first'])}."
    what_to_do = (
        "Read “receipt_not_requested” in the log of the service worker-other: it names each submission. We try each "
        "one again every 10 minutes. The submissions and their receipt codes count all the same."
    )
    return SitePart(key, name, False, "Late", meaning, what_to_do)
