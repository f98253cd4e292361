"""After the approval: updates, and the export."""
