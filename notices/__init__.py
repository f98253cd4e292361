"""The outbox: one row per message owed to one person, and its delivery."""
