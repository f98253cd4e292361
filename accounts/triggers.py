"""What the database refuses by itself about staff, whoever asks: raw SQL and the shell included."""

import pgtrigger

ONE_AT_A_TIME = 414_1315_18  # pg_advisory_xact_lock, held by whoever changes staff; any fixed number

append_only = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
never_changed = pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)

# The database itself notes the transaction, so that nobody can pass off an older change.
change_notes_transaction = pgtrigger.Trigger(
    name="change_notes_transaction",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="NEW.transaction = pg_current_xact_id()::text; RETURN NEW;",
)

# A role is held only by a change written in the same transaction: confirmed, or its time had come.
role_has_its_change = pgtrigger.Trigger(
    name="role_has_its_change",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF NOT EXISTS (
            SELECT 1
            FROM accounts_staffchange AS change
            WHERE change.user_id = NEW.user_id
              AND change.role = NEW.role
              AND change.verb IN ('confirmed', 'started')
              AND change.transaction = pg_current_xact_id()::text
        ) THEN
            RAISE EXCEPTION 'A staff role needs the change by which it is held.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

# A role ends only by a change written before it in the same transaction.
role_ends_with_its_change = pgtrigger.Trigger(
    name="role_ends_with_its_change",
    when=pgtrigger.Before,
    operation=pgtrigger.Delete,
    func="""
        IF NOT EXISTS (
            SELECT 1
            FROM accounts_staffchange AS change
            WHERE change.user_id = OLD.user_id
              AND change.role = OLD.role
              AND change.verb = 'removed'
              AND change.transaction = pg_current_xact_id()::text
        ) THEN
            RAISE EXCEPTION 'A staff role ends only with its change.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    """,
)

# Two who remove each other come one after the other, and the second is refused.
an_administrator_stays = pgtrigger.Trigger(
    name="an_administrator_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Delete,
    condition=pgtrigger.Condition("OLD.role = 'administrator'"),
    func=f"""
        PERFORM pg_advisory_xact_lock({ONE_AT_A_TIME});
        IF NOT EXISTS (
            SELECT 1
            FROM accounts_staffrole AS held JOIN accounts_user AS person ON person.id = held.user_id
            WHERE held.role = 'administrator' AND held.id <> OLD.id AND person.is_active
        ) THEN
            RAISE EXCEPTION 'The last administrator stays.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    """,  # noqa: S608 (made of our own number alone)
)
