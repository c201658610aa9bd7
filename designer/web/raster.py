"""The process that turns one SVG into a PNG: the SVG on its standard input, the zoom as its argument.

It is a process of its own because drawing holds Python's lock: in the server's process it would keep everyone waiting.
"""

import sys

import resvg_py

if __name__ == "__main__":
    drawn = sys.stdin.buffer.read().decode()
    # The letters are shapes. Only text in a script that the font does not have needs a font of the system's.
    png = resvg_py.svg_to_bytes(svg_string=drawn, zoom=float(sys.argv[1]), skip_system_fonts="<text" not in drawn)
    sys.stdout.buffer.write(bytes(png))
