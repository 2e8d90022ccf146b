"""The film, as a viewer plays it."""

import re
from itertools import pairwise

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
def film(browser, site_url):
    context = browser.new_context()
    page = context.new_page()
    page.requested = []
    page.on("request", lambda request: page.requested.append(request.url))
    page.goto(site_url + "film.html")
    yield page
    context.close()


def test_film_is_loaded_only_when_played(film):
    assert not any(".mp4" in url for url in film.requested)
    if not film.evaluate(
        "document.createElement('video').canPlayType('video/mp4; codecs=avc1.64001f')"
    ):
        pytest.skip("this browser has no decoder for H.264")
    film.evaluate("() => document.querySelector('video').play()")
    film.wait_for_function("() => document.querySelector('video').currentTime > 0.2")
    assert any(".mp4" in url for url in film.requested)
    seconds = film.evaluate("document.querySelector('video').duration")
    assert 60 <= seconds <= 90
    cues = film.evaluate(READ_TRACKS)["captions"]
    assert cues[-1][1] == pytest.approx(seconds, abs=0.5)
    film.evaluate("(t) => { document.querySelector('video').currentTime = t; }", cues[4][0] + 1)
    film.wait_for_function(
        "text => [...document.querySelector('video').textTracks[0].activeCues]"
        ".some((cue) => cue.text === text)",
        arg=cues[4][2],
    )


def test_captions_and_chapters_are_in_step(film):
    tracks = film.evaluate(READ_TRACKS)
    captions, chapters = tracks["captions"], tracks["chapters"]
    assert [cue[:2] for cue in captions] == [cue[:2] for cue in chapters]
    assert all(end == start for (_, end, _), (start, _, _) in pairwise(captions))
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
