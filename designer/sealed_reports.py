"""What a report of an error says: where it happened and with what kinds of values, never the values themselves, which
may be texts with Secrets in them. It is the page that PPD_DEBUG=1 shows, and what a mail to an operator would hold.
"""

from __future__ import annotations

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

_TOLD = (bool, int, float, type(None))


class Filter(SafeExceptionReporterFilter):
    """Local variables by their types, numbers as they are; of what was sent, the names of the fields only."""

    def get_post_parameters(self, request: HttpRequest | None) -> Any:
        if request is None:
            return {}
        return dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(self, request: Any, tb_frame: FrameType) -> ItemsView[str, Any]:
        return {name: _shown(value) for name, value in tb_frame.f_locals.items()}.items()


def _shown(value: Any) -> Any:
    return value if isinstance(value, _TOLD) else _Kind(value)


class _Kind:
    """A value of which only its type is told."""

    def __init__(self, value: Any) -> None:
        kind = type(value)
        self._said = f"<{kind.__module__}.{kind.__qualname__}>"

    def __repr__(self) -> str:
        return self._said
