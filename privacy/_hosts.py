"""What tells the name of a host from the name of a file."""

FILE_ENDINGS = frozenset(
    ("js", "mjs", "cjs", "ts", "tsx", "jsx", "css", "scss", "map", "json", "html", "htm", "xml", "txt",
     "pdf", "svg", "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "woff", "ttf", "mp4", "vue", "php")
)  # fmt: skip
"""Last parts of a dotted name that name a kind of file, though some are top-level domains too."""
