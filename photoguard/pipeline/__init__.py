"""The run over a folder of photos: what is done with each photo, and the processes that do it.

Its parts are imported on first access: a worker needs few of them before its first photo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.lazy import importing

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

__getattr__ = importing(
    __name__,
    {
        "values": ("FolderJob", "FolderResult", "PhotoWorkers", "Progress", "RunSpec"),
        "folder.run": ("FolderRun",),
        "workers.pool": ("Workers",),
        "workers.jobs": ("default_jobs",),
        "folder.prepare": ("prepare_folder",),
    },
)
