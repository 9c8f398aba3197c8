"""The demo shop as a browser meets it."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from recorder._pages import SHOP, find_document
from recorder._posts import Mailbox
from recorder._programme import SESSIONS
from recorder._shop import open_shop

PAGES = sorted(page.stem for page in (SHOP / "pages").glob("*.html"))


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def browser(mailbox: Mailbox, tmp_path: Path) -> Iterator[httpx.Client]:
    (tmp_path / "array.full.js").write_text("the library", encoding="utf-8")
    with (
        open_shop(tmp_path, mailbox) as shop,
        httpx.Client(base_url=f"http://127.0.0.1:{shop.server_port}") as client,
    ):
        yield client


def test_pages_come_in_the_layout_of_the_shop(browser: httpx.Client) -> None:
    page = browser.get("/checkout")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>Checkout · Lantern Goods</title>" in page.text
    assert "{{" not in page.text


def test_a_path_the_shop_does_not_have_is_not_found(browser: httpx.Client) -> None:
    statuses = {
        path: browser.get(path).status_code for path in ("/nowhere", "/static/nothing.js", "/api/nothing")
    }

    assert statuses == {"/nowhere": 404, "/static/nothing.js": 404, "/api/nothing": 404}


def test_the_api_answers_each_in_its_own_way(browser: httpx.Client) -> None:
    answers = {
        "a mug": browser.post("/api/cart", json={"slug": "stoneware-mug", "quantity": 1}).status_code,
        "a kettle": browser.post("/api/cart", json={"slug": "enamel-kettle", "quantity": 1}).status_code,
        "a valid coupon": browser.post("/api/coupon", json={"code": "WELCOME10"}).status_code,
        "an expired coupon": browser.post("/api/coupon", json={"code": "SUMMER25"}).status_code,
        "preferences": browser.put("/api/preferences", json={"language": "English"}).status_code,
    }

    assert answers == {
        "a mug": 200,
        "a kettle": 500,
        "a valid coupon": 200,
        "an expired coupon": 422,
        "preferences": 200,
    }


def test_posts_of_posthog_js_are_stored_for_their_session(browser: httpx.Client, mailbox: Mailbox) -> None:
    event = {"event": "$pageview", "properties": {"$session_id": "session-1"}}

    answer = browser.post(
        "/ingest/e/?compression=gzip-js", content=gzip.compress(json.dumps([event]).encode())
    )

    assert answer.json() == {"status": 1}
    assert [message.event for message in mailbox.of_session("session-1")] == [event]


def test_the_library_and_its_configuration_are_served(browser: httpx.Client) -> None:
    config = browser.get("/ingest/array/phc_demo/config").json()

    assert config["sessionRecording"]["endpoint"] == "/s/"
    assert browser.get("/ingest/static/array.full.js").text == "the library"
    assert browser.get("/ingest/static/absent.js").status_code == 404


def test_responses_carry_no_date_and_no_server(browser: httpx.Client) -> None:
    assert {name.lower() for name in browser.get("/").headers} == {"content-type", "content-length"}


def test_every_link_leads_to_a_page_that_exists() -> None:
    links = {
        link
        for page in PAGES
        for link in re.findall(r'href="(/[^"$]*)"', _text(page))
        if find_document(link) is None
    }

    assert links == set()


def test_every_page_but_the_frame_has_the_layout() -> None:
    bare = [page for page in PAGES if "Lantern Goods, lamps and things" not in _text(page)]

    assert bare == ["card-frame"]


def test_every_field_has_a_label() -> None:
    unlabelled = [
        (page, field)
        for page in PAGES
        for field in re.findall(r'<(?:input|select|textarea)[^>]* id="([\w-]+)"', _text(page))
        if f'for="{field}"' not in _text(page)
        and not re.search(rf'<label[^>]*><input[^>]* id="{field}"', _text(page))
    ]

    assert unlabelled == []


def test_sessions_have_different_names_and_fates() -> None:
    assert len({session.name for session in SESSIONS}) == len(SESSIONS)
    assert len({session.fate for session in SESSIONS}) == len(SESSIONS)


def _text(page: str) -> str:
    document = find_document("/" if page == "index" else f"/{page}")
    assert document is not None
    return document.body.decode()
