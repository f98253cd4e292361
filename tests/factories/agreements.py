"""Agreements of three practices: what their documents say, who signed, and the documents."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory

from agreements.models import Agreement, Document, DocumentKind, OwnAgreement, Party, Signature, SigningRequest
from agreements.papers import documents
from agreements.text import own
from agreements.text.document_text import PartyClinician, PartyFacts, Snapshot, build_own_text, build_snapshot
from agreements.text.provisions import Choices
from ground import clock

from .people import DanaFactory
from .typed import DictFactory, ModelFactory

MADE_AT = datetime(2026, 12, 1, 15, tzinfo=UTC)
LAKESIDE = PartyFacts(
    "Lakeside Family Medicine",
    "EIN",
    "961234567",
    [PartyClinician("1558598797", "O’Neill", "Zoë"), PartyClinician("1234567893", "Rivera", "Dana")],
    signer_name="Dana Rivera",
    signer_title="Owner",
    executed_on=date(2026, 11, 10),
)
SOLO = PartyFacts("Ada Smith, MD", "SSN", "908172", [PartyClinician("1999999992", "Smith", "Ada")])
HARBOR = PartyFacts("Harbor <Orthopedics> & Sports", "EIN", "391234567", [PartyClinician("2000000002")])
STATEMENT = "I may bind this practice. I agree to sign electronically, and I sign this agreement for it."
SHA = "a" * 64
MARKS = {"i": "page 1, section 2", "ix": "page 3"}
OF_FILE: dict[str, Any] = {"sha256": "ab" * 32, "name": "Our agreement.pdf", "pages": 3, "marks": MARKS}


def many(count: int) -> list[PartyFacts]:
    """Return as many parties, each with five clinicians."""
    clinicians = [PartyClinician(f"1{number:09}", f"Lastname{number}", "First") for number in range(5)]
    return [PartyFacts(f"Practice number {at} of many", "EIN", f"39{at:07}", clinicians) for at in range(count)]


def signed(party: PartyFacts, **changes: Any) -> PartyFacts:
    """Return a party whose signer signed here; name what should differ in the signature."""
    signature: dict[str, Any] = {
        "name": f"Signer of {party.name}",
        "title": "Owner",
        "signed_at": "2026-11-30T16:05:09-05:00",
        "known_by": "link only",
        "statement": STATEMENT,
        "opt_in": None,
        "text_sha256": "a1" * 32,
        "parties_sha256": "b2" * 32,
        "schedule_sha256": "c3" * 32,
    }
    return replace(party, executed_on=date(2026, 11, 30), signature={**signature, **changes})


class SnapshotFactory(DictFactory):
    """What the agreement of the three practices says; one of them signed it, somewhere else."""

    performance_year = 2027
    virtual_group = "Northern Lakes Virtual Group"
    representative_name = "Dana Rivera"
    representative_email = "dana@example.org"
    parties = (LAKESIDE, SOLO, HARBOR)

    @classmethod
    def _build(cls, model_class: type[Snapshot], *args: Any, **fields: Any) -> Snapshot:
        return build_snapshot(**fields)


class ExecutedFactory(SnapshotFactory):
    """What an agreement says that all three practices signed here."""

    parties = (
        signed(LAKESIDE, name="Dana Rivera", known_by="second factor", opt_in=True),
        signed(SOLO, name="Ada Smith", title="Physician", known_by="account", opt_in=False),
        signed(HARBOR, name="Lee <Stone>", title="Managing partner", schedule_sha256="d4" * 32),
    )


class RecordFactory(SnapshotFactory):
    """What the record of signatures says where the three practices wrote their agreement themselves."""

    text = factory.LazyFunction(lambda: build_own_text(2027, Choices(), OF_FILE))


class AgreementFactory(ModelFactory[Agreement]):
    """An agreement for 2027 that nothing was chosen of."""

    class Meta:
        model = Agreement

    performance_year = 2027


class PartyFactory(ModelFactory[Party]):
    """A practice's place in an agreement."""

    class Meta:
        model = Party

    agreement = factory.SubFactory(AgreementFactory)


class OwnAgreementFactory(ModelFactory[OwnAgreement]):
    """The file that the agreement is, as the practices sent it."""

    class Meta:
        model = OwnAgreement

    agreement = factory.SubFactory(AgreementFactory)
    pdf = b"%PDF-"
    name = "Our agreement.pdf"
    pages = 2
    by = factory.SubFactory(DanaFactory)
    now = factory.LazyFunction(lambda: clock.now())

    @classmethod
    def _create(cls, model_class: type[OwnAgreement], *args: Any, **fields: Any) -> OwnAgreement:
        kept = own.keep(fields.pop("agreement"), fields.pop("pdf"), **fields)
        kept.agreement.save()
        return kept


class DocumentFactory(ModelFactory[Document]):
    """A document as it was asked for, in a `state`: queued, ready or failed."""

    class Meta:
        model = Document

    agreement = factory.SubFactory(AgreementFactory)
    snapshot = factory.LazyFunction(lambda: SnapshotFactory())
    kind = DocumentKind.AGREEMENT
    by = factory.SubFactory(DanaFactory)
    now = factory.LazyFunction(lambda: clock.now())
    state = "queued"

    @classmethod
    def _create(cls, model_class: type[Document], *args: Any, **fields: Any) -> Document:
        state = fields.pop("state")
        asked = documents.request_document(fields.pop("agreement").pk, **fields)
        if state == "queued":
            return asked
        if state == "ready":
            assert documents.render_document(asked.pk, now=fields["now"]) == "ready"
        if state == "failed":
            failed = {"state": "failed", "attempts": 6, "next_attempt_at": None, "failure": "The renderer stopped."}
            Document.objects.filter(pk=asked.pk).update(**failed)
        return Document.objects.get(pk=asked.pk)


class SigningRequestFactory(ModelFactory[SigningRequest]):
    """A party's open link, which its signer was sent now."""

    class Meta:
        model = SigningRequest

    party = factory.SubFactory(PartyFactory)
    name, email = "Sol Harbor", "sol@example.org"
    token = factory.Sequence(lambda number: f"token {number}")
    token_hash = factory.Sequence(lambda number: f"{number:064}")
    asked_by = factory.SubFactory(DanaFactory)
    asked_at = factory.LazyFunction(lambda: clock.now())
    asked_for = SHA
    expires_at = factory.LazyAttribute(lambda made: made.asked_at + timedelta(days=1))


class SignatureFactory(ModelFactory[Signature]):
    """A signature by a party's open link."""

    class Meta:
        model = Signature

    request = factory.SubFactory(SigningRequestFactory)
    party = factory.SelfAttribute("request.party")
    name, title, statement, known_by = "Sol Harbor", "Owner", "I may.", "link"
    signed_at = factory.LazyFunction(lambda: clock.now())
    text_sha256 = parties_sha256 = schedule_sha256 = SHA
