"""Pictures of pages, small enough to be kept beside the guide."""

import base64
import os
import struct
import zlib
from pathlib import Path

from playwright.async_api import FloatRect, Page

from tests.places import ROOT

GUIDE = ROOT / "docs" / "guide"
WIDE, NARROW = (1280, 800), (390, 844)
BYTES_MAX = 150_000
SCREENS_MAX = 3  # What is further down is more of the same.
TALL = "document.documentElement.scrollHeight"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
# A page has few colours and their edges. Of each channel only the upper bits are kept, white and black as they are;
# then the 256 colours that are there most often, and for the others the nearest of those.
PALETTE = """async ({picture, bits}) => {
  const bytes = Uint8Array.from(atob(picture), c => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const {data} = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const most = (1 << bits) - 1, level = c => Math.round(Math.round(c / 255 * most) * 255 / most);
  const levels = Array.from({length: 256}, (_, c) => level(c));
  const count = new Map(), codes = new Uint32Array(data.length / 4);
  for (let i = 0; i < codes.length; i++) {
    const code = levels[data[4 * i]] << 16 | levels[data[4 * i + 1]] << 8 | levels[data[4 * i + 2]];
    codes[i] = code;
    count.set(code, (count.get(code) || 0) + 1);
  }
  const kept = [...count].sort((a, b) => b[1] - a[1]).slice(0, 256).map(one => one[0]);
  const index = new Map(kept.map((code, at) => [code, at]));
  const near = (a, b) => [16, 8, 0].reduce((sum, s) => sum + ((a >> s & 255) - (b >> s & 255)) ** 2, 0);
  for (const code of count.keys()) if (!index.has(code))
    index.set(code, kept.reduce((best, one, at) => near(one, code) < near(kept[best], code) ? at : best, 0));
  const pixels = Uint8Array.from(codes, code => index.get(code));
  let text = "";
  for (let i = 0; i < pixels.length; i += 32768) text += String.fromCharCode(...pixels.subarray(i, i + 32768));
  return {width: bitmap.width, height: bitmap.height, palette: kept, pixels: btoa(text)};
}"""


async def shot(page: Page, name: str, elsewhere: Path) -> None:
    """Take pictures of a page's first screens at both widths: for the guide if GUIDE=1 is set, else into *elsewhere*.

    The page is left as it was; the files are called after *name* and the width.
    """
    folder = GUIDE if os.environ.get("GUIDE") == "1" else elsewhere
    folder.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width, height in (WIDE, NARROW):
        await page.set_viewport_size({"width": width, "height": height})
        tall = min(await page.evaluate(TALL), SCREENS_MAX * height)
        seen: FloatRect = {"x": 0, "y": 0, "width": width, "height": tall}
        picture = await page.screenshot(full_page=True, clip=seen, animations="disabled", caret="hide")
        if folder == GUIDE:
            picture = await small(page, picture)
        (folder / f"{name}-{width}.png").write_bytes(picture)
    if before:
        await page.set_viewport_size(before)


async def small(page: Page, picture: bytes) -> bytes:
    """Return *picture* with as many colours as leave it below `BYTES_MAX`, drawn by *page*'s browser.

    Raises:
        AssertionError: If it is too large with any.
    """
    blank = await page.context.new_page()
    try:
        for bits in (5, 4, 3, 2):
            given = {"picture": base64.b64encode(picture).decode(), "bits": bits}
            painted = await blank.evaluate(PALETTE, given)
            pixels = base64.b64decode(painted["pixels"])
            drawn = png(painted["width"], painted["height"], painted["palette"], pixels)
            if len(drawn) <= BYTES_MAX:
                return drawn
    finally:
        await blank.close()
    raise AssertionError(f"{page.url}: a picture of {len(drawn)} bytes; at most {BYTES_MAX}")


def png(width: int, height: int, palette: list[int], pixels: bytes) -> bytes:
    """Return a PNG of *pixels*, one byte each: its place in *palette*, whose colours are 0xRRGGBB."""
    rows = b"".join(b"\0" + pixels[row * width : (row + 1) * width] for row in range(height))
    colours = b"".join(colour.to_bytes(3, "big") for colour in palette)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
