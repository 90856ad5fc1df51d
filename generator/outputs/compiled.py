"""Templates compiled to less work than Jinja leaves: its own code generator, with three of its answers changed.

What is written the other way means the same, or raises: whoever renders then does it again with Jinja's own code, which
knows every case and the line that is to blame (`templates.Press`). Escaping stays where Jinja puts it, at every
expression of an output; only the wrapper `Markup` around each escaped text goes, since the whole is joined and written.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from keyword import iskeyword
from typing import Any

import markupsafe
from jinja2 import nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.compiler import CodeGenerator, Frame, optimizeconst
from jinja2.environment import Environment
from markupsafe import Markup, escape


def by_hand(value: str) -> str:
    """What `markupsafe.escape` makes of a text, without its wrapper."""
    value = value.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
    return value.replace("'", "&#39;").replace('"', "&#34;")


_escaped: Callable[[str], str] = getattr(markupsafe, "_escape_inner", by_hand)
"""The library's own, in C, takes a third of the time, but it is not promised to stay."""


def text(value: Any) -> str:
    """What an output shows of a value: `markupsafe.escape`, without its wrapper."""
    if type(value) is str:
        return _escaped(value)
    shown: str = value if type(value) is Markup else escape(value)
    return shown


def safe(value: Any) -> str:
    """What an output shows of ``value|safe``."""
    shown: str = value if type(value) is str else Markup(value)
    return shown


class _Generator(CodeGenerator):

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("text, safe = environment.text, environment.safe")

    def writeline(self, x: str, node: nodes.Node | None = None, extra: int = 0) -> None:
        """What a block or the frame yields as one text: each piece would pass through all that stand around it."""
        if x.startswith("yield from "):
            x = f"yield concat({x.removeprefix('yield from ')})"
        super().writeline(x, node, extra)

    @optimizeconst
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """``a.b`` as Python reads it; Jinja tries ``a["b"]`` too, and makes an `Undefined` of what is not there."""
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    @optimizeconst
    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """A call without asking whether the function wants Jinja's context: none that templates are given does."""
        if node.dyn_args or node.dyn_kwargs or any(iskeyword(named.key) for named in node.kwargs):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        """Consecutive pieces as one text."""
        finalize = self._make_finalize()
        if frame.require_output_check or frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src:
            super().visit_Output(node, frame)
            return
        pieces: list[str | nodes.Expr] = []
        for child in node.nodes:
            try:
                constant = self._output_child_to_const(child, frame, finalize)
            except Exception:  # as Jinja: what has no value yet is asked for when the page is made
                pieces.append(child)
                continue
            if pieces and isinstance(pieces[-1], str):
                pieces[-1] += constant
            else:
                pieces.append(constant)
        self.start_write(frame, node)
        if len(pieces) == 1:
            self._piece(pieces[0], frame)
        else:
            self.write("concat((")
            for piece in pieces:
                self._piece(piece, frame)
                self.write(", ")
            self.write("))")
        self.end_write(frame)

    def _piece(self, piece: str | nodes.Expr, frame: Frame) -> None:
        if isinstance(piece, str):
            self.write(repr(piece))
            return
        if isinstance(piece, nodes.Filter) and piece.name == "safe" and piece.node:
            self.write("safe(")
            self.visit(piece.node, frame)
        else:
            self.write("text(")
            self.visit(piece, frame)
        self.write(")")


class Codes(BytecodeCache):
    """Code of templates that need not be compiled again: Jinja asks here first, and tells what it compiled."""

    def __init__(self, known: Mapping[str, tuple[str, bytes]]) -> None:
        """`known`: the name of a template → its text, and its code as `marshal` writes it."""
        self._known = known
        self.new: dict[str, tuple[str, bytes]] = {}
        """What was compiled since, in the same form."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The name itself: code is known by it."""
        return name

    def get_source_checksum(self, source: str) -> str:
        """The text itself, which is compared as fast as a digest is made."""
        return source

    def load_bytecode(self, bucket: Bucket) -> None:
        """Puts the code of the very same text into the bucket."""
        text, code = self._known.get(bucket.key, ("", b""))
        if code and text == bucket.checksum:
            bucket.code = marshal.loads(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Takes what was compiled out of the bucket."""
        self.new[bucket.key] = bucket.checksum, marshal.dumps(bucket.code)


class QuickEnvironment(Environment):
    """Jinja's environment, with the code generator above."""

    code_generator_class = _Generator
    text = staticmethod(text)
    safe = staticmethod(safe)
