"""The process that turns one SVG into a PNG: the SVG on its standard input, the zoom and a font file as its arguments.

It is a process of its own because drawing holds Python's lock: in the server's process it would keep everyone waiting.
The PNG goes to standard output, and to standard error what resvg says, of letters that no font has too.
"""

import os
import sys

import resvg_py

if __name__ == "__main__":
    drawn = sys.stdin.buffer.read().decode()
    out = os.dup(1)
    os.dup2(2, 1)  # resvg writes what it says to standard output, where the picture goes
    # The letters are shapes. Only text in a script that the font does not have needs a font of the system's; resvg
    # looks for one where a font of the text's own is there to begin with.
    text = "<text" in drawn
    png = resvg_py.svg_to_bytes(
        svg_string=drawn,
        zoom=float(sys.argv[1]),
        skip_system_fonts=not text,
        font_files=[sys.argv[2]] if text else None,
        log_information=text,
    )
    with os.fdopen(out, "wb") as stream:
        stream.write(bytes(png))
