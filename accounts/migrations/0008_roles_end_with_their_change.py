"""A staff role ends only with its change; a role that waits stays as it was given."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_sign_in")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="staffrole",
            trigger=pgtrigger.compiler.Trigger(
                name="role_ends_with_its_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF NOT EXISTS (\n            SELECT 1\n            FROM accounts_staffchange AS change\n            WHERE change.user_id = OLD.user_id\n              AND change.role = OLD.role\n              AND change.verb = 'removed'\n              AND change.transaction = pg_current_xact_id()::text\n        ) THEN\n            RAISE EXCEPTION 'A staff role ends only with its change.' USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN OLD;\n    ",
                    hash="534be9472f20d9361357ba93476a180909ad72aa",
                    operation="DELETE",
                    pgid="pgtrigger_role_ends_with_its_change_ab6a1",
                    table="accounts_staffrole",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="waitingrole",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="73ef88896cc6128b96a1f79951e7fb8170e03a9e",
                    operation="UPDATE",
                    pgid="pgtrigger_never_changed_fd727",
                    table="accounts_waitingrole",
                    when="BEFORE",
                ),
            ),
        ),
    ]
