"""Makes blocks.woff2: every letter is the same block, half as wide as it is high, so that all machines draw the same picture.

pip install fonttools brotli && python3 tests/gallery/support/blocks.py
"""

from pathlib import Path
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

EM, WIDTH = 1000, 500
SPACES = {0x20, 0xA0, 0x2009, 0x202F}
SCRIPTS = [(0x21, 0x250), (0x370, 0x600), (0x600, 0x700), (0x1E00, 0x1F00), (0x2010, 0x2060), (0x2066, 0x206F), (0x20A0, 0x20C1), (0x2190, 0x2200)]


def block():
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in [(50, 500), (450, 500), (450, 0)]:
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


letters = {code: "block" for first, after in SCRIPTS for code in range(first, after)}
spaces = {code: "space" for code in SPACES}
font = FontBuilder(EM, isTTF=True)
font.setupGlyphOrder([".notdef", "block", "space"])
font.setupCharacterMap(letters | spaces)
font.setupGlyf({".notdef": block(), "block": block(), "space": TTGlyphPen(None).glyph()})
font.setupHorizontalMetrics({name: (WIDTH, 0) for name in [".notdef", "block", "space"]})
font.setupHorizontalHeader(ascent=800, descent=-200)
font.setupNameTable({"familyName": "Blocks", "styleName": "Regular"})
font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
font.setupPost()
font.font.flavor = "woff2"
font.save(Path(__file__).with_name("blocks.woff2"))
