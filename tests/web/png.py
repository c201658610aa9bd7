"""Reads a PNG, so that a test can look at its pixels: 8 bits a channel, RGB or RGBA, not interlaced."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

Pixel = tuple[int, ...]


@dataclass(frozen=True)
class Png:
    width: int
    height: int
    rows: list[list[Pixel]]

    def at(self, x: int, y: int) -> Pixel:
        return self.rows[y][x]

    @property
    def colours(self) -> set[Pixel]:
        return {pixel for row in self.rows for pixel in row}


def read(data: bytes) -> Png:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, header = 8, b"", b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        header = content if kind == b"IHDR" else header
        packed += content if kind == b"IDAT" else b""
        at += 12 + length
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    assert (depth, interlaced) == (8, 0)
    channels = {2: 3, 6: 4}[colour]
    raw, stride = zlib.decompress(packed), width * channels
    before, rows = bytearray(stride), []
    for y in range(height):
        line = bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        _unfilter(raw[y * (stride + 1)], line, before, channels)
        rows.append([tuple(line[x : x + channels]) for x in range(0, stride, channels)])
        before = line
    return Png(width, height, rows)


def _unfilter(kind: int, line: bytearray, above: bytearray, step: int) -> None:
    """PNG specification, "Filter types"."""
    for x in range(len(line)):
        left = line[x - step] if x >= step else 0
        corner = above[x - step] if x >= step else 0
        if kind == 1:
            line[x] = (line[x] + left) & 255
        elif kind == 2:
            line[x] = (line[x] + above[x]) & 255
        elif kind == 3:
            line[x] = (line[x] + (left + above[x]) // 2) & 255
        elif kind == 4:
            guess = left + above[x] - corner
            near = min((left, above[x], corner), key=lambda value: abs(guess - value))
            line[x] = (line[x] + near) & 255
