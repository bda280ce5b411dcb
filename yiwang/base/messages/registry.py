"""Who listens to what. Subscriptions are declared in each package's `reactions.py`, imported when Django is ready.

Every process must know the same subscribers: deliveries are made when a message is announced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Letter:
    """A message as handlers see it; `uid` is the idempotency key for calls outside."""

    uid: UUID
    topic: str
    version: int
    subject: str
    payload: Mapping[str, Any]
    at: datetime


Handler = Callable[[Letter], None]


@dataclass(frozen=True)
class Subscription:
    """A named listener on a topic (`event.closed`) or all topics below one (`event.*`, `*`)."""

    topic: str
    name: str
    handler: Handler | None
    keep_s: float | None = None

    def wants(self, topic: str) -> bool:
        """True when the subscription covers the topic."""
        return topic == self.topic or (self.topic.endswith("*") and topic.startswith(self.topic[:-1]))


_subscriptions: dict[str, list[Subscription]] = {}


def subscribe(topic: str, name: str, handler: Handler | None = None, *, keep_s: float | None = None) -> None:
    """Let `handler(letter)` hear of `topic` under the subscriber's `name` (unique, e.g. `board.refresh`).

    One name may listen to several topics with a handler for each; a topic is heard once per name, by the first match.
    Without a handler the subscriber fetches by itself (`pending_for`, `mark_done`), as the stream process does; what
    it has not taken after `keep_s` seconds is dropped (None: kept for ever), so that nothing piles up while it is off.
    Raises ValueError when the name already listens to that topic with another handler.
    """
    known = _subscriptions.setdefault(name, [])
    for other in known:
        if other.topic == topic:
            if other.handler is not handler:
                raise ValueError(f"{name} already listens to {topic}")
            return
    known.append(Subscription(topic, name, handler, keep_s))


def unsubscribe(name: str) -> None:
    """Forget a subscriber (tests)."""
    _subscriptions.pop(name, None)


def subscribers(topic: str) -> list[str]:
    """Names of all who want to hear of the topic."""
    return [name for name, known in _subscriptions.items() if any(s.wants(topic) for s in known)]


def handler_of(name: str, topic: str) -> Handler | None:
    """The subscriber's handler for the topic; None when it fetches by itself or is no longer known."""
    return next((s.handler for s in _subscriptions.get(name, ()) if s.wants(topic)), None)


def pulling() -> list[str]:
    """Names of the subscribers that fetch by themselves."""
    return [name for name, known in _subscriptions.items() if all(s.handler is None for s in known)]


def kept_s(name: str) -> float | None:
    """How long the fetching subscriber's deliveries are kept, in seconds; None for ever."""
    spans = [s.keep_s for s in _subscriptions.get(name, ())]
    return None if None in spans or not spans else max(s for s in spans if s is not None)


def known_names() -> list[str]:
    """Names of all subscribers."""
    return list(_subscriptions)
