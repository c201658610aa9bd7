"""How the YAML and JSON texts of manifests are read and written.

Private to this room: other rooms use text.py, rewrite.py and where.py.
"""
