"""There are no superusers, groups and permissions: what a person may do is a role."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_superusers_become_administrators")]

    operations = [
        migrations.RemoveField(model_name="user", name="groups"),
        migrations.RemoveField(model_name="user", name="is_superuser"),
        migrations.RemoveField(model_name="user", name="user_permissions"),
    ]
