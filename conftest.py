"""What holds for every test process."""

from __future__ import annotations

import signal

# A run begun in the background hears no Ctrl-C, and neither would the programs that tests start and stop by it.
signal.signal(signal.SIGINT, signal.default_int_handler)
