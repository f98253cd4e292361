from django.db import migrations, models


class Migration(migrations.Migration):
    """What staff read beside fields and of statuses, in plain words; the database has none of it."""

    dependencies = [("eligibility", "0003_window_citation")]

    operations = [
        migrations.AlterField(
            model_name="electionwindow",
            name="citation",
            field=models.CharField(
                help_text="CMS’s notice: its title, its date, and where it is published.", max_length=300
            ),
        ),
        migrations.AlterField(
            model_name="electionwindow",
            name="closes_at",
            field=models.DateTimeField(
                help_text="Eastern Time. We accept no elections from this time on.", verbose_name="closes"
            ),
        ),
        migrations.AlterField(
            model_name="electionwindow",
            name="opens_at",
            field=models.DateTimeField(
                help_text="Eastern Time. We accept elections from this time on.", verbose_name="opens"
            ),
        ),
        migrations.AlterField(
            model_name="loadrun",
            name="attempts",
            field=models.PositiveSmallIntegerField(
                default=0, editable=False, help_text="How often the worker tried to load an upload."
            ),
        ),
        migrations.AlterField(
            model_name="loadrun",
            name="files",
            field=models.JSONField(
                default=list, help_text="Each file’s name, size in bytes and SHA-256.", verbose_name="source files"
            ),
        ),
        migrations.AlterField(
            model_name="loadrun",
            name="performance_year",
            field=models.PositiveSmallIntegerField(blank=True, help_text="Empty for NPPES.", null=True),
        ),
        migrations.AlterField(
            model_name="loadrun",
            name="rows_kept",
            field=models.BooleanField(
                default=False, help_text="Whether its rows are still stored, so you can go back to it."
            ),
        ),
        migrations.AlterField(
            model_name="loadrun",
            name="started_by",
            field=models.CharField(help_text="Who started it, also from the command line.", max_length=200),
        ),
        migrations.AlterField(
            model_name="loadrun",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting for the worker"),
                    ("loading", "Loading"),
                    ("staged", "Staged: complete, not used yet"),
                    ("active", "Active: in use on this site"),
                    ("superseded", "Superseded by a later run"),
                    ("failed", "Refused: nothing was saved"),
                ],
                default="loading",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="loadrun",
            name="upload",
            field=models.UUIDField(
                editable=False, help_text="The folder with the files sent, until they are loaded.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="probe",
            name="asker",
            field=models.CharField(
                choices=[("npi", "NPI"), ("account", "Account"), ("address", "IP address")],
                max_length=10,
                verbose_name="counted by",
            ),
        ),
        migrations.AlterField(
            model_name="probe",
            name="billed",
            field=models.BooleanField(help_text="Whether CMS data showed the NPI under the TIN. Only misses count."),
        ),
        migrations.AlterField(
            model_name="probe",
            name="subject",
            field=models.CharField(help_text="The NPI, the account number or the IP address.", max_length=64),
        ),
    ]
