"""Speed, memory and load of the server, compared within one run. Not part of the package."""
