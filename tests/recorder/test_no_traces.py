"""Nothing in the recordings tells of the machine they were made on, or is a secret."""

import re
import socket
from pathlib import Path

import pytest

from tests.recorder.reading import Recording

TRACES = {
    "a loopback address": r"127\.0\.0\.1|\blocalhost\b",
    "a port": r"shop\.example:\d",
    # A browser's version looks like an address, but follows a slash.
    "an address": r"(?<![/\d.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.])",
    "a robot": r"Headless|Playwright|webdriver|__pw",
    "a path": r"/home/|/root/|/Users/|/tmp/|/work/|\.pyenv|node_modules|file://",
    "an API key": r"ph[xas]_\w|sk_live|AKIA[0-9A-Z]{16}|ghp_\w",
    "a private key": r"-----BEGIN",
    "a JSON web token": r"\beyJ[\w-]{10,}\.",
    "somebody's mail": r"[\w.]+@(?!example\.com\b|shop\.example\b)[\w-]+\.\w+",
    "another site": r"https?://(?!shop\.example/|shop\.example\b|www\.w3\.org/)[\w.-]+",
}


@pytest.mark.parametrize("trace", TRACES)
def test_no_recording_holds(trace: str, recordings: list[Recording]) -> None:
    found = [(r.name, match[0]) for r in recordings if (match := re.search(TRACES[trace], r.plain_text))]

    assert found == []


def test_no_recording_names_the_machine_or_its_folders(recordings: list[Recording]) -> None:
    names = {socket.gethostname(), str(Path.home()), str(Path(__file__).parents[2])}
    # Short host names are ordinary words.
    telling = [name for name in names if len(name) > 7]

    assert [(r.name, name) for r in recordings for name in telling if name in r.plain_text] == []
