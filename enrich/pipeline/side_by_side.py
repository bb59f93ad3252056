"""What a listener that knows of one source hears of several that are asked at the same time."""

from __future__ import annotations

from functools import partial

from msgspec import structs

from enrich.model.event import Event, EventKind, Listener


class SideBySide:
    """Makes one run of the runs of several sources, for a listener that knows of one."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._under_way = 0

    def of(self, title: str) -> Listener:
        """Return what listens to the source called ``title``; "" where it is the only one."""
        return partial(self._hear, title)

    def _hear(self, title: str, event: Event) -> None:
        if event.kind is EventKind.STARTED:
            event = structs.replace(event, text=title, joins=self._under_way > 0)
            self._under_way += 1
        elif event.kind is EventKind.ENDED:
            self._under_way -= 1
            if self._under_way:
                return
        self._listener(event)
