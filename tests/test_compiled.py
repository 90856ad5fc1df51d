"""Templates compiled to less work show what Jinja shows, and escape what Jinja escapes."""

from __future__ import annotations

from types import SimpleNamespace

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from generator.outputs.compiled import QuickEnvironment, by_hand, safe, text

HOSTILE = """<b title='"'>&amp;</b>"""
TEMPLATES = {
    "frame.html": "<title>{{ x }}</title>{% block body %}{{ x }} outer{% endblock %}{{ x }}",
    "part.html": "[{{ x }}{{ 1 }}]",
    "parts.html": """{% macro one(a, b='"') %}({{ a }}|{{ b }}|{{ x }}){% if caller is defined %}"""
    "{{ caller() }}{% endif %}{% endmacro %}",
    "set.html": "{% set x = 'its own' %}{{ x }}",
}
PLACES = [
    "{{ x }}", "a {{ x }} b {{ x }} c", "{{ x }}{{ x }}", "{{ value.name }}", "{{ value['name'] }}", "{{ pair[0] }}",
    "{{ shout(x) }}", "{{ shout(word=x) }}", "{{ shout(*pair) }}", "{{ shout(**{'word': x}) }}", "{{ x ~ '<' ~ x }}",
    "{{ x + x }}", "{{ '<i>%s</i>'|format(x) }}", "{{ x.upper() }}", "{{ x|upper }}", "{{ [x, x]|join('<') }}",
    "{{ x if yes else '' }}", "{{ '' or x }}", "{{ 'a<b' }}", "{{ none }}", "{{ 1.5 }}", "{{ x|replace('b', '<') }}",
    "{% if yes %}{{ x }}{% endif %}", "{% for y in pair %}{{ loop.index }}{{ y }}{% endfor %}",
    "{% set y = x %}{{ y }}", "{% set y %}{{ x }}<hr>{% endset %}{{ y }}", "{% set y = html %}{{ y }}{{ html ~ x }}",
    "{% filter upper %}{{ x }}{% endfilter %}", "{% include 'part.html' %}", "{{ html }}", "{{ html|safe }}",
    "{{ x|safe }}", "{{ x|e }}", "{{ x|safe|e }}", "{{ x|safe|upper }}", "{{ (x|safe) ~ x }}", "{{ x|escape|safe }}",
    "{% extends 'frame.html' %}{% block body %}{{ x }}{{ super() }}{% endblock %}",
    "{% extends 'frame.html' %}{% set x = x ~ '<' %}",
    "{% import 'parts.html' as parts with context %}{{ parts.one(x) }}",
    "{% from 'parts.html' import one with context %}{{ one(x, b=x) }}{% call one(x) %}{{ x }}<hr>{% endcall %}",
    "{% macro m() %}{{ x }}{{ kwargs }}{{ varargs }}{% endmacro %}{{ m(x, y=x) }}",
    "{% autoescape false %}{{ x }}{% endautoescape %}{{ x }}", "{% with y = x %}{{ y }}{% endwith %}",
    "{% include 'set.html' %}{{ x }}", "{% set x = 'set' %}{% include 'part.html' %}",
    "{% import 'set.html' as other with context %}{{ other.x }}{{ x }}",
    "{{ y is defined }}{% set y = 1 %}{{ y is defined }}",
    "{% extends 'frame.html' %}{% set x = 'set' %}{% block body %}{{ x }}{% set x = 'inner' %}{{ x }}{% endblock %}",
    "{% for y in pair recursive %}{{ y }}{% else %}-{% endfor %}", "{{ value }}", "{{ pair }}",
]


def shown(kind: type[jinja2.Environment], template: str) -> str:
    environment = kind(
        loader=jinja2.DictLoader({**TEMPLATES, "it": template}), autoescape=True, undefined=jinja2.StrictUndefined
    )

    def shout(word: str, again: object = "") -> str:
        return f"{word}!{again}"

    return environment.get_template("it").render(
        x=HOSTILE, html=Markup("<hr>"), value=SimpleNamespace(name=HOSTILE), pair=(HOSTILE, "&"), shout=shout, yes=True
    )


@pytest.mark.parametrize("template", PLACES)
def test_each_place_where_a_text_enters_shows_what_jinja_shows(template: str):
    expected = shown(jinja2.Environment, template)
    assert shown(QuickEnvironment, template) == expected
    if "safe" not in template and "false" not in template and "html" not in template:
        assert "<b " not in expected


@given(st.text() | st.integers() | st.none() | st.text().map(Markup) | st.dates())
def test_a_value_is_escaped_as_markupsafe_escapes_it(value: object):
    assert text(value) == str(escape(value))
    assert by_hand(str(value)) == str(escape(str(value)))
    assert str(safe(value)) == str(Markup(value))


@pytest.mark.parametrize("template", ["{{ nothing }}", "{{ x.nothing }}", "{{ value.nothing.more }}", "{{ x() }}"])
def test_what_is_not_there_raises(template: str):
    with pytest.raises((jinja2.UndefinedError, AttributeError, TypeError)):
        shown(QuickEnvironment, template)
