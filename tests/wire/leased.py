"""The bot as it is, but with a shorter lease, so that what a killed process had is taken over sooner.

python tests/wire/leased.py SECONDS
"""

from __future__ import annotations

import runpy
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.digest import claims

claims.LEASE = timedelta(seconds=float(sys.argv.pop(1)))
runpy.run_module("bot", run_name="__main__", alter_sys=True)
