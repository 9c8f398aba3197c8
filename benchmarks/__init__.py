"""What the server costs, as figures within one run, and what it bears. Not part of the package."""
