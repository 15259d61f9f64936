"""Reading a clean QR code back from its picture, as a phone's camera would (ISO/IEC 18004).

Only what a test needs: byte mode, no damage, so the error correction words are passed over.
"""

from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image
from segno import consts

_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda i, j: (i + j) % 2 == 0,
    lambda i, _j: i % 2 == 0,
    lambda _i, j: j % 3 == 0,
    lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0,
    lambda i, j: i * j % 2 + i * j % 3 == 0,
    lambda i, j: (i * j % 2 + i * j % 3) % 2 == 0,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2 == 0,
)
# The two bits of the format that name the level of error correction.
_LEVEL_OF_BITS = {
    1: consts.ERROR_LEVEL_L,
    0: consts.ERROR_LEVEL_M,
    3: consts.ERROR_LEVEL_Q,
    2: consts.ERROR_LEVEL_H,
}


def read_picture(png: bytes) -> str:
    """Return the text of the one QR code in a picture that shows nothing else that is dark."""
    image = Image.open(BytesIO(png)).convert("L").point(lambda tone: 255 if tone < 128 else 0)
    box = image.getbbox()
    assert box is not None, "nothing dark in the picture"
    left, top, right, _bottom = box
    width = right - left
    run = 0  # the upper edge of the finder is seven modules wide
    while image.getpixel((left + run, top + width // 200 + 1)):
        run += 1
    size = 17 + 4 * round((width * 7 / run - 17) / 4)  # codes grow by four modules
    module = width / size
    dark = [
        [
            bool(image.getpixel((int(left + (x + 0.5) * module), int(top + (y + 0.5) * module))))
            for x in range(size)
        ]
        for y in range(size)
    ]
    return read_modules(dark)


def read_modules(dark: Sequence[Sequence[bool]]) -> str:
    """Return the text of a code given as rows of modules without the quiet zone."""
    size = len(dark)
    version = (size - 17) // 4
    assert size == 17 + 4 * version, f"no QR code has {size} modules a side"
    bits = [dark[8][x] for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [dark[y][8] for y in (7, 5, 4, 3, 2, 1, 0)]
    form = int("".join("01"[bit] for bit in bits), 2) ^ 0b101010000010010
    level, mask = _LEVEL_OF_BITS[form >> 13], _MASKS[form >> 10 & 7]
    stream: list[bool] = []
    fixed = _fixed(size, version)
    up = True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        for y in range(size - 1, -1, -1) if up else range(size):
            for x in (right, right - 1):
                if (y, x) not in fixed:
                    stream.append(dark[y][x] != mask(y, x))
        up = not up
    words = [int("".join("01"[bit] for bit in stream[at : at + 8]), 2) for at in range(0, len(stream) - 7, 8)]
    lengths = [group.num_data for group in consts.ECC[version][level] for _ in range(group.num_blocks)]
    blocks: list[list[int]] = [[] for _ in lengths]
    at = 0
    for n in range(max(lengths)):  # the blocks stand interleaved
        for block, length in zip(blocks, lengths, strict=True):
            if n < length:
                block.append(words[at])
                at += 1
    data = "".join(f"{word:08b}" for block in blocks for word in block)
    assert data[:4] == "0100", "not in byte mode"
    wide = 8 if version < 10 else 16
    count, start = int(data[4 : 4 + wide], 2), 4 + wide
    return bytes(int(data[start + 8 * n : start + 8 * n + 8], 2) for n in range(count)).decode()


def _fixed(size: int, version: int) -> set[tuple[int, int]]:
    """The modules that carry no data: finders with the format, timing, alignment, version."""
    found = {(y, x) for y in range(9) for x in range(9)}
    found |= {(y, x) for y in range(9) for x in range(size - 8, size)}
    found |= {(y, x) for y in range(size - 8, size) for x in range(9)}
    found |= {(6, n) for n in range(size)} | {(n, 6) for n in range(size)}
    if version > 1:
        places = consts.ALIGNMENT_POS[version - 2]
        corners = {(places[0], places[0]), (places[0], places[-1]), (places[-1], places[0])}
        for y in places:
            for x in places:
                if (y, x) not in corners:
                    found |= {(y + dy, x + dx) for dy in range(-2, 3) for dx in range(-2, 3)}
    if version > 6:
        found |= {(y, x) for y in range(6) for x in range(size - 11, size - 8)}
        found |= {(y, x) for y in range(size - 11, size - 8) for x in range(6)}
    return found
