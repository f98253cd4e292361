"""Questions about signers of an installation of before stay open, and those that were answered stay answered."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils.crypto import salted_hmac

from agreements.models import Party
from elections.models import Event, Member
from ground import clock
from tests.factories.elections import ElectionFactory
from tests.factories.practices import GROUP, OTHER, SOLO

pytestmark = pytest.mark.django_db
MIGRATION = import_module("elections.migrations.0025_signer_asked")


def hash_of(name, email):
    return salted_hmac(MIGRATION.SALT, f"{name}\n{email}".lower(), algorithm="sha256").hexdigest()


def test_who_was_asked_about_is_kept_with_the_practice(cms_data, representative):
    election = ElectionFactory(practices=(SOLO, GROUP, OTHER))
    members = list(election.members.all())
    for member in members:
        Party.objects.filter(pk=member.party_id).update(signer_name="Maria Lopez", signer_email="gwen@example.org")
    of_it = hash_of("Maria Lopez", "gwen@example.org")
    for verb, member, was in [
        ("other_tin", members[0], of_it),
        ("other_tin", members[1], of_it),
        ("same_signer", members[1], of_it),
        ("other_tin", members[2], hash_of("Sol Vega", "")),
    ]:
        details = {"member": member.pk, "practice": member.name, "signer_was": was}
        Event.objects.create(election=election, verb=verb, by=representative, at=clock.now(), details=details)
    with connection.schema_editor() as editor:
        MIGRATION.keep_open_questions(apps, editor)
    asked = Member.objects.filter(election=election).order_by("position").values_list("signer_asked", flat=True)
    assert list(asked) == ["Maria Lopez, gwen@example.org", "", ""]
