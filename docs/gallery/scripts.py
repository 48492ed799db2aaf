"""Write the gallery's scripts: one per story of ``stories.toml``, a folder per chapter.

Sphinx-Gallery runs them, makes thumbnails and offers each as a notebook; ``docs/conf.py`` calls :func:`write`.
"""

import tomllib
from pathlib import Path
from textwrap import fill

STORIES = Path(__file__).with_name("stories.toml")

INTRO = """
Gallery
=======

Instances of the catalog with their stories. Every page ends with a notebook and a script to download; every number in
it is proven when the site is built.
"""

SCRIPT = '''"""
{title}
{line}

{story}

*Source:* {source}.
"""

import suasion

# %%
# The instance is an entry of the catalog.

problem = suasion.load("{slug}")
problem

# %%
# Solve it. Both bounds are proven in exact arithmetic before they are reported.

solution = problem.solve()
print(solution.summary())

# %%
# The picture.

ax = solution.plot()

# %%
# Keep it, and let the checker read the file as a stranger would.

solution.save("{slug}.solution.json")
print(suasion.verify("{slug}.solution.json"))
'''

VARY = """
# %%
# Vary a number, and draw the value.

curve = solution.value_curve("{number}", {values})
curve_ax = curve.plot()
"""


def chapters() -> list[dict]:
    """The chapters with their entries."""
    return tomllib.loads(STORIES.read_text("utf-8"))["chapter"]


def file_name(entry: dict) -> str:
    """The name of an entry's script, a module's name."""
    return f"plot_{entry['slug'].replace('-', '_')}.py"


def script(entry: dict) -> str:
    """The script that tells one story.

    Raises
    ------
    KeyError
        If the catalog has no such entry.
    """
    from suasion.catalog import entry as known

    instance = known(entry["slug"]).instance
    title = instance["name"]
    text = SCRIPT.format(
        title=title,
        line="=" * len(title),
        story=fill(" ".join(entry["story"].split()), 110),
        # A transport's field of this name holds its masses; it names its source in the notes.
        source=instance["source"] if isinstance(instance["source"], str) else instance["notes"],
        slug=entry["slug"],
    )
    if "vary" in entry:
        number, values = entry["vary"]
        text += VARY.format(number=number, values=values)
    return text


def write(folder: Path) -> None:
    """Write all scripts below a folder, a folder per chapter.

    A file that has not changed is left alone, so that it is not run again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder / "GALLERY_HEADER.rst", INTRO)
    for position, chapter in enumerate(chapters()):
        place = folder / f"{position}-{chapter['name']}"
        place.mkdir(parents=True, exist_ok=True)
        _put(place / "GALLERY_HEADER.rst", f"{chapter['title']}\n{'=' * len(chapter['title'])}\n\n{chapter['intro']}\n")
        for entry in chapter["entry"]:
            _put(place / file_name(entry), script(entry))


def _put(path: Path, text: str) -> None:
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
