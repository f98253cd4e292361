"""The lists of clinicians: read, checked, fixed, undone, written back."""
