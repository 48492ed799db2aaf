"""Every script in examples/ runs, and says and draws something."""

import runpy
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_example(script, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr().out.strip()
    drawn = [name for name in ("png", "pdf") if f'savefig("{script.stem}.{name}")' in script.read_text("utf-8")]
    assert all((tmp_path / f"{script.stem}.{name}").stat().st_size > 1000 for name in drawn)
