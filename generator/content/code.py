"""Code as HTML with Pygments' classes."""

from __future__ import annotations

from html import escape

_LIMIT = 20_000  # characters; some lexers take the square of a hostile text's length


def highlighted(code: str, language: str) -> str:
    """Escaped HTML of the code, with spans when Pygments knows the language and the code is not too long."""
    if not language or len(code) > _LIMIT:
        return escape(code, quote=False)
    from pygments import highlight
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return escape(code, quote=False)
    return highlight(code, lexer, HtmlFormatter(nowrap=True))
