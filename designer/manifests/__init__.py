"""Kubernetes objects as plain data: read, written, compared, merged and changed. Pure Python, no Django."""
