"""Texts of a recording with one secret or one piece of personal data planted in each."""

import base64
import json
import random
import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from recordings_mcp.privacy import PiiKind
from tests.privacy.made_up import LETTERS_AND_DIGITS, VENDOR_KEYS, card, iban, jwt, opaque, private_key, run


@dataclass(frozen=True)
class Planted:
    """A text with one value planted in it.

    Attributes:
        group: The class of values the recall is measured for.
        kind: What the redactor should count it as.
        text: The text around the value.
        needles: Pieces of the value that must not be found afterwards.
    """

    group: str
    kind: PiiKind
    text: str
    needles: tuple[str, ...]


_SECRET_NAMES = (
    "password", "passwd", "db_password", "api_key", "apiKey", "api-key", "client_secret", "clientSecret",
    "access_token", "refreshToken", "auth_token", "secret", "private_key", "X-Api-Key", "csrf_token", "pwd",
    "userPassword", "webhook_secret", "aws_secret_access_key", "otp", "pin", "passphrase", "bearerToken",
)  # fmt: skip
_ADDRESS_NAMES = (
    "access_token", "token", "id_token", "api_key", "password", "secret", "code", "sig", "X-Amz-Signature", "key",
    "refresh_token", "session", "state", "auth", "client_secret", "jwt", "SAMLResponse", "reset_token", "sid",
)  # fmt: skip
_FIRST = (
    "jane",
    "bob",
    "amelie",
    "tomas",
    "mei.lin",
    "o.brien",
    "anna-lena",
    "x_y",
    "sven+shop",
    "raj",
    "olu99",
)
_HOSTS = (
    "example.com",
    "mail.example.org",
    "shop.example.co.uk",
    "example.net",
    "xn--mller-kva.example",
    "firma.de",
)


def _vendor_key(rng: random.Random) -> Planted:
    vendor = rng.choice(list(VENDOR_KEYS))
    key = VENDOR_KEYS[vendor](rng)
    form = rng.choice(
        ["{}", '"{}"', "({})", "key {} rejected", "https://a.example/x/{}", "%22{}%22", "id:{},", "a\\n{}"]
    )
    return Planted(f"vendor key: {vendor}", "secret", form.format(key), (key[6:],))


def _named(rng: random.Random) -> Planted:
    name, value = (
        rng.choice(_SECRET_NAMES),
        run(rng, LETTERS_AND_DIGITS + "!@$%^*-_.+/~", rng.randint(5, 31)) + "7",
    )
    form = rng.choice(
        [
            "{n}={v}",
            "{n}: {v}",
            '{n}="{v}"',
            "{n}: '{v}'",
            "{n} = {v}",
            "{n}={v};",
            "({n}={v})",
            "[{n}: {v}]",
            "{n} => {v}",
        ]
    )
    return Planted("named value", "secret", form.format(n=name, v=value), (value,))


def _json_key(rng: random.Random) -> Planted:
    name, value = (
        rng.choice(_SECRET_NAMES),
        run(rng, LETTERS_AND_DIGITS + " !#$%&*+,:;<>?@^~", rng.randint(6, 24)) + "x9",
    )
    text = json.dumps(
        {"id": rng.randint(1, 999), name: value, "ok": True}, separators=rng.choice([None, (",", ":")])
    )
    for _ in range(rng.randint(0, 2)):
        text = json.dumps({"body": text})
    return Planted("JSON key", "secret", text, (value,))


def _jwt(rng: random.Random) -> Planted:
    token = jwt(rng)
    form = rng.choice(["{}", "jwt {} expired", '{{"t":"{}"}}', "https://a.example/?x={}&y=1", "x%3D{}%26"])
    return Planted("JWT", "jwt", form.format(token), (token.split(".")[1], token[-20:]))


def _private_key(rng: random.Random) -> Planted:
    block = private_key(rng, rng.choice(["RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED "]))
    lines = block.split("\n")[1:-1]
    text = rng.choice([block, json.dumps({"k": block}), block.replace("\n", " "), block.rsplit("\n", 1)[0]])
    return Planted("private key", "private_key", text, tuple(line[:30] for line in lines))


def _authorization(rng: random.Random) -> Planted:
    value = opaque(rng, rng.randint(12, 40))
    basic = base64.b64encode(f"{rng.choice(_FIRST)}:{value}".encode()).decode()
    header = rng.choice(["Authorization", "authorization", "Proxy-Authorization"])
    form, needle = rng.choice(
        [
            (f"{header}: Bearer {value}", value),
            (f'"{header}":"Bearer {value}"', value),
            (f"{header}: Basic {basic}", basic),
            (f"curl -H '{header}: token {value}'", value),
            (f'{header}: Digest username="x", response="{value}"', value),
            (f"sent Bearer {value} to the server", value),
            (json.dumps(json.dumps({header: f"Bearer {value}"})), value),
        ]
    )
    return Planted("authorization", "secret", form, (needle,))


def _cookie(rng: random.Random) -> Planted:
    value = opaque(rng, 20)
    name = rng.choice(["sid", "PHPSESSID", "session", "auth", "_shop", "connect.sid"])
    form = rng.choice(
        [
            "Cookie: a=1; {n}={v}; b=2",
            "Set-Cookie: {n}={v}; Path=/; HttpOnly",
            '"cookie":"{n}={v}"',
            'document.cookie = "{n}={v}"',
        ]
    )
    return Planted("cookie", "secret", form.format(n=name, v=value), (value,))


def _userinfo(rng: random.Random) -> Planted:
    value = opaque(rng, 12)
    scheme = rng.choice(["https", "postgres", "redis", "amqp", "ftp"])
    address = f"{scheme}://{rng.choice(_FIRST)}:{value}@db.example:5432/x"
    return Planted(
        "user in an address",
        "secret",
        rng.choice([address, quote(address, safe=""), f'"{address}"']),
        (value,),
    )


def _parameter(rng: random.Random) -> Planted:
    name, value = (
        rng.choice(_ADDRESS_NAMES),
        opaque(rng, rng.randint(16, 40)) + rng.choice(["", ".aB", "-x_y"]),
    )
    pair = f"{name}={value}"
    form, group = rng.choice(
        [
            (f"https://a.example/x?{pair}&page=2", "query parameter"),
            (f"https://a.example/x?page=2&{pair}", "query parameter"),
            (f"/callback#{pair}&expires_in=3600", "fragment parameter"),
            (f"https://a.example/#/callback?{pair}", "fragment parameter"),
            (f"https://a.example/?next={quote('/cb?' + pair + '&x=1', safe='')}", "encoded parameter"),
            (f"?next={quote(quote('/cb?x=1&' + pair, safe=''), safe='')}&y=2", "twice encoded parameter"),
            (
                f"#/r?to={quote(quote('https://b.example/#/z?' + pair, safe=''), safe='')}",
                "twice encoded parameter",
            ),
        ]
    )
    return Planted(group, "secret", form, (value,))


def _card(rng: random.Random) -> Planted:
    prefix, length, groups = rng.choice(
        [
            ("4", 16, (4, 4, 4, 4)), ("51", 16, (4, 4, 4, 4)), ("2221", 16, (4, 4, 4, 4)), ("34", 15, (4, 6, 5)),
            ("37", 15, (4, 6, 5)), ("6011", 16, (4, 4, 4, 4)), ("36", 14, (4, 6, 4)), ("3530", 16, (4, 4, 4, 4)),
            ("62", 19, (4, 4, 4, 4, 3)), ("4", 13, (4, 4, 5)), ("5018", 16, (4, 4, 4, 4)), ("62", 16, (4, 4, 4, 4)),
        ]
    )  # fmt: skip
    digits = card(rng, prefix, length)
    parts: list[str] = []
    for size in groups:
        parts.append(digits[sum(map(len, parts)) :][:size])
    shown = rng.choice(["", " ", "-", "%20", "+"]).join(parts)
    form = rng.choice(
        ["{}", "card {} declined", "{} 12/28 123", '"number":"{}"', "pan={}&x", "00:12 typed {}", "x2 {}"]
    )
    return Planted("card", "card", form.format(shown), (shown, digits))


def _iban(rng: random.Random) -> Planted:
    account = iban(rng)
    spaced = " ".join(account[at : at + 4] for at in range(0, len(account), 4))
    shown = rng.choice([account, spaced, account.lower()])
    form = rng.choice(["{}", "IBAN {} is missing", '"iban":"{}"', "iban={}", "{}, Jane"])
    return Planted("IBAN", "iban", form.format(shown), (shown, account[4:]))


def _email(rng: random.Random) -> Planted:
    local, host = f"{rng.choice(_FIRST)}{rng.randint(1, 9999)}", rng.choice(_HOSTS)
    plain = f"{local}@{host}"
    at, group = rng.choice(
        [
            ("@", "e-mail"),
            ("@", "e-mail"),
            ("%40", "encoded e-mail"),
            ("%2540", "encoded e-mail"),
            ("&#64;", "encoded e-mail"),
        ]
    )
    shown = f"{quote(local, safe='')}{at}{host}" if "%" in at else plain.replace("@", at)
    form = rng.choice(
        ["{}", "<{}>", "mailto:{}", "sent to {}.", "?email={}&x=1", '"email":"{}"', "({})", "Hi {}, welcome"]
    )
    return Planted(group, "email", form.format(shown), (local, shown))


def _phone(rng: random.Random) -> Planted:
    d = run(rng, string.digits, 12)
    area = rng.choice("23456789") + d[:2]
    shown = rng.choice(
        [
            f"+49{rng.choice('123456789')}{d[:9]}", f"+49 30 {d[:6]}", f"+1 ({area}) {d[2:5]}-{d[5:9]}",
            f"+1-{area}-{d[2:5]}-{d[5:9]}", f"({area}) {d[2:5]}-{d[5:9]}", f"{area}-{d[2:5]}-{d[5:9]}",
            f"+44 20 {d[:4]} {d[4:8]}", f"+33 6 {d[:2]} {d[2:4]} {d[4:6]} {d[6:8]}", f"0049 30 {d[:6]}",
            f"+91 {rng.choice('6789')}{d[:4]} {d[4:9]}", f"+86.138.{d[:4]}.{d[4:8]}", f"%2B3161{d[:7]}",
            f"06 {d[:2]} {d[2:4]} {d[4:6]} {d[6:8]}", f"+55 11 9{d[:4]}-{d[4:8]}",
        ]
    )  # fmt: skip
    form = rng.choice(["{}", "call {} now", 'typed "{}"', "tel:{}", '"phone":"{}"', "phone={}&x=1", "({})"])
    return Planted("phone", "phone", form.format(shown), (shown, shown[-7:]))


def _ipv4(rng: random.Random) -> Planted:
    address = f"{rng.randint(11, 126)}.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}"
    form = rng.choice(
        ["{}", "from {}:443", "http://{}/x", '"ip":"{}"', "ip={}&x", "({})", "{}, 10.1.1.1", "ip%3D{}%26"]
    )
    return Planted("IPv4", "ip", form.format(address), (address,))


def _ipv6(rng: random.Random) -> Planted:
    groups = [f"{rng.randint(1, 0xFFFF):x}" for _ in range(7)]
    full = ":".join([f"2{rng.randint(0, 0xFFF):03x}", *groups])
    short = f"{rng.choice(['2001:db8', 'fe80', 'fd12:3456'])}::{groups[0]}:{groups[1]}"
    shown = rng.choice([full, short, full.upper(), quote(short, safe="")])
    form = rng.choice(
        ["{}", "http://[{}]/x", "from {} port 4", '"ip":"{}"', "ip={}&x", "{}: refused", "Error:{}:50443"]
    )
    return Planted("IPv6", "ip", form.format(shown), (shown,))


def _national_id(rng: random.Random) -> Planted:
    d = run(rng, "123456789", 9)
    weights = [sum(int(one) * weight for one, weight in zip(d, range(10, 1, -1), strict=True)) * 10 % 11 % 10]
    weights.append(
        sum(int(one) * weight for one, weight in zip(f"{d}{weights[0]}", range(11, 1, -1), strict=True))
        * 10
        % 11
        % 10
    )
    nie = f"X{d[:7]}{'TRWAGMYFPDXBNJZSQVHLCKE'[int(d[:7]) % 23]}"
    shown = rng.choice(
        [
            f"{rng.randint(101, 665)}-{d[:2]}-{d[2:6]}", f"SSN: {d}", f"{d[:3]}.{d[3:6]}.{d[6:9]}-{weights[0]}{weights[1]}",
            f'"cpf":"{d}{weights[0]}{weights[1]}"', nie, f"DNI {d[:8]}Z", f"Passport no. X{d[:7]}", f"PESEL: {d}12",
            f"National Insurance number: AB{d[:6]}C", f"Aadhaar {d[:4]} {d[4:8]} {d[:4]}",
        ]
    )  # fmt: skip
    return Planted("national id", "national_id", shown, (re.findall(r"[\dX][\d .-]{5,}", shown)[0],))


def _link(rng: random.Random) -> Planted:
    token = opaque(rng, rng.randint(20, 43))
    path = rng.choice(
        [
            "/accounts/reset/MQ/{}/", "/set-password/{}", "/recover/account/{}", "/forgot/{}", "/join/{}?ref=mail",
            "/change-email/{}", "https://a.example/user/accept-invitation/{}", "/login/magic-link?t={}",
        ]
    )  # fmt: skip
    return Planted("link with a token", "secret", path.format(token), (token,))


_MAKERS: tuple[Callable[[random.Random], Planted], ...] = (
    _vendor_key, _vendor_key, _vendor_key, _vendor_key, _named, _json_key, _jwt, _private_key, _authorization,
    _cookie, _userinfo, _parameter, _parameter, _parameter, _card, _iban, _email, _email, _phone, _ipv4, _ipv6,
    _national_id, _link,
)  # fmt: skip
_AROUND = (
    '00:{m:02}  click  button "Pay now" [pay]', "Uncaught TypeError: x is undefined", "Order 10{m:02} total 24.90",
    "GET /api/cart 200", "Zwischensumme 12,50 €", "Añadir al carrito", "カートに追加", "v1.449.2", "2026-11-23T10:{m:02}:00Z",
    "019313aa-1234-7abc-8def-0123456789{m:02}", "scrolled to 1840 px", "", "", "\u00d75", "#12ab34", "{m} items, 3 left",
)  # fmt: skip


def planted_texts(count: int, *, seed: int) -> list[Planted]:
    """Return `count` texts, each class in turn, between lines as recordings have them."""
    rng = random.Random(seed)  # noqa: S311  repeatable, and nothing secret in it
    return [_in_context(rng, _MAKERS[index % len(_MAKERS)](rng)) for index in range(count)]


def _in_context(rng: random.Random, planted: Planted) -> Planted:
    before, after = (rng.choice(_AROUND).format(m=rng.randint(10, 59)) for _ in range(2))
    joint = rng.choice([" ", "\n", "\n"])
    return Planted(planted.group, planted.kind, f"{before}{joint}{planted.text}\n{after}", planted.needles)
