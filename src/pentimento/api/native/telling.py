"""Jobs as routes tell them."""

from pentimento.api.native.values import (
    BackgroundValue,
    EstimateValue,
    FacesValue,
    Fault,
    JobPicture,
    JobValue,
    LoadingValue,
    MaskValue,
)
from pentimento.api.services import Kept
from pentimento.jobs.job import Job
from pentimento.words.events import Finished, Painted, Started


def told(job: Job) -> JobValue:
    """Everything about a job but its events."""
    status, started, finished = job.status, job.latest(Started), job.latest(Finished)
    warnings = started.warnings if isinstance(started, Started) else ()
    warnings += finished.warnings if isinstance(finished, Finished) else ()
    expected = started.expected if isinstance(started, Started) else None
    kept = job.about if isinstance(job.about, Kept) else None
    return JobValue(
        id=job.id,
        task=job.task,
        state=status.state,
        request=job.request,
        created=status.created,
        started=status.started,
        ended=status.ended,
        position=status.position,
        batch=status.batch,
        batches=status.batches,
        step=status.step,
        steps=status.steps,
        share=status.share,
        time_left=status.time_left,
        loading=LoadingValue.model_validate(status.loading) if status.loading else None,
        warnings=warnings,
        expected=EstimateValue.model_validate(expected) if expected else None,
        round=kept.recording.id if kept else None,
        tree=kept.recording.tree if kept else None,
        pictures=tuple(picture(job, painted) for painted in job.painted),
        error=Fault.model_validate(status.error) if status.error else None,
        next=kept.next if kept else None,
    )


def picture(job: Job, painted: Painted) -> JobPicture:
    """One that a job has done."""
    kept = job.about.candidates.get(painted.number) if isinstance(job.about, Kept) else None
    return JobPicture(
        number=painted.number,
        url=f"/api/v1/jobs/{job.id}/pictures/{painted.number}",
        file=kept.file if kept else None,
        seed=painted.seed,
        variation_seed=painted.variation_seed,
        label=painted.label,
        parameters=painted.parameters,
        complete=painted.complete,
        mask=MaskValue.model_validate(painted.mask) if painted.mask else None,
        background=BackgroundValue.model_validate(painted.background) if painted.background else None,
        faces=FacesValue.model_validate(painted.faces) if painted.faces else None,
        unrestored=f"/api/v1/jobs/{job.id}/pictures/{painted.number}?unrestored=true" if painted.unrestored else None,
    )
