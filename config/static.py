"""Which static files are collected: what pages use, as every one is compressed twice on the first start."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticConfig(StaticFilesConfig):
    """Django's own, without what its packages ship beside the files that pages use."""

    unused = ("htmx-4*", "htmax*", "htmx-2.js", "i18n", "jquery.js", "select2.full.js", "xregexp.js")
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, *unused]
