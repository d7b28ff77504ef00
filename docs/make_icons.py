"""Draw the icons of the Office.js add-in: one user's revenue beside its cost, as two bars over a line.

Run `python docs/make_icons.py` from the root of a checkout. It needs Pillow.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "udfs" / "officejs" / "static"
SIZES = (16, 32, 64, 80)
FINER = 16
GROUND, PAPER, ACCENT = "#0f5f57", "#ffffff", "#7fe0c3"
# Left, top, right, bottom on a square of 16; each bar stands on the line.
TALL, SHORT, LINE = (4, 3.5, 7, 11), (9, 7, 12, 11), (3, 12, 13, 13.2)


def icon(size: int) -> Image.Image:
    """The icon in one size, drawn finer and made smaller."""
    scale = size * FINER / 16
    picture = Image.new("RGBA", (size * FINER, size * FINER))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, size * FINER - 1, size * FINER - 1), radius=3.2 * scale, fill=GROUND)
    for box, colour in ((TALL, PAPER), (SHORT, ACCENT), (LINE, PAPER)):
        left, top, right, bottom = (x * scale for x in box)
        draw.rounded_rectangle((left, top, right - 1, bottom - 1), radius=0.55 * scale, fill=colour)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Write one PNG for each size."""
    for size in SIZES:
        path = FOLDER / f"icon-{size}.png"
        icon(size).quantize(64).save(path, optimize=True)
        sys.stdout.write(f"{path} {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
