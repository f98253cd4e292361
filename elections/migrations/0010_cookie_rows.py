"""One model of rows that a cookie opens: pages that were not saved yet join what is checked without an account."""

from django.db import migrations

MOVE = """
INSERT INTO elections_sandbox (token_hash, sealed, created_at)
SELECT token_hash, sealed, created_at FROM elections_keptpage ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("elections", "0009_receipt")]

    operations = [
        migrations.AlterModelTable("Sandbox", "elections_sandbox"),
        migrations.RenameModel("Sandbox", "CookieRow"),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel("KeptPage"),
    ]
