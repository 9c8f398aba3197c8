"""Access control over HTTP: every route, host, origin and bearer."""

from collections.abc import AsyncGenerator
from itertools import product

import httpx2
import pytest

from recordings_mcp.server.http.application import create_http_application
from tests.server.web import SECRET, web_configuration

pytestmark = pytest.mark.anyio

ROUTES = [
    ("POST", "/mcp"),
    ("GET", "/mcp"),
    ("DELETE", "/mcp"),
    ("GET", "/health"),
    ("GET", "/"),
    ("GET", "/mcp/"),
    ("GET", "/.well-known/oauth-protected-resource/mcp"),
    ("PUT", "/nowhere"),
]
FOREIGN_HOSTS = [
    "attacker.example",
    "attacker.example:8080",
    "localhost.attacker.example",
    "127.0.0.1.nip.io",
    "localhost:8080.attacker.example",
    "localhost:x",
    "localhost:",
    "localhost:999999",
    "localhost ",
    "localhost.",
    "user@localhost",
    "localhost:1@attacker.example",
    "localhost, attacker.example",
    "\uff11localhost".encode().decode("latin-1"),
    "",
]
FOREIGN_ORIGINS = [
    "https://attacker.example",
    "null",
    "http://localhost.attacker.example",
    "https://localhost:3000",
    "file://",
    "http://localhost:3000@attacker.example",
    "http://localhost:3000.attacker.example",
    "http://localhost:3000, http://attacker.example",
    "http://localhost:3000/",
    "http://localhost:x",
    "",
]
WRONG = [
    None,
    "Bearer",
    "Bearer ",
    f"Bearer {SECRET}x",
    f"Bearer {SECRET[:-1]}",
    f"Bearer {SECRET.upper()}",
    f"Basic {SECRET}",
    SECRET,
    "Bearer phx_0123456789",
    "Bearer \xe9",
]


@pytest.fixture(params=["loopback", "public"])
async def door(request: pytest.FixtureRequest) -> AsyncGenerator[httpx2.AsyncClient]:
    """The application alone, as it is built for this machine and for others; no call gets through to MCP."""
    public = {
        "http": "0.0.0.0:8080",
        "allowed_hosts": "localhost",
        "allowed_origins": "http://localhost:3000",
    }
    settings = public if request.param == "public" else {}
    application = create_http_application(web_configuration(**settings))
    transport = httpx2.ASGITransport(app=application)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def ask(
    door: httpx2.AsyncClient, route: tuple[str, str], headers: list[tuple[str, str]]
) -> httpx2.Response:
    method, path = route
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return await door.request(method, path, headers=encoded)


async def test_no_route_answers_under_a_host_that_is_not_allowed(door: httpx2.AsyncClient) -> None:
    answers = {
        (*route, host): await ask(door, route, [("Authorization", f"Bearer {SECRET}"), ("Host", host)])
        for route, host in product(ROUTES, FOREIGN_HOSTS)
    }

    assert {asked: answer.status_code for asked, answer in answers.items()} == dict.fromkeys(answers, 421)
    assert {answer.text for answer in answers.values()} == {"Invalid Host header"}


async def test_no_route_answers_a_page_that_is_not_allowed(door: httpx2.AsyncClient) -> None:
    bearer = ("Authorization", f"Bearer {SECRET}")
    preflight = ("Access-Control-Request-Method", "POST")
    answers = {
        (*route, origin): await ask(door, route, [bearer, preflight, ("Origin", origin)])
        for route, origin in product([*ROUTES, ("OPTIONS", "/mcp")], FOREIGN_ORIGINS)
    }

    assert {asked: answer.status_code for asked, answer in answers.items()} == dict.fromkeys(answers, 403)
    assert not [answer for answer in answers.values() if "access-control-allow-origin" in answer.headers]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "Localhost:8080"])
@pytest.mark.parametrize("origin", [None, "http://localhost:3000", "HTTP://LOCALHOST:3000"])
async def test_the_case_of_an_allowed_name_does_not_matter(
    door: httpx2.AsyncClient, host: str, origin: str | None
) -> None:
    headers = [("Host", host), *([("Origin", origin)] if origin else [])]

    assert (await ask(door, ("GET", "/health"), headers)).status_code == 200


async def test_two_hosts_or_two_origins_are_refused(door: httpx2.AsyncClient) -> None:
    host, origin = ("Host", "localhost"), ("Origin", "http://localhost:3000")

    assert (await ask(door, ("GET", "/health"), [host, host])).status_code == 421
    assert (await ask(door, ("GET", "/health"), [host, origin, origin])).status_code == 403


async def test_every_route_but_health_requires_the_bearer(door: httpx2.AsyncClient) -> None:
    challenges = {
        False: 'Bearer realm="recordings-mcp"',
        True: 'Bearer realm="recordings-mcp", error="invalid_token"',
    }
    for route, sent in product(ROUTES, WRONG):
        answer = await ask(door, route, [("Authorization", sent)] if sent else [])

        if route == ("GET", "/health"):
            assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        else:
            presented = bool(sent and sent.startswith("Bearer "))
            challenge = answer.headers["www-authenticate"]
            assert (answer.status_code, challenge) == (401, challenges[presented]), (route, sent)
            assert SECRET not in answer.text


async def test_two_bearers_are_refused(door: httpx2.AsyncClient) -> None:
    twice = [("Authorization", f"Bearer {SECRET}"), ("Authorization", f"Bearer {SECRET}")]

    assert (await ask(door, ("POST", "/mcp"), twice)).status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_right_bearer_gets_to_mcp(door: httpx2.AsyncClient, scheme: str) -> None:
    answer = await ask(door, ("POST", "/nowhere"), [("Authorization", f"{scheme} {SECRET}")])

    assert answer.status_code == 404


async def test_an_allowed_page_may_read_the_answers(door: httpx2.AsyncClient) -> None:
    page = [("Origin", "http://localhost:3000")]
    wanted = [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization")]
    before = await ask(door, ("OPTIONS", "/mcp"), [*page, *wanted])
    refused = await ask(door, ("POST", "/mcp"), page)

    assert before.status_code == 200
    assert before.headers["access-control-allow-headers"] == "authorization"
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == "*"
    assert refused.headers["access-control-expose-headers"] == "Mcp-Session-Id, WWW-Authenticate"


async def test_a_public_server_knows_only_the_names_that_are_listed() -> None:
    application = create_http_application(
        web_configuration(
            http="0.0.0.0:8080", allowed_hosts="mcp.example.com,other.example:81", allowed_origins="none"
        )
    )
    answers: dict[str, int] = {}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=application)) as client:
        for host in (
            "mcp.example.com",
            "mcp.example.com:8443",
            "other.example:81",
            "other.example",
            "localhost",
            "127.0.0.1:8080",
            "0.0.0.0:8080",
        ):
            answers[host] = (await client.get("http://localhost/health", headers={"Host": host})).status_code
        page = await client.get(
            "http://localhost/health", headers={"Host": "mcp.example.com", "Origin": "http://localhost"}
        )

    assert answers == {
        "mcp.example.com": 200,
        "mcp.example.com:8443": 200,
        "other.example:81": 200,
        "other.example": 421,
        "localhost": 421,
        "127.0.0.1:8080": 421,
        "0.0.0.0:8080": 421,
    }
    assert page.status_code == 403


ASKED = [("GET", "/health"), ("POST", "/mcp"), ("PUT", "/nowhere")]
FOR_PAGES = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Mcp-Session-Id, WWW-Authenticate",
    "vary": "Origin",
}


@pytest.mark.parametrize(("page", "told"), [([], {}), ([("Origin", "http://localhost:3000")], FOR_PAGES)])
async def test_only_pages_get_the_cors_headers(
    door: httpx2.AsyncClient,
    page: list[tuple[str, str]],
    told: dict[str, str],
) -> None:
    answers = [await ask(door, route, page) for route in ASKED]

    assert [
        {
            name: value
            for name, value in answer.headers.items()
            if name == "vary" or name.startswith("access-control-")
        }
        for answer in answers
    ] == [told] * len(ASKED)
