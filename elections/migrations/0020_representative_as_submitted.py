"""Submissions have their representative in columns, as the desk searches by what was submitted."""

import json

import pgtrigger
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAMES = ("representative_name", "representative_email")


def copy_from_snapshots(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    submissions = apps.get_model("elections", "Submission").objects
    with pgtrigger.ignore("elections.Submission:append_only"):
        for submission in submissions.only("snapshot", *NAMES).iterator(chunk_size=100):
            submitted = json.loads(submission.snapshot)
            submissions.filter(pk=submission.pk).update(**{name: submitted[name] for name in NAMES})


class Migration(migrations.Migration):
    dependencies = [("elections", "0019_say_what_collaborators_can_do")]

    operations = [
        migrations.AddField(
            model_name="submission", name="representative_name", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.AddField(
            model_name="submission", name="representative_email", field=models.CharField(blank=True, max_length=254)
        ),
        migrations.RunPython(copy_from_snapshots, migrations.RunPython.noop),
    ]
