"""The real practices that have a part in the demo or its tests, by their id: CMS's own, or `individual:` and an id.

Chosen for what is drawn for them (made_up.py); tests/demo/test_cast.py says what that is.
"""

SOLO = "individual:3779596937"
GROUP_A = "8022031475"
GROUP_B = "0941276141"
OPT_IN = "7517196637"
BELOW = "4789581901"
TOO_LARGE = "7214913649"
IN_REVIEW = ("2668539487", "8921992512")
WAITING = "2365594983"
WITHDRAWN = ("3870584428", "2062415326")

ALL = frozenset((SOLO, GROUP_A, GROUP_B, OPT_IN, BELOW, TOO_LARGE, *IN_REVIEW, WAITING, *WITHDRAWN))
