"""Who signs for each practice of a submission; for submissions that stand, those who signed here."""

import json

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SAID = ("signed_at", "text_sha256", "parties_sha256", "schedule_sha256")


def find_signers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    signers = apps.get_model("elections", "PracticeSigner").objects
    signatures = apps.get_model("agreements", "Signature").objects
    elections = apps.get_model("elections", "Election").objects.exclude(last_submission=None)
    for election in elections.select_related("last_submission").iterator(chunk_size=100):
        practices = json.loads(election.last_submission.snapshot)["practices"]
        for position, practice in enumerate(practices):
            if signed := practice.get("signed"):
                own = {"party__agreement": election.agreement_id, "request__email": signed["asked_email"]}
                given = signatures.filter(**own, **{name: signed[name] for name in SAID}).first()
                if given:
                    row = {"submission": election.last_submission, "practice": position}
                    signers.create(**row, request_id=given.request_id)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0014_packet_documents"), ("elections", "0022_identifier_in_any_case")]

    operations = [
        migrations.CreateModel(
            name="PracticeSigner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("practice", models.PositiveIntegerField(help_text="Position in the submission, from 0.")),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="practice_signers",
                        to="agreements.signingrequest",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signers", to="elections.submission"
                    ),
                ),
            ],
            options={
                "ordering": ["submission", "practice"],
                "constraints": [
                    models.UniqueConstraint(fields=("submission", "practice"), name="one_signer_a_practice")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="practicesigner",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="364b097f96eb0598cb5df938f99ceb81e5871972",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ce7e6",
                    table="elections_practicesigner",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunPython(find_signers, migrations.RunPython.noop),
    ]
