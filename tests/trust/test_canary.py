"""The search for the API key in all that tests leave finds it where it is."""

from pathlib import Path

import pytest

from tests import conftest

pytest_plugins = ["pytester"]

LEAKS = {
    "printed": 'print("KEY")',
    "logged": 'import logging; logging.getLogger("x").warning("KEY")',
    "on stderr": 'import sys; sys.stderr.write("KEY")',
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_a_test_that_shows_the_key_fails(pytester: pytest.Pytester, leak: str) -> None:
    source = Path(conftest.__file__).read_text(encoding="utf-8")
    pytester.makeconftest(
        source.replace(conftest.CANARY, "phx_Finch")
    )  # what it prints, this test prints too
    body = leak.replace("KEY", "phx_Finch001")
    pytester.makepyfile(f"def test_leak():\n    {body}\n\ndef test_none():\n    print('phx_')")

    pytester.runpytest("-p", "no:xdist").assert_outcomes(passed=1, failed=1)
