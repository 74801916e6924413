"""`python -m bot`."""

from __future__ import annotations

import os
import signal
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - pip checks this; a clone that nobody installed does not
    sys.exit("Dateline needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info))

# Where stdin, stdout or stderr was closed, the next files to be opened would take their numbers, and the
# store could be printed into.
while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # noqa: PLR2004 - the number of stderr
    pass
os.close(number)

try:
    # Until the event loop takes the signals over, a stop is a KeyboardInterrupt, whichever signal it came by.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from bot.cli import main

    sys.exit(main(sys.argv[1:]))
except KeyboardInterrupt:
    sys.exit(130)
except MemoryError:
    sys.exit("There is not enough memory to start Dateline.")
