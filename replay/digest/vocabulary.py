"""Words by which the purpose of a button, a page or an event is recognised.

Names come from the recorded page and are untrusted. Their purpose is named in words of this project, so that
it may be shown where untrusted text must not be. The lists contain the usual words of English, German,
French, Spanish, Portuguese, Italian and Dutch. A name in another language has no known purpose, which is
never an error.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Literal, get_args

Purpose = Literal[
    "payment", "order", "add-to-cart", "sign-up", "sign-in", "subscription", "booking", "coupon", "send",
    "save", "confirmation", "search", "upload", "download",
]  # fmt: skip
"""The purpose of a control, used as an adjective: a payment button."""

PageKind = Literal[
    "confirmation", "checkout", "cart", "sign-up", "sign-in", "search", "order", "product", "pricing",
    "account", "settings", "contact", "blog", "home",
]  # fmt: skip
"""The kind of a page, used as an adjective: a checkout page."""

Trouble = Literal["refusal", "no_result", "failure"]
"""The kind of failure that an event or a message reports."""

SUBMITTING: frozenset[Purpose] = frozenset(get_args(Purpose)) - {"search", "upload", "download"}
"""A button with one of these purposes submits something."""

GOALS: frozenset[Purpose] = frozenset({"payment", "order", "sign-up", "sign-in", "subscription", "booking"})
"""What people come for. The other purposes are intermediate steps or minor."""

_PURPOSES: Mapping[Purpose, tuple[str, ...]] = {
    "payment": (
        "pay", "make payment", "submit payment", "complete payment", "redeem card", "redeem gift card",
        "use gift card", "apply gift card", "bezahlen", "zahlen", "payer", "pagar", "paga", "betalen",
        "betaal",
    ),
    "add-to-cart": (
        "to cart", "in cart", "to basket", "in basket", "to bag", "in bag", "in den warenkorb", "au panier",
        "al carrito", "ao carrinho", "al carrello", "in winkelwagen", "in winkelmand",
    ),
    "coupon": ("coupon", "voucher", "promo", "discount", "redeem", "gutschein", "einlosen"),
    "order": (
        "buy", "purchase", "order", "donate", "kaufen", "bestellen", "spenden", "commander", "acheter",
        "comprar", "pedir", "acquista", "ordina", "kopen", "bestel",
    ),
    "sign-up": (
        "sign up", "signup", "register", "join", "create account", "create an account",
        "create your account", "create my account", "start trial", "start free trial", "registrieren",
        "konto erstellen", "s inscrire", "creer un compte", "registrarse", "crear cuenta", "criar conta",
        "cadastrar", "registrati", "registreren",
    ),
    "sign-in": (
        "sign in", "signin", "log in", "login", "anmelden", "einloggen", "se connecter", "connexion",
        "iniciar sesion", "entrar", "accedi", "inloggen",
    ),
    "subscription": (
        "subscribe", "upgrade", "abonnieren", "s abonner", "suscribirse", "assinar", "iscriviti",
        "abonneren",
    ),
    "booking": (
        "book", "book now", "reserve", "buchen", "reservieren", "reserver", "reservar", "prenota", "boeken",
    ),
    "send": (
        "send", "submit", "post", "publish", "reply", "senden", "absenden", "envoyer", "enviar", "invia",
        "verzenden", "verstuur",
    ),
    "save": (
        "save", "update", "speichern", "enregistrer", "sauvegarder", "guardar", "salvar", "salva",
        "opslaan",
    ),
    "confirmation": (
        "confirm", "finish", "complete", "bestatigen", "abschliessen", "confirmer", "confirmar", "conferma",
        "bevestigen",
    ),
    "search": ("search", "find", "suchen", "suche", "rechercher", "recherche", "buscar", "cerca", "zoeken"),
    "upload": ("upload", "import", "hochladen", "importer", "subir"),
    "download": ("download", "export", "herunterladen", "telecharger", "descargar", "baixar", "scarica"),
}  # fmt: skip

_STEPS = (
    "continue", "proceed", "next", "weiter", "zur kasse", "continuer", "suivant", "siguiente", "continuar",
    "avanti", "volgende", "verder",
)  # fmt: skip

_SECONDARY = (
    "close", "cancel", "back", "return", "go", "previous", "dismiss", "skip", "show", "hide", "view", "see",
    "more", "less", "plus", "minus", "increase", "decrease", "remove", "delete", "edit", "clear", "menu",
    "open", "toggle", "expand", "collapse", "filter", "filters", "sort", "copy", "info", "help", "details",
    "history", "choose", "schliessen", "abbrechen", "zuruck", "mehr", "weniger", "fermer", "annuler",
    "retour", "plus de", "cerrar", "cancelar", "volver", "mas", "fechar", "voltar", "chiudi", "annulla",
    "indietro", "sluiten", "annuleren", "terug",
)  # fmt: skip

_PAGES: Mapping[PageKind, tuple[str, ...]] = {
    "confirmation": (
        "thanks", "thank you", "thankyou", "confirmation", "confirmed", "success", "receipt",
        "order received", "danke", "bestatigung", "merci", "gracias", "obrigado", "obrigada", "grazie",
        "bedankt",
    ),
    "checkout": (
        "checkout", "payment", "billing", "shipping", "kasse", "paiement", "pago", "pagamento", "betaling",
    ),
    "cart": (
        "cart", "basket", "bag", "warenkorb", "panier", "carrito", "carrinho", "carrello", "winkelwagen",
    ),
    "sign-up": (
        "signup", "sign up", "register", "registration", "join", "registrieren", "inscription", "registro",
    ),
    "sign-in": ("login", "log in", "signin", "sign in", "anmelden", "connexion", "inloggen"),
    "search": ("search", "suche", "recherche", "buscar", "zoeken"),
    "order": ("order", "orders", "bestellungen", "commandes", "pedidos", "ordini", "bestellingen"),
    "product": (
        "product", "products", "shop", "store", "category", "categories", "collections", "catalog", "item",
        "items", "produkt", "produkte", "produit", "produits", "producto", "productos", "produto",
        "produtos", "prodotti",
    ),
    "pricing": ("pricing", "plans", "prices", "preise", "tarifs", "precios"),
    "account": ("account", "profile", "konto", "profil", "compte", "cuenta", "conta"),
    "settings": ("settings", "preferences", "einstellungen", "parametres", "ajustes"),
    "contact": ("contact", "support", "help", "kontakt", "hilfe", "aide", "ayuda"),
    "blog": ("blog", "news", "journal", "articles", "article", "docs"),
    "home": ("home",),
}  # fmt: skip

_ERROR_PAGES = (
    "not found", "went wrong", "server error", "bad gateway", "service unavailable", "gateway timeout",
    "application error", "access denied", "seite nicht gefunden", "page introuvable",
    "pagina no encontrada",
)  # fmt: skip
_ERROR_PATHS = frozenset({"404", "500", "502", "503", "error", "not found", "oops"})

_DONE = (
    "paid", "purchased", "ordered", "bought", "subscribed", "registered", "booked", "reserved", "donated",
    "completed", "complete", "finished", "succeeded", "success", "successful", "successfully", "submitted",
    "sent", "saved", "converted", "confirmed", "placed", "upgraded", "published", "enrolled", "signed up",
    "signed in", "logged in", "account created", "user created", "order created", "booking created",
    "subscription created",
)  # fmt: skip
_DONE_ALONE = frozenset(
    {
        "purchase", "order", "signup", "sign up", "login", "log in", "registration", "subscription",
        "donation", "booking", "conversion", "lead", "generate lead",
    }
)  # fmt: skip
_NOT_YET = (
    "not", "no", "without", "cancelled", "canceled", "abandoned", "refunded", "start", "started", "begin",
    "began", "view", "viewed", "open", "opened", "click", "clicked", "shown", "seen", "initiated",
    "attempt", "attempted", "pending", "step", "load", "loaded", "loading", "fetch", "fetched", "request",
    "search", "query", "api", "video", "page", "screen", "tooltip", "animation",
)  # fmt: skip
_TROUBLE: Mapping[Trouble, tuple[str, ...]] = {
    "refusal": (
        "declined", "refused", "rejected", "denied", "invalid", "expired", "forbidden", "unauthorized",
    ),
    "no_result": (
        "without result", "without results", "no result", "no results", "zero results", "not found",
    ),
    "failure": (
        "failed", "fail", "failure", "error", "errored", "unavailable", "timeout", "timed out",
        "unsuccessful", "out of stock", "crashed",
    ),
}  # fmt: skip

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 200
_STEP_BEGINNINGS = tuple(f" {step} " for step in _STEPS)


def words_of(text: str) -> str:
    """Return a name's words in lower case, without accents, between spaces: ` order paid `."""
    plain = _CAMEL.sub(" ", text[:_LONGEST])
    if not plain.isascii():
        folded = unicodedata.normalize("NFKD", plain).casefold()
        plain = "".join(character for character in folded if not unicodedata.combining(character))
    plain = plain.lower()
    return f" {' '.join(_WORD.findall(plain))} "


def purpose_of(*names: str | None) -> Purpose | None:
    """Return the purpose of a control, by the first of its names that has one.

    Pass the visible name first, then the developers' name. An intermediate step, such as "Continue to
    payment", has no purpose of its own.
    """
    for name in names:
        words = words_of(name) if name else " "
        if words.startswith(_STEP_BEGINNINGS):
            return None
        said = _phrases_in(words)
        for purpose, phrases in _PURPOSES.items():
            if not said.isdisjoint(phrases):
                return purpose
    return None


def is_secondary(name: str | None) -> bool:
    """Return whether a name is that of a secondary action, such as `Cancel`, which submits nothing."""
    return name is not None and _has(words_of(name), _SECONDARY)


def page_kind(place: str, title: str | None) -> PageKind | None:
    """Return the kind of a page by its path, or else by its title; None if neither is known."""
    if place.partition("?")[0] in {"", "/"}:
        return "home"
    for text in filter(None, (place, title)):
        said = _phrases_in(words_of(text))
        for kind, phrases in _PAGES.items():
            if not said.isdisjoint(phrases):
                return kind
    return None


def page_word(place: str) -> str | None:
    """Return the word of these lists by which a path was recognised: `checkout`, `sign-up`.

    The word is in the path and also this project's own, so it may be shown where untrusted text must not be.
    """
    lowered = place.lower()
    kind = page_kind(place, None)
    for phrase in _PAGES[kind] if kind else ():
        for spelling in (phrase, phrase.replace(" ", "-"), phrase.replace(" ", "_")):
            if spelling in lowered:
                return spelling
    return None


def is_confirmation(place: str, title: str | None) -> bool:
    """Return whether a page's path or title is that of a confirmation page."""
    return any(_has(words_of(text), _PAGES["confirmation"]) for text in (place, title) if text)


def is_error_page(place: str, title: str | None) -> bool:
    """Return whether a page's title or the end of its path is that of an error page."""
    last = words_of(place.rstrip("/").rpartition("/")[2]).strip()
    return last in _ERROR_PATHS or (title is not None and _has(words_of(title), _ERROR_PAGES))


def names_completion(event: str) -> bool:
    """Return whether an analytics event's name reports completion, such as `order paid`."""
    words = words_of(event)
    if reports_failure(event) or _has(words, _NOT_YET):
        return False
    return words.strip() in _DONE_ALONE or _has(words, _DONE)


def trouble_of(text: str) -> Trouble | None:
    """Return the kind of failure that a name or message reports, such as `payment declined`, or None."""
    said = _phrases_in(words_of(text))
    return next((trouble for trouble, phrases in _TROUBLE.items() if not said.isdisjoint(phrases)), None)


def reports_failure(text: str) -> bool:
    """Return whether a name or message reports a failure."""
    return trouble_of(text) is not None


def _has(words: str, phrases: Iterable[str]) -> bool:
    return not _phrases_in(words).isdisjoint(phrases)


def _phrases_in(words: str) -> set[str]:
    """Return all phrases of up to three words, as long as the longest in these lists."""
    split = words.split()
    pairs = map(" ".join, pairwise(split))
    threes = map(" ".join, zip(split, split[1:], split[2:], strict=False))
    return {*split, *pairs, *threes}
