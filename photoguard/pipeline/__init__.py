"""The run over a folder of photos: what is done with each photo, and the processes that do it.

Its parts are imported on first access: a worker needs few of them before its first photo.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photoguard.pipeline.folder.prepare import prepare_folder
    from photoguard.pipeline.folder.run import FolderRun
    from photoguard.pipeline.values import (
        FolderJob,
        FolderResult,
        PhotoWorkers,
        Progress,
        RunSpec,
    )
    from photoguard.pipeline.workers.jobs import default_jobs
    from photoguard.pipeline.workers.pool import Workers

__all__ = [
    "FolderJob",
    "FolderResult",
    "FolderRun",
    "PhotoWorkers",
    "Progress",
    "RunSpec",
    "Workers",
    "default_jobs",
    "prepare_folder",
]

_HOMES = {
    "FolderJob": "values",
    "FolderResult": "values",
    "FolderRun": "folder.run",
    "PhotoWorkers": "values",
    "Progress": "values",
    "RunSpec": "values",
    "Workers": "workers.pool",
    "default_jobs": "workers.jobs",
    "prepare_folder": "folder.prepare",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
