"""All limits on what a recording may cost.

A recording is untrusted input and must not exhaust the process. The limits are far above what browsers
record, and low enough that one recording fits into memory.
"""

MAX_LINE_BYTES = 64 * 1024 * 1024
"""A line longer than this is not read. posthog-js splits its buffer at about 6.3 MB."""

MAX_INFLATED_BYTES = 64 * 1024 * 1024
"""A compressed field is not decompressed beyond this."""

MAX_BODY_BYTES = 2 * 1024 * 1024 * 1024
"""A compressed recording is not decompressed beyond this."""

MAX_DOCUMENT_BYTES = 512 * 1024 * 1024
"""A recording that is one JSON document is not read beyond this: it is held in memory as a whole."""

MAX_CONTAINERS = 4_000_000
"""A document with more objects and arrays is not decoded: each takes about 20 times its text in memory."""

MAX_LINE_CONTAINERS = 600_000
"""The same for a line or a compressed field: a page of 200,000 elements takes about 270 MB.

Of up to twice as many the first are decoded, and the rest is left out.
"""

MAX_NODES = 400_000
"""A window's page keeps no more nodes than this.

The largest pages that browsers still handle have about 100,000.
"""

PENDING_BYTES = 8 * 1024 * 1024
"""A window holds at most this many bytes of undecoded changes."""

PENDING_LINES = 1024
"""A window holds at most this many undecoded changes."""

MAX_WINDOWS = 100
"""Events of further windows are not read."""

MAX_OBSERVATIONS = 100_000
"""Further observations are counted, not kept."""

MAX_SPAN_MS = 24 * 3600 * 1000
"""A recording is at most this long; events dated further from the others are left out.

posthog-js begins another session after 24 hours (sessionid.ts).
"""

MAX_TIMESTAMP_MS = 253_402_300_799_999
"""The end of the year 9999: ISO 8601 has four digits for the year, and so has Python's datetime."""

DEDUPLICATED_LINES = 200_000
"""Duplicates are recognised among at least this many preceding lines."""

MAX_UNANSWERED = 100
"""At most this many clicks in one window wait for the page to respond."""

MAX_READ_CHILDREN = 2000
"""At most this many children of one node are read and sorted."""

MAX_SCREEN_NODES = 5000
"""A screen of a native app keeps at most this many wireframes."""

CHUNK_LINES = 256
"""Lines are read in chunks of about this many."""

CHUNK_BYTES = 1024 * 1024
"""A chunk of lines is read when it has this many bytes."""

REORDERED_LINES = 256
"""A late line is sorted among at least this many preceding lines, if these are small."""

REORDERED_BYTES = 4 * 1024 * 1024
"""At most this many bytes of lines are held back to be sorted."""
