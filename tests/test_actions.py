"""The GitHub action and the workflows: valid, pinned, safe from their inputs, and run here as GitHub would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import scaffold
from tests.sites import REPOSITORY, TinySite, make_site, note, tree

ACTION = REPOSITORY / "action.yml"
WORKFLOWS = sorted((REPOSITORY / ".github/workflows").glob("*.yml"))
BROKEN = "---\ntitle: 'Don't'\ndate: 2025-09-01\n---\nWords.\n"
GOOD = note("A note", "Some words of the author. " * 20 + """

**Points clés :**
*   One.

**Vulnérabilités :**
*   None.

**Recommandations :**
*   None.

---
[Source](https://example.org/a)""")
NOTE, OTHER = "content/posts/2025-09-08-note.md", "content/posts/2025-09-01-b.md"


# The files themselves


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that `veille init` began."""
    root = tmp_path_factory.mktemp("begun")
    from generator.config import SiteSettings

    site = SiteSettings("Veille", "https://example.org", timezone="Europe/Paris")
    scaffold.write(root, scaffold.new_site(site, date(2025, 9, 8), "1.2.3", scaffold.packaged_action()))
    return root


def valid(kind: str, *files: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.github-{kind}", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_and_the_workflows_are_valid(begun: Path):
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "pages.yml", "release.yml"]
    valid("actions", ACTION)
    valid("workflows", *WORKFLOWS, begun / ".github/workflows/pages.yml")


def test_a_new_site_carries_this_very_action(begun: Path):
    assert (begun / scaffold.ACTION).read_bytes() == ACTION.read_bytes()


def loaded(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    document = loaded(path)
    if "runs" in document:
        found: list[dict[str, Any]] = document["runs"]["steps"]
        return found
    return [step for job in document["jobs"].values() for step in job["steps"]]


def test_no_input_is_part_of_a_script(begun: Path):
    for path in (ACTION, *WORKFLOWS, begun / ".github/workflows/pages.yml"):
        for step in steps(path):
            assert "${{" not in step.get("run", ""), path


def test_every_action_of_others_is_pinned_to_a_commit_and_says_which_release_it_is(begun: Path):
    pins: dict[str, set[str]] = {}
    for path in (ACTION, *WORKFLOWS, begun / ".github/workflows/pages.yml"):
        for name, rest in re.findall(r"uses: (\S+)(.*)", path.read_text("utf-8")):
            if not name.startswith("./"):
                action, _, commit = name.partition("@")
                assert re.fullmatch(r"[0-9a-f]{40}", commit), name
                assert re.fullmatch(r" # v\d+\.\d+\.\d+", rest), name
                pins.setdefault("/".join(action.split("/")[:2]), set()).add(commit + rest)
    assert all(len(commits) == 1 for commits in pins.values()), pins


def test_every_input_is_used_and_no_other(begun: Path):
    text = ACTION.read_text("utf-8")
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(loaded(ACTION)["inputs"])
    for path in (REPOSITORY / ".github/workflows/pages.yml", begun / ".github/workflows/pages.yml"):
        given = next(step["with"] for step in steps(path) if step.get("uses", "").startswith("./"))
        assert set(given) <= set(loaded(ACTION)["inputs"])


def test_publishing_may_do_what_pages_need_and_no_more(begun: Path):
    for path in (REPOSITORY / ".github/workflows/pages.yml", begun / ".github/workflows/pages.yml"):
        document = loaded(path)
        assert document["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}
        assert document["concurrency"]["cancel-in-progress"] is False
        assert set(document[True]) == {"push", "workflow_dispatch", "schedule"}  # YAML 1.1 reads «on» as true
        order = [step["uses"].partition("@")[0] for step in steps(path)]
        assert order[0] == "actions/checkout"
        assert order[1] == "actions/configure-pages"
        assert order[2] in ("./", "./.github/actions/veille")
        assert order[3] == "actions/deploy-pages"


def test_a_new_site_installs_the_release_that_began_it(begun: Path):
    given = next(step["with"] for step in steps(begun / ".github/workflows/pages.yml") if step["uses"].startswith("./"))
    assert given["version"] == "1.2.3"


# The steps, run


@dataclass(frozen=True, slots=True)
class Stepped:
    """What the steps of the action did."""

    codes: dict[str, int]
    """Name → exit status of each script that was run."""
    uploaded: bool
    log: str
    summary: str


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with veille as the action's own step installs it from this working tree, and nothing else."""
    target = tmp_path_factory.mktemp("installed")
    step = next(step for step in steps(ACTION) if step.get("name") == "Install veille")
    done = bash(step["run"], target, {
        "VERSION": "", "GITHUB_ACTION_PATH": str(REPOSITORY), "PATH": path_with(target),
        # As the action runs it, but offline and beside the tools of the tests, not over them.
        "PIP_TARGET": str(target), "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_INDEX": "1",
        "PYTHONPATH": str(target),
    })
    assert done.returncode == 0, done.stdout
    assert re.search(r"^veille \d+\.\d+\.\d+$", done.stdout, re.MULTILINE)
    assert (target / "generator/action.yml").read_bytes() == ACTION.read_bytes()
    return target


def test_the_installed_package_takes_a_newcomer_to_a_site(tmp_path: Path, installed: Path):
    script = """
        veille init watch --title Watch --url https://example.org < /dev/null
        cd watch
        veille new "A second note" --date 2025-09-08
        veille build --strict
        veille check
        veille list --format json
    """
    done = bash(script, tmp_path, {"PATH": path_with(installed), "PYTHONPATH": str(installed)})
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "watch" / scaffold.ACTION).read_bytes() == ACTION.read_bytes()
    assert (tmp_path / "watch/output/posts/2025/09/08/a-second-note/index.html").is_file()


def path_with(target: Path) -> str:
    return os.pathsep.join((str(target / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]))


def bash(script: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """As a composite action's ``shell: bash`` does."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    file = folder / ".step.sh"
    file.write_text(script, "utf-8")
    try:
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(file)], cwd=folder, env={**kept, **environment},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False, timeout=120,
        )
    finally:
        file.unlink()


def act(site: TinySite, installed: Path, workspace: Path | None = None, **given: str) -> Stepped:
    """Runs the scripts of the action after the installation, in order, as GitHub does: after a failure, the summary."""
    inputs = {name: about["default"] for name, about in loaded(ACTION)["inputs"].items()}
    inputs |= {name.replace("_", "-"): value for name, value in given.items()}
    runner = site.root.parent / "runner"
    runner.mkdir(exist_ok=True)
    summary = runner / "summary.md"
    summary.write_text("")
    codes: dict[str, int] = {}
    log = ""
    uploaded = False
    for step in steps(ACTION):
        failed = any(codes.values())
        condition = step.get("if", "")
        assert condition in ("", "${{ !cancelled() }}", "${{ inputs.upload == 'true' }}")
        if (failed and condition != "${{ !cancelled() }}") or (
            "inputs.upload" in condition and inputs["upload"] != "true"
        ):
            continue
        if "run" not in step:
            uploaded = uploaded or "upload-pages-artifact" in step["uses"]
            continue
        if step["name"] == "Install veille":
            continue
        assert step["shell"] == "bash"
        environment = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: str(inputs[found[1]]), text)
            for name, text in step["env"].items()
        }
        assert not any("${{" in text for text in environment.values())
        done = bash(step["run"], workspace or site.root, {
            **environment, "PATH": path_with(installed), "PYTHONPATH": str(installed), "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(summary), "RUNNER_TEMP": str(runner),
            "GITHUB_WORKSPACE": str(workspace or site.root),
        })
        codes[step["name"]] = done.returncode
        log += done.stdout
    return Stepped(codes, uploaded, log, summary.read_text("utf-8"))


def test_the_steps_check_build_and_summarise(tmp_path: Path, installed: Path):
    site = make_site(tmp_path / "site", {NOTE: GOOD}, "site: {url: https://example.org}")
    done = act(site, installed, base_url="https://owner.github.io/veille")
    assert done.codes == {"Check the notes": 0, "Build the site": 0, "Summarise": 0}, done.log
    assert done.uploaded
    assert "https://owner.github.io/veille/posts/2025/09/08/note/" in site.page("/sitemap.xml")
    assert "| published | 1 |" in done.summary
    assert "1 post in output: " in done.summary
    assert not [path for path in tree(site.root) if path.endswith(".step.sh")]


def test_a_second_run_writes_nothing_anew(tmp_path: Path, installed: Path):
    site = make_site(tmp_path / "site", {NOTE: GOOD})
    act(site, installed)
    before = tree(site.root / "output")
    done = act(site, installed)
    assert " 0 files written, 0 removed" in done.summary
    assert tree(site.root / "output") == before


def test_a_broken_note_fails_the_check_and_is_in_the_summary(tmp_path: Path, installed: Path):
    site = make_site(tmp_path / "site", {NOTE: GOOD, OTHER: BROKEN})
    done = act(site, installed)
    assert done.codes == {"Check the notes": 1, "Summarise": 0}, done.log
    assert not done.uploaded
    assert f"::error file={OTHER},line=2" in done.log
    assert "Nothing was written." in done.summary
    assert f"| {OTHER}:2 | V201: " in done.summary
    assert "| invalid | 1 |" in done.summary


def test_invalid_notes_can_be_left_out(tmp_path: Path, installed: Path):
    site = make_site(tmp_path / "site", {NOTE: GOOD, OTHER: BROKEN})
    done = act(site, installed, skip_invalid="true")
    assert set(done.codes.values()) == {0}, done.log
    assert done.uploaded
    assert site.has("/posts/2025/09/08/note/")
    assert "1 post left out because of errors." in done.summary


def test_warnings_stop_the_build_when_it_is_strict(tmp_path: Path, installed: Path):
    site = make_site(tmp_path / "site", {NOTE: note("Thin", "Few words.")})
    assert act(site, installed).codes["Check the notes"] == 0
    assert act(site, installed, strict="true").codes["Check the notes"] == 1


def test_a_site_may_lie_below_the_repository_and_be_built_only(tmp_path: Path, installed: Path):
    site = make_site(tmp_path / "repository/my site", {NOTE: GOOD})
    done = act(site, installed, tmp_path / "repository", folder="my site", output="public", upload="false")
    assert set(done.codes.values()) == {0}, done.log
    assert not done.uploaded
    assert (site.root / "public/index.html").is_file()
    site.write({OTHER: BROKEN})
    done = act(site, installed, tmp_path / "repository", folder="my site", output="public", upload="false")
    assert f"::error file=my site/{OTHER},line=2" in done.log


@pytest.mark.parametrize("name", ["folder", "output", "base_url", "strict", "skip_invalid"])
def test_no_input_becomes_a_command(tmp_path: Path, installed: Path, name: str):
    site = make_site(tmp_path / "site", {NOTE: GOOD})
    act(site, installed, **{name: '$(touch pwned)"; touch pwned; `touch pwned` #'})
    assert not [path for path in tree(tmp_path) if path.endswith("pwned")]


def test_no_line_of_a_note_is_a_command_to_the_runner(tmp_path: Path, installed: Path):
    hostile = "---\ntitle: T\ndate: 2025-09-01\n::error title=hostile::says the note\n---\nWords.\n"
    site = make_site(tmp_path / "site", {NOTE: GOOD, OTHER: hostile})
    done = act(site, installed, skip_invalid="true")
    live, stopped = [], ""
    for line in map(str.strip, done.log.splitlines()):
        if stopped:
            stopped = "" if line == f"::{stopped}::" else stopped
        elif line.startswith("::stop-commands::"):
            stopped = line.rpartition("::")[2]
        elif line.startswith("::"):
            live.append(line)
    assert live
    assert not [line for line in live if line.startswith("::error title=hostile")]
    assert not stopped
