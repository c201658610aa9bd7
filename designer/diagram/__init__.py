"""A design as a picture: layout.py places it, svg.py draws it. Pure Python; nothing here knows Django."""
