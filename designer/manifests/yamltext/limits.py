"""What a text may hold before it is refused. They keep a hostile one from costing seconds."""

from __future__ import annotations

from designer.manifests.types import ManifestError

# The API server takes objects of up to 1.5 MB (etcd's request limit); a text may hold a few.
MAX_BYTES = 2_000_000
# The deepest Kubernetes object (a CustomResourceDefinition's schema) is about 40 levels deep.
MAX_DEPTH = 100
# Values in all documents, each alias counted as what it stands for: the guard against "billion laughs".
MAX_NODES = 200_000
MAX_DOCUMENTS = 500


def check_size(text: str) -> None:
    """Refuses a text over MAX_BYTES of UTF-8."""
    # A character is one to four bytes: most texts are settled without encoding them.
    if len(text) > MAX_BYTES or (len(text) * 4 > MAX_BYTES and len(text.encode("utf-8", "replace")) > MAX_BYTES):
        raise ManifestError(
            f"the text is larger than {MAX_BYTES // 1_000_000} MB: keep large files in a volume or an image, "
            "or split it into several designs"
        )
