"""Links to the rules and to CMS's pages, which stay whole in whatever people type (pure Python)."""

import re

_IN_ADDRESS = r"[A-Za-z0-9\-._~!$&'()*+,;=:@%/?\#\[\]]"
LINK = re.compile(
    rf"""(?<![^\s(<\["'“‘])                               # not within the address of another site
    https://(?:(?:www\.)?(?:ecfr|federalregister|govinfo|cms)|qpp\.cms)\.gov
    (?:[/?\#](?:(?!//){_IN_ADDRESS})*|(?![.。．:：/\\／]?[\w@-]))  # and the host ends here""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
CITATION = re.compile(  # 414.1315, 2024-12-09 or 2024/12/09, and 2024-25382 of the Federal Register
    r"(?<!\d)(?:\d{3}\.\d{4}|(?:19|20)\d\d[-/]\d\d[-/]\d\d|20\d\d-\d{5})(?!\d)", re.ASCII
)
