"""Whatever comes in, it is either painted or refused by a PentimentoError: nothing else ever comes out."""

import io
import os
import struct
import zipfile
from contextlib import suppress

import numpy as np
import PIL.Image
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pentimento.checkpoint.families import identify, kind
from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.sidecar import read_sidecar
from pentimento.checkpoint.tensors import load_tensors
from pentimento.cli.options import request_from
from pentimento.pixels.codec import encode_picture, read_picture
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.errors import ModelFileError, PentimentoError, PictureError
from pentimento.words.events import Finished, Painted
from pentimento.words.request import Request
from tiny import write_tiny

LONG = bool(os.environ.get("PENTIMENTO_LONG"))


def examples(few: int, many: int):
    return settings(
        max_examples=many if LONG else few,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def picture_bytes(format: str, mode: str = "RGB") -> bytes:
    pixels = np.random.default_rng(3).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    out = io.BytesIO()
    PIL.Image.fromarray(pixels).convert(mode).save(out, format)
    return out.getvalue()


WHOLE = [
    picture_bytes(format, mode)
    for format, mode in (
        ("PNG", "RGB"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("WEBP", "RGBA"),
        ("GIF", "P"),
        ("BMP", "RGB"),
        ("TIFF", "RGB"),
        ("TGA", "RGB"),
        ("PCX", "RGB"),
        ("ICO", "RGBA"),
        ("PPM", "RGB"),
    )
]

damage = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)), max_size=4)


def damaged(data: bytes, changes, cut: float) -> bytes:
    spoilt = bytearray(data)
    for place, new in changes:
        at = int(place * len(spoilt))
        spoilt[at : at + len(new)] = new
    return bytes(spoilt[: int(len(spoilt) * cut)])


@given(st.sampled_from(WHOLE), damage, st.floats(0.02, 1))
@examples(60, 5000)
def test_damaged_pictures_are_read_or_refused(data, changes, cut):
    with suppress(PictureError):
        encode_picture(read_picture(damaged(data, changes, cut)), ".png", None)


@given(st.binary(max_size=400))
@examples(40, 3000)
def test_any_bytes_are_no_picture_or_one(data):
    with suppress(PictureError):
        read_picture(data)


# files of weights


def weights(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    tree = {"state_dict": {f"a.{i}": torch.ones(2, i + 1) for i in range(3)}, "global_step": 3}
    torch.save(tree, folder / "zip.ckpt")
    torch.save(tree, folder / "old.ckpt", _use_new_zipfile_serialization=False)
    from safetensors.torch import save_file

    save_file(tree["state_dict"], folder / "a.safetensors", {"x": "y"})
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    return weights(tmp_path_factory)


@given(st.sampled_from(["zip.ckpt", "old.ckpt", "a.safetensors"]), damage, st.one_of(st.just(1.0), st.floats(0, 1)))
@examples(60, 5000)
def test_damaged_weights_are_read_or_refused(whole, tmp_path, name, changes, cut):
    path = tmp_path / name
    path.write_bytes(damaged(whole[name], changes, cut))
    with suppress(ModelFileError):
        header = read_header(path)
        kind(header)
        load_tensors(path)
        identify(header)


opcodes = st.lists(
    st.sampled_from([bytes([code]) for code in range(256)])
    | st.binary(max_size=5)
    | st.sampled_from([b"cos\nsystem\n", b"ctorch\nFloatStorage\n", b"}", b"(", b".", b"K\x01", b"\x85", b"R", b"b"]),
    max_size=25,
).map(b"".join)


@given(opcodes)
@examples(60, 20_000)
def test_any_pickle_is_read_or_refused(tmp_path, code):
    path = tmp_path / "any.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/data.pkl", b"\x80\x02" + code + b".")
    with suppress(ModelFileError):
        read_header(path)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
entries = st.dictionaries(
    st.text(max_size=6) | st.just("__metadata__"),
    st.fixed_dictionaries(
        {"dtype": st.sampled_from(["F32", "F16", "Q"]) | values, "shape": values, "data_offsets": values}
    )
    | values,
    max_size=4,
)


@given(entries, st.integers(0, 64))
@examples(60, 5000)
def test_any_safetensors_header_is_read_or_refused(tmp_path, header, body):
    import json

    path = tmp_path / "any.safetensors"
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(body))
    with suppress(ModelFileError):
        load_tensors(path)


@given(
    values | st.fixed_dictionaries({"model": values | st.fixed_dictionaries({"params": values})}), st.text(max_size=40)
)
@examples(40, 2000)
def test_any_yaml_beside_a_checkpoint_is_read_or_refused(tmp_path, tree, text):
    import yaml

    for said in (yaml.safe_dump(tree, allow_unicode=True), text):
        (tmp_path / "a.yaml").write_text(said, encoding="utf-8", errors="replace")
        with suppress(ModelFileError):
            read_sidecar(tmp_path / "a.safetensors")


# requests

numbers = st.integers() | st.floats() | st.sampled_from([0, 1, -1, 2**31, 2**63, 10**30, 1e-300, 0.5])
anything = numbers | st.text(max_size=12) | st.none() | st.booleans()
fields = st.dictionaries(
    st.sampled_from(sorted(Request.model_fields)), anything.map(lambda v: v if v is None else str(v))
)


@given(fields)
@examples(60, 5000)
def test_any_options_make_a_request_or_are_refused(given_options):
    options = {
        name: value for name, value in given_options.items() if name not in ("images", "mask", "soft_inpainting")
    }
    with suppress(PentimentoError):
        assert isinstance(request_from({}, options), Request)


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    models = tmp_path_factory.mktemp("models")
    write_tiny(models / "tiny.safetensors")
    return InlineRunner(models, device="cpu")


PROMPT = st.text(alphabet="ab ()[]{}:|,.<>\\/lora12.5#\nANDBREAK", max_size=30)
small = st.fixed_dictionaries(
    {"prompt": PROMPT, "negative_prompt": PROMPT},
    optional={
        "steps": st.integers(1, 3),
        "denoising_strength": st.floats(0, 1),
        "cfg_scale": st.floats(1, 30),
        "sampler": st.sampled_from(list(Request.model_fields["sampler"].annotation)),
        "scheduler": st.sampled_from(list(Request.model_fields["scheduler"].annotation)),
        "masked_content": st.sampled_from(list(Request.model_fields["masked_content"].annotation)),
        "area": st.sampled_from(list(Request.model_fields["area"].annotation)),
        "resize_mode": st.sampled_from(list(Request.model_fields["resize_mode"].annotation)),
        "mask_mode": st.sampled_from(list(Request.model_fields["mask_mode"].annotation)),
        "mask_blur": st.integers(0, 64),
        "padding": st.integers(0, 256),
        "width": st.integers(24, 48),  # less, and one level of the tiny network has a single number per group
        "height": st.integers(24, 48),
        "clip_skip": st.integers(1, 12),
        "eta": st.floats(0, 2),
        "extra_noise": st.floats(0, 1),
        "variation_strength": st.floats(0, 1),
        "seed_resize_width": st.integers(0, 40),
        "seed_resize_height": st.integers(0, 40),
        "s_churn": st.floats(0, 100),
        "sigma_min": st.floats(0, 20),
        "sigma_max": st.floats(0, 40),
        "rho": st.floats(0, 100),
        "zero_terminal_snr": st.booleans(),
        "tiling": st.booleans(),
        "exact_steps": st.booleans(),
        "soft_inpainting": st.none() | st.just({}),
        "compat": st.sampled_from(["none", "webui"]),
    },
)


@given(small, st.binary(min_size=1, max_size=1))
@examples(12, 3000)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_any_request_is_painted_or_refused(runner, how, noise):
    pixels = np.full((24, 32, 3), noise[0], np.uint8)
    mask = np.zeros((24, 32, 1), np.uint8)
    mask[4 : 4 + noise[0] % 16, 6:20] = 255
    files = Files()
    names = [files.keep(encode_picture(picture, ".png", None)) for picture in map(_picture, (pixels, mask))]
    with suppress(PentimentoError):
        request = request_from({"checkpoint": "tiny", "images": (names[0],), "mask": names[1], "seed": 1, **how}, {})
        events = list(runner.run(request, files))
        assert isinstance(events[-1], Finished)
        assert sum(isinstance(event, Painted) for event in events) == 1


def _picture(samples):
    return read_picture(_png(samples))


def _png(samples) -> bytes:
    out = io.BytesIO()
    PIL.Image.fromarray(samples.squeeze()).save(out, "PNG")
    return out.getvalue()


def test_the_whole_files_that_are_damaged_here_are_good(whole, tmp_path):
    for name, data in whole.items():
        (tmp_path / name).write_bytes(data)
        assert len(load_tensors(tmp_path / name)) == 3
    assert all(read_picture(data).size == (32, 24) or data[:4] == b"\0\0\1\0" for data in WHOLE)
