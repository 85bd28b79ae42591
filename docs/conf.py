"""How the documentation is built: `nox -s docs`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent / "ext"))

import api_pages
import command_pages
import error_pages
import offer_pages
import route_pages

from lstsr_core import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

HERE = Path(__file__).parent
project = "lstsr"
author = copyright = "The lstsr developers"  # noqa: A001  Sphinx calls it so
release = version = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.extlinks", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "ext", "**/.ipynb_checkpoints"]
extlinks = {"doi": ("https://doi.org/%s", "doi:%s")}
default_role = "py:obj"

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE / "_build" / ".jupyter_cache")
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
nb_render_markdown_format = "myst"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
# A formula's source stands below it and is not always pointed at by number.
suppress_warnings = ["ref.footnote", "ref.python", "myst.xref_missing"]

html_theme = "pydata_sphinx_theme"
html_title = "lstsr"
html_theme_options = {"show_toc_level": 2, "navigation_with_keys": False}
html_show_sourcelink = False

MADE = HERE / "reference" / "made"
MADE.mkdir(parents=True, exist_ok=True)
for pages in (api_pages, command_pages, error_pages, offer_pages, route_pages):
    pages.write(MADE)


def number_sources(*arguments: object) -> None:
    """Let the sources of all docstrings of a page have numbers of their own."""
    lines = arguments[-1]
    if isinstance(lines, list):
        lines[:] = [line.replace(".. [1]", ".. [#]").replace(".. [2]", ".. [#]") for line in lines]


def setup(app: Sphinx) -> None:
    """Hang the renumbering into the build."""
    app.connect("autodoc-process-docstring", number_sources)
