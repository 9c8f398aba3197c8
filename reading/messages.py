"""What a process that walks recordings and the one that began it say to each other.

Each message on the child's standard input is a letter, a length in 4 bytes, and so many bytes: `LINES`, set
apart by line breaks; `EVENTS`, the session's analytics events, pickled, which end a recording. The answer to
the latter on standard output is a length and the pickled timeline. Before all else the child writes `READY`.
"""

import struct
from typing import Final

READY: Final = b"ready"
LINES: Final = b"L"
EVENTS: Final = b"E"
MESSAGE: Final = struct.Struct(">cI")
ANSWER: Final = struct.Struct(">I")
