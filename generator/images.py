"""Pictures for link previews: what a note is about, from whom and of when, as PNG of 1200 by 630.

Pillow draws them, an extra that few sites need. The font comes with a package of its own: Pillow's has no accents.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

from generator.diagnostics import Diagnostic, problem
from generator.language import date_long
from generator.outputs.contexts import Preview

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_WIDTH, _HEIGHT, _MARGIN = 1200, 630, 80
_TOP, _TITLE, _RULE = 130, 150, 530
"""Where the site's name ends, the title begins and the line above the source lies."""
_LEADING = 1.2
_LONGEST = 400  # characters of a title that a picture could ever hold
_SIZES = (68, 60, 52, 46)
"""Of the title, in pixels: the largest in which it fits."""
_PAPER, _INK, _ACCENT = (0xFB, 0xFA, 0xF6), (0x1B, 0x1A, 0x17), (0x0B, 0x4F, 0x6C)
_NO_BREAK = str.maketrans(dict.fromkeys("\u2007\u2009\u202f", "\u00a0"))  # spaces that the font does not have


def available() -> bool:
    """Whether Pillow and the font are installed."""
    return find_spec("PIL") is not None and find_spec("font_source_serif_pro") is not None


def missing() -> Diagnostic:
    """What an author is told who wants pictures when Pillow or the font is not installed."""
    return problem(
        "V011", "config.yaml", 0, 0, "the notes have no pictures for link previews, because Pillow is not installed",
        "pip install 'veille[images]', or write images: none",
    )


def picture(shown: Preview) -> bytes:
    """The bytes of the picture of a note."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (_WIDTH, _HEIGHT), 255)
    draw = ImageDraw.Draw(image)

    def write(y: float, line: str, size: int, *, bold: bool) -> None:
        draw.text((_MARGIN, y), line, font=_font(size, bold=bold), fill=0)

    draw.rectangle((0, 0, _WIDTH, 16), fill=0)
    write(64, _cut(shown.site.translate(_NO_BREAK), 34), 34, bold=True)
    size, lines = _fitted(shown.title.translate(_NO_BREAK))
    for number, line in enumerate(lines):
        write(_TITLE + number * size * _LEADING, line, size, bold=True)
    draw.line((_MARGIN, _RULE, _WIDTH - _MARGIN, _RULE), fill=0, width=2)
    day = date_long(shown.day, shown.language)
    about = f"{shown.host} · {day}" if shown.host else day
    write(_RULE + 18, _cut(about.translate(_NO_BREAK), 32), 32, bold=False)
    # Greys become shades between the paper and one of two inks: a byte a pixel, and no search for a palette.
    name = image.crop((0, 0, _WIDTH, _TOP)).point([grey // 16 for grey in range(256)])
    image = image.point([16 + grey // 16 for grey in range(256)])
    image.paste(name, (0, 0))
    image.putpalette([*_shades(_ACCENT), *_shades(_INK)])
    out = BytesIO()
    image.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _shades(ink: tuple[int, int, int]) -> list[int]:
    return [dark + (light - dark) * step // 15 for step in range(16) for dark, light in zip(ink, _PAPER, strict=True)]


def _fitted(title: str) -> tuple[int, list[str]]:
    """The size of the title's letters and its lines; what does not fit in the smallest size is cut."""
    for size in _SIZES:
        lines, room = _lines(title, size), int((_RULE - _TITLE) / (size * _LEADING))
        if len(lines) <= room:
            break
    if len(lines) > room:
        lines = [*lines[: room - 1], _cut(f"{lines[room - 1]} …", size)]
    return size, lines


def _lines(title: str, size: int) -> list[str]:
    font, lines = _font(size, bold=True), [""]
    for word in title[:_LONGEST].split(" "):
        longer = f"{lines[-1]} {word}".strip(" ")
        if not lines[-1] or font.getlength(longer) <= _WIDTH - 2 * _MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return [_cut(line, size) for line in lines]


def _cut(line: str, size: int) -> str:
    """The line, ended by an ellipsis where it is wider than the picture."""
    font = _font(size, bold=True)
    if font.getlength(line) <= _WIDTH - 2 * _MARGIN:
        return line
    line = line[:_LONGEST]
    while line and font.getlength(f"{line}…") > _WIDTH - 2 * _MARGIN:
        line = line[: -max(1, len(line) // 20)]
    return f"{line}…"


@lru_cache(maxsize=16)
def _font(size: int, *, bold: bool) -> FreeTypeFont:
    from font_source_serif_pro import font_files_ttf
    from PIL import ImageFont

    path = font_files_ttf["SourceSerifProSemibold" if bold else "SourceSerifPro"]
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
