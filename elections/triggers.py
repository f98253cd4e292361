"""What the database refuses by itself, whoever asks: raw SQL, the shell and a forgotten queryset update included."""

import pgtrigger

from .states import TRANSITIONS

_TABLE = ", ".join(f"('{line.verb.value}', '{line.source.value}', '{line.target.value}')" for line in TRANSITIONS)

append_only = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
never_deleted = pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)

# Which election a new row is about.
OF_SUBMISSION = "SELECT election_id FROM elections_submission WHERE id = NEW.submission_id"
OF_UPDATE = """
    SELECT submission.election_id
    FROM elections_update AS changed
    JOIN elections_submission AS submission ON submission.id = changed.submission_id
    WHERE changed.id = NEW.update_of_id
"""
OF_CLINICIAN_NOTICE = """
    SELECT submission.election_id
    FROM elections_cliniciannotice AS told
    JOIN elections_submission AS submission ON submission.id = told.submission_id
    WHERE told.id = NEW.notice_id
"""
OF_CORRECTION = """
    SELECT submission.election_id
    FROM elections_correction AS correction
    JOIN elections_submission AS submission ON submission.id = correction.submission_id
    WHERE correction.id = NEW.correction_id
"""


def comes_with_event(election: str, *verbs: str, named: str = "") -> pgtrigger.Trigger:
    """Return the trigger by which a new row needs, once its transaction ends, the Event that tells of it.

    `election` is the SQL that says of which election it is, `named` what else the event must say of it.
    """
    told = ", ".join(f"'{verb}'" for verb in verbs)
    return pgtrigger.Trigger(
        name="comes_with_its_event",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func=f"""
            IF NOT EXISTS (
                SELECT 1 FROM elections_event AS event
                WHERE event.election_id = ({election})
                  AND event.verb IN ({told})
                  AND event.transaction = pg_current_xact_id()::text{f" AND {named}" if named else ""}
            ) THEN
                RAISE EXCEPTION 'A row of % needs the event that tells of it.', TG_TABLE_NAME
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608 (made of our own words alone)
    )


# A round of requests that has ended is not opened again.
ended_for_good = pgtrigger.Protect(
    name="ended_for_good", operation=pgtrigger.Update, condition=pgtrigger.Condition("OLD.ended_at IS NOT NULL")
)

# What was answered to a request stays as it was when the election went on.
answered_for_good = pgtrigger.Trigger(
    name="answered_for_good",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange("answer", "explanation", "answered_by", "answered_at"),
    func="""
        IF EXISTS (SELECT 1 FROM elections_correction WHERE id = NEW.correction_id AND ended_at IS NOT NULL) THEN
            RAISE EXCEPTION 'This request was answered for good.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

starts_as_draft = pgtrigger.Trigger(
    name="starts_as_draft",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Condition("NEW.status <> 'draft' OR NEW.status_event_id IS NOT NULL"),
    func="RAISE EXCEPTION 'An election starts as a draft.' USING ERRCODE = 'check_violation';",
)

# A status changes only along the table, and only by naming the Event written for it in the same transaction. Submitting
# again names another one, and leaves the status as it is.
status_follows_table = pgtrigger.Trigger(
    name="status_follows_table",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange("status", "status_event"),
    func=f"""
        IF NEW.status_event_id IS NOT DISTINCT FROM OLD.status_event_id OR NOT EXISTS (
            SELECT 1
            FROM elections_event AS event
            JOIN (VALUES {_TABLE}) AS line (verb, source, target)
              ON line.verb = event.verb AND line.source = event.from_status AND line.target = event.to_status
            WHERE event.id = NEW.status_event_id
              AND event.election_id = NEW.id
              AND event.from_status = OLD.status
              AND event.to_status = NEW.status
              AND event.transaction = pg_current_xact_id()::text
        ) THEN
            RAISE EXCEPTION 'The status of an election may not go from % to % like this.', OLD.status, NEW.status
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,  # noqa: S608 (made of our own table alone)
)

# A decision waits for its effect only from the moment it is made: with the change of status that it brings.
decision_waits_with_status = pgtrigger.Trigger(
    name="decision_waits_with_status",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "NEW.pending_decision_id IS NOT NULL AND NEW.pending_decision_id IS DISTINCT FROM OLD.pending_decision_id"
    ),
    func="""
        IF NEW.status = OLD.status OR NOT EXISTS (
            SELECT 1
            FROM elections_decision AS decision
            JOIN elections_submission AS submission ON submission.id = decision.submission_id
            WHERE decision.id = NEW.pending_decision_id
              AND decision.outcome = NEW.status
              AND submission.election_id = NEW.id
        ) THEN
            RAISE EXCEPTION 'A decision waits only from the moment it is made.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

# It takes effect with its email, and with the TINs of a rejection set free.
decision_takes_effect_as_a_whole = pgtrigger.Trigger(
    name="decision_takes_effect_as_a_whole",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "OLD.pending_decision_id IS NOT NULL AND NEW.pending_decision_id IS NULL AND NEW.status = OLD.status"
    ),
    func="""
        IF NOT EXISTS (SELECT 1 FROM elections_event_notices WHERE event_id = OLD.status_event_id)
            OR OLD.status = 'rejected' AND EXISTS (
                SELECT 1 FROM elections_claim WHERE election_id = OLD.id AND state <> 'released'
            )
        THEN
            RAISE EXCEPTION 'A decision takes effect with its email, and a rejection sets its TINs free.'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

# The submission that stands is the election's own, and replaced by a later one alone.
submission_goes_on = pgtrigger.Trigger(
    name="submission_goes_on",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange("last_submission"),
    func="""
        IF NOT EXISTS (
            SELECT 1
            FROM elections_submission AS later
            LEFT JOIN elections_submission AS earlier ON earlier.id = OLD.last_submission_id
            WHERE later.id = NEW.last_submission_id
              AND later.election_id = NEW.id
              AND later.number > COALESCE(earlier.number, 0)
        ) THEN
            RAISE EXCEPTION 'Only a later submission takes the place of one.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

# The database itself notes the transaction, so that nobody can pass off an older event.
event_notes_transaction = pgtrigger.Trigger(
    name="event_notes_transaction",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="NEW.transaction = pg_current_xact_id()::text; RETURN NEW;",
)
