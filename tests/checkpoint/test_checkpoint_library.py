"""A folder of models is taken as it is, and a file is found by any of its names."""

from pathlib import Path

import pytest

from pentimento.checkpoint.hashes import file_hash, legacy_hash
from pentimento.checkpoint.library import Library
from pentimento.words.errors import UnknownModelError

FILES = (
    "models/Stable-diffusion/v10.safetensors",
    "models/Stable-diffusion/v2.CKPT",
    "models/Stable-diffusion/v2.yaml",
    "models/Stable-diffusion/photo/real.safetensors",
    "models/Stable-diffusion/photo/real.vae.pt",
    "models/Stable-diffusion/real-v2.vae.pt",
    "models/VAE/mse.safetensors",
    "models/VAE/v10.pt",
    "models/Lora/people/Anna.safetensors",
    "models/LyCORIS/cloud.pt",
    "models/Lora/cloud.png",
    "models/Codeformer/codeformer.pth",
    "models/ControlNet/canny.safetensors",
    "models/ESRGAN/4x.pth",
    "models/embeddings/inside.pt",
    "models/embeddings/inside.preview.pt",
    "embeddings/beside.safetensors",
    "builtin/starter.safetensors",
    "outside.safetensors",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    (tmp_path / "models" / "embeddings" / "nothing.pt").touch()
    return tmp_path


@pytest.fixture
def library(root: Path) -> Library:
    return Library(root / "models", builtin=root / "builtin")


def test_checkpoints_are_listed_in_natural_order_the_builtin_first(library):
    names = [file.name for file in library.checkpoints()]
    assert names == ["starter", "photo/real.safetensors", "v2.CKPT", "v10.safetensors"]


def test_a_file_dropped_into_the_folder_is_listed_at_once(library, root):
    (root / "models" / "direct.ckpt").touch()
    assert "direct.ckpt" in [file.name for file in library.checkpoints()]


def test_links_are_followed_and_those_that_lead_back_are_not_followed_for_ever(library, root):
    (root / "elsewhere").mkdir()
    (root / "elsewhere" / "far.ckpt").touch()
    folder = root / "models" / "Stable-diffusion"
    (folder / "link").symlink_to(root / "elsewhere")
    (folder / "loop").symlink_to(folder)
    (folder / "dangling.ckpt").symlink_to(root / "nowhere")
    names = [file.name for file in library.checkpoints()]
    assert names.count("link/far.ckpt") == 1
    assert len(names) == 5


def test_a_checkpoint_answers_to_all_its_names(library, root):
    path = root / "models" / "Stable-diffusion" / "photo" / "real.safetensors"
    path.write_bytes(bytes(0x100000) + b"what the legacy hash is of")
    sha256, legacy = file_hash(path), legacy_hash(path)
    short = sha256[:10]
    names = [
        "photo/real.safetensors", "photo_real", "real", short, sha256, legacy, f"photo/real.safetensors [{short}]",
        f"real [{short}]", f"photo/real.safetensors [{legacy}]", "REAL", "Photo/Real.safetensors", "eal.saf",
        "real [0000000000]",
    ]  # fmt: skip
    assert {library.checkpoint(name).path for name in names} == {path}
    assert library.checkpoint("real").title == f"photo/real.safetensors [{short}]"
    assert library.checkpoint("real").short_title == f"real [{short}]"


def test_before_it_is_hashed_a_checkpoints_title_is_its_name(library):
    found = library.checkpoint("v10")
    assert (found.title, found.sha256, found.shorthash) == ("v10.safetensors", None, None)


def test_the_builtins_title_is_its_file_as_any_others(library, root):
    found = library.checkpoint("starter")
    assert found.title == "starter.safetensors"
    short = file_hash(found.path)[:10]
    assert library.checkpoint(f"starter.safetensors [{short}]").title == f"starter.safetensors [{short}]"


def test_of_several_titles_that_hold_a_text_the_shortest_is_meant(library):
    assert library.checkpoint("safetensors").name == "v10.safetensors"


def test_of_two_files_with_one_stem_the_later_is_meant(library, root):
    (root / "models" / "Stable-diffusion" / "v10.ckpt").touch()
    assert library.checkpoint("v10").path.suffix == ".safetensors"
    assert library.checkpoint("v10.ckpt").path.suffix == ".ckpt"


def test_the_builtin_starter_is_meant_by_its_name_even_beside_another(library, root):
    (root / "models" / "Stable-diffusion" / "starter.safetensors").touch()
    assert library.checkpoint("starter").path == root / "builtin" / "starter.safetensors"


def test_an_unknown_name_is_refused_with_the_nearest_and_where_was_looked(library, root):
    with pytest.raises(UnknownModelError, match="no checkpoint is called 'strater'; nearest: starter") as refusal:
        library.checkpoint("strater")
    assert str(root / "models" / "Stable-diffusion") in refusal.value.hint


@pytest.mark.parametrize("name", ["", "../../outside.safetensors", "/etc/passwd", "..", "photo/../../../outside"])
def test_a_name_never_leads_out_of_the_folder(name, library):
    with pytest.raises(UnknownModelError):
        library.checkpoint(name)
    with pytest.raises(UnknownModelError):
        library.network(name)
    with pytest.raises(UnknownModelError):
        library.vae(name or "x", Path("v10.ckpt"))


def test_a_path_is_followed_only_where_a_person_typed_it(library, root):
    outside = root / "outside.safetensors"
    assert library.checkpoint(str(outside), paths=True).path == outside
    assert library.vae(str(outside), Path("v10.ckpt"), paths=True) == outside
    with pytest.raises(UnknownModelError):
        library.checkpoint(str(outside))


def test_automatic_takes_the_vae_with_exactly_the_checkpoints_stem(library, root):
    real = library.checkpoint("real").path
    assert library.vae("Automatic", real) == real.with_suffix(".vae.pt")
    assert library.vae("Automatic", library.checkpoint("v10").path) == root / "models" / "VAE" / "v10.pt"
    assert library.vae("Automatic", library.checkpoint("v2").path) is None


def test_as_the_reference_has_it_a_longer_name_will_do(library, root):
    real = library.checkpoint("real").path
    real.with_suffix(".vae.pt").unlink()
    assert library.vae("Automatic", real) is None
    assert library.vae("Automatic", real, by_prefix=True) == root / "models" / "Stable-diffusion" / "real-v2.vae.pt"


def test_a_person_may_note_a_checkpoints_vae_beside_it(library, root):
    real = library.checkpoint("real").path
    real.with_suffix(".json").write_text('{"vae": "mse.safetensors"}')
    assert library.vae("Automatic", real) == root / "models" / "VAE" / "mse.safetensors"


def test_a_vae_is_chosen_by_file_name_or_stem_or_not_at_all(library, root):
    real = library.checkpoint("real").path
    for name in ("mse.safetensors", "mse", "MSE"):
        assert library.vae(name, real) == root / "models" / "VAE" / "mse.safetensors"
    assert library.vae("None", real) is None
    with pytest.raises(UnknownModelError, match="no VAE is called 'mze'; nearest: mse"):
        library.vae("mze", real)


def test_networks_are_found_by_stem_then_by_alias_then_in_any_case(library, root, write_weights):
    anna = root / "models" / "Lora" / "people" / "Anna.safetensors"
    assert library.network("Anna") == library.network("anna") == anna
    named = write_weights("models/Lora/xyz.safetensors", {"w": (1,)}, {"ss_output_name": "grass"})
    assert library.network("grass") == named
    write_weights("models/Lora/other.safetensors", {"w": (1,)}, {"ss_output_name": "grass"})
    with pytest.raises(UnknownModelError, match="no LoRA is called 'grass'"):
        library.network("grass")
    assert set(library.networks()) == {"Anna", "cloud", "xyz", "other"}


def test_embeddings_lie_inside_or_beside_the_folder_of_models(library):
    assert set(library.embeddings()) == {"inside", "beside"}


def test_a_missing_folder_holds_only_the_builtin(tmp_path):
    (tmp_path / "builtin").mkdir()
    (tmp_path / "builtin" / "starter.safetensors").touch()
    library = Library(tmp_path / "none", tmp_path / "builtin")
    assert [file.name for file in library.checkpoints()] == ["starter"]
    assert library.embeddings() == library.networks() == library.vaes() == {}
    with pytest.raises(UnknownModelError, match="none"):
        library.checkpoint("x")


def test_the_recorded_folder_is_a_library(golden):
    library = Library(golden / "checkpoints")
    assert {file.stem for file in library.checkpoints()} == {"tiny-sd15", "tiny-sd15-inpainting"}
    assert set(library.networks()) == {"tinylora"}
    assert set(library.embeddings()) == {"tinyemb", "tinyemb2"}
