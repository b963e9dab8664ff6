"""Writes the glyph table that labels are drawn with: packages/vision/src/draw/font/glyph-table.ts

Needs fonttools (PyPI) and DejaVu Sans Condensed Bold 2.37 (Debian: fonts-dejavu-core or fonts-dejavu-extra; PyPI: matplotlib
ships the family). Usage: python tools/font/make_glyphs.py DejaVuSansCondensed-Bold.ttf

Each glyph becomes an advance width and an SVG path in units of 1/512 em, y downwards, baseline at 0, relative commands.
"""

import pathlib
import sys

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

UNITS = 512
CODES = [*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180), 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x20AC]
TARGET = pathlib.Path(__file__).resolve().parents[2] / "packages/vision/src/draw/font/glyph-table.ts"


class RelativePathPen(BasePen):
    """Collects an SVG path of rounded coordinates; BasePen decomposes composites and splits quadratic splines."""

    def __init__(self, glyphs, scale):
        super().__init__(glyphs)
        self.scale = scale
        self.commands = []
        self.at = (0, 0)

    def _point(self, point):
        return round(point[0] * self.scale), round(-point[1] * self.scale)

    def _emit(self, letter, points):
        numbers = []
        for point in map(self._point, points):
            numbers += [point[0] - self.at[0], point[1] - self.at[1]]
        if any(numbers) or letter == "m":
            text = letter
            for index, number in enumerate(numbers):
                text += str(number) if index == 0 or number < 0 else f" {number}"
            self.commands.append(text)
        self.at = self._point(points[-1])

    def _moveTo(self, point):
        self.start = self._point(point)
        self._emit("m", [point])

    def _lineTo(self, point):
        self._emit("l", [point])

    def _qCurveToOne(self, control, point):
        self._emit("q", [control, point])

    def _curveToOne(self, *points):
        self._emit("c", points)

    def _closePath(self):
        self.commands.append("z")
        self.at = self.start


def main(font_path):
    font = TTFont(font_path)
    scale = UNITS / font["head"].unitsPerEm
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    lines = []
    for code in CODES:
        glyph = glyphs[names[code]]
        pen = RelativePathPen(glyphs, scale)
        glyph.draw(pen)
        lines.append(f"{chr(code)} {round(glyph.width * scale)} {''.join(pen.commands)}".rstrip())
    rows = "\n".join(lines)
    version = font["name"].getDebugName(5)
    escaped = rows.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(
        "/**\n"
        " * Outlines of label letters: one line a glyph: the character, its advance width and its SVG path in 1/512 em, y down.\n"
        " * Made by tools/font/make_glyphs.py from DejaVu Sans Condensed Bold"
        f" ({version}); licence in NOTICE.md. Not to be edited.\n"
        " */\n"
        f"export const UNITS_PER_EM = {UNITS};\n\n"
        f"export const GLYPH_LINES = `{escaped}`;\n",
        encoding="utf-8",
    )
    print(TARGET, TARGET.stat().st_size, "bytes,", len(lines), "glyphs")


main(sys.argv[1])
