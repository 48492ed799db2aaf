"""Draw every picture of the catalog on contact sheets, to be looked at: ``python docs/contact_sheet.py FOLDER [WORD]``.

A WORD restricts it to entries whose names contain it. What the sheets show is judged by eye, before and after a change.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

from matplotlib import image, pyplot

import suasion
from dual.errors import SuasionError
from suasion.catalog import slugs

ACROSS, DOWN = 3, 3


def pictures(folder: Path, word: str = "") -> list[Path]:
    """Draw the entries' pictures; those that refuse to be drawn say why."""
    made = []
    for slug in slugs():
        if word not in slug:
            continue
        try:
            figure = suasion.load(slug).solve(time_limit=20).plot().figure
        except SuasionError as why:
            print(f"{slug}: {why}")
            continue
        path = folder / f"{slug}.png"
        figure.savefig(path, dpi=110)
        pyplot.close(figure)
        made.append(path)
    return made


def sheets(found: list[Path], folder: Path) -> None:
    """Put the pictures on sheets, with their names."""
    size = ACROSS * DOWN
    for number, start in enumerate(range(0, len(found), size)):
        figure, grid = pyplot.subplots(DOWN, ACROSS, figsize=(7 * ACROSS, 5.2 * DOWN), layout="constrained")
        for place in grid.flat:
            place.set_axis_off()
        for path, place in zip(found[start : start + size], grid.flat, strict=False):
            place.imshow(image.imread(path))
            place.set_title(path.stem, fontsize=10)
        figure.savefig(folder / f"sheet-{number}.png", dpi=75)
        pyplot.close(figure)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    sheets(pictures(target, *sys.argv[2:3]), target)
