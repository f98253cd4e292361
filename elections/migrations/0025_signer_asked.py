"""Keep with a practice whose signer is asked about, who was before found in the history and told by a keyed hash."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.crypto import salted_hmac

SALT = "elections.practices.other_tins"


def keep_open_questions(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each practice whose question nobody answered the signer it is about."""
    events = apps.get_model("elections", "Event").objects.filter(verb__in=("other_tin", "same_signer"))
    events = events.filter(details__has_key="signer_was").order_by("pk").values_list("verb", "details")
    last = {details["member"]: (verb, details["signer_was"]) for verb, details in events}
    asked = {pk: was for pk, (verb, was) in last.items() if verb == "other_tin"}
    for member in apps.get_model("elections", "Member").objects.select_related("party").filter(pk__in=asked):
        if _hash_of(member.party) == asked[member.pk]:
            named = (member.party.signer_name.strip(), member.party.signer_email.strip())
            member.signer_asked = ", ".join(filter(None, named))
            member.save(update_fields=["signer_asked"])


def _hash_of(party: Any) -> str:
    named = f"{party.signer_name.strip()}\n{party.signer_email.strip()}".lower()
    return salted_hmac(SALT, named, algorithm="sha256").hexdigest()


class Migration(migrations.Migration):
    dependencies = [("elections", "0024_signers_by_submission")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="signer_asked",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Who was named as its signer when it got another practice’s TIN, until someone says who signs.",
            ),
        ),
        migrations.RunPython(keep_open_questions, migrations.RunPython.noop),
    ]
