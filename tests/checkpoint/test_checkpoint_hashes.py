"""Files are named by their contents as the reference names them, and hashed once."""

import hashlib
import json
import os

import pytest
from safetensors.torch import save_file
from torch import ones

from pentimento.checkpoint import hashes, memory
from pentimento.checkpoint.header import read_header


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("tiny-sd15.safetensors", "2ee58999ef"),
        ("tiny-sd15.ckpt", "029869b9bc"),
        ("tiny-sd15-inpainting.safetensors", "7ba5500925"),
    ],
)
def test_checkpoints_have_the_recorded_hashes(file, name, golden):
    assert hashes.short_hash(hashes.file_hash(golden / "checkpoints" / file)) == name


@pytest.mark.parametrize(("file", "name"), [("tinyemb.pt", "73b06d6749ad"), ("tinyemb2.safetensors", "ef3509bb6a59")])
def test_embeddings_have_the_recorded_hashes(file, name, golden):
    assert hashes.embedding_hash(golden / "checkpoints" / "embeddings" / file) == name


def test_the_lora_has_the_recorded_hash(golden):
    path = golden / "checkpoints" / "loras" / "tinylora.safetensors"
    assert hashes.network_hash(path, read_header(path).metadata) == "86d1f27ec5e0"


def test_a_loras_hash_does_not_depend_on_its_metadata(tmp_path):
    for name, metadata in (("a", {"x": "1"}), ("b", {"x": "a much longer text"})):
        save_file({"w": ones(3)}, tmp_path / f"{name}.safetensors", metadata)
    assert hashes.network_hash(tmp_path / "a.safetensors") == hashes.network_hash(tmp_path / "b.safetensors")
    assert hashes.network_hash(tmp_path / "a.safetensors", {"sshs_model_hash": "f" * 64}) == "f" * 12


def test_the_legacy_hash_is_of_64_kilobytes_at_the_first_megabyte(tmp_path):
    content = os.urandom(0x100000 + 0x10000 + 99)
    (tmp_path / "a.ckpt").write_bytes(content)
    expected = hashlib.sha256(content[0x100000:0x110000]).hexdigest()[:8]
    assert hashes.legacy_hash(tmp_path / "a.ckpt") == expected


def test_a_hash_is_remembered_until_the_file_changes(tmp_path):
    path = tmp_path / "a.ckpt"
    path.write_bytes(b"one")
    assert hashes.cached_hash(path) is None
    assert hashes.file_hash(path) == hashes.cached_hash(path) == hashlib.sha256(b"one").hexdigest()
    path.write_bytes(b"two!")
    assert hashes.cached_hash(path) is None
    assert hashes.file_hash(path) == hashlib.sha256(b"two!").hexdigest()


def test_whole_and_body_are_remembered_side_by_side(tmp_path, own_cache):
    save_file({"w": ones(3)}, path := tmp_path / "a.safetensors")
    whole, body = hashes.file_hash(path), hashes.body_hash(path)
    assert whole != body
    assert (hashes.file_hash(path), hashes.body_hash(path)) == (whole, body)
    kept = json.loads((own_cache / "hashes.json").read_text())[str(path)]
    assert (kept["sha256"], kept["body"]) == (whole, body)


def test_a_remembered_hash_is_not_computed_again(tmp_path, monkeypatch):
    (path := tmp_path / "a.ckpt").write_bytes(b"one")
    hashes.file_hash(path)
    monkeypatch.setattr(hashes, "_sha256", lambda *_: pytest.fail("it was read again"))
    assert hashes.file_hash(path) == hashlib.sha256(b"one").hexdigest()


@pytest.mark.parametrize("spoilt", [b"", b"{", b"[]", b'{"a": 3}', b"\xff\xfe", b"[" * 100_000])
def test_a_spoilt_memory_is_forgotten(spoilt, tmp_path, own_cache):
    (path := tmp_path / "a.ckpt").write_bytes(b"one")
    (own_cache / "hashes.json").write_bytes(spoilt)
    assert hashes.cached_hash(path) is None
    assert hashes.file_hash(path) == hashes.cached_hash(path)


def test_no_place_to_remember_is_no_reason_to_fail(tmp_path, monkeypatch):
    (blocked := tmp_path / "blocked").write_text("a file where a folder should be")
    monkeypatch.setenv("PENTIMENTO_CACHE", str(blocked))
    (path := tmp_path / "a.ckpt").write_bytes(b"one")
    assert hashes.file_hash(path) == hashlib.sha256(b"one").hexdigest()


def test_the_memory_lies_in_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.delenv("PENTIMENTO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert memory.cache_folder() == tmp_path / "pentimento"
