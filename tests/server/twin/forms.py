"""Reading a page as a browser does: where its links lead, and what its forms would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

WORDS = "As the source says"
GUESSES = {"date": "{now:%Y-%m-%d}", "datetime-local": "{now:%Y-%m-%dT%H:%M}", "time": "{now:%H:%M}", "number": "1"}
GUESSES |= {"email": "someone@example.org", "text": WORDS, "textarea": WORDS, "password": "5094", "checkbox": "on"}


@dataclass
class Form:
    """One form: where it goes, and its fields by name with what stands in them and what kind they are."""

    action: str
    method: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)

    def filled(self, now: Any) -> dict[str, list[str]]:
        """Return what a person sends who leaves what stands there and fills in the rest plausibly."""
        sent: dict[str, list[str]] = {}
        for name, kind, value in self.fields:
            if kind == "radio" and name in sent:
                continue
            sent.setdefault(name, []).append(value or GUESSES.get(kind, "").format(now=now))
        return sent


class Page(HTMLParser):
    """The links and forms of a page, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, a form or a field."""
        has = {name: value or "" for name, value in attrs}
        if tag == "a" and has.get("href"):
            self.links.append(has["href"])
        elif tag == "form":
            self.forms.append(Form(has.get("action", ""), has.get("method", "get").lower()))
        elif tag == "option" and self._select is not None:
            self._options.append((has.get("value", ""), "selected" in has))
        elif has.get("name") and self.forms and "disabled" not in has:
            self._field(tag, has)

    def handle_endtag(self, tag: str) -> None:
        """Settle a select with its chosen option, or else its first that says something."""
        if tag == "select" and self._select is not None and self.forms:
            chosen = [value for value, selected in self._options if selected and value]
            some = chosen or [value for value, _ in self._options if value] or [""]
            self.forms[-1].fields.append((self._select, "select", some[0]))
            self._select = None

    def _field(self, tag: str, has: dict[str, str]) -> None:
        if tag == "select":
            self._select, self._options = has["name"], []
        elif tag == "textarea":
            self.forms[-1].fields.append((has["name"], "textarea", ""))
        elif tag == "input" and has.get("type") not in ("submit", "button", "file", "image"):
            self.forms[-1].fields.append((has["name"], has.get("type", "text"), has.get("value", "")))
        elif tag == "button" and has.get("value"):
            self.forms[-1].fields.append((has["name"], "hidden", has["value"]))
