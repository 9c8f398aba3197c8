"""Secrets and personal data made up at run time.

Nothing here looks like a live secret until it runs, so that no scanner takes a test for a leak.
"""

import base64
import json
import random
import string
from collections.abc import Callable
from urllib.parse import quote

LETTERS_AND_DIGITS = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"
_BASE64URL = LETTERS_AND_DIGITS + "-_"
_IBAN_SHAPES = {
    "DE": 18,
    "FR": 23,
    "ES": 20,
    "IT": 23,
    "NL": 14,
    "GB": 18,
    "CH": 17,
    "AT": 16,
    "BE": 12,
    "PL": 24,
}
_IBAN_LETTERS = {"NL": 4, "GB": 4}
_MARK = "-" * 5


def run(rng: random.Random, alphabet: str, length: int) -> str:
    """Draw `length` characters of an alphabet."""
    return "".join(rng.choices(alphabet, k=length))


def opaque(rng: random.Random, length: int) -> str:
    """Draw letters and digits, at least one digit among them."""
    return run(rng, LETTERS_AND_DIGITS, length - 1) + rng.choice(string.digits)


VENDOR_KEYS: dict[str, Callable[[random.Random], str]] = {
    "PostHog": lambda rng: "ph" + rng.choice("xasr") + "_" + opaque(rng, 43),
    "OpenAI": lambda rng: "sk" + "-proj-" + run(rng, _BASE64URL, 47) + "7",
    "Anthropic": lambda rng: "sk" + "-ant-api03-" + run(rng, _BASE64URL, 92) + "3",
    "Stripe": lambda rng: rng.choice("sr") + "k_" + rng.choice(["live", "test"]) + "_" + opaque(rng, 24),
    "GitHub": lambda rng: "gh" + rng.choice("pousr") + "_" + opaque(rng, 36),
    "GitHub fine-grained": lambda rng: "github" + "_pat_" + opaque(rng, 22) + "_" + opaque(rng, 59),
    "GitLab": lambda rng: "gl" + rng.choice(["pat", "dt", "rt", "ptt"]) + "-" + run(rng, _BASE64URL, 20),
    "Slack": lambda rng: (
        "xox" + rng.choice("bpars") + "-" + run(rng, string.digits, 11) + "-" + opaque(rng, 24)
    ),
    "AWS": lambda rng: rng.choice(["AKIA", "ASIA"]) + run(rng, string.ascii_uppercase + "234567", 16),
    "Google": lambda rng: "AI" + "za" + run(rng, _BASE64URL, 35),
    "npm": lambda rng: "npm" + "_" + opaque(rng, 36),
    "Twilio": lambda rng: rng.choice(["SK", "AC"]) + run(rng, _HEX, 32),
    "SendGrid": lambda rng: "SG" + "." + run(rng, _BASE64URL, 22) + "." + run(rng, _BASE64URL, 43),
    "Shopify": lambda rng: "shp" + "at_" + run(rng, _HEX, 32),
    "Hugging Face": lambda rng: "hf" + "_" + run(rng, string.ascii_letters, 34),
    "DigitalOcean": lambda rng: "do" + "p_v1_" + run(rng, _HEX, 64),
}


def jwt(rng: random.Random) -> str:
    """Make up a JWT with a header, a payload and a signature."""
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": str(rng.randint(1, 10**9)), "name": run(rng, _HEX, 8)})
    texts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return ".".join((*texts, run(rng, _BASE64URL, 43)))


def private_key(rng: random.Random, label: str) -> str:
    """Make up a private key block with a label such as `RSA `."""
    lines = [run(rng, LETTERS_AND_DIGITS + "+/", 64) for _ in range(rng.randint(2, 8))]
    return "\n".join(
        [f"{_MARK}BEGIN {label}PRIVATE KEY{_MARK}", *lines, f"{_MARK}END {label}PRIVATE KEY{_MARK}"]
    )


def card(rng: random.Random, prefix: str, length: int) -> str:
    """Make up a number of `length` digits that begins with `prefix` and ends with its Luhn check digit."""
    body = prefix + run(rng, string.digits, length - len(prefix) - 1)
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(reversed(body)))
    return body + str(-sum(sum(divmod(number, 10)) for number in doubled) % 10)


def iban(rng: random.Random) -> str:
    """Make up an IBAN with right check digits."""
    country = rng.choice(list(_IBAN_SHAPES))
    letters = _IBAN_LETTERS.get(country, 0)
    body = run(rng, string.ascii_uppercase, letters) + run(
        rng, string.digits, _IBAN_SHAPES[country] - letters
    )
    remainder = int("".join(str(int(character, 36)) for character in f"{body}{country}00")) % 97
    return f"{country}{98 - remainder:02}{body}"


def one_of_each(rng: random.Random) -> dict[str, tuple[str, str]]:
    """Make up one value for each word of the hostile corpus: as it stands in a text, and what must not come out."""
    key, value, pin = VENDOR_KEYS["PostHog"](rng), opaque(rng, 24), run(rng, string.digits, 3)
    number, token, account = card(rng, "4", 16), jwt(rng), iban(rng)
    local, block = f"jane{rng.randint(10, 9999)}", private_key(rng, "RSA ").removeprefix(f"{_MARK}BEGIN ")
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    ipv4, ipv6 = f"93.184.{rng.randint(1, 254)}.7", f"2001:db8::{rng.randint(16, 255):x}:1"
    phone = "+4930" + run(rng, "123456789", 7)
    return {
        "vendor": (key, key[6:]),
        "vendor_split": (f"{key[:9]}\u200b{key[9:]}", key[20:]),
        "opaque": (value, value),
        "password": (value, value),
        "pin": (pin, f'"{pin}"'),
        "jwt": (token, token.split(".")[1]),
        "private_key": (block, block.split("\n")[1]),
        "email": (f"{local}@example.com", local),
        "email_encoded": (quote(f"{local}@example.com"), local),
        "email_entity": (f"{local}&#64;example.com", local),
        "card": (number, number),
        "card_wide": (wide, number),
        "iban": (account, account),
        "phone": (phone, phone),
        "ipv4": (ipv4, ipv4),
        "ipv6": (ipv6, ipv6),
    }
