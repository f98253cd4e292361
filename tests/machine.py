"""What this machine has that tests need beside a browser."""

import os
import shutil

import pytest

REDIS = shutil.which("redis-server", path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/sbin")
NO_REDIS = "Left out: the tests on a real Redis. For them: apt-get install redis-server (macOS: brew install redis)"
needs_redis = pytest.mark.applies(REDIS is not None)
