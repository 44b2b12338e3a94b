"""A pickle that wants to run code is refused, and has not run it."""

import collections
import io
import os
import pickle
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.tensors import load_tensors
from pentimento.words.errors import ModelFileError, UnsafePickleError

LEGACY = b"".join(pickle.dumps(value, protocol=2) for value in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))
"""How files from before PyTorch 1.6 begin."""


class Calls:
    """Pickles as a call."""

    def __init__(self, function: Callable[..., Any], *given: Any) -> None:
        self.call = (function, given)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


def zipped(path: Path, pickled: bytes, *others: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        for name in others:
            archive.writestr(f"archive/{name}", b"")
    return path


@pytest.fixture
def sentinel(tmp_path: Path) -> Path:
    return tmp_path / "it-ran"


def touching(sentinel: Path) -> str:
    return f"open({str(sentinel)!r}, 'w').close()"


ATTACKS: dict[str, Callable[[Path], Any]] = {
    # the name refused                         what is pickled
    "posix.system":                            lambda file: Calls(os.system, f"touch {file}"),
    "builtins.eval":                           lambda file: Calls(eval, touching(file)),
    "builtins.exec":                           lambda file: Calls(exec, touching(file)),
    "builtins.getattr":                        lambda file: Calls(getattr, "text", "format"),
    "builtins.open":                           lambda file: Calls(open, str(file), "w"),
    "pathlib.PosixPath":                       lambda file: file,
    "functools.partial":                       lambda file: Calls(__import__("functools").partial, os.system),
    "torch.serialization.load":                lambda file: Calls(torch.load, str(file)),
    "torch.hub.load":                          lambda file: Calls(torch.hub.load, "a/b"),
    "numpy.testing._private.utils.runstring":  lambda file: Calls(np.testing.runstring, touching(file), {}),
}  # fmt: skip

PLACES: dict[str, Callable[[Any], Any]] = {
    "alone": lambda attack: attack,
    "beside weights": lambda attack: {"state_dict": {"w": 1}, "extra": attack},
    "as a key": lambda attack: collections.OrderedDict([("a", [({"b": (attack,)},)])]),
    "inside an array": lambda attack: np.array([attack, 1], dtype=object),
}


@pytest.mark.parametrize("layout", ["zip", "plain pickle", "before 1.6"])
@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ATTACKS)
def test_code_in_a_pickle_is_refused_and_not_run(name, place, protocol, layout, tmp_path, sentinel):
    pickled = pickle.dumps(PLACES[place](ATTACKS[name](sentinel)), protocol=protocol)
    path = tmp_path / "bad.ckpt"
    if layout == "zip":
        zipped(path, pickled)
    else:
        path.write_bytes(LEGACY * (layout != "plain pickle") + pickled)
    for read in (read_header, load_tensors):
        with pytest.raises(UnsafePickleError, match=r"bad\.ckpt was refused") as refusal:
            read(path)
        assert refusal.value.exit_code == 2
    assert not sentinel.exists()
    assert f".{name.rpartition('.')[2]}," in refusal.value.message  # protocols below 3 call builtins __builtin__


def test_numpy_reconstruct_cannot_be_given_another_class(tmp_path, sentinel):
    reconstruct: Any = np.array([1]).__reduce__()[0]
    attack = Calls(reconstruct, Calls, (0,), b"b")
    with pytest.raises(UnsafePickleError, match=r"test_checkpoint_pickles\.Calls"):
        read_header(zipped(tmp_path / "bad.pt", pickle.dumps(attack)))


@pytest.mark.parametrize("code", [b"(S'touch x'\nios\nsystem\n.", b"(cos\nsystem\nS'touch x'\no."], ids=["INST", "OBJ"])
def test_old_ways_to_call_are_refused_too(code, tmp_path):
    with pytest.raises(UnsafePickleError, match=r"os\.system"):
        read_header(zipped(tmp_path / "bad.pt", code))


def test_state_cannot_change_what_reads_the_next_file(tmp_path):
    """BUILD on a class would set its attributes; here a class is only a name."""
    code = b"\x80\x02ccollections\nOrderedDict\n}X\x08\x00\x00\x00__init__K\x01sb."
    with pytest.raises(ModelFileError):
        read_header(zipped(tmp_path / "bad.pt", code))
    assert collections.OrderedDict(a=1) == {"a": 1}


NONSENSE = {
    "nothing": b"",
    "no end": b"\x80\x02}",
    "stack underflow": b"\x80\x02R.",
    "unknown memo": b"\x80\x02h\x07.",
    "a call of a number": b"\x80\x02K\x01)R.",
    "an extension": b"\x80\x02\x82\x01.",
    "a huge string": b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f.",
    "a huge bytearray": b"\x80\x05\x96\x00\x00\x00\x00\x00\x01\x00\x00.",
    "text as persistent id": b"\x80\x02Pfoo\n.",
    "a pickle of a number": b"\x80\x02K\x01.",
    "a lone mark": b"(.",
}


@pytest.mark.parametrize("case", NONSENSE)
def test_a_pickle_without_sense_is_refused(case, tmp_path):
    with pytest.raises(ModelFileError, match=r"odd\.pt"):
        read_header(zipped(tmp_path / "odd.pt", NONSENSE[case]))


@pytest.mark.parametrize(
    "code",
    [b"\x80\x02}q\x00(X\x01\x00\x00\x00ah\x00X\x01\x00\x00\x00bh\x00u.", b"\x80\x02}r\xff\xff\xff\xff."],
    ids=["a dict that holds itself", "a huge memo index"],
)
def test_a_strange_pickle_is_read_at_once(code, tmp_path):
    assert not read_header(zipped(tmp_path / "odd.pt", code)).entries


DOUBLED = b")" + b"2\x86" * 60
"""A tuple of a tuple twice, 60 deep: to hash it or print it takes for ever."""


def test_what_takes_for_ever_to_hash_is_passed_over(tmp_path):
    code = b"\x80\x02}" + DOUBLED + b"K\x01s."
    assert not read_header(zipped(tmp_path / "slow.pt", code)).entries


@pytest.mark.parametrize(
    "code",
    [
        DOUBLED + b"X\x01\x00\x00\x00a\x93.",
        b"ctorch._utils\n_rebuild_tensor\n(((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000NK\x04tQ"
        b"K\x00" + DOUBLED + b"K\x01\x85ttR.",
        b"(" + DOUBLED + b"i" + DOUBLED[:1] + b"\n\n.",
    ],
    ids=["a name", "a shape", "a call"],
)
def test_what_takes_for_ever_to_print_is_refused_at_once(code, tmp_path):
    with pytest.raises(ModelFileError, match=r"slow\.pt"):
        read_header(zipped(tmp_path / "slow.pt", b"\x80\x04" + code))


def test_a_tensor_that_reaches_past_its_storage_is_refused(tmp_path):
    buffer = io.BytesIO()
    torch.save({"a": torch.ones(4)}, buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for old, new in ((b"K\x04\x85", b"K\x05\x85"), (b"K\x00K\x04", b"K\x01K\x04"), (b"K\x01\x85", b"K\x02\x85")):
        with zipfile.ZipFile(path := tmp_path / "past.pt", "w") as archive:
            for name, content in members.items():
                assert not name.endswith("data.pkl") or old in content
                archive.writestr(name, content.replace(old, new) if name.endswith("data.pkl") else content)
        with pytest.raises(ModelFileError, match=r"past\.pt cannot be read: a tensor of shape .* reaches past"):
            read_header(path)


def test_a_tensor_spread_over_one_number_is_refused(tmp_path):
    torch.save({"a": torch.ones(1).expand(1000, 1000)}, path := tmp_path / "spread.pt")
    with pytest.raises(ModelFileError, match="reaches past its 1 numbers"):
        read_header(path)


@pytest.mark.parametrize("member", ["code/run.py", "../../escape", "data/a", "constants.pkl"])
def test_a_zip_with_other_members_is_refused(member, tmp_path):
    path = zipped(tmp_path / "odd.pt", pickle.dumps({}), member)
    with pytest.raises(ModelFileError, match="which a PyTorch file does not"):
        read_header(path)


def scripted(path: Path) -> torch.nn.Module:
    """Modules within modules, saved with their code."""
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.Sequential(torch.nn.BatchNorm2d(4))).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls TorchScript old; files of it are met all the same
        torch.jit.trace(module, torch.zeros(1, 3, 8, 8)).save(str(path))
    return module


def test_torchscript_is_read_as_its_weights_and_its_code_is_not(tmp_path):
    module = scripted(tmp_path / "script.pt")
    found = load_tensors(tmp_path / "script.pt")
    wanted = module.state_dict()
    wanted.pop("1.0.num_batches_tracked")
    assert found.keys() >= wanted.keys()
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)


def test_torchscript_cannot_call_either(tmp_path, sentinel):
    scripted(tmp_path / "script.pt")
    with zipfile.ZipFile(tmp_path / "script.pt") as good, zipfile.ZipFile(tmp_path / "evil.pt", "w") as evil:
        for name in good.namelist():
            other = pickle.dumps(Calls(exec, touching(sentinel)), protocol=2)
            evil.writestr(name, other if name.endswith("/data.pkl") else good.read(name))
    with pytest.raises(UnsafePickleError, match="exec"):
        read_header(tmp_path / "evil.pt")
    assert not sentinel.exists()


def test_a_zip_of_two_models_or_none_is_refused(tmp_path):
    path = zipped(tmp_path / "two.pt", pickle.dumps({}))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("other/data.pkl", pickle.dumps({}))
    with pytest.raises(ModelFileError, match="several models"):
        read_header(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/version", "3")
    with pytest.raises(ModelFileError, match=r"data\.pkl"):
        read_header(path)


def test_numbers_packed_again_are_refused(tmp_path):
    torch.save({"a": torch.ones(400)}, whole := tmp_path / "whole.pt")
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "p.pt", "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    with pytest.raises(ModelFileError, match="packed again"):
        read_header(tmp_path / "p.pt")


def test_honest_extras_are_read_past(tmp_path):
    extras = {
        "scalar": np.float64(3),
        "array": np.arange(3),
        "seen": {1, 2},
        "dtype": torch.float16,
        "kind": np.dtype("f4"),
    }
    torch.save({"state_dict": {"w": torch.ones(3)}, **extras}, path := tmp_path / "a.ckpt")
    assert load_tensors(path)["w"].tolist() == [1, 1, 1]
