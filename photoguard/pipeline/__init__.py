"""The run over a folder of photos: what is done with each photo, and the processes that do it."""

from __future__ import annotations

from photoguard.pipeline.folder.prepare import prepare_folder
from photoguard.pipeline.folder.run import FolderRun
from photoguard.pipeline.values import FolderJob, FolderResult, PhotoWorkers, Progress, RunSpec
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
