"""What README.md and the documentation print is what happens: their snippets are run, page by page."""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
MADE = re.compile(r"(_.*|generated)")  # folders Sphinx writes, and templates


def pages(suffix: str) -> list[Path]:
    found = (ROOT / "docs").rglob(f"*{suffix}")
    return sorted(p for p in found if not any(MADE.fullmatch(part) for part in p.relative_to(ROOT).parts))


def blocks(page: Path, *languages: str) -> list[tuple[int, str]]:
    """The fenced blocks of a page in some languages, each with the line it starts on."""
    text = page.read_text("utf-8")
    fences = re.finditer(r"^( *)(`{3,})([^\n`]*)\n(.*?)^ *\2`* *$", text, re.MULTILINE | re.DOTALL)
    return [
        (text.count("\n", 0, fence.start(4)), re.sub(f"^{fence[1]}", "", fence[4], flags=re.MULTILINE))
        for fence in fences
        if fence[3].strip() in languages
    ]


def run_python(page: Path) -> int:
    """Run a page's Python blocks in one namespace, transcripts as doctests; how many there were."""
    names: dict[str, Any] = {"__name__": "__main__"}
    found = blocks(page, "python", "pycon")
    for line, source in found:
        if ">>> " not in source:
            exec(compile("\n" * line + source, str(page), "exec"), names)
            continue
        transcript = doctest.DocTestParser().get_doctest(source, names, page.name, str(page), line)
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        said: list[str] = []
        runner.run(transcript, out=said.append, clear_globs=False)
        names.update(transcript.globs)
        assert not runner.failures, "".join(said)
    return len(found)


def run_shell(page: Path, folder: Path) -> int:
    """Run a page's lines that call the command or a copied checker; how many there were."""
    from suasion.command import main

    shutil.copytree(ROOT / "dual", folder / "path/to/dual")
    count = 0
    for _, source in blocks(page, "sh"):
        for words in (shlex.split(line, comments=True) for line in source.splitlines()):
            if words[:1] == ["suasion"]:
                try:
                    code = main(words[1:])
                except SystemExit as stop:
                    code = stop.code
            elif words[:2] == ["python", "-I"]:
                # -S: the folder must not lean on anything installed beside this interpreter.
                code = subprocess.run([sys.executable, "-S", *words[1:]], check=False, timeout=60).returncode
            else:
                continue
            assert not code, f"{shlex.join(words)} ended with {code}"
            count += 1
    return count


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("page", [README, *pages(".md")], ids=lambda page: str(page.relative_to(ROOT)))
def test_python_snippets_run(page: Path) -> None:
    count = run_python(page)
    assert count or page != README


def test_shell_snippets_run(folder: Path) -> None:
    assert run_shell(README, folder) >= 3
    assert (folder / "prosecutor.png").read_bytes().startswith(b"\x89PNG")


def test_the_instance_shown_is_the_one_solved_in_python(folder: Path) -> None:
    import dual

    [(_, text)] = blocks(README, "json")
    (folder / "prosecutor.json").write_text(text, "utf-8")
    run_python(README)
    verdict = dual.verify("prosecutor.solution.json", problem="prosecutor.json")
    assert (verdict.grade, verdict.violation) == ("exact", None)


def test_the_two_commands_stand_alone() -> None:
    """Each is one line and prepares what it needs; `.ci/run` runs them."""
    text = README.read_text("utf-8")
    commands = dict(re.findall(r"^<!-- command: (\w+) -->\n```sh\n([^\n]+)\n```$", text, re.MULTILINE))
    assert list(commands) == ["example", "tests"]
    for command in commands.values():
        assert command.startswith(
            "python3 -m venv --without-pip .venv && python3 -m pip --python .venv install -q pip "
        )
    assert commands["tests"].endswith("&& pytest")


def test_every_page_is_markdown() -> None:
    """Snippets of other pages would not be run, nor those in directives of their own."""
    assert not [str(page.relative_to(ROOT)) for page in pages(".rst")]
    strange = re.compile(r"^ *(~{3,}|`{3,} *(\{(code|doctest|test)|(py|python3|ipython)\b))", re.MULTILINE)
    found = {page.name: strange.search(page.read_text("utf-8")) for page in [README, *pages(".md")]}
    assert not {name: match[0] for name, match in found.items() if match}


def test_links_lead_somewhere() -> None:
    """Relative links of the pages at the top name files of this project."""
    for page in sorted(ROOT.glob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text("utf-8")):
            assert "://" in target or (page.parent / target).exists(), f"{page.name}: {target}"
