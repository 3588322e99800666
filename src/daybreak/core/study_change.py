"""What changed between two versions of a study file, and what of it would break people already enrolled.

A change names its place by keys and not by order: `visits.day-5.window`. Whether anybody is enrolled is not known here;
`breaks` is the reason why the change must not reach somebody who is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from daybreak.core.study import StudyFile
from daybreak.core.study_break import Pair, reason

KEYED = {"arms": "key", "sites": "key", "eligibility": "key", "visits": "key", "messages": "key", "alerts": "key"}
"""Lists whose entries have a name, and which key holds it."""

Tree = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One change. `old` is empty for what is new, `new` for what is gone, `breaks` if it harms nobody."""

    path: str
    old: str
    new: str
    breaks: str = ""

    @property
    def says(self) -> str:
        """The change as one clause."""
        if not self.old:
            return f"{self.path} is new: {self.new}"
        return f"{self.path}: {self.old} becomes {self.new}" if self.new else f"{self.path} is gone: {self.old}"


@dataclass(frozen=True)
class Stage:
    """How far a study has come: lists sealed at an open site, somebody in screening or further, somebody enrolled."""

    sealed: bool = False
    screened: bool = False
    enrolled: bool = False


def harmful(changes: Iterable[Change], stage: Stage) -> tuple[Change, ...]:
    """Return the changes that would break something at this stage; the id of a study never changes."""
    since = {"study": True, "consents": stage.screened, "sites": True}
    since |= dict.fromkeys(("arms", "allocation", "eligibility"), stage.sealed)
    return tuple(
        change for change in changes if change.breaks and (stage.enrolled or since.get(change.path.partition(".")[0]))
    )


def study_diff(old: StudyFile, new: StudyFile) -> tuple[Change, ...]:
    """Return every change from `old` to `new`, in the order of the file; none if both say the same."""
    pair = Pair(old, new)
    return tuple(
        Change(".".join(path), written(before), written(after), reason(pair, path, before, after))
        for path, before, after in _differences((), tree_of(old), tree_of(new))
    )


def tree_of(file: StudyFile) -> Tree:
    """Return the file as nested tables in which every entry has a name; what is not set is left out."""
    tree: Tree = _set_only(file.model_dump(mode="json"))
    for table, name in KEYED.items():
        entries: list[Tree] = tree.get(table, [])
        tree[table] = {entry[name]: entry for entry in entries}
        tree[table][ORDER] = [entry[name] for entry in entries]
    consents: Tree = {}
    for text in tree.get("consents", ()):
        paragraphs = {f"paragraph {number}": words for number, words in enumerate(text.pop("paragraphs"), 1)}
        consents[f"{text['key']} {text['version']} {text['language']}"] = text | paragraphs
    return tree | {"consents": consents}


ORDER = "(order)"
"""Stands beside the entries of a list for the order they are in."""


def written(value: Any) -> str:
    """Return a value as a study file would write it on one line; nothing for what is not there."""
    if value is None:
        return ""
    if isinstance(value, dict):
        inside = (f"{name} = {_quoted(part)}" for name, part in value.items() if name != ORDER)
        return f"{{ {', '.join(inside)} }}"
    if isinstance(value, list):
        return f"[{', '.join(_quoted(part) for part in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else written(value)


def _set_only(value: Any) -> Any:
    """Return tables without the keys that hold nothing."""
    if isinstance(value, dict):
        return {name: _set_only(part) for name, part in value.items() if part not in (None, "", [], {})}
    return [_set_only(part) for part in value] if isinstance(value, list) else value


def _differences(path: tuple[str, ...], old: Tree, new: Tree) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Yield place, old and new value of the smallest parts that differ; a whole entry if it is new or gone."""
    for name in dict.fromkeys([*old, *new]):
        before, after, place = old.get(name), new.get(name), (*path, name)
        if name == ORDER:
            before, after = _kept(before, after), _kept(after, before)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _differences(place, before, after)
        elif before != after:
            yield place, before, after


def _kept(one: list[str] | None, other: list[str] | None) -> list[str]:
    """Return the names of `one` that are in both, in its order."""
    return [name for name in one or () if name in (other or ())]
