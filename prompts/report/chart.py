"""A theme's last five weeks as small bars: SVG for pages, an image for Slack. In e-mail the template draws a table."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

BAR, GAP, HIGH = 10, 4, 26
PICTURE_WIDE, PICTURE_ROW = 720, 64
MOST_ROWS = 7
_PAPER, _INK, _QUIET, _PAST, _NOW = "#ffffff", "#1f2933", "#52606d", "#a9bacb", "#0b5394"


class Row(NamedTuple):
    """A theme in a picture: what stands beside it, and its weeks, oldest first."""

    label: str
    weeks: list[int]


def words(weeks: Sequence[int]) -> str:
    """The same for those who cannot see it: "customers a week, oldest first: 1, 0, 2, 2, now 5"."""
    return f"customers a week, oldest first: {', '.join(map(str, weeks[:-1]))}, now {weeks[-1]}"


def heights(weeks: Sequence[int], high: int = HIGH) -> list[int]:
    """Bars in pixels, the highest `high`; a week with nobody keeps one pixel, so that it is seen to be counted."""
    top = max(weeks, default=0)
    return [max(1, round(week / top * high)) if top else 1 for week in weeks]


def svg(weeks: Sequence[int]) -> Markup:
    """Bars in the colour of the text around, the present week full, those before paler. Empty without weeks."""
    if not weeks:
        return Markup("")
    wide = len(weeks) * (BAR + GAP) - GAP
    bars = Markup("").join(
        Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="1.5" opacity="{}"/>').format(
            place * (BAR + GAP), HIGH - high, BAR, high, 1 if place == len(weeks) - 1 else 0.4
        )
        for place, high in enumerate(heights(weeks))
    )
    head = Markup(
        '<svg class="weeks" role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}" fill="currentColor">'
    )
    return head.format(words(weeks), wide, HIGH, wide, HIGH) + bars + Markup("</svg>")


def picture(rows: Sequence[Row]) -> bytes:
    """A PNG with a row a theme: its label and its weeks with their numbers, in twice the size for dense screens."""
    shown = list(rows)[:MOST_ROWS]
    from PIL import Image, ImageDraw, ImageFont  # 5 MB, for once a week

    image = Image.new("RGB", (PICTURE_WIDE, max(1, len(shown)) * PICTURE_ROW + 16), _PAPER)
    draw = ImageDraw.Draw(image)
    font, small = ImageFont.load_default(22), ImageFont.load_default(17)
    for number, row in enumerate(shown):
        top = number * PICTURE_ROW + 8
        draw.text((16, top + 20), _drawable(row.label, draw, font), fill=_INK, font=font)
        for place, (week, high) in enumerate(zip(row.weeks, heights(row.weeks, 30), strict=True)):
            left, now = PICTURE_WIDE - 44 * (len(row.weeks) - place) - 16, place == len(row.weeks) - 1
            draw.rectangle((left, top + 54 - high, left + 30, top + 54), fill=_NOW if now else _PAST)
            draw.text((left + 15, top + 50 - high), str(week), fill=_INK if now else _QUIET, font=small, anchor="ms")
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _drawable(label: str, draw: "ImageDraw.ImageDraw", font: "ImageFont.FreeTypeFont | ImageFont.ImageFont") -> str:
    """The label in letters that the font has, as long as fits; its number alone where it is written in others."""
    number, _, title = label.partition(" ")
    if any(ord(sign) > 0x24F and sign not in "’“”…–" for sign in title):
        return number
    room = PICTURE_WIDE - 44 * 5 - 48
    told = label
    while draw.textlength(told, font=font) > room:
        told = told[:-2].rstrip(" …") + "…"
    return told
