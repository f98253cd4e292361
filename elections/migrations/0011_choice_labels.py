"""The words of two choices, as people read them; no stored value changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("elections", "0010_cookie_rows")]

    operations = [
        migrations.AlterField(
            model_name="conflict",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("kept", "The election that holds the TIN keeps it"),
                    ("moved", "The TIN moved to the election that waited for it"),
                    ("released", "One of the two elections gave up the TIN"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("collaborator", "Collaborator: can change everything, cannot submit"),
                    ("viewer", "Viewer: can look at everything, cannot change anything"),
                    ("representative", "Representative: submits, in place of the person who asks"),
                ],
                max_length=20,
            ),
        ),
    ]
