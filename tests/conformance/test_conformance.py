"""What `make conformance` stands on: the proxy, the fixtures and the reading of the suite's output."""

import httpx2
import pytest

from recordings_mcp.tools import TOOLS
from tests.conformance.fixture_server import create_fixture_application
from tests.conformance.reverse_proxy import reverse_proxy
from tests.conformance.score import Score, complain
from tests.conformance.suite import read_output
from tests.mcp_client import Era
from tests.server.web import SECRET, serving, serving_application, web_configuration

pytestmark = pytest.mark.anyio

SUMMARY = "✓ ping: 2 passed, 0 failed\n✗ tools-call-image: 1 passed, 1 failed\n"
EXPECTED = "\x1b[33mExpected failures (in baseline):\x1b[0m\n  ~ tools-call-image\n"
VERDICT = "\x1b[32mBaseline check passed: all failures are expected.\x1b[0m\n"


@pytest.mark.parametrize(
    ("code", "output", "passed"),
    [
        (0, SUMMARY + EXPECTED + VERDICT, True),
        (1, SUMMARY + EXPECTED + VERDICT, False),
        (0, SUMMARY + EXPECTED, False),
        (0, VERDICT, False),
    ],
)
def test_only_a_run_that_came_to_its_verdict_passed(code: int, output: str, *, passed: bool) -> None:
    assert read_output(code, output).passed is passed


def test_the_counts_are_those_of_the_suite() -> None:
    outcome = str(read_output(0, SUMMARY + EXPECTED + VERDICT))

    assert outcome == "as expected; 2 scenarios, 3 checks passed, 1 absent by design"


async def test_the_proxy_adds_the_bearer_and_changes_no_name() -> None:
    async with serving() as web, httpx2.AsyncClient() as http, reverse_proxy() as proxy:
        async with proxy.carrying_to(int(web.address.rpartition(":")[2]), SECRET):
            answers = [
                await http.get(f"http://127.0.0.1:{proxy.port}/nowhere", headers={"Host": host})
                for host in ("localhost", "evil.example")
            ]
        refused = await http.get(f"{web.address}/nowhere")

    assert [answer.status_code for answer in (*answers, refused)] == [404, 421, 401]


async def test_the_fixtures_stand_beside_the_servers_own_tools(era: Era) -> None:
    application = create_fixture_application(web_configuration())
    async with serving_application(application) as web, web.open(era) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        said = await client.call_tool("test_x_mcp_header", {"region": "eu"})

    own = [tool.name for tool in TOOLS]
    assert names[: len(own)] == own
    assert all(name.startswith(("test_", "json_schema_")) for name in names[len(own) :])
    assert len(names) == len(own) + 25
    assert not said.is_error


def test_a_low_score_a_point_without_reason_and_a_reason_without_point_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    high, low = Score(95, 100, {"icons": 1}), Score(94, 100, {"icons": 1, "tls": 5})

    assert complain({"stdio": high}, {"icons": "none"}) == 0
    assert complain({"stdio": high, "https": low}, {"icons": "none", "title": "none"}) == 1
    assert capsys.readouterr().out.splitlines() == [
        "https: below 95%",
        "title: no longer lost; strike it from conformance.md",
        "tls: lost, and conformance.md does not say why",
    ]
