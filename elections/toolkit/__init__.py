"""What practices take along before they have an account: checklist, sample agreement, a finished election."""
