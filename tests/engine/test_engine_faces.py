"""Faces of a finished picture: found, restored one by one, and nothing else is touched."""

from collections.abc import Iterator

import numpy as np
import pytest
import skimage.data
import torch

from pentimento.engine.detail import ByCheckpoint, detail_request, oval_of
from pentimento.engine.faces import ByNetwork, Faces, Restoring, difference
from pentimento.engine.paint import Candidate, Progress, Restorer, paint
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.pixels.faces.find import find_faces
from pentimento.words.choices import Area, FaceRestorer
from pentimento.words.faces import Face
from pentimento.words.images import Picture
from pentimento.words.request import Request
from pentimento.words.sizes import Size
from toy import ToyUNet, flat, toy

HASH = "0" * 64
SIDE = 320
WHITE = "#ffffff"


@pytest.fixture(scope="module")
def two():
    """The astronaut twice, side by side."""
    one = skimage.data.astronaut()[20 : 20 + SIDE, 60 : 60 + SIDE]
    return np.concatenate([one, one[:, ::-1]], axis=1)


def toy_net(answer) -> PictureNet:
    return PictureNet(answer, torch.nn.Linear(1, 1), "a formula", Purpose.FACE, 1, 3, False)


def lighter(face: torch.Tensor) -> torch.Tensor:
    return (face * 0.9 + 0.1).clamp(0, 1)


def by(answer) -> ByNetwork:
    return ByNetwork(toy_net(answer), 0.5, background=WHITE)


def ended(steps: Iterator[Restoring]):
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def left_half(image) -> np.ndarray:
    mask = np.zeros(image.shape[:2], np.uint8)
    mask[:, : image.shape[1] // 2] = 255
    return mask


def test_only_faces_that_touch_the_mask_are_restored_and_every_other_pixel_stays(two):
    mask = left_half(two)
    made, report = ended(Faces(by(lighter)).restored(Picture(two), mask, WHITE))
    assert [face.left for face in report.faces] == ["", "does not touch the mask"]
    assert report.restored == 1
    changed = (made.samples != two).any(-1)
    assert changed.any()
    assert not changed[mask == 0].any()
    box = report.faces[0].box
    rows, columns = np.nonzero(changed)
    middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    assert np.hypot(columns - middle[0], rows - middle[1]).max() < 1.5 * box.height
    assert str(report).startswith("2 faces found, 1 restored: ")


def test_a_face_that_the_mask_cuts_changes_only_within_it(two):
    box = ended(Faces(by(lighter)).restored(Picture(two), None, WHITE))[1].faces[0].box
    mask = np.zeros(two.shape[:2], np.uint8)
    mask[:, : (box.left + box.right) // 2] = 128
    made, _ = ended(Faces(by(lighter), judged=False).restored(Picture(two), mask, WHITE))
    changed = (made.samples != two).any(-1)
    assert changed[mask > 0].any()
    assert not changed[mask == 0].any()


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_depth_alpha_and_all_outside_stay_in_every_kind_of_picture(two, channels, depth):
    colours = two if channels > 2 else two.mean(-1, keepdims=True).astype(np.uint8)
    alpha = np.full((*two.shape[:2], 1), 255, np.uint8)
    samples = np.concatenate([colours, alpha], -1) if channels in (2, 4) else colours
    samples = samples.astype(depth) * (np.iinfo(depth).max // 255)
    picture = Picture(samples, icc=b"profile")
    face = find_faces(two)[0]
    made = ended(by(lighter)(picture, face, None))
    assert (made.samples.dtype, made.samples.shape, made.icc) == (samples.dtype, samples.shape, b"profile")
    changed = (made.samples != samples).any(-1)
    assert changed.any()
    assert not changed[:, two.shape[1] // 2 :].any()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (torch.zeros_like, "less of a face"),
        (lambda face: torch.rand(face.shape, generator=torch.Generator().manual_seed(0)), "less of a face"),
        (lambda face: 1 - face, "stayed"),
    ],
    ids=["black", "noise", "negative"],
)
def test_a_face_that_would_be_worse_stays_and_it_is_said_why(two, answer, why):
    made, report = ended(Faces(by(answer)).restored(Picture(two), left_half(two), WHITE))
    assert why in report.faces[0].left
    assert report.restored == 0
    assert np.array_equal(made.samples, two)


def test_a_face_that_becomes_somebody_elses_stays(two):
    face = find_faces(two)[0]
    other = np.clip(two.astype(int) * 0.35, 0, 255).astype(np.uint8)
    assert difference(face, two, two) == 0
    assert difference(face, two, other) > 0.2
    report = ended(Faces(by(lambda seen: seen * 0.35)).restored(Picture(two), left_half(two), WHITE))[1]
    assert report.faces[0].left.startswith("stayed")


def test_each_face_is_told_before_it_is_restored(two):
    told = [str(step) for step in Faces(by(lighter)).restored(Picture(two), None, WHITE)]
    assert told == ["restoring face 1 of 2", "restoring face 2 of 2"]


def test_without_faces_the_report_says_so():
    _, report = ended(Faces(by(lighter)).restored(Picture(np.full((64, 64, 3), 90, np.uint8)), None, WHITE))
    assert str(report) == "faces: none was found"


# by the checkpoint


FACE = Face(100, 80, 180, 180, 0.9, ((125, 120), (155, 120), (140, 140), (128, 158), (152, 158)))


def test_the_oval_covers_the_face_and_little_else():
    oval = oval_of(FACE, Size(320, 240))
    assert oval.shape == (240, 320)
    assert oval[130, 140] == 255
    assert not oval[:50].any()
    assert not oval[:, :80].any()


def test_a_face_is_a_request_of_its_own():
    request = Request(
        images=(HASH,), mask=HASH, prompt="a room", face_prompt="a child", face_denoising_strength=0.3, batch_size=4,
        extend="0,0,64,0", restore_faces="detail", mask_blur=9, compat="webui",
    )  # fmt: skip
    own = detail_request(request, FACE, 7, 64)
    assert (own.prompt, own.denoising_strength, own.seed, own.area) == ("a child", 0.3, 7, Area.MASKED)
    assert (own.batch_size, own.restore_faces, own.extended, own.mask_blur) == (1, FaceRestorer.NONE, False, 0)
    assert own.noise_source == request.random
    assert detail_request(request.model_copy(update={"face_prompt": ""}), FACE, 7, 64).prompt == "a room"
    assert (own.width, own.height) == (96, 96)
    assert detail_request(request, FACE, 7, 512).width is None


@pytest.mark.parametrize(
    ("height", "native", "around"), [(30, 128, 30), (60, 128, 34), (100, 128, 45), (100, 512, 100), (400, 512, 180)]
)
def test_a_small_face_is_seen_with_more_of_what_is_around_it(height, native, around):
    face = Face(100, 100, 100 + height, 100 + height, 0.9, FACE.spots)
    assert detail_request(Request(images=(HASH,)), face, 1, native).padding == around


def run(picture, mask=None, **settings):
    """What painting makes of it with toys; each step."""
    request = Request(
        images=(HASH,), mask=None if mask is None else HASH, seed=1, steps=4, cfg_scale=1, mask_blur=0,
        sampler="Euler", **settings,
    )  # fmt: skip
    drawn = None if mask is None else Picture(mask[..., None])
    happenings = list(paint(request, ("", ""), [Picture(picture)], drawn, toy(ToyUNet(flat)), {}, restorer=Restorer()))
    return happenings, next(one for one in happenings if isinstance(one, Candidate))


def test_what_the_checkpoint_spoils_stays_and_both_are_told(two):
    happenings, made = run(two, denoising_strength=0, face_denoising_strength=0.9, restore_faces="detail")
    assert not any(isinstance(one, Progress) for one in happenings)
    steps = [one for one in happenings if isinstance(one, Restoring)]
    assert {one.number for one in steps} == {1, 2}
    assert max(one.step for one in steps) == max(one.steps for one in steps) > 0
    assert made.faces is not None
    assert all("stayed" in face.left for face in made.faces.faces)
    assert made.unrestored is None
    assert np.array_equal(made.picture.samples, two)


def test_repainting_changes_nothing_outside_the_oval_and_the_mask(two):
    face, mask = find_faces(two)[0], left_half(two)
    mask[: round(face.middle[1])] = 0

    def paints(request, picture, drawn):
        found = paint(request, ("", ""), [picture], drawn, toy(ToyUNet(flat)), {})
        yield from ()
        return next(one.picture for one in found if isinstance(one, Candidate))

    request = Request(images=(HASH,), steps=4, sampler="Euler", cfg_scale=1, face_denoising_strength=0.9)
    made = ended(ByCheckpoint(request, 1, 64, paints)(Picture(two), face, mask))
    changed = (made.samples != two).any(-1)
    assert changed.any()
    assert not changed[mask == 0].any()
    assert not changed[oval_of(face, Size(two.shape[1], two.shape[0])) == 0].any()


def test_before_and_after_are_both_kept_and_differ_in_the_face_alone(two):
    request = Request(images=(HASH,), mask=HASH, mask_blur=0, denoising_strength=0, restore_faces="gfpgan")
    mask = left_half(two)
    found = paint(
        request, ("", ""), [Picture(two)], Picture(mask[..., None]), toy(ToyUNet(flat)), {},
        restorer=Restorer(toy_net(lighter)),
    )  # fmt: skip
    made = next(one for one in found if isinstance(one, Candidate))
    assert made.faces is not None
    assert [face.left for face in made.faces.faces] == ["", "does not touch the mask"]
    assert made.unrestored is not None
    assert np.array_equal(made.unrestored.samples, two)
    assert not (made.picture.samples != two).any(-1)[mask == 0].any()
    assert made.background is not None
    assert made.background.largest == 0


def test_webui_restores_what_was_worked_on_without_a_judge_and_lays_the_original_over_it(two, monkeypatch):
    face = find_faces(two)[0]
    monkeypatch.setattr("pentimento.engine.faces.find_faces", lambda image, detector: [face])
    mask = left_half(two)
    mask[: round(face.middle[1])] = 0
    request = Request(
        images=(HASH,), mask=HASH, mask_blur=0, denoising_strength=0.5, seed=1, steps=2, cfg_scale=1, sampler="Euler",
        restore_faces="gfpgan", compat="webui", width=640, height=320,
    )  # fmt: skip
    found = paint(
        request, ("", ""), [Picture(two)], Picture(mask[..., None]), toy(ToyUNet(flat)), {},
        restorer=Restorer(toy_net(lambda seen: 1 - seen)),
    )  # fmt: skip
    made = next(one for one in found if isinstance(one, Candidate))
    assert made.faces is not None
    assert made.unrestored is not None
    assert made.faces.restored == 1
    differs = (made.picture.samples != made.unrestored.samples).any(-1)
    assert differs.any()
    assert not differs[mask == 0].any()
    assert np.array_equal(made.picture.samples[mask == 0], two[mask == 0])
