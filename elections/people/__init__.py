"""Who takes part, who represents the virtual group, and what it is called."""
