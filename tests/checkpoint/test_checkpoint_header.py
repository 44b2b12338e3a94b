"""Names and shapes are read without a tensor; a file that is not whole is refused by name."""

import json
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.tensors import load_tensors
from pentimento.words.errors import ModelFileError, UnknownModelError

PLAIN = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
TORCH_FREE = ("entries", "safetensors", "machine", "pickles", "header", "sidecar", "families", "hashes", "library")


def framed(header: object, body: int = 8) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(body)


@pytest.fixture
def tensors() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return {
        "half": torch.randn(3, 4, generator=generator).half(),
        "brain": torch.randn(5, generator=generator).bfloat16(),
        "whole": torch.arange(6).reshape(2, 3),
        "truth": torch.tensor([True, False]),
        "eight": torch.randn(4, generator=generator).to(torch.float8_e4m3fn),
        "scalar": torch.tensor(2.5, dtype=torch.float64),
        "empty": torch.empty(0, 7),
    }


def same(left: torch.Tensor, right: torch.Tensor) -> bool:
    bits = (tensor.contiguous().flatten().view(torch.uint8) for tensor in (left, right))
    return left.dtype == right.dtype and left.shape == right.shape and torch.equal(*bits)


def test_safetensors_give_back_every_tensor_that_was_saved(tensors, tmp_path):
    save_file(tensors, path := tmp_path / "a.safetensors", {"made": "here"})
    header = read_header(path)
    assert header.shapes == {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    assert header.metadata == {"made": "here"}
    loaded = load_tensors(path)
    assert all(same(loaded[name], tensor) for name, tensor in tensors.items())


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "before 1.6"])
def test_pytorch_files_give_back_every_tensor_that_was_saved(zipped, tensors, tmp_path):
    if not zipped:
        del tensors["eight"]  # PyTorch itself cannot write it that way
    tensors["turned"] = torch.arange(12.0).reshape(3, 4).T
    tensors["part"] = torch.arange(12.0)[5:9]
    tensors["learned"] = torch.nn.Parameter(torch.ones(2, 2))
    torch.save(tensors, path := tmp_path / "a.ckpt", _use_new_zipfile_serialization=zipped)
    assert read_header(path).shapes == {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    loaded = load_tensors(path)
    assert all(same(loaded[name], tensor.detach()) for name, tensor in tensors.items())


def test_wrappers_are_taken_off_and_plain_values_kept(tmp_path):
    inner = torch.nn.Linear(2, 3).state_dict()
    torch.save({"state_dict": inner, "global_step": 1234, "callbacks": [1]}, path := tmp_path / "a.ckpt")
    header = read_header(path)
    assert set(header.entries) == {"weight", "bias"}
    assert header.metadata == {"global_step": "1234"}


def test_dicts_inside_are_flattened_with_dots(tmp_path):
    torch.save({"string_to_param": {"*": torch.ones(2, 4)}, "name": "x"}, path := tmp_path / "a.pt")
    assert read_header(path).shapes == {"string_to_param.*": (2, 4)}


def test_a_parameter_dict_is_read_as_a_dict(tmp_path):
    parameters = torch.nn.ParameterDict({"*": torch.nn.Parameter(torch.ones(2, 4))})
    old = torch.nn.ParameterDict.__new__(torch.nn.ParameterDict)
    old.__dict__["_parameters"] = {"*": torch.nn.Parameter(torch.ones(3, 4))}
    torch.save({"string_to_param": parameters, "older": old}, path := tmp_path / "a.pt")
    assert read_header(path).shapes == {"string_to_param.*": (2, 4), "older.*": (3, 4)}


def test_old_names_of_the_text_encoder_become_todays(write_weights):
    old = {f"cond_stage_model.transformer.{part}": (1,) for part in ("encoder.x", "embeddings.y", "final_layer_norm.z")}
    header = read_header(write_weights("a.safetensors", old))
    assert set(header.entries) == {name.replace("transformer.", "transformer.text_model.") for name in old}


def test_writing_to_a_loaded_tensor_leaves_the_file_alone(write_weights):
    path = write_weights("a.safetensors", {"a": (4,)})
    before = path.read_bytes()
    load_tensors(path)["a"].fill_(7)
    assert path.read_bytes() == before


def test_numbers_that_are_not_aligned_are_read_too(tmp_path):
    entries = {
        "a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
        "b": {"dtype": "F32", "shape": [2], "data_offsets": [1, 9]},
    }
    path = tmp_path / "a.safetensors"
    path.write_bytes(framed(entries, 0) + b"\x05" + struct.pack("<2f", 1.5, -2))
    assert load_tensors(path)["b"].tolist() == [1.5, -2]


BROKEN = {
    "length past the end": (struct.pack("<Q", 1 << 40) + b"{}", "ends at"),
    "three bytes": (b"abc", "ends at"),
    "not JSON": (framed(b"{nonsense"), "not JSON"),
    "not UTF-8": (framed(b'{"\xff": 1}'), "not JSON"),
    "a list": (framed([1, 2]), "not a JSON object"),
    "deep nesting": (framed(b"[" * 100_000), ""),
    "metadata of numbers": (framed({"__metadata__": {"a": 1}, "a": PLAIN}), "metadata"),
    "an entry that is a number": (framed({"a": 3}), "not described"),
    "an entry without a type": (framed({"a": {"shape": [2], "data_offsets": [0, 8]}}), "not described"),
    "unknown type": (framed({"a": PLAIN | {"dtype": "Q4"}}), "Q4"),
    "negative side": (framed({"a": PLAIN | {"shape": [-2]}}), "shape"),
    "a side that is true": (framed({"a": PLAIN | {"shape": [True, 2]}}), "shape"),
    "negative place": (framed({"a": PLAIN | {"data_offsets": [-8, 0]}}), "lies at"),
    "place too long for the shape": (framed({"a": PLAIN | {"data_offsets": [0, 16]}}, 16), "lies at"),
    "past the end": (framed({"a": PLAIN | {"shape": [4], "data_offsets": [0, 16]}}), "only 8"),
    "overlap": (framed({"a": PLAIN, "b": PLAIN | {"data_offsets": [4, 12]}}, 12), "overlap"),
    "gap": (framed({"a": PLAIN, "b": PLAIN | {"data_offsets": [12, 20]}}, 20), "belong to nothing"),
    "bytes left over": (framed({"a": PLAIN}, 11), "belong to nothing"),
    "a name twice": (framed(b'{"a": {}, "b": {}, "a": {}}'), "a comes twice"),
    "a number of 10000 digits": (framed(b'{"a": ' + b"9" * 10_000 + b"}"), ""),
    "empty": (b"", "empty"),
    "a web page": (b"<!DOCTYPE html><html>", "web page"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid", "LFS"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(99), "picture"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_safetensors_file_is_refused_by_name(case, tmp_path):
    content, found = BROKEN[case]
    path = tmp_path / "broken.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"broken\.safetensors cannot be read") as refusal:
        read_header(path)
    assert found in refusal.value.message
    assert refusal.value.hint


def test_a_truncated_file_is_refused_at_every_length(write_weights, tmp_path):
    whole = write_weights("whole.safetensors", {"a": (3, 2), "b": (2,)}).read_bytes()
    for length in range(len(whole)):
        path = tmp_path / "cut.safetensors"
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError):
            read_header(path)


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "before 1.6"])
def test_a_truncated_pytorch_file_is_refused(zipped, tmp_path):
    torch.save({"a": torch.ones(40)}, path := tmp_path / "cut.ckpt", _use_new_zipfile_serialization=zipped)
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 7), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match=r"cut\.ckpt"):
            read_header(path)


@pytest.mark.parametrize(("suffix", "other"), [(".safetensors", ".ckpt"), (".ckpt", ".safetensors")])
def test_a_misnamed_file_is_refused_with_the_right_suffix(suffix, other, tmp_path):
    path = tmp_path / f"a{other}"
    if other == ".ckpt":
        torch.save({"a": torch.ones(2)}, path)
    else:
        save_file({"a": torch.ones(2)}, path)
    misnamed = path.rename(tmp_path / f"b{suffix}")
    with pytest.raises(ModelFileError, match=rf"Rename it so that it ends in {other}"):
        read_header(misnamed)


def test_missing_files_folders_and_strange_suffixes_are_refused(tmp_path):
    with pytest.raises(UnknownModelError, match="no file"):
        read_header(tmp_path / "none.safetensors")
    with pytest.raises(ModelFileError, match="cannot be read"):
        read_header(tmp_path)
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(ModelFileError, match=r"\.zip"):
        read_header(tmp_path / "a.zip")


@pytest.mark.parametrize("suffix", [".safetensors", ".ckpt"])
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_a_spoilt_byte_is_harmless_or_refused(suffix, data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("spoilt")
    save = save_file if suffix == ".safetensors" else torch.save
    save({"a": torch.ones(2, 3), "b": torch.zeros(4, dtype=torch.int64)}, path := folder / f"a{suffix}")
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with suppress(ModelFileError):
        load_tensors(path)


def test_names_and_shapes_need_no_torch():
    modules = ", ".join(f"pentimento.checkpoint.{name}" for name in TORCH_FREE)
    code = f"import sys, {modules}; sys.exit(any(m in sys.modules for m in ('torch', 'transformers', 'safetensors')))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_recorded_checkpoints_are_read_as_pytorch_and_safetensors_read_them(golden):
    from safetensors.torch import load_file

    folder: Path = golden / "checkpoints"
    ours, theirs = load_tensors(folder / "tiny-sd15.safetensors"), load_file(folder / "tiny-sd15.safetensors")
    assert ours.keys() == theirs.keys()
    assert all(same(ours[name], theirs[name]) for name in theirs)
    ours = load_tensors(folder / "tiny-sd15.ckpt")
    theirs = torch.load(folder / "tiny-sd15.ckpt", weights_only=True)["state_dict"]
    assert ours.keys() == theirs.keys()
    assert all(same(ours[name], theirs[name]) for name in theirs)
