"""A scientist opens the page and looks: a real headless Chromium, and pictures of what it shows."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
SLOW = 120_000
"""How long anything may take on a slow machine. [ms]"""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Folder of the screenshots; LSTSR_SCREENSHOTS names one that is kept."""
    named = os.environ.get("LSTSR_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, demo):
    """The page with its demonstration shown; what it said and whom it asked is in lists."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", color_scheme="light"
    )
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.said, page.asked = [], []
    page.on("console", lambda line: page.said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(f"{demo}/viewer/")
    page.wait_for_selector("body[data-job=successful]")
    page.wait_for_selector("#view:not([hidden])")
    rest(page)
    yield page
    context.close()


def rest(page):
    """Wait until both maps have drawn all they have."""
    page.wait_for_selector("body[data-idle]")
    page.wait_for_load_state("networkidle")


def test_a_scene_is_sharpened_swiped_and_read_without_another_host(page, demo, pictures):
    page.screenshot(path=pictures / "1-swipe.png")
    assert page.locator("#legend-title").inner_text() == "Land surface temperature [K]"
    half = page.locator("#stage").screenshot()
    page.locator("#swipe").fill("0")
    sharp = page.locator("#stage").screenshot()
    page.locator("#swipe").fill("100")
    page.screenshot(path=pictures / "2-measured.png")
    assert len({half, sharp, page.locator("#stage").screenshot()}) == 3
    page.locator("#swipe").fill("50")
    box = page.locator("#stage").bounding_box()
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
    page.wait_for_selector("#pixel strong")
    assert re.fullmatch(r"\d{3}\.\d\d K ± \d+\.\d\d K", page.locator("#pixel strong").inner_text())
    page.screenshot(path=pictures / "3-pixel.png")
    page.click("#units")
    assert "°C" in page.locator("#pixel strong").inner_text()
    assert page.locator("#legend-title").inner_text() == "Land surface temperature [°C]"
    assert {urlsplit(url).netloc for url in page.asked if url.startswith("http")} == {
        urlsplit(demo).netloc
    }
    assert page.said == []


def test_uncertainty_quality_and_the_dark_page_are_shown(page, pictures):
    page.check("input[value=lst_uncertainty]")
    rest(page)
    assert page.locator("#legend-title").inner_text() == "Standard uncertainty [K]"
    page.screenshot(path=pictures / "4-uncertainty.png")
    page.check("input[value=quality]")
    page.click("#theme")
    rest(page)
    assert "measured" in page.locator("#flags").inner_text()
    page.screenshot(path=pictures / "5-quality-dark.png")
    page.check("input[value=lst]")
    rest(page)
    page.screenshot(path=pictures / "6-dark.png")
    assert page.said == []


def test_the_keyboard_alone_swipes_and_submits(page):
    page.focus("#swipe")
    page.keyboard.press("Home")
    assert (
        page.evaluate("document.querySelector('#stage').style.getPropertyValue('--swipe')") == "0%"
    )
    page.keyboard.press("ArrowRight")
    assert (
        page.evaluate("document.querySelector('#stage').style.getPropertyValue('--swipe')") == "1%"
    )
    page.select_option("#model", "bicubic")
    page.focus("#go")
    page.keyboard.press("Enter")
    done = page.locator("#jobs li", has_text="bicubic").filter(has_text="successful")
    done.first.wait_for()


def test_a_box_is_drawn_and_the_page_fits_a_telephone(page, pictures):
    page.check("input[value=fetch]")
    page.click("#draw")
    box = page.locator("#stage").bounding_box()
    page.mouse.move(box["x"] + 250, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 420, steps=4)
    page.mouse.up()
    west, south, east, north = (
        float(page.input_value(f"#{name}")) for name in ("west", "south", "east", "north")
    )
    assert west < east
    assert south < north
    page.screenshot(path=pictures / "7-box.png")
    page.set_viewport_size({"width": 390, "height": 780})
    rest(page)
    page.screenshot(path=pictures / "8-telephone.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_whoever_has_a_key_sees_the_page_and_takes_a_file_along(
    chromium, serve, tmp_path, data_words
):
    from lstsr_api.keys import add_key

    key = add_key(tmp_path / "keys", "alice")
    words = ("--demo", *data_words, "--keys", tmp_path / "keys")
    with serve(tmp_path, *words) as address, chromium.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(SLOW)
        page.goto(address)
        page.fill("#key", key)
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-job=successful]")
        with page.expect_download() as download:
            page.click("#download")
        assert download.value.suggested_filename == "lst.tif"
        assert Path(download.value.path()).read_bytes()[:4] in (b"II*\0", b"II+\0")


@pytest.mark.fault(59)
def test_a_script_in_a_title_is_text(page, demo):
    import httpx

    item = httpx.get(f"{demo}/jobs").json()["jobs"][0]["jobID"]
    raster = httpx.get(f"{demo}/catalogue/results/{item}/coarse.tif").content
    title = "<img src=x onerror=document.body.dataset.broken=1>"
    httpx.post(f"{demo}/inputs", params={"title": title}, content=raster + b" ", timeout=120)
    page.reload()
    page.locator("#lst option", has_text=title).wait_for(state="attached")
    assert page.evaluate("document.body.dataset.broken") is None
    refused = page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = "
        "'document.body.dataset.broken = 1'; document.body.append(s); "
        "return document.body.dataset.broken ?? null; }"
    )
    assert refused is None
