"""What a preset hides of an application's image: an empty volume over a directory that images have content in. Pure.

A mount stands in the place of what the image has at its path ("Volumes" in the Kubernetes documentation), and an
emptyDir begins empty. A program that looks for its own directories below that path may not start: nginx does not
without /var/log/nginx.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.manifests.pod import Pod, containers, mounts, volumes

# Directories that belong to the image as a whole, and not to one program's data (Filesystem Hierarchy Standard 3.0).
_WHOLE = frozenset(
    ["/", "/bin", "/boot", "/etc", "/home", "/lib", "/lib64", "/opt", "/root", "/sbin", "/srv"]
    + [f"/usr{path}" for path in ("", "/bin", "/lib", "/libexec", "/sbin", "/share")]
    + [f"/usr/local{path}" for path in ("", "/bin", "/etc", "/lib", "/share")]
    + [f"/var{path}" for path in ("", "/cache", "/lib", "/log", "/spool", "/www")]
)
# Images that are no more than a shell have these, but nothing in them.
_SHELLS = frozenset({"alpine", "busybox"})
_EMPTY_THERE = frozenset(["/home", "/opt", "/srv", "/var/cache", "/var/log", "/var/spool", "/var/www"])


def hidden(old: Pod, new: Pod) -> Iterator[str]:
    """A note for each directory that a container of the pod had from its image, and that an empty volume now hides."""
    empty = {volume.name for volume in volumes(new) if volume.source == "emptyDir"}
    was = {(c.name, _path(m.mount_path)) for c in containers(old) for m in mounts(c)}
    there = {c.name for c in containers(old)}
    for container in containers(new):
        image = container.image.partition("@")[0].rpartition("/")[2].partition(":")[0]
        for mount in mounts(container) if container.name in there else ():
            path = _path(mount.mount_path)
            bare = image in _SHELLS and path in _EMPTY_THERE
            if mount.volume in empty and path in _WHOLE and (container.name, path) not in was and not bare:
                yield (
                    f"volume {mount.volume} is empty and hides what the image of {container.name} has at {path}: "
                    "choose a directory of its own below that, unless the application makes what it needs there"
                )


def _path(mounted: str) -> str:
    return mounted.rstrip("/") or "/"
