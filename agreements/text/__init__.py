"""What an agreement says: our clauses or a group's own file, and what a signature covers."""
