"""The page as the browser had it, and what its parts are called."""
