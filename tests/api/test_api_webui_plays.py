"""Scripts of the dialect: what each makes of one request."""

import json

import numpy as np
import PIL.Image
import pytest

from pentimento.api.webui.plays import strength_at
from pentimento.api.webui.scripts import GRID, IMG, SCRIPTS, TXT, arguments, script_named
from pentimento.api.webui.tiles import rows_of, tiled
from pentimento.infotext.text import parse
from pentimento.pixels.enlarge import UPSCALERS, centred, enlarged
from pentimento.runners.fake import bands
from pentimento.words.errors import RequestError
from pentimento.words.sizes import Size
from sendings import MASK, REDRAWN, SIDE, SMALL, received
from server import served


@pytest.fixture
def client(tmp_path):
    with served(tmp_path) as client:
        yield client


def made(client, task, script, args, **more):
    """Pictures and info of a script."""
    body = {**(SMALL if task == TXT else REDRAWN), "script_name": script, "script_args": args, **more}
    answer = client.post(f"/sdapi/v1/{task}", json=body)
    assert answer.status_code == 200, answer.text
    return [received(image) for image in answer.json()["images"]], json.loads(answer.json()["info"])


def requests(client):
    """Those of every job, in the order they were made."""
    return [job.request for job in reversed(client.app.state.services.queue.jobs)]


# X/Y/Z plot

NO_AXIS = [0, "", []]


def test_a_plot_runs_every_combination_and_answers_with_its_sheet_alone(client):
    images, info = made(client, TXT, "x/y/z plot", [4, "1-3", [], 6, "3, 7.5", [], *NO_AXIS])
    assert len(images) == 1
    assert min(images[0].shape[:2]) > 2 * SIDE
    assert [(r.steps, r.cfg_scale) for r in requests(client)] == [(s, c) for c in (3, 7.5) for s in (1, 2, 3)]
    assert {r.seed for r in requests(client)} == {7}
    (text,) = info["infotexts"]
    assert (
        ', Script: X/Y/Z plot, X Type: Steps, X Values: 1-3, Y Type: CFG Scale, Y Values: "3, 7.5", Version: ' in text
    )
    told = parse(text)
    assert (told["Steps"], told["CFG scale"], told["Seed"]) == ("1", "3.0", "7")
    assert info["index_of_first_image"] == 1


def test_a_plot_brings_its_cells_and_its_tables_where_they_are_wanted(client):
    axes = [4, "1-2", [], *NO_AXIS, 1, "11,12", []]
    images, info = made(client, TXT, GRID, [*axes, True, True, True])
    assert len(images) == 1 + 2 + 4
    assert info["all_seeds"] == [11, 11, 12, 12]
    whole, *tables = map(parse, info["infotexts"][:3])
    assert (whole["Z Type"], whole["Z Values"], whole["Fixed Z Values"]) == ("Seed", "11,12", "11, 12")
    assert all(table["X Type"] == "Steps" and "Z Type" not in table for table in tables)
    assert [table["Seed"] for table in tables] == ["11", "12"]
    assert np.array_equal(images[-1], bands(12, Size(SIDE, SIDE)))


def test_seeds_left_open_are_told_once_they_are_drawn(client):
    _, info = made(client, TXT, GRID, [1, "-1,5", [], *NO_AXIS, *NO_AXIS], seed=3)
    told = parse(info["infotexts"][0])
    assert told["X Values"] == "-1,5"
    assert told["Fixed X Values"] == ", ".join(str(r.seed) for r in requests(client))
    assert told["Fixed X Values"].split(", ")[0] != "-1"


def test_without_a_legend_cells_lie_side_by_side(client):
    images, _ = made(client, TXT, GRID, [4, "1-3", [], 1, "5,6", [], *NO_AXIS, False])
    assert images[0].shape[:2] == (2 * SIDE, 3 * SIDE)
    assert np.array_equal(images[0][SIDE:, :SIDE], bands(6, Size(SIDE, SIDE)))
    images, _ = made(client, TXT, GRID, [11, "starter,nowhere", [], *NO_AXIS, 1, "5,6", [], False])
    assert images[0].shape[:2] == (SIDE, 4 * SIDE)
    assert not images[0][:, SIDE : 2 * SIDE].any()


def test_chosen_values_win_over_typed_ones_unless_text_is_wanted(client):
    made(client, TXT, GRID, [9, "LMS", ["Heun", "Euler a"], *NO_AXIS, *NO_AXIS])
    assert [str(r.sampler) for r in requests(client)] == ["Heun", "Euler a"]
    made(client, TXT, GRID, [9, "LMS", ["Heun"], *NO_AXIS, *NO_AXIS, *[True] + [False] * 6, 0, True])
    assert str(requests(client)[-1].sampler) == "LMS"


def test_seeds_vary_along_an_axis_and_minus_one_is_drawn_once_or_each_time(client):
    made(client, TXT, GRID, [4, "1-3", [], *NO_AXIS, *NO_AXIS, True, False, False, False, True])
    assert [r.seed for r in requests(client)] == [7, 8, 9]
    made(client, TXT, GRID, [4, "1-3", [], *NO_AXIS, *NO_AXIS], seed=-1)
    assert len({r.seed for r in requests(client)[3:]}) == 1
    made(client, TXT, GRID, [4, "1-3", [], *NO_AXIS, *NO_AXIS, True, False, False, True], seed=-1)
    assert len({r.seed for r in requests(client)[6:]}) == 3


def test_a_cell_that_fails_leaves_the_others(client):
    images, info = made(client, TXT, GRID, [11, "starter,nowhere", [], *NO_AXIS, *NO_AXIS, True, True])
    assert len(images) == 2
    assert info["all_seeds"] == [7]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([99, "1", [], *NO_AXIS, *NO_AXIS], "axis 99"),
        (["steps", "1", [], *NO_AXIS, *NO_AXIS], "'steps'"),
        ([4, "", [], *NO_AXIS, *NO_AXIS], "Steps has no values"),
        ([4, "a few", [], *NO_AXIS, *NO_AXIS], "'a few'"),
        ([4, "1-100", [], 1, "1-100", [], *NO_AXIS], "10000 cells"),
    ],
)
def test_a_plot_that_cannot_be_is_refused(client, args, words):
    answer = client.post("/sdapi/v1/txt2img", json={**SMALL, "script_name": GRID, "script_args": args})
    assert (answer.status_code, words in answer.json()["detail"]) == (422, True)


# prompt matrix


def test_a_matrix_paints_every_choice_among_the_parts(client):
    images, info = made(client, TXT, "Prompt matrix", [], prompt="a cat|red|in snow")
    assert info["all_prompts"] == ["a cat", "a cat, red", "a cat, in snow", "a cat, red, in snow"]
    assert info["all_seeds"] == [7] * 4
    assert [image.shape[:2] for image in images[1:]] == [(SIDE, SIDE)] * 4
    assert min(images[0].shape[:2]) > 2 * SIDE


def test_a_matrix_joins_as_it_is_told(client):
    _, info = made(client, TXT, "prompt matrix", [True, True, "negative", "space"], negative_prompt="bad|worse")
    assert info["all_negative_prompts"] == ["bad", "worse bad"]
    assert info["all_seeds"] == [7, 8]


def test_a_matrix_of_too_many_parts_is_refused(client):
    body = {**SMALL, "prompt": "|".join("abcdefgh"), "script_name": "prompt matrix"}
    assert client.post("/sdapi/v1/txt2img", json=body).status_code == 422


# loopback


def test_a_loop_goes_on_from_its_own_picture_towards_the_last_strength(client):
    args = [3, 0.25, "Linear", "None"]
    images, info = made(client, IMG, "Loopback", args, denoising_strength=0.75, mask=MASK, inpainting_fill=2)
    jobs = requests(client)
    assert [r.denoising_strength for r in jobs] == [0.75, 0.5, 0.25]
    assert [r.seed for r in jobs] == [7, 8, 9]
    assert [str(r.masked_content) for r in jobs] == ["latent noise", "original", "original"]
    files = client.app.state.services.history.files
    assert jobs[1].images != jobs[0].images
    assert jobs[1].images[0] in files
    assert {r.mask for r in jobs} == {jobs[0].mask}
    assert [image.shape[:2] for image in images] == [(SIDE, 3 * SIDE)] + [(SIDE, SIDE)] * 3
    assert np.array_equal(images[0], np.hstack(images[1:]))
    assert info["all_seeds"] == [7, 8, 9]


def test_with_several_batches_only_the_ends_are_kept(client):
    images, info = made(client, IMG, "loopback", [2, 0.5], n_iter=2)
    assert len(requests(client)) == 4
    assert (len(images), info["all_seeds"]) == (3, [8, 10])


@pytest.mark.parametrize(
    ("curve", "strengths"),
    [("Linear", [0.8, 0.6, 0.4]), ("Aggressive", [0.8, 0.517157, 0.4]), ("Lazy", [0.8, 0.682843, 0.4])],
)
def test_strengths_follow_their_curve(curve, strengths):
    assert [strength_at(k, 3, 0.8, 0.4, curve) for k in range(3)] == pytest.approx(strengths, abs=1e-6)
    assert strength_at(0, 1, 0.8, 0.4, curve) == 0.8


@pytest.mark.parametrize(("args", "status"), [([0], 422), ([2, 7], 422), ([2, 0.5, "Linear", "CLIP"], 501)])
def test_a_loop_that_cannot_be_is_refused(client, args, status):
    body = {**REDRAWN, "script_name": "loopback", "script_args": args}
    assert client.post("/sdapi/v1/img2img", json=body).status_code == status


# what they stand on


def test_scripts_are_found_in_any_case_where_they_are_offered():
    assert script_named(" x/Y/z PLOT", TXT).tasks == (TXT,)
    with pytest.raises(RequestError, match="Loopback"):
        script_named("Loopback", TXT)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: f"{script.name} {script.tasks}")
def test_arguments_left_out_are_as_usual_and_too_many_are_cut(script):
    usual = [control.value for control in script.controls]
    assert arguments(script, []) == usual
    assert arguments(script, [5]) == [5, *usual[1:]]
    assert len(arguments(script, [1] * 99)) == len(usual)


@pytest.mark.parametrize(
    ("count", "wanted", "batch", "full", "rows"),
    [(4, -1, 1, False, 2), (3, -1, 1, False, 2), (5, -1, 1, True, 1), (6, -1, 1, True, 2), (6, 0, 3, False, 3),
     (6, 1, 1, False, 1), (2, 9, 1, False, 2)],
)  # fmt: skip
def test_rows_of_a_grid(count, wanted, batch, full, rows):
    assert rows_of(count, wanted, batch, full=full) == rows


def test_tiles_lie_row_by_row_and_what_is_empty_is_black():
    images = [np.full((2, 3, 3), shade, np.uint8) for shade in (10, 20, 30)]
    whole = tiled(images, columns=2)
    assert whole.shape == (4, 6, 3)
    assert [whole[0, 0, 0], whole[0, 5, 0], whole[3, 0, 0], whole[3, 5, 0]] == [10, 20, 30, 0]


@pytest.mark.parametrize(("factor", "size"), [(2, (200, 120)), (1, (96, 56)), (0.5, (48, 24)), (1.33, (128, 72))])
def test_enlarging_ends_at_whole_cells(factor, size):
    assert enlarged(PIL.Image.new("RGB", (100, 60)), factor, UPSCALERS["Lanczos"]).size == size


def test_nearest_repeats_pixels():
    image = PIL.Image.fromarray(bands(1, Size(16, 16)))
    assert np.array_equal(np.array(enlarged(image, 2, UPSCALERS["Nearest"])), np.array(image).repeat(2, 0).repeat(2, 1))


def test_the_middle_is_kept_and_the_rest_black():
    middle = np.array(centred(PIL.Image.new("L", (4, 2), 9), Size(2, 4)))
    assert middle.tolist() == [[0, 0], [9, 9], [9, 9], [0, 0]]
