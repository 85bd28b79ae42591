"""The results page says what the tables say, and is the one that is committed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from lstsr_core import SourceError
from lstsr_runtime.bench.command import bench
from lstsr_runtime.bench.folds import Placed
from lstsr_runtime.bench.page import make_page
from lstsr_runtime.bench.rows import Row, write_rows
from lstsr_runtime.bench.scorecard import SCORES
from lstsr_runtime.bench.speed import Timing
from lstsr_runtime.bench.speed_report import write_timings

COMMITTED = Path(__file__).parents[2] / "docs" / "benchmarks"


@pytest.fixture
def folder(tmp_path):
    rows = [
        Row(scene=scene, model=model, scores={**dict.fromkeys(SCORES, 1.0), "ubrmse": error})
        for scene, hard in (("000", 1.0), ("001", 2.0))
        for model, error in (("bicubic", hard), ("m", 0.5 * hard))
    ]
    split = [Placed(scene=f"00{fold}", place=f"00{fold}", fold=fold) for fold in (0, 1)]
    write_rows(tmp_path / "registered.csv", rows, split)
    timing = Timing(model="m", size="tile", method=3.0, first=3.5, process=9.0, peak=2.0**30)
    write_timings(tmp_path / "speed-tile.csv", [timing])
    return tmp_path


def test_page_says_what_the_tables_say(folder):
    result = CliRunner().invoke(bench, ["page", str(folder)], catch_exceptions=False)
    assert result.exit_code == 0
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "| m | 2 | 0.500 | 0.750 |" in text
    assert "| bicubic | 2 | 1.000 | 1.500 |" in text
    assert text.index("| m | 2 |") < text.index("| bicubic | 2 |")
    assert "| m | bicubic | -0.750 | -1.000 to -0.500 | 2 of 2 | 2 of 2 |" in text
    assert "| 1 | 1 | 2.000 | 1.000 |" in text
    assert "| m | 3.000 | 1.0 | 3.50 | 9.00 | 1024 |" in text
    assert "lstsr bench accuracy" in text


def test_folder_without_tables_is_refused(tmp_path):
    with pytest.raises(SourceError) as caught:
        make_page(tmp_path)
    assert caught.value.code == "FILE_MISSING"


def test_committed_page_is_the_one_that_its_tables_give():
    if not COMMITTED.is_dir():
        pytest.skip("the documentation does not stand beside these tests")
    page = (COMMITTED / "README.md").read_text(encoding="utf-8")
    assert page == make_page(COMMITTED), "run: lstsr bench page docs/benchmarks"
