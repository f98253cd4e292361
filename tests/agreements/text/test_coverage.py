"""42 CFR 414.1315(c)(3): the nine things an agreement must do, found by their parts."""

import copy
import re
from html import unescape
from io import BytesIO

import pytest
from django.template.loader import render_to_string
from pypdf import PdfReader

from agreements.papers import rendering
from agreements.text.coverage import coverage
from agreements.text.provisions import PROVISIONS
from agreements.text.reading import shown
from tests.factories.agreements import MADE_AT, SnapshotFactory

PARTS = [part for provision in PROVISIONS for part in provision.parts]
IDS = [part.id for part in PARTS]

SOMEBODY_ELSES = """
This contract is made among the practices below. Schedule 1 states the legal name of each party, its Taxpayer
Identification Number and the National Provider Identifiers of its clinicians. It includes as parties only the groups
and solo practitioners that comprise the virtual group. It runs for at least one performance period. Every practice
agrees to notify each NPI under its TIN that it participates. The rights of each NPI and the obligations of each NPI
are in Annex B, as is the representation of the NPIs by the virtual group. Annex C sets out the reporting requirements,
and what becomes of the ability to participate in the MIPS outside of the virtual group. The opportunity to receive
payment adjustments will encourage each member, and each NPI, to adhere to quality assurance and improvement. Each
party keeps its Medicare enrollment information up to date, including the addition and deletion of NPIs, and tells the
virtual group within thirty (30) days. On expiration there is a closeout: every party will furnish, under applicable
privacy and security laws, all data necessary in order to aggregate. Each party shall participate in the MIPS as a
virtual group and comply with the requirements of the MIPS and all applicable laws, including Federal criminal law, the
False Claims Act, the anti-kickback statute, the civil monetary penalties law, HIPAA and the physician self-referral
law. It is executed on behalf of each party by an individual who is authorised to bind the party.
"""


def test_the_provisions_are_the_nine_of_the_regulation_in_its_order():
    assert [provision.citation for provision in PROVISIONS] == [
        f"42 CFR 414.1315(c)(3)({item})" for item in ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
    ]
    assert len(set(IDS)) == len(IDS)
    assert [part.id for part in PARTS if part.listed] == [
        "viii-criminal",
        "viii-false-claims",
        "viii-anti-kickback",
        "viii-civil-penalties",
        "viii-self-referral",
        "viii-hipaa",
    ]


def test_our_document_has_every_part(pdf):
    assert lacking(in_pdf(pdf)) == []


@pytest.mark.parametrize("removed", IDS)
def test_a_part_that_is_removed_is_named_and_no_other(removed):
    html = render_to_string("agreements/agreement.html", shown(without(removed), MADE_AT))
    assert lacking(words(html)) == [removed]


@pytest.mark.proof
@pytest.mark.parametrize("removed", IDS)
def test_a_part_that_is_removed_from_the_pdf_is_named_and_no_other(removed):
    made = rendering.render(without(removed), made_at=MADE_AT)
    assert lacking(in_pdf(made)) == [removed]


def test_an_agreement_in_other_words_is_covered_but_for_what_is_ours():
    assert lacking(SOMEBODY_ELSES) == [part.id for part in PARTS if part.ours] == ["vi-schedule", "ix-covers"]


def test_line_breaks_hyphens_and_apostrophes_of_a_pdf_do_not_matter():
    assert coverage("the anti-\nkickback\nstatute")["viii-anti-kickback"]
    assert coverage("a close\u2011out process")["vii-close-out"]
    assert not any(coverage("").values())


def without(removed):
    snapshot = copy.deepcopy(SnapshotFactory())
    for provision in snapshot["provisions"]:
        provision["parts"] = [part for part in provision["parts"] if part["id"] != removed]
    return snapshot


def lacking(text):
    """Return the parts that are not found in a text."""
    return [part for part, found in coverage(text).items() if not found]


def in_pdf(pdf):
    """Return the text as it stands, its lines broken."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def words(html):
    return unescape(re.sub(r"<[^>]+>", " ", html.split("</head>")[1]))
