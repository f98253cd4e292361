"""As everywhere else: short months, and moments with their zone (ground/templatetags/et.py)."""

DATE_FORMAT = "M j, Y"
DATETIME_FORMAT = r"M j, Y, g:i a \E\T"
