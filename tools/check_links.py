"""Whether every link inside of the built documentation leads to a page and a place that are there.

Run by `nox -s docs`; addresses of other sites are left alone, so that no network is needed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLACE = re.compile(r'\bid="([^"]+)"')
LINK = re.compile(r'\b(?:href|src)="([^"]+)"')
ELSEWHERE = re.compile(r"[a-z]+:|//")
"""What begins so lies on another site, or is no address."""


def main() -> int:
    """Check the folder that is named and say which links are broken."""
    folder = Path(sys.argv[1]).resolve()
    pages = {page: page.read_text(encoding="utf-8") for page in folder.rglob("*.html")}
    own = {page: text for page, text in pages.items() if "_static" not in page.parts}
    wrong = sorted(set(broken(own)))
    for line in wrong:
        print(f"MEND {line}")
    print(f"links of {len(own)} pages: {len(wrong)} broken")
    return 1 if wrong or not own else 0


def broken(pages: Mapping[Path, str]) -> Iterator[str]:
    """Name the links of pages that lead nowhere."""
    places = {page: {"", *PLACE.findall(text)} for page, text in pages.items()}
    for page, text in pages.items():
        for link in LINK.findall(text):
            if ELSEWHERE.match(link):
                continue
            address, _, place = link.partition("#")
            target = (page.parent / address.partition("?")[0]).resolve() if address else page
            if not target.exists() or (target in places and place not in places[target]):
                yield f"{page.name}: {link}"


if __name__ == "__main__":
    sys.exit(main())
