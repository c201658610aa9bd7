"""One finger, or two, on a page that takes touch."""

from __future__ import annotations

from playwright.sync_api import Page

Point = tuple[float, float]
REST = 450  # ms, longer than a finger has to rest to lift something


class Finger:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.client = page.context.new_cdp_session(page)
        self.points: list[Point] = []

    def down(self, *points: Point) -> None:
        self._send("touchStart", list(points))

    def move(self, *points: Point, steps: int = 6) -> None:
        start = self.points
        for step in range(1, steps + 1):
            part = step / steps
            pairs = zip(start, points, strict=True)
            self._send("touchMove", [(x + (to_x - x) * part, y + (to_y - y) * part) for (x, y), (to_x, to_y) in pairs])
            self.page.wait_for_timeout(10)

    def up(self) -> None:
        self._send("touchEnd", [])

    def rest(self) -> None:
        self.page.wait_for_timeout(REST)

    def _send(self, kind: str, points: list[Point]) -> None:
        self.points = points
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
