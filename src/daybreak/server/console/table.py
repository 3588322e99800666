"""Tables whose filters and order stand in the address: heads that sort, and addresses that change one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Column:
    """One column's head; `href` sorts by it, `sorted` is what a screen reader is told."""

    label: str
    href: str = ""
    sorted: str = ""
    numeric: bool = False


def address(asked: Mapping[str, str], **changes: str | int) -> str:
    """Return the query of an address that asks for `asked` with `changes`; what is empty is left out."""
    return "?" + urlencode({key: value for key, value in (dict(asked) | changes).items() if value})


def sortable(label: str, key: str, asked: Mapping[str, str], *, numeric: bool = False) -> Column:
    """Return the head of a column that sorts by `key`, and the other way round where it does already."""
    sort = asked.get("sort", "")
    says = ("ascending" if sort == key else "descending") if sort.removeprefix("-") == key else ""
    href = address({**asked, "page": ""}, sort=f"-{key}" if sort == key else key)
    return Column(label, href, says, numeric)


def known(value: str, choices: Mapping[str, str]) -> str:
    """Return `value` if it is one of the keys of `choices`, else nothing: an unknown wish counts as none."""
    return value if value in choices else ""


def typed(value: str) -> str:
    """Return what someone typed into a search box, short, and without what no database can look for."""
    return value.replace("\0", "").strip()[:40]
