"""Words that tell what a button, a page or an event is for.

Names are written by whoever made the recorded page. What they are for is told in words of this project, so
that it can be said where strangers' text must not stand. The lists know the usual words of English, German,
French, Spanish, Portuguese, Italian and Dutch; a name in another language is for nothing known, which is
never an error.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

Purpose = Literal[
    "payment", "order", "add-to-cart", "sign-up", "sign-in", "subscription", "booking", "coupon", "send",
    "save", "confirmation", "search", "upload", "download",
]  # fmt: skip
"""What a control is for, as an adjective: a payment button."""

PageKind = Literal[
    "confirmation", "checkout", "cart", "sign-up", "sign-in", "search", "order", "product", "pricing",
    "account", "settings", "contact", "blog", "home",
]  # fmt: skip
"""What a page is, as an adjective: a checkout page."""

Trouble = Literal["refusal", "no_result", "failure"]
"""What an event or a message tells of."""

SUBMITTING: frozenset[Purpose] = frozenset(get_args(Purpose)) - {"search", "upload", "download"}
"""A button for one of these sends something off."""

GOALS: frozenset[Purpose] = frozenset({"payment", "order", "sign-up", "sign-in", "subscription", "booking"})
"""What people come for; the others are steps on the way, or small."""

_PURPOSES: Mapping[Purpose, tuple[str, ...]] = {
    "payment": (
        "pay", "make payment", "submit payment", "complete payment", "bezahlen", "zahlen", "payer", "pagar",
        "paga", "betalen", "betaal",
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

_LOOKING_AROUND = (
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


def words_of(text: str) -> str:
    """Give the words of a name, in lower case, unaccented, between blanks: ` order paid ` of `OrderPaid`."""
    split = _CAMEL.sub(" ", text[:_LONGEST])
    folded = unicodedata.normalize("NFKD", split).casefold()
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return f" {' '.join(_WORD.findall(plain))} "


def purpose_of(*names: str | None) -> Purpose | None:
    """Say what a control is for, by the first of its names that tells.

    First comes what it shows, then what developers call it. A step on the way, such as "Continue to
    payment", is for nothing of its own.
    """
    for name in names:
        words = words_of(name) if name else " "
        if words.startswith(tuple(f" {step} " for step in _STEPS)):
            return None
        for purpose, phrases in _PURPOSES.items():
            if _has(words, phrases):
                return purpose
    return None


def looks_around(name: str | None) -> bool:
    """Say whether a name says that a control opens, closes or arranges something, and sends nothing off."""
    return name is not None and _has(words_of(name), _LOOKING_AROUND)


def page_kind(place: str, title: str | None) -> PageKind | None:
    """Say what a page is, by its path, then by its title; None when neither tells."""
    if place.partition("?")[0] in {"", "/"}:
        return "home"
    for text in filter(None, (place, title)):
        words = words_of(text)
        for kind, phrases in _PAGES.items():
            if _has(words, phrases):
                return kind
    return None


def page_word(place: str) -> str | None:
    """Give the word of these lists by which a path was recognised, as spelled there: `checkout`, `sign-up`.

    It stands in the path and is this project's own, so it may stand where strangers' text must not.
    """
    lowered = place.lower()
    kind = page_kind(place, None)
    for phrase in _PAGES[kind] if kind else ():
        for spelling in (phrase, phrase.replace(" ", "-"), phrase.replace(" ", "_")):
            if spelling in lowered:
                return spelling
    return None


def is_confirmation(place: str, title: str | None) -> bool:
    """Say whether a page's path or title is that of a page people see when something is done."""
    return any(_has(words_of(text), _PAGES["confirmation"]) for text in (place, title) if text)


def is_error_page(place: str, title: str | None) -> bool:
    """Say whether a page's title, or the end of its path, says that it is an error page."""
    last = words_of(place.rstrip("/").rpartition("/")[2]).strip()
    return last in _ERROR_PATHS or (title is not None and _has(words_of(title), _ERROR_PAGES))


def says_done(event: str) -> bool:
    """Say whether an analytics event's name says that something was completed, such as `order paid`."""
    words = words_of(event)
    if says_trouble(event) or _has(words, _NOT_YET):
        return False
    return words.strip() in _DONE_ALONE or _has(words, _DONE)


def trouble_of(text: str) -> Trouble | None:
    """Say what kind of failure a name or message tells of, such as `payment declined`; None when of none."""
    words = words_of(text)
    return next((trouble for trouble, phrases in _TROUBLE.items() if _has(words, phrases)), None)


def says_trouble(text: str) -> bool:
    """Say whether a name or message tells that something failed."""
    return trouble_of(text) is not None


def _has(words: str, phrases: Iterable[str]) -> bool:
    return any(f" {phrase} " in words for phrase in phrases)
