"""Moments say their zone; ours say it through ground/templatetags/et.py."""

DATETIME_FORMAT = r"N j, Y, P \E\T"
