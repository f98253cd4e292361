"""What people type, and what is said when it cannot be right."""
