"""The film, as a viewer plays it."""

import re
from itertools import pairwise

import imageio_ffmpeg
import pytest

READ_TRACKS = """async () => {
  const video = document.querySelector("video");
  const tracks = {};
  for (const track of video.textTracks) track.mode = "hidden";
  for (const element of video.querySelectorAll("track")) {
    if (element.readyState < 2) await new Promise((resolve) => (element.onload = resolve));
    tracks[element.kind] = [...element.track.cues].map((c) => [c.startTime, c.endTime, c.text]);
  }
  return tracks;
}"""


@pytest.fixture
def film(new_context, site_url):
    page = new_context().new_page()
    page.requested = []
    page.on("request", lambda request: page.requested.append(request.url))
    page.goto(site_url + "film.html")
    return page


@pytest.fixture
def playing(film):
    """The film's page in a browser that can play it: many a Chromium is built without H.264."""
    if not film.evaluate(
        "document.createElement('video').canPlayType('video/mp4; codecs=avc1.64001f')"
    ):
        pytest.skip("this browser has no decoder for H.264; see SGD_EXPLAINED_BROWSER")
    return film


def is_film(request):
    return request.url.endswith(".mp4")


def test_film_is_a_minute_or_more_and_light(site):
    (file,) = site.glob("_downloads/*/sphx_glr_plot_film_*.mp4")
    assert file.stat().st_size <= 3_000_000
    about = next(imageio_ffmpeg.read_frames(str(file)))
    assert (about["codec"], about["size"]) == ("h264", (1280, 720))
    assert 60 <= about["duration"] <= 90


def test_film_is_loaded_only_when_played(film):
    # The page has loaded, and its script has gone by the film.
    film.locator(".film-play").wait_for()
    assert film.evaluate("document.querySelector('video').readyState") == 0
    assert not any(url.endswith((".mp4", ".vtt")) for url in film.requested)
    # A browser without a decoder asks for the film before it gives up.
    with film.expect_request(is_film):
        film.evaluate("() => void document.querySelector('video').play().catch(() => {})")


def test_film_plays_with_its_captions(playing):
    captions = playing.evaluate(READ_TRACKS)["captions"]
    playing.evaluate("() => document.querySelector('video').play()")
    playing.wait_for_function("() => document.querySelector('video').currentTime > 0.2")
    seconds = playing.evaluate("document.querySelector('video').duration")
    assert captions[-1][1] == pytest.approx(seconds, abs=0.1)


def test_chapter_opens_at_its_scene(playing):
    captions = playing.evaluate(READ_TRACKS)["captions"]
    link = playing.locator("ol.chapters a").nth(5)
    start = float(link.get_attribute("href").partition("#t=")[2])
    (text,) = (text for begin, _, text in captions if begin == start)
    address = playing.url
    told = playing.locator(".film-captions")
    # A slow machine may show a caption for less time than passes between two looks at it.
    told.evaluate(
        """(told) => {
            window.told = [];
            const note = () => window.told.push(told.textContent);
            new MutationObserver(note).observe(told, { childList: true });
        }"""
    )
    link.click()
    playing.wait_for_function("(text) => window.told[0] === text", arg=text)
    film, words = (part.bounding_box() for part in (playing.locator("video"), told))
    assert words["y"] >= film["y"] + film["height"]
    playing.wait_for_function(
        "start => document.querySelector('video').currentTime > start + 0.2", arg=start
    )
    assert playing.url == address


@pytest.mark.parametrize("width", [360, 1280])
def test_film_waits_behind_one_button_and_moves_nothing(new_context, site_url, width):
    film = new_context(viewport={"width": width, "height": 720}).new_page()
    late = []
    film.route("**/scripts.js*", lambda route: late.append(route))
    film.goto(site_url + "film.html", wait_until="commit")
    while not late:
        film.wait_for_timeout(20)
    chapters = film.locator("ol.chapters").bounding_box()
    late[0].continue_()
    button = film.get_by_role("button", name=re.compile(r"^Play the film \(1:\d\d\)$"))
    button.wait_for()
    assert not film.evaluate("document.querySelector('video').controls")
    assert film.locator("ol.chapters").bounding_box() == chapters
    with film.expect_request(is_film):
        button.click()
    # The player takes over, even where it cannot decode the film.
    film.locator("video[controls]").wait_for()
    assert button.count() == 0
    assert film.locator("ol.chapters").bounding_box() == chapters


@pytest.mark.parametrize("width", [360, 1280])
def test_player_stands_below_the_picture(film, width):
    film.set_viewport_size({"width": width, "height": 720})
    box = film.locator("video").bounding_box()
    # Chromium's controls are 54 pixels high, those of others less.
    assert box["height"] - box["width"] * 9 / 16 >= 54


def test_home_page_has_the_film_without_its_list(film, site_url):
    film.goto(site_url)
    assert film.locator("video track").count() == 2
    assert film.locator("ol.chapters, details.transcript").count() == 0


def test_captions_and_chapters_are_in_step(film):
    tracks = film.evaluate(READ_TRACKS)
    captions, chapters = tracks["captions"], tracks["chapters"]
    assert {start for start, *_ in chapters} <= {start for start, *_ in captions}
    for cues in captions, chapters:
        assert cues[0][0] == 0
        assert all(end == start for (_, end, _), (start, _, _) in pairwise(cues))
    assert captions[-1][1] == chapters[-1][1]
    # As fast as one reads, and no more than three lines.
    for start, end, text in captions:
        assert len(text) <= min(22 * (end - start), 110), text
    transcript = film.locator("details.transcript")
    transcript.locator("summary").click()
    # The page sets its own quotes and minus signs.
    words = re.findall(r"\w+", transcript.inner_text())
    told = [word for *_, text in captions for word in re.findall(r"\w+", text)]
    assert words[-len(told) :] == told
    links = film.locator("ol.chapters a")
    assert links.count() == len(chapters)
    for link, (start, _, title) in zip(links.all(), chapters, strict=True):
        assert title in link.inner_text()
        assert link.get_attribute("href").endswith(f"#t={start:g}")
