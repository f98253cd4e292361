"""The agreement's text, the group's own, one that is executed elsewhere, and the PDF."""
