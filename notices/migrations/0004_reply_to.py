"""Every mail to a practice said no-reply; now a notice can name the person who gets the replies."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_created_label")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="reply_to",
            field=models.CharField(blank=True, db_default="", default="", max_length=320, verbose_name="replies go to"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("reply_to__regex", "[\\s,;]"), _negated=True), name="notice_reply_to_one_address"
            ),
        ),
    ]
