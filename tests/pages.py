"""What a page says, read as a person does."""

import re
from html import unescape
from typing import Any

LACKING = (
    "The virtual group has no name. Give it any name you like.",
    "The representative’s phone number is missing. Enter a number, or type “none”.",
)
OPT_IN_PAYS = (
    "Medicare payments in 2029 can then go down by at most 9 percent. They can go up by at most 9 percent times CMS’s"
    " scaling factor, which is never above 3. These figures are expected for 2027."
)
OPT_IN_MEANS = (
    "Until the deadline the election can be changed or withdrawn. After that the opt-in cannot be undone."
    f" {OPT_IN_PAYS}"
)


def text(answer: Any) -> str:
    """Return what a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())
