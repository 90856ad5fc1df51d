"""The three rules of the house, read off the source: floors, homes of libraries, and a middle that touches nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "generator"

FLOORS = {
    "model": 0, "diagnostics": 0, "text": 0, "phrases": 0, "language": 0, "latest": 0,
    "urls": 1, "yamlerrors": 1, "yamlnodes": 1, "schema": 1, "settings": 1, "config": 1,
    "content": 2, "content.parsed": 3, "content.post": 3,
    "titlewords": 3, "relations": 3.5, "site": 4, "weeks": 4,
    "outputs": 5, "outputs.catalogue": 5.5,
    "disk": 6, "disk.below": 6, "disk.codes": 6, "disk.read": 6, "disk.sync": 6, "parallel": 6, "cache": 6, "memo": 6,
    "indexer": 6.5, "images": 6.5, "scaffold": 6, "article": 6, "inventory": 4.5,
    "importers": 6,
    "rules": 5,
    "memory": 6.5, "load": 7, "outline": 7.3, "build": 7.5, "check": 7.6,
    "server": 8,
    "commands": 9, "cli": 9.5, "__main__": 10,
}
"""Room → floor; a package stands for the rooms in it that are not named. The root package imports nothing."""

HOMES = {
    "click": {"cli", "commands"}, "rich": {"commands"},
    "jinja2": {"outputs.templates", "outputs.compiled"},
    "markupsafe": {"outputs.templates", "outputs.compiled", "language"},
    "feedgen": {"outputs.feeds"}, "lxml": {"outputs.feeds", "importers.wxr"},
    "pagefind_bin": {"indexer"}, "PIL": {"images"}, "font_source_serif_pro": {"images"}, "cbor2": {"outputs.search"},
    "markdown": {"content.markup", "content.blocks", "content.inline"},
    "pygments": {"content.code"},
    "nh3": {"content.safety"},
    "frontmatter": {"content.frontmatter"},
    "yaml": {"yamlnodes", "content.frontmatter", "importers.foreign"},
    "watchfiles": {"server.watch"},
    "trafilatura": {"article"},
}
"""Library → the rooms that may import it. msgspec is at home in all: values are its structs."""

PURE_FLOORS = (0, 5.5)
EFFECTS = {
    "os", "sys", "io", "shutil", "tempfile", "subprocess", "socket", "urllib.request", "http", "logging", "random",
    "secrets", "time", "threading", "multiprocessing", "pathlib.Path", "warnings",
}
EFFECT_CALLS = {"open", "print", "input", "eval", "exec", "compile", "now", "today", "utcnow"}


def rooms() -> dict[str, ast.Module]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        found["" if name == "__init__" else name] = ast.parse(path.read_text("utf-8"), str(path))
    return found


ROOMS = rooms()


def floor(room: str) -> float:
    while room not in FLOORS:
        assert "." in room, f"{room} is on no floor: add it to FLOORS, to design and to the package's docstring"
        room = room.rpartition(".")[0]
    return FLOORS[room]


def imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written out in full"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def inner(name: str) -> str | None:
    """The room that an imported name belongs to, or None for another library."""
    if name != "generator" and not name.startswith("generator."):
        return None
    room = name.removeprefix("generator").removeprefix(".")
    while room not in ROOMS:
        room = room.rpartition(".")[0]
    return room


@pytest.mark.parametrize("room", sorted(set(ROOMS) - {""}))
def test_imports_only_go_down(room):
    for name in imports(ROOMS[room]):
        target = inner(name)
        if not target or target == room:
            continue
        same_package = "." in room and room.split(".")[0] == target.split(".")[0]
        beside = same_package or floor(room) in (0, 1, 6)
        allowed = floor(target) <= floor(room) if beside else floor(target) < floor(room)
        assert allowed, f"{room} (floor {floor(room)}) imports {target} (floor {floor(target)})"


def test_no_room_imports_itself_around_a_corner():
    uses = {room: {t for name in imports(tree) if (t := inner(name)) and t != room} for room, tree in ROOMS.items()}
    done: set[str] = set()

    def walk(room: str, trail: tuple[str, ...]) -> None:
        assert room not in trail, " → ".join((*trail, room))
        if room not in done:
            for target in sorted(uses[room]):
                walk(target, (*trail, room))
            done.add(room)

    for room in sorted(uses):
        walk(room, ())


@pytest.mark.parametrize("library", sorted(HOMES))
def test_each_library_has_one_home(library):
    users = {room for room, tree in ROOMS.items() if any(f"{n}.".startswith(f"{library}.") for n in imports(tree))}
    at = {room if room in HOMES[library] else room.rpartition(".")[0] or room for room in users}
    assert at <= HOMES[library], f"{library} is imported by {sorted(at - HOMES[library])}"
    assert at, f"{library} is imported nowhere: remove it from HOMES and from pyproject.toml"


@pytest.mark.parametrize("room", sorted(room for room in ROOMS if room and floor(room) <= PURE_FLOORS[1]))
def test_the_middle_touches_nothing(room):
    tree = ROOMS[room]
    for name in imports(tree):
        touched = {effect for effect in EFFECTS if name == effect or name.startswith(effect + ".")}
        assert not touched, f"{room} imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            is_regex = called == "compile" and isinstance(node.func, ast.Attribute)
            assert called not in EFFECT_CALLS or is_regex, f"{room}:{node.lineno} calls {called}"


@pytest.mark.parametrize("room", sorted(set(ROOMS) - {""}))
def test_no_room_has_module_state_that_it_changes(room):
    for node in ast.walk(ROOMS[room]):
        assert not isinstance(node, ast.Global), f"{room}:{node.lineno} has a global statement"


def test_help_imports_no_stage():
    code = "import sys; from generator.cli import cli; cli(['--help'], standalone_mode=False); print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(result.stdout.splitlines()[-1].split())
    heavy = {"jinja2", "markdown", "feedgen", "lxml", "yaml", "babel", "msgspec", "rich", "nh3", "pygments"}
    assert not loaded & heavy


@pytest.mark.parametrize("room", sorted(set(ROOMS)))
def test_every_public_name_has_a_docstring(room):
    assert ast.get_docstring(ROOMS[room]), f"{room or 'generator'} has no docstring"
    for node in ROOMS[room].body:
        public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
        assert not public or ast.get_docstring(node), f"{room}.{node.name} has no docstring"
