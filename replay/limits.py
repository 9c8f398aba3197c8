"""Every bound on what a recording may cost.

A recording is written by strangers; none may take the process down. The numbers are far above what
browsers record, and low enough that one recording stays within memory.
"""

MAX_LINE_BYTES = 64 * 1024 * 1024
"""A line longer than this is not read. posthog-js splits its buffer at about 6.3 MB."""

MAX_INFLATED_BYTES = 64 * 1024 * 1024
"""A compressed field is not inflated beyond this."""

MAX_BODY_BYTES = 2 * 1024 * 1024 * 1024
"""A compressed recording is not inflated beyond this."""

MAX_DOCUMENT_BYTES = 512 * 1024 * 1024
"""A recording that is one JSON document, which must be held as a whole, is not read beyond this."""

MAX_CONTAINERS = 4_000_000
"""A document with more objects and arrays is not decoded: each takes some 20 times its text in memory."""

MAX_LINE_CONTAINERS = 600_000
"""Nor is a line or a compressed field with more: a page of 200,000 nodes, in some 270 MB."""

MAX_NODES = 400_000
"""A window's page keeps no more nodes than this.

The largest pages browsers still handle have some 100,000.
"""

PENDING_BYTES = 8 * 1024 * 1024
"""A window holds no more bytes of changes than this undecoded."""

PENDING_LINES = 1024
"""A window holds no more changes than this undecoded."""

MAX_WINDOWS = 100
"""Events of further windows are not followed."""

MAX_OBSERVATIONS = 100_000
"""Further observations are counted, not kept."""

MAX_SPAN_MS = 7 * 24 * 3600 * 1000
"""Events dated further than this from the first one are not followed.

PostHog ends a session after 24 hours.
"""

MAX_TIMESTAMP_MS = 8.64e15
"""The last moment a JavaScript Date can hold (ECMAScript, Time Values and Time Range)."""

DEDUPLICATED_LINES = 200_000
"""A repeated line is recognised among at least this many lines before it."""

MAX_UNANSWERED = 100
"""No more clicks than this wait in one window for the page to answer."""

MAX_READ_CHILDREN = 2000
"""No more children of one node than this are looked at, and put in order."""

MAX_SCREEN_NODES = 5000
"""A screen of a native app keeps no more wireframes than this."""

CHUNK_LINES = 256
"""Lines are read in chunks of about this many."""

CHUNK_BYTES = 1024 * 1024
"""A chunk of lines is read when it has this many bytes."""

REORDERED_LINES = 256
"""A line that comes late is put in its place among at least this many before it, if these are small."""

REORDERED_BYTES = 4 * 1024 * 1024
"""No more bytes of lines than this are held back to be put in order."""
