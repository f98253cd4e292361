"""The pages of an election."""
