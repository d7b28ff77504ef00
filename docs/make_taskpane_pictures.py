"""Draw the pictures of the task pane afresh: Chromium shows it in English and, dark, in Chinese.

Run `python docs/make_taskpane_pictures.py` from the root of a checkout. It needs Chromium, Node, the extra
`test`, and what `npm ci --prefix tests/js` installs.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
PICTURES = ROOT / "docs" / "pictures"
COLOURS = 128


def main() -> None:
    """Serve the pane, let Chromium show it, and keep the pictures small."""
    from host_officejs import chromium, node_program, serving

    from unitsheet import taskpane

    with serving(catalogue=taskpane.catalogue(), companies=taskpane.companies()) as server:
        subprocess.run(
            [
                node_program(),
                str(ROOT / "tests" / "js" / "pictures.mjs"),
                chromium(),
                server.page,
                str(PICTURES),
            ],
            check=True,
            timeout=180,
        )
    for path in sorted(PICTURES.glob("taskpane-*.png")):
        Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
