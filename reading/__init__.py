"""Download, walk and cache recordings.

Import from the files of this room: it imports nothing itself, so that a worker process starts light.
"""
