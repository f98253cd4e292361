"""The database refuses more: rows without their event, half a decision, an earlier submission, a round opened again."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("elections", "0016_unsent_forms")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="election", name="status_follows_table"),
        pgtrigger.migrations.RemoveTrigger(model_name="election", name="decision_waits_with_status"),
        pgtrigger.migrations.AddTrigger(
            model_name="correction",
            trigger=pgtrigger.compiler.Trigger(
                name="comes_with_its_event",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n            IF NOT EXISTS (\n                SELECT 1 FROM elections_event AS event\n                WHERE event.election_id = (SELECT election_id FROM elections_submission WHERE id = NEW.submission_id)\n                  AND event.verb IN ('ask_for_correction')\n                  AND event.transaction = pg_current_xact_id()::text\n            ) THEN\n                RAISE EXCEPTION 'A row of % needs the event that tells of it.', TG_TABLE_NAME\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="74d344fda30a34ad9250971a0ab630f8e0745881",
                    operation="INSERT",
                    pgid="pgtrigger_comes_with_its_event_99301",
                    table="elections_correction",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correction",
            trigger=pgtrigger.compiler.Trigger(
                name="ended_for_good",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.ended_at IS NOT NULL)",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c9a7b7e94bfa459202371d8663870b3221d0bd65",
                    operation="UPDATE",
                    pgid="pgtrigger_ended_for_good_36139",
                    table="elections_correction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correctionrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="comes_with_its_event",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n            IF NOT EXISTS (\n                SELECT 1 FROM elections_event AS event\n                WHERE event.election_id = (\n    SELECT submission.election_id\n    FROM elections_correction AS correction\n    JOIN elections_submission AS submission ON submission.id = correction.submission_id\n    WHERE correction.id = NEW.correction_id\n)\n                  AND event.verb IN ('ask_for_correction')\n                  AND event.transaction = pg_current_xact_id()::text\n            ) THEN\n                RAISE EXCEPTION 'A row of % needs the event that tells of it.', TG_TABLE_NAME\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="025ec792395264ad8fdafd31310c8abcbf36faf7",
                    operation="INSERT",
                    pgid="pgtrigger_comes_with_its_event_9ad95",
                    table="elections_correctionrequest",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="comes_with_its_event",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n            IF NOT EXISTS (\n                SELECT 1 FROM elections_event AS event\n                WHERE event.election_id = (SELECT election_id FROM elections_submission WHERE id = NEW.submission_id)\n                  AND event.verb IN ('approve', 'reject')\n                  AND event.transaction = pg_current_xact_id()::text\n            ) THEN\n                RAISE EXCEPTION 'A row of % needs the event that tells of it.', TG_TABLE_NAME\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="c9809cc133812b405f83cfed5dfbdf731176a63c",
                    operation="INSERT",
                    pgid="pgtrigger_comes_with_its_event_917ce",
                    table="elections_decision",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="election",
            trigger=pgtrigger.compiler.Trigger(
                name="status_follows_table",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."status_event_id" IS DISTINCT FROM (NEW."status_event_id"))',
                    func="\n        IF NEW.status_event_id IS NOT DISTINCT FROM OLD.status_event_id OR NOT EXISTS (\n            SELECT 1\n            FROM elections_event AS event\n            JOIN (VALUES ('submit', 'draft', 'submitted'), ('submit', 'submitted', 'submitted'), ('submit', 'in_review', 'submitted'), ('submit', 'approved', 'submitted'), ('submit', 'action_needed', 'submitted'), ('start_review', 'submitted', 'in_review'), ('ask_for_correction', 'in_review', 'action_needed'), ('resume_review', 'action_needed', 'in_review'), ('approve', 'in_review', 'approved'), ('reject', 'in_review', 'rejected'), ('take_back', 'approved', 'in_review'), ('take_back', 'rejected', 'in_review'), ('reopen', 'approved', 'in_review'), ('reopen', 'rejected', 'in_review'), ('withdraw', 'draft', 'withdrawn'), ('withdraw', 'submitted', 'withdrawn'), ('withdraw', 'in_review', 'withdrawn'), ('withdraw', 'approved', 'withdrawn'), ('withdraw', 'action_needed', 'withdrawn'), ('lapse', 'draft', 'lapsed'), ('revive', 'lapsed', 'draft')) AS line (verb, source, target)\n              ON line.verb = event.verb AND line.source = event.from_status AND line.target = event.to_status\n            WHERE event.id = NEW.status_event_id\n              AND event.election_id = NEW.id\n              AND event.from_status = OLD.status\n              AND event.to_status = NEW.status\n              AND event.transaction = pg_current_xact_id()::text\n        ) THEN\n            RAISE EXCEPTION 'The status of an election may not go from % to % like this.', OLD.status, NEW.status\n                USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="36cf3d2a3f50dbf7873a00f4fff1e19b69d23f9b",
                    operation="UPDATE",
                    pgid="pgtrigger_status_follows_table_b5323",
                    table="elections_election",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="election",
            trigger=pgtrigger.compiler.Trigger(
                name="submission_goes_on",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."last_submission_id" IS DISTINCT FROM (NEW."last_submission_id"))',
                    func="\n        IF NOT EXISTS (\n            SELECT 1\n            FROM elections_submission AS later\n            LEFT JOIN elections_submission AS earlier ON earlier.id = OLD.last_submission_id\n            WHERE later.id = NEW.last_submission_id\n              AND later.election_id = NEW.id\n              AND later.number > COALESCE(earlier.number, 0)\n        ) THEN\n            RAISE EXCEPTION 'Only a later submission takes the place of one.' USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="4e325dcb0a89895f5c0133d99cf5156a4c724bc9",
                    operation="UPDATE",
                    pgid="pgtrigger_submission_goes_on_f9904",
                    table="elections_election",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="election",
            trigger=pgtrigger.compiler.Trigger(
                name="decision_waits_with_status",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.pending_decision_id IS NOT NULL AND NEW.pending_decision_id IS DISTINCT FROM OLD.pending_decision_id)",
                    func="\n        IF NEW.status = OLD.status OR NOT EXISTS (\n            SELECT 1\n            FROM elections_decision AS decision\n            JOIN elections_submission AS submission ON submission.id = decision.submission_id\n            WHERE decision.id = NEW.pending_decision_id\n              AND decision.outcome = NEW.status\n              AND submission.election_id = NEW.id\n        ) THEN\n            RAISE EXCEPTION 'A decision waits only from the moment it is made.' USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="461132fc8a86c2d653b3ce2de8e91b4b2c78fcaf",
                    operation="UPDATE",
                    pgid="pgtrigger_decision_waits_with_status_b5e54",
                    table="elections_election",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="election",
            trigger=pgtrigger.compiler.Trigger(
                name="decision_takes_effect_as_a_whole",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.pending_decision_id IS NOT NULL AND NEW.pending_decision_id IS NULL AND NEW.status = OLD.status)",
                    func="\n        IF NOT EXISTS (SELECT 1 FROM elections_event_notices WHERE event_id = OLD.status_event_id)\n            OR OLD.status = 'rejected' AND EXISTS (\n                SELECT 1 FROM elections_claim WHERE election_id = OLD.id AND state <> 'released'\n            )\n        THEN\n            RAISE EXCEPTION 'A decision takes effect with its email, and a rejection sets its TINs free.'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="0a8d87751fff770ff26604a7b252363849eab504",
                    operation="UPDATE",
                    pgid="pgtrigger_decision_takes_effect_as_a_whole_5be24",
                    table="elections_election",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="override",
            trigger=pgtrigger.compiler.Trigger(
                name="comes_with_its_event",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n            IF NOT EXISTS (\n                SELECT 1 FROM elections_event AS event\n                WHERE event.election_id = (SELECT election_id FROM elections_submission WHERE id = NEW.submission_id)\n                  AND event.verb IN ('override')\n                  AND event.transaction = pg_current_xact_id()::text\n            ) THEN\n                RAISE EXCEPTION 'A row of % needs the event that tells of it.', TG_TABLE_NAME\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="e491a91496a778f9dcceda321de38a847d848eac",
                    operation="INSERT",
                    pgid="pgtrigger_comes_with_its_event_d6448",
                    table="elections_override",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submission",
            trigger=pgtrigger.compiler.Trigger(
                name="comes_with_its_event",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n            IF NOT EXISTS (\n                SELECT 1 FROM elections_event AS event\n                WHERE event.election_id = (NEW.election_id)\n                  AND event.verb IN ('submit')\n                  AND event.transaction = pg_current_xact_id()::text\n            ) THEN\n                RAISE EXCEPTION 'A row of % needs the event that tells of it.', TG_TABLE_NAME\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="4b06fb77bb4b504fcc9966e07f52b3cb210d0f74",
                    operation="INSERT",
                    pgid="pgtrigger_comes_with_its_event_804ac",
                    table="elections_submission",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
    ]
