"""What receipts say."""

import factory

from .typed import DictFactory


class FindingFactory(DictFactory):
    """A finding as a receipt shows it: a practice's size is met."""

    rule = "practice-size"
    outcome = "Met"
    message = "2 clinicians under this TIN."
    cite = "42 CFR 414.1315(a)(1)"
    contest = ""


class ReceiptFactory(DictFactory):
    """What the receipt of two practices says."""

    format = 1
    kind = "receipt"
    received_at = "2026-11-30T23:59:58-05:00"
    receipt_code = "74SX0DQ0AY2N1BPJ"
    submission_sha256 = "5a" * 32
    submission = 2
    submitted_by = "Dana <Rivera>"
    performance_year = 2027
    virtual_group = "Northern Lakes & Sons"
    representative = factory.Dict({"name": "Dana Rivera", "email": "dana@example.org", "phone": "555-0100"})
    alternate = factory.Dict({"name": "Lee Stone", "email": "", "phone": "555-0101"})
    agreement_acknowledged = True
    practices = (
        {
            "name": "Lakeside Family Medicine",
            "tin_kind": "EIN",
            "tin_last4": "4567",
            "clinicians": [{"npi": "1558598797", "last_name": "O’Neill", "first_name": "Zoë"}],
            "executed_on": "2026-11-10",
            "signer_name": "Sam Okafor",
            "signer_title": "Managing partner",
            "opt_in_accepted": True,
        },
        {
            "name": "Ada Smith, MD",
            "tin_kind": "SSN",
            "tin_last4": "8172",
            "clinicians": [{"npi": "2000000002", "last_name": "", "first_name": ""}],
            "executed_on": None,
            "signer_name": "",
            "signer_title": "",
            "opt_in_accepted": False,
        },
    )
    ledger = (
        {"name": "Lakeside Family Medicine", "findings": [FindingFactory(), FindingFactory(contest="Dr. Moss left.")]},
        {"name": "Ada Smith, MD", "findings": [FindingFactory(outcome="Cannot tell yet")]},
        {"name": "The virtual group as a whole", "findings": [FindingFactory(cite="42 CFR 414.1305, 414.1310(b)")]},
    )
    changes_until = "2027-01-01T00:00:00-05:00"
    report_before = "2028-01-03"
    verify_at = "https://elections.example/verify"
