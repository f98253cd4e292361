"""Superusers become administrators, who decide nothing; and staff roles of deactivated accounts end."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ground import clock

REASON = "Was a superuser. Administrators replace superusers."
DECIDES_NOTHING = "Became an administrator, who decides nothing."


def superusers_become_administrators(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    people, roles, changes = (apps.get_model("accounts", name).objects for name in ("User", "StaffRole", "StaffChange"))
    roles.filter(user__is_active=False).delete()  # else one administrator alone could bring them back
    for user in people.filter(is_superuser=True, is_active=True).order_by("pk"):
        now = clock.now()  # not before: a new database has no clock yet
        for held in roles.filter(user=user, role__in=("reviewer", "lead_reviewer")):
            changes.create(user=user, verb="removed", role=held.role, at=now, reason=DECIDES_NOTHING)
            held.delete()
        for verb in ("given", "started"):
            changes.create(user=user, verb=verb, role="administrator", at=now, reason=REASON)
        roles.create(user=user, role="administrator")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_staff_changes"), ("ground", "0001_initial")]

    operations = [migrations.RunPython(superusers_become_administrators, migrations.RunPython.noop)]
