"""Links to the rules and to CMS's pages, which stay whole in whatever people type (pure Python)."""

import re

_IN_ADDRESS = r"[A-Za-z0-9\-._~!$&'()*+,;=:@%/?\#\[\]]"
LINK = re.compile(
    rf"""(?<![^\s(<\["'“‘])                               # not within the address of another site
    https://(?:(?:www\.)?(?:ecfr|federalregister|govinfo|cms)|qpp\.cms)\.gov
    (?:[/?\#](?:(?!//){_IN_ADDRESS})*|(?![.。．:：/\\／]?[\w@-]))  # and the host ends here""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
