"""What the database refuses by itself, whoever asks: raw SQL, the shell and a forgotten queryset update included."""

import pgtrigger

from .states import TRANSITIONS

_TABLE = ", ".join(
    f"('{line.verb.value}', '{line.source.value}', '{line.target.value}')"
    for line in TRANSITIONS
    if line.source != line.target
)

append_only = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
never_deleted = pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)

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

# A status changes only along the table, and only by naming the Event written for it in the same transaction.
status_follows_table = pgtrigger.Trigger(
    name="status_follows_table",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition("OLD.status IS DISTINCT FROM NEW.status"),
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

# A decision waits for its effect only from the moment it is made: with the change of status.
decision_waits_with_status = pgtrigger.Trigger(
    name="decision_waits_with_status",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "NEW.pending_decision_id IS NOT NULL AND NEW.pending_decision_id IS DISTINCT FROM OLD.pending_decision_id"
        " AND NEW.status = OLD.status"
    ),
    func="RAISE EXCEPTION 'A decision waits only from the moment it is made.' USING ERRCODE = 'check_violation';",
)

# The database itself notes the transaction, so that nobody can pass off an older event.
event_notes_transaction = pgtrigger.Trigger(
    name="event_notes_transaction",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="NEW.transaction = pg_current_xact_id()::text; RETURN NEW;",
)
