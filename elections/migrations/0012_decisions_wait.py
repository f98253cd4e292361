"""A decision waits a minute for its effect, and keeps the email as it was shown."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0013_state_labels"),
        ("elections", "0011_choice_labels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="decision", name="identifier_before", field=models.CharField(max_length=40, null=True)
        ),
        migrations.AddField(model_name="decision", name="mail", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="decision", name="takes_effect_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="decision", name="was_provisional", field=models.BooleanField(default=True)),
        migrations.AddField(
            model_name="election",
            name="pending_decision",
            field=models.OneToOneField(
                help_text="The decision that the status tells already and that has not taken effect yet.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="elections.decision",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="election",
            trigger=pgtrigger.compiler.Trigger(
                name="decision_waits_with_status",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.pending_decision_id IS NOT NULL AND NEW.pending_decision_id IS DISTINCT FROM OLD.pending_decision_id AND NEW.status = OLD.status)",
                    func="RAISE EXCEPTION 'A decision waits only from the moment it is made.' USING ERRCODE = 'check_violation';",
                    hash="22f67a682101f8d83dc1f3ce865fc14c813b25af",
                    operation="UPDATE",
                    pgid="pgtrigger_decision_waits_with_status_b5e54",
                    table="elections_election",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="election",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pending_decision", None), ("status__in", ("approved", "rejected")), _connector="OR"
                ),
                name="only_a_decision_is_pending",
            ),
        ),
    ]
