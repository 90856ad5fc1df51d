"""Paths that two outputs want: what would be lost without a word when one file is written over another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator import urls
from generator.diagnostics import Diagnostic, problem
from generator.latest import latest
from generator.model import Output, Page, Post, Site

_Owner = tuple[int, str, int]
"""Rank (post or page, static file, veille: the message goes to the first), name, line."""


def contested(wanted: Iterable[Output], site: Site, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Outputs that would write one path, or a file where another needs a folder (V208); compared without case.

    `files` maps the paths of copied files to their names as the author knows them. What posts want of one another is
    `site.assemble`'s to tell, which knows the lines, and is left out.
    """
    wanted = tuple(wanted)
    if _all_apart(tuple([output.path for output in wanted])):
        return ()
    moved = {urls.output_path(old.url): old.target for old in site.redirects}
    owners: dict[str, Output] = {}
    folders: dict[str, Output] = {}
    found: list[Diagnostic] = []

    def clash(one: Output, other: Output, what: str) -> None:
        (_, path, line), (rank, name, _) = sorted((_owner(one, moved, files), _owner(other, moved, files)))
        found.append(problem(
            "V208", path, line, 0, f"{what}: for {path} and for {name}",
            "change the permalink or the file name of one of the two", other=name if rank < 2 else "",
        ))

    for output in wanted:
        path = output.path.casefold()
        first = owners.setdefault(path, output)
        if first is not output and (_owner(first, moved, files)[0] or _owner(output, moved, files)[0]):
            clash(output, first, f"{output.path} would be written twice")
        while path := path.rpartition("/")[0]:
            if path in folders:
                break
            folders[path] = output
    for path in sorted(owners.keys() & folders.keys()):
        clash(folders[path], owners[path], f"{owners[path].path} would be both a file and a folder")
    return tuple(found)


@latest(lambda paths: None)
def _all_apart(paths: tuple[str, ...]) -> bool:
    folded = [path.casefold() for path in paths]
    return len({*folded}) == len(folded) and not _folders(folded).intersection(folded)


def _folders(paths: Iterable[str]) -> set[str]:
    """The folders that files at these paths lie in."""
    found: set[str] = set()
    for path in paths:
        while (path := path.rpartition("/")[0]) and path not in found:
            found.add(path)
    return found


def _owner(output: Output, moved: Mapping[str, Post | Page], files: Mapping[str, str]) -> _Owner:
    if output.maker == "copy":
        return 1, files[output.path], 0
    text: object = getattr(output.context, "post", None) or getattr(output.context, "text", None)
    if output.maker == "page:moved":
        text = moved.get(output.path)
    if isinstance(text, (Post, Page)):
        return 0, text.path, text.url_line
    return 2, f"veille's own page /{output.path}", 0
