"""Watching a folder: photos that come into it are prepared as ``prepare`` does it."""

from __future__ import annotations

from photoguard.watching.alarm import Alarm, why_poll
from photoguard.watching.run_process import RunOrder, RunResult, send
from photoguard.watching.watcher import Pace, Watcher, WatchReporter

__all__ = ["Alarm", "Pace", "RunOrder", "RunResult", "WatchReporter", "Watcher", "send", "why_poll"]
