"""A folder that is watched: what is dropped into it is prepared as ``prepare`` does it."""

from __future__ import annotations

from photoguard.watching.alarm import Alarm, why_poll
from photoguard.watching.errand import Order, Result, send
from photoguard.watching.watcher import Pace, Teller, Watcher

__all__ = ["Alarm", "Order", "Pace", "Result", "Teller", "Watcher", "send", "why_poll"]
