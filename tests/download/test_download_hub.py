"""A file of the hub arrives whole and right, or not at all, whatever happens on the way."""

import hashlib
import random
import re
import resource

import pytest

from pentimento.checkpoint.hashes import cached_hash
from pentimento.download import hub as module
from pentimento.download.hub import fetch, is_there, look_up, part_of
from pentimento.download.offers import BY_NAME, OFFERS, Offer
from pentimento.words.errors import DownloadError, OutputError

pytestmark = pytest.mark.usefixtures("small_blocks")

DATA = random.Random(7).randbytes(1_000_003)
SHA256 = hashlib.sha256(DATA).hexdigest()
OFFER = Offer("some", "a test", "checkpoints", "owner/repo", "dir/some.safetensors", ("here",), licence="mit")
KEY = "owner/repo/dir/some.safetensors"


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("PENTIMENTO_CACHE", str(tmp_path / "cache"))
    return tmp_path / "models" / "Stable-diffusion" / "some.safetensors"


@pytest.fixture
def load(hub, place):
    """() → sha256 of the file loaded; what was told on the way is in `load.told`."""
    hub.files[KEY] = DATA

    def run(offer=OFFER):
        return fetch(offer, look_up(offer, hub.address), place, lambda *said: run.told.append(said), hub.address)

    run.told = []
    return run


def left(place):
    return sorted(path.name for path in place.parent.iterdir())


def test_a_file_arrives_whole_and_its_hash_is_known_from_then_on(load, place):
    assert load() == SHA256
    assert place.read_bytes() == DATA
    assert cached_hash(place) == SHA256
    assert left(place) == [place.name]


def test_progress_is_told_from_nothing_to_all(load):
    load()
    for what in ("downloading", "checking"):
        done = [count for label, count, _ in load.told if label == what]
        assert done == sorted(done)
        assert done[-1] == len(DATA)
    assert {total for _, _, total in load.told} == {len(DATA)}
    assert load.told[0] == ("downloading", 0, len(DATA))


def test_a_break_in_mid_file_is_mended_in_the_same_call(load, hub, place):
    hub.breaks = [300_000, 200_000]
    assert load() == SHA256
    assert place.read_bytes() == DATA
    assert len(hub.gets()) == 3
    assert all("range" in asked.headers for asked in hub.gets()[1:])
    assert hub.sent < len(DATA) + 2 * 70_000, "what had arrived was loaded again"


def test_what_a_failed_call_loaded_is_not_loaded_again(load, hub, place):
    hub.breaks = [400_000] + [0] * 6
    with pytest.raises(DownloadError, match=r"broke off") as fault:
        load()
    assert "run the same command again" in fault.value.hint.lower()
    assert not place.exists()
    (part,) = left(place)
    assert part.endswith(".part")
    before = hub.sent
    assert load() == SHA256
    assert hub.sent - before <= len(DATA) - 300_000
    assert place.read_bytes() == DATA
    assert left(place) == [place.name]


def test_a_hub_that_cannot_go_on_in_mid_file_sends_all_of_it_again(load, hub, place):
    hub.breaks = [400_000] + [0] * 6
    with pytest.raises(DownloadError):
        load()
    hub.ranges = False
    assert load() == SHA256
    assert place.read_bytes() == DATA
    assert load.told[-1] == ("checking", len(DATA), len(DATA))


def test_wrong_bytes_are_thrown_away_with_both_hashes(load, hub, place):
    hub.spoils = True
    zeros = hashlib.sha256(bytes(len(DATA))).hexdigest()
    with pytest.raises(DownloadError, match=f"{zeros}.*{SHA256}"):
        load()
    assert left(place) == []
    hub.spoils = False
    assert load() == SHA256


def test_a_file_that_is_another_than_the_tables_is_not_even_begun(load, hub, place):
    known = Offer("some", "a test", "checkpoints", "owner/repo", "dir/some.safetensors", ("here",), sha256="f" * 64)
    with pytest.raises(DownloadError, match=f"{SHA256}, known was {'f' * 64}"):
        load(known)
    assert hub.sent == 0
    assert not place.parent.exists()


def test_the_tables_hash_counts_where_the_hub_tells_none(load, hub, place):
    hub.plain = True
    assert look_up(OFFER, hub.address).sha256 is None
    assert load() == SHA256, "without any hash the size alone is checked"
    place.unlink()
    known = Offer("some", "a test", "checkpoints", "owner/repo", "dir/some.safetensors", ("here",), sha256="f" * 64)
    with pytest.raises(DownloadError, match="f" * 64):
        load(known)
    assert left(place) == []


def test_parts_of_an_older_version_are_removed(load, hub, place):
    hub.breaks = [400_000] + [0] * 6
    with pytest.raises(DownloadError):
        load()
    (old,) = left(place)
    bystander = place.with_name("some.safetensors.mine.part")
    bystander.touch()
    hub.files[KEY] = DATA[::-1]
    assert load() == hashlib.sha256(DATA[::-1]).hexdigest()
    assert left(place) == sorted([place.name, bystander.name])
    assert old not in left(place)


def test_the_part_is_no_model_to_the_library(load, hub, place):
    from pentimento.checkpoint.library import Library

    hub.breaks = [400_000] + [0] * 6
    with pytest.raises(DownloadError):
        load()
    assert Library(place.parent.parent).checkpoints() == []


def test_a_part_that_is_too_long_is_begun_anew(load, hub, place):
    place.parent.mkdir(parents=True)
    part_of(place, look_up(OFFER, hub.address)).write_bytes(bytes(len(DATA) + 5))
    assert load() == SHA256


def test_a_full_disk_is_said_before_anything_is_loaded(load, hub, place, monkeypatch):
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(module.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(OutputError, match=r"1,000,003 bytes are still to come, 1,000 are free"):
        load()
    assert hub.sent == 0


def test_a_disk_that_fills_up_keeps_what_was_loaded(load, hub, place):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, hard))
    try:
        with pytest.raises(OutputError, match="too full"):
            load()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not place.exists()
    before = hub.sent
    assert load() == SHA256
    assert hub.sent - before < 700_000


def test_a_folder_that_cannot_be_made_is_said(load, place):
    place.parent.parent.mkdir()
    place.parent.write_text("a file where a folder should be")
    with pytest.raises(OutputError, match=r"some\.safetensors cannot be written"):
        load()


REFUSALS = {
    # status, code          said                                                    hint
    (401, "GatedRepo"): (r"owner/repo is given only to those who accepted", r"https://huggingface.co/owner/repo.*HF_TOKEN"),
    (403, "GatedRepo"): (r"owner/repo is given only to those who accepted", r"HF_TOKEN"),
    (404, "RepoNotFound"): (r"no repository owner/repo, or it is private", r"HF_TOKEN"),
    (401, "RepoNotFound"): (r"no repository owner/repo, or it is private", r"HF_TOKEN"),
    (404, "EntryNotFound"): (r"owner/repo has no file dir/some.safetensors", r"owner/repo"),
    (401, ""): (r"refused the token|no repository owner/repo", r"HF_TOKEN"),
    (429, ""): (r"answered HTTP 429", r"[Ww]ait"),
    (503, ""): (r"answered HTTP 503", r"[Ww]ait"),
}  # fmt: skip


@pytest.mark.parametrize(("status", "code"), REFUSALS)
def test_a_refusal_says_what_to_do(status, code, load, hub):
    hub.refuses = (status, code)
    said, hint = REFUSALS[status, code]
    with pytest.raises(DownloadError, match=said) as fault:
        load()
    assert re.search(hint, fault.value.hint)
    assert str(status) in fault.value.message


def test_a_token_opens_a_gated_file_and_is_not_given_to_the_store(load, hub, monkeypatch):
    hub.token = "hf_secret"
    with pytest.raises(DownloadError, match="accepted its terms"):
        load()
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert load() == SHA256
    assert hub.gets()
    assert all("authorization" not in asked.headers for asked in hub.gets())


def test_without_a_network_it_says_so(place):
    with pytest.raises(DownloadError, match=r"http://127\.0\.0\.1:9 cannot be reached"):
        look_up(OFFER, "http://127.0.0.1:9")


def test_what_is_no_hub_is_told_from_one(hub, monkeypatch, load):
    hub.files = {}
    monkeypatch.setattr("huggingface_hub.hf_hub_url", lambda *_, **__: f"{hub.address}/store/x")
    hub.files["x"] = b"<html>"
    with pytest.raises(DownloadError, match="does not answer as a hub does"):
        load()


def test_the_very_version_that_was_looked_up_is_loaded(load, hub):
    load()
    asked = [one.path for one in hub.asked if "/resolve/" in one.path]
    assert asked[0].startswith("/owner/repo/resolve/main/")
    assert all("/resolve/8a4288a76071f7280aedbdb3253bdb9e9d5d84bb/" in path for path in asked[1:])


def test_a_file_that_is_there_is_told_from_another_in_its_place(load, hub, place):
    remote = look_up(OFFER, hub.address)
    assert not is_there(place, remote)
    load()
    assert is_there(place, remote)
    place.write_bytes(DATA[::-1])
    with pytest.raises(OutputError, match=f"of sha256 [0-9a-f]{{64}}, the hub's is {SHA256}"):
        is_there(place, remote)
    place.write_bytes(b"short")
    with pytest.raises(OutputError, match="5 bytes long, the hub's is 1,000,003"):
        is_there(place, remote)


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.name)
def test_every_row_cites_pages_of_its_own_repository(offer):
    assert offer.sources
    assert all(source.startswith(f"{offer.page}/") for source in offer.sources)
    assert offer.sha256 is None or module.SHA256.fullmatch(offer.sha256)
    assert BY_NAME[offer.name] is offer
