"""The videos of an animation: H.264, one for each scheme, with their posters."""

import contextlib
import functools
import math
import sys
from typing import Any

import imageio_ffmpeg
import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from PIL import Image
from sphinx.errors import ExtensionError

from gallery.files import (
    CSS_PIXELS_PER_INCH,
    DARK_STYLE,
    darken,
    save_thumbnail,
)
from sgd_explained.palette import PAGE

VIDEO_SCALE = 1.5
ENCODING = (
    "-preset veryfast -crf 24 -tune animation -movflags +faststart"
    " -threads 1 -fflags +bitexact -flags:v +bitexact -map_metadata -1"
)
TEXT_MARGIN = 4  # pixels around a text that is kept: letters may stand out of their box


class TextKeepingRenderer(RendererAgg):
    """Draws each text once, keeps its picture, and pastes that in the frames that follow.

    Most texts of a film stay where they are, and to draw them took half of the time.
    """

    def __init__(self, width, height, dpi):
        super().__init__(width, height, dpi)
        self._kept = functools.lru_cache(maxsize=512)(self._draw_alone)

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if angle not in (0, 90):
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        up = self.height - y
        left, bottom = math.floor(x), math.floor(up)
        colour = (gc.get_rgb(), gc.get_alpha())
        picture, west, south = self._kept(s, prop, angle, ismath, x - left, up - bottom, *colour)
        pasting = self.new_gc()
        pasting.copy_properties(gc)
        pasting.set_alpha(1)
        self.draw_image(pasting, left - west, bottom - south, picture)
        pasting.restore()

    def _draw_alone(self, s, prop, angle, ismath, right, up, rgb, alpha):
        """Picture of a text that begins so far from the corner of a pixel.

        Also the pixels to the left of this corner, and below it.
        """
        width, height, descent = self.get_text_width_height_descent(s, prop, ismath)
        ahead, above, below = (math.ceil(d) + TEXT_MARGIN for d in (width, height, descent))
        west, east, south, north = TEXT_MARGIN, ahead, below, above
        if angle == 90:
            west, east, south, north = above, below, TEXT_MARGIN, ahead
        alone = RendererAgg(west + east, south + north, self.dpi)
        gc = alone.new_gc()
        gc.set_foreground(rgb)
        gc.set_alpha(alpha)
        alone.draw_text(gc, west + right, north - up, s, prop, angle, ismath)
        return np.array(alone.buffer_rgba())[::-1], west, south


class TextKeepingCanvas(FigureCanvasAgg):
    """Canvas whose renderer keeps texts from frame to frame."""

    @functools.cached_property
    def _renderer(self):
        return TextKeepingRenderer(*self.figure.bbox.size, self.figure.dpi)

    def get_renderer(self):
        return self._renderer


def _frames(animation):
    """Draw an animation frame by frame, and give each frame's pixels (height, width, 4)."""
    figure = animation._fig
    canvas = TextKeepingCanvas(figure)
    animation._init_draw()
    for data in animation.new_frame_seq():
        animation._draw_frame(data)
        canvas.draw()
        yield np.asarray(canvas.buffer_rgba())


def _encode(frames, size, fps, path):
    """Write frames as H.264, with the same bytes on every run."""
    writer = imageio_ffmpeg.write_frames(
        path,
        size,
        pix_fmt_in="rgba",
        fps=fps,
        codec="libx264",
        quality=None,  # ENCODING tells it.
        macro_block_size=2,
        ffmpeg_log_level="error",
        output_params=ENCODING.split(),
    )
    try:
        with contextlib.closing(writer):
            writer.send(None)
            for frame in frames:
                writer.send(np.ascontiguousarray(frame))
        with path.open("rb") as video:
            complete = b"moov" in video.read(64)
    except OSError as error:
        raise ExtensionError(f"ffmpeg could not encode {path.name}") from error
    # It is not told when ffmpeg fails at the end; what comes first in a video is written last.
    if not complete:
        raise ExtensionError(f"ffmpeg could not encode {path.name} to its end")


def _show_progress(frames, label):
    """Pass frames through, counting them on a terminal."""
    for number, frame in enumerate(frames, 1):
        if sys.stderr.isatty():
            print(f"\r{label}: frame {number}", end="", file=sys.stderr, flush=True)
        yield frame
    if sys.stderr.isatty():
        print(file=sys.stderr)


def _save_video(animation, size, poster_frame, path):
    """Save a video and its poster; give the poster's pixels and its file."""
    kept = {}

    def keep_poster(frames):
        for number, frame in enumerate(frames):
            # Overwritten until the frame has come, so that None means the last one.
            if poster_frame is None or number <= poster_frame:
                kept["poster"] = frame.copy()
            yield frame

    frames = keep_poster(_show_progress(_frames(animation), path.name))
    _encode(frames, size, 1000 / animation._interval, path)
    picture = Image.fromarray(kept["poster"]).convert("RGB")
    poster = path.with_name(f"{path.stem}_poster.webp")
    picture.quantize(32).convert("RGB").save(poster, lossless=True, quality=100)
    return picture, poster


def save_animation(animation, path, schemes=("light", "dark"), poster_frame=None):
    """Save a video and its poster for each scheme, and give their names.

    The poster is the last frame, where the story has been told, or the one with the given number.
    """
    figure = animation._fig
    # H.264 with halved chroma needs even sizes.
    width, height = (
        2 * round(inches * CSS_PIXELS_PER_INCH * VIDEO_SCALE / 2)
        for inches in figure.get_size_inches()
    )
    figure.set_dpi(CSS_PIXELS_PER_INCH * VIDEO_SCALE)
    figure.set_size_inches((width + 0.01) / figure.dpi, (height + 0.01) / figure.dpi, forward=False)
    figure.set_facecolor(PAGE)
    # A layout that is solved again for each frame would make the axes tremble.
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    files: dict[str, Any] = {"kind": "video", "thumbnails": {}}
    for scheme in schemes:
        style: dict[Any, Any] = {}
        if scheme == "dark":
            darken(figure)
            style = DARK_STYLE
        video = path.with_name(f"{path.stem}_{scheme}.mp4")
        with mpl.rc_context(style):
            picture, poster = _save_video(animation, (width, height), poster_frame, video)
        # sphinx-gallery asks for a picture with the stem of the path, so the first one has it.
        ending = "" if scheme == schemes[0] else f"_thumbnail_{scheme}"
        thumbnail = path.with_name(f"{path.stem}{ending}.webp")
        files["thumbnails"][scheme] = save_thumbnail(picture, thumbnail)
        files |= {scheme: video.name, f"{scheme}_poster": poster.name}
    return files
