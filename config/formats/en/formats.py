"""Moments say their zone; ours say it through accounts/templatetags/et.py."""

DATETIME_FORMAT = r"N j, Y, P \E\T"
