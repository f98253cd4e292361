"""The real practices that have a part in the demo or its tests, by their id: CMS's own, or `individual:` and an id.

Chosen for what is drawn for them (made_up.py); tests/demo/test_cast.py says what that is.
"""

SOLO = ""
GROUP_A = ""
GROUP_B = ""
OPT_IN = ""
BELOW = ""
TOO_LARGE = ""
IN_REVIEW = ("", "")
WAITING = ""
WITHDRAWN = ("", "")

ALL = (SOLO, GROUP_A, GROUP_B, OPT_IN, BELOW, TOO_LARGE, *IN_REVIEW, WAITING, *WITHDRAWN)
