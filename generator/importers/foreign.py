"""Other people's YAML, TOML and JSON as plain values. What cannot be read is told, never raised.

veille's own reader of YAML is strict, since its authors are there to mend what it reports. Here, what another generator
took must be taken: anchors, aliases, a key that comes twice.
"""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime, time

import yaml

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_LIMIT = 500_000
_TOML_LIMIT = 65_536  # characters: time in tomllib grows with the square of a dotted key's length
_VALUES = 50_000

Values = dict[str, object]
"""Keys and values; a value is a text, a list or such a dictionary again (TOML and JSON: numbers and switches as YAML
writes them)."""


def read_yaml(text: str) -> tuple[Values, str]:
    """The mapping in a YAML text, all scalars as texts; empty with the reason when there is none."""
    if len(text) > _LIMIT:
        return {}, f"{len(text):,} characters of YAML are too many"
    try:
        root = yaml.load(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError, ValueError, UnicodeError) as error:
        return {}, f"the YAML cannot be read: {' '.join(str(error).split())[:200]}"
    return _mapping(root)


def read_toml(text: str) -> tuple[Values, str]:
    """The same for TOML."""
    if len(text) > _TOML_LIMIT:
        return {}, f"{len(text):,} characters of TOML are too many"
    try:
        return _mapping(tomllib.loads(text.replace("\r\n", "\n")))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return {}, f"the TOML cannot be read: {error}"


def read_json(text: str) -> tuple[Values, str]:
    """The same for JSON."""
    try:
        return _mapping(json.loads(text))
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        return {}, f"the JSON cannot be read: {error}"


def text_of(value: object) -> str:
    """A scalar as text on one line; empty for anything else and for YAML's nothing."""
    if not isinstance(value, str) or value in ("~", "null"):
        return ""
    return " ".join(value.split())


def texts_of(value: object) -> tuple[str, ...]:
    """The texts of a list, or of one text."""
    items = value if isinstance(value, list) else [value]
    return tuple(text for item in items if (text := text_of(item)))


def group_of(value: object) -> Values:
    """A mapping, or an empty one."""
    return value if isinstance(value, dict) else {}


def is_yes(value: object) -> bool:
    """Whether a switch is on, in the words of YAML 1.1."""
    return text_of(value).lower() in ("true", "yes", "on")


def is_no(value: object) -> bool:
    """Whether a switch is off."""
    return text_of(value).lower() in ("false", "no", "off")


def _mapping(root: object) -> tuple[Values, str]:
    if root is None or root == "":
        return {}, ""
    if not isinstance(root, dict):
        return {}, "it is no group of keys and values"
    budget = [_VALUES]
    return {str(key): _texts(value, 0, budget) for key, value in root.items()}, ""


def _texts(value: object, depth: int, budget: list[int]) -> object:
    """The same value with texts for all scalars; cut where aliases make it round, or unfold it without end."""
    budget[0] -= 1
    if depth > 12 or budget[0] < 0:
        return ""
    if isinstance(value, dict):
        return {str(key): _texts(item, depth + 1, budget) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item, depth + 1, budget) for item in value if budget[0] > 0]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return "" if value is None else str(value)
