"""config.yaml: what it may say, and what its author is told when it says something else."""

from __future__ import annotations

import dataclasses
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.config import Config, parse_config
from generator.diagnostics import RULES, Severity, render
from tests.cases import Case, agree, cases


def differences(value: object, default: object, name: str = "") -> list[str]:
    """The dotted keys whose value is not the default's, one a line."""
    if not dataclasses.is_dataclass(value):
        return [f"{name} = {value!r}"] if value != default else []
    lines = []
    for field in dataclasses.fields(value):
        dotted = f"{name}.{field.name}".strip(".")
        lines += differences(getattr(value, field.name), getattr(default, field.name), dotted)
    return lines


def answer(case: Case) -> str:
    config, problems = parse_config(case.text)
    return "\n".join([*(differences(config, Config()) if config else ["no configuration"]), *map(render, problems)])


@pytest.mark.parametrize("case", cases("config"), ids=str)
def test_a_configuration_is_read_or_every_problem_is_named(case, update_golden):
    agree(case, answer(case), update_golden)


def test_an_empty_text_gives_the_defaults():
    assert parse_config("") == (Config(), ())


def test_every_default_passes_its_own_check():
    def written(value: object) -> object:
        if dataclasses.is_dataclass(value):
            return {field.name: written(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return list(value) if isinstance(value, tuple) else value

    text = yaml.safe_dump(written(Config()), allow_unicode=True)
    assert parse_config(text) == (Config(), ())


def test_the_path_is_the_one_in_the_messages():
    _, problems = parse_config("x: 1", "sites/a/config.yaml")
    assert [found.path for found in problems] == ["sites/a/config.yaml"]


@pytest.mark.parametrize(("name", "text"), [
    ("ten thousand aliases", "a: &a x\nb: [" + "*a, " * 10_000 + "]"),
    ("brackets without end", "site: " + "[" * 60_000),
    ("dashes without end", "- " * 30_000),
    ("ten megabytes", "site: {title: " + "x" * 10_000_000 + "}"),
    ("a number of many digits", "pagination: " + "9" * 60_000),
])
def test_a_configuration_that_would_cost_time_is_an_error_at_once(name, text):
    start = time.process_time()
    config, problems = parse_config(text)
    assert config is None
    assert 0 < len(problems) < 50
    assert time.process_time() - start < 3


def check(text: str) -> None:
    config, problems = parse_config(text)
    assert (config is None) == any(found.severity is Severity.ERROR for found in problems)
    assert problems == tuple(sorted(problems))
    for found in problems:
        assert found.code in RULES
        assert found.line >= 1
        assert found.message
        assert found.hint
        assert render(found)
    if config:
        assert config.site.url.startswith(("http://", "https://"))
        assert not config.site.url.endswith("/")
        config.site.url.encode("ascii")
        assert 1 <= config.pagination <= 1000
        for folder in (config.posts, config.static, config.output):
            assert folder
            assert not {"", ".", ".."} & set(folder.split("/"))


@given(st.text())
def test_parsing_raises_on_no_text(text):
    check(text)


@given(st.lists(st.sampled_from([
    "site", "title", "url", "timezone", "permalink", "pagination", "feeds", "ids", "sections", "key_points", "posts",
    "output", ":", ": ", ": ", "\n", "\n  ", "- ", "'", '"', "[", "]", "{", "}", ", ", "&a ", "*a", "!", "#", "\t", "~",
    "20", "-1", "true", "https://example.org/", "/:slug/", "Europe/Paris", "é", "\u00a0", "\x07", "\r", "---\n",
    "\ufffd",
]), max_size=25).map("".join))
def test_parsing_raises_on_no_yaml(text):
    check(text)


KEYS = ["site.title", "site.url", "site.language", "site.timezone", "site.author.email", "site.author.url", "permalink",
        "pagination", "feeds.entries", "feeds.ids", "search", "sections.key_points", "posts", "static", "output"]


@given(st.sampled_from(KEYS), st.text(max_size=30) | st.text("https://:.[]@?#%a0 ~", max_size=30).map("http".__add__))
def test_any_value_is_taken_or_refused(key, value):
    *groups, name = key.split(".")
    document: object = {name: value}
    for group in reversed(groups):
        document = {group: document}
    check(yaml.safe_dump(document))
