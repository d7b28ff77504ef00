"""Draw the pictures of the README afresh: build a workbook, print it with LibreOffice, cut out pages.

Run `python docs/make_pictures.py` from the root of a checkout. It needs LibreOffice (`soffice`), poppler
(`pdftotext`, `pdftoppm`) and Pillow.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

import unitsheet

PICTURES = Path(__file__).resolve().parent / "pictures"
# The picture's name, the words its sheet begins with, and how many pages further on it is.
PAGES = {
    "cover": ("Unit economics of LLM products", 0), "inputs": ("Inputs", 0),
    "company": ("Moonshot AI: Kimi", 0), "compare": ("Companies side by side", 0),
    "dashboard": ("Dashboard: Kimi", 0), "dashboard-charts": ("Dashboard: Kimi", 1), "checks": ("Checks", 0),
}  # fmt: skip
DOTS_PER_INCH = 120
MARGIN = 24


def main() -> None:
    """Write one PNG for each page wanted."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "kimi.xlsx"
        unitsheet.new(book, ["kimi", "doubao", "chatgpt", "deepseek", "minimax"], months=36)
        profile = (folder / "profile").as_uri()
        _run(
            "soffice",
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            name,
            str(book),
        )
        pdf = folder / "kimi.pdf"
        for picture, (words, further) in PAGES.items():
            page = _page(pdf, words) + further
            _run(
                "pdftoppm",
                "-r",
                str(DOTS_PER_INCH),
                "-png",
                "-singlefile",
                "-f",
                str(page),
                "-l",
                str(page),
                str(pdf),
                str(folder / picture),
            )
            _trimmed(folder / f"{picture}.png").save(PICTURES / f"{picture}.png", optimize=True)
            sys.stdout.write(f"{PICTURES / picture}.png\n")


def _page(pdf: Path, words: str) -> int:
    """The first page whose text begins with these words."""
    pages = _run("pdftotext", "-layout", str(pdf), "-").split("\f")
    return next(number for number, text in enumerate(pages, start=1) if text.strip().startswith(words))


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=180).stdout


def _trimmed(path: Path) -> Image.Image:
    """The picture without its white border."""
    picture = Image.open(path).convert("RGB")
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    assert box is not None
    left, top, right, bottom = box
    wide, high = picture.size
    return picture.crop(
        (max(0, left - MARGIN), max(0, top - MARGIN), min(wide, right + MARGIN), min(high, bottom + MARGIN))
    )


if __name__ == "__main__":
    main()
