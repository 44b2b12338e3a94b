"""The whole way in miniature: train, be interrupted, resume, export, open by the ordinary loader, paint."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from safetensors import safe_open

from pentimento.checkpoint.open import open_checkpoint
from pentimento.starter import learning
from pentimento.starter import train as training
from pentimento.starter.data import captions, holes, shuffled, stratified, surroundings, vae_batch
from pentimento.starter.evaluate import case_of, judged, repainted, request_of, wilson
from pentimento.starter.export import EDITIONS, TOKEN_EMBEDDING, export
from pentimento.starter.networks import Geometry, Networks, decode, encode, pixels_to_tensor, standardise, vae_of
from pentimento.starter.optimiser import orthogonal
from pentimento.starter.recipe import Recipe
from pentimento.starter.sampling import alphas, sample, text_features
from pentimento.starter.sheets import Log
from pentimento.starter.tokens import token_ids
from pentimento.words.choices import MaskedContent

TINY = Recipe(
    geometry=Geometry(
        vae_channels=32,
        vae_factors=(1, 1, 1, 1),
        unet_channels=32,
        unet_factors=(1, 2),
        attention=(False, True),
        context=32,
        text_layers=1,
    ),
    size=32,
    crop=32,
    vae_steps=4,
    vae_batch=2,
    scenes=6,
    steps=4,
    inpainting_steps=2,
    batch=4,
    look_every=4,
)


@pytest.fixture(scope="module", autouse=True)
def _two_threads():
    torch.set_num_threads(2)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("training")
    training.train(TINY, out)
    return out


@pytest.fixture(scope="module")
def networks(trained: Path) -> Networks:
    return training.trained_networks(TINY, trained)


def test_an_interrupted_training_resumes_to_the_very_same_weights(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    plain = training.captions

    def interrupted(recipe: Recipe, step: int, numbers: np.ndarray) -> list[str]:
        if step == 3:
            raise KeyboardInterrupt
        return plain(recipe, step, numbers)

    monkeypatch.setattr(learning, "SAVE_EVERY", 2)
    with monkeypatch.context() as patch:
        patch.setattr(training, "captions", interrupted)
        with pytest.raises(KeyboardInterrupt):
            training.train(TINY, tmp_path)
    training.train(TINY, tmp_path)
    for name in ("vae-final.pt", "unet-final.pt", "text-final.pt"):
        once, twice = (torch.load(out / name, weights_only=True) for out in (trained, tmp_path))
        assert all(torch.equal(once[key], twice[key]) for key in once)


def test_training_leaves_a_log_a_curve_and_sheets(trained: Path):
    made = {str(file.relative_to(trained)) for file in trained.rglob("*")}
    assert {"vae.csv", "vae.png", "vae.log", "diffusion.csv", "diffusion.png", "diffusion.log"} <= made
    assert {"sheets/vae-00004.png", "sheets/diffusion-00004.png"} <= made
    assert len((trained / "diffusion.csv").read_text().splitlines()) == TINY.steps


def test_a_step_made_again_replaces_its_line_in_the_log(tmp_path: Path):
    first = Log(tmp_path / "a.csv")
    for step in range(3):
        first.add(step, 1.0)
    first.save()
    again = Log(tmp_path / "a.csv")
    again.add(2, 0.5)
    again.save()
    assert Log(tmp_path / "a.csv").losses == {0: 1.0, 1: 1.0, 2: 0.5}


def test_the_networks_move(trained: Path):
    torch.manual_seed(TINY.seed)
    before, after = vae_of(TINY.geometry).state_dict(), torch.load(trained / "vae-final.pt", weights_only=True)
    assert not any(torch.equal(before[key], after[key]) for key in before if key.endswith("conv1.weight"))


def test_the_exported_file_opens_as_an_ordinary_checkpoint_and_computes_the_same(networks: Networks, tmp_path: Path):
    file = export(networks, replace(TINY, size=64), EDITIONS["ordinary"], tmp_path, "2026-01-01T00:00:00Z")
    opened = open_checkpoint(file)
    assert (opened.facts.family, opened.facts.purpose, opened.facts.prediction) == ("SD 1.x", "text-to-image", "eps")
    assert opened.facts.native_side == 64
    prompt = ["a red cup on a wooden table"]
    ids = torch.tensor([token_ids(prompt[0])])
    features = text_features(networks, prompt)
    assert torch.allclose(opened.networks.text(ids), features, atol=0.02)
    x = torch.randn(1, 4, 4, 4, generator=torch.Generator().manual_seed(0))
    wanted = networks.unet(x, 500, encoder_hidden_states=features).sample
    assert torch.allclose(opened.networks.unet(x, 500, features), wanted, atol=0.02)


def test_the_file_says_what_it_is_and_mutes_words_it_never_learnt(networks: Networks, tmp_path: Path):
    file = export(networks, TINY, EDITIONS["ordinary"], tmp_path, "2026-01-01T00:00:00Z")
    with safe_open(file, "pt") as held:
        said = held.metadata()
        embedding = held.get_tensor(TOKEN_EMBEDDING)
        assert {held.get_tensor(key).dtype for key in held.keys()} == {torch.float16}  # noqa: SIM118
    assert said["modelspec.architecture"] == "stable-diffusion-v1"
    assert said["modelspec.resolution"] == "32x32"
    _, red, thesaurus, *_ = token_ids("red thesaurus")
    assert embedding[red].abs().sum() > 0
    assert embedding[thesaurus].abs().sum() == 0
    described = yaml.safe_load(file.with_suffix(".yaml").read_text())["model"]["params"]
    assert described["scale_factor"] == 0.18215
    assert described["unet_config"]["params"]["channel_mult"] == [1, 2]


def test_the_engine_paints_an_evaluation_case_with_the_file(networks: Networks, tmp_path: Path):
    opened = open_checkpoint(export(networks, TINY, EDITIONS["ordinary"], tmp_path, "2026-01-01T00:00:00Z"))
    case = case_of(0)
    request = request_of(case, MaskedContent.LATENT_NOISE, 1.0, 7, seed=1).model_copy(update={"steps": 2})
    made = repainted(request, case, opened)
    assert made.shape == case.picture.shape
    outside = case.hole == 0
    far = outside & (np.abs(made.astype(int) - case.picture).max(axis=2) > 0)
    assert far.mean() < 0.2
    assert not np.array_equal(made, case.picture)


def test_the_judge_accepts_the_drawn_truth_of_every_case():
    cases = [case_of(number) for number in range(10)]
    assert all(judged(case, case.truth) for case in cases)
    assert not any(judged(case, case.picture) for case in cases)


def test_standardising_gives_unit_latents_and_the_same_pictures(networks: Networks):
    torch.manual_seed(0)
    vae = vae_of(TINY.geometry)
    pixels = torch.randint(0, 256, (4, 32, 32, 3), dtype=torch.uint8)
    before = decode(vae, encode(vae, pixels))
    spread = vae.encode(pixels_to_tensor(pixels)).latent_dist
    standardise(vae, pixels)
    latents = encode(vae, pixels)
    after = vae.encode(pixels_to_tensor(pixels)).latent_dist
    assert torch.allclose(latents.mean((0, 2, 3)), torch.zeros(4), atol=1e-4)
    assert torch.allclose(latents.std((0, 2, 3)), torch.ones(4), atol=1e-4)
    ratio = (after.std / spread.std).mean((0, 2, 3)) / (after.mean.std((0, 2, 3)) / spread.mean.std((0, 2, 3)))
    assert torch.allclose(ratio, torch.ones(4), atol=1e-3)
    assert (decode(vae, latents).int() - before.int()).abs().max() <= 1


@pytest.mark.parametrize("shape", [(12, 40), (40, 12), (16, 16)])
def test_muon_steps_in_all_directions_alike(shape: tuple[int, int]):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    values = torch.linalg.svdvals(orthogonal(matrix))
    assert values.min() > 0.3
    assert values.max() < 1.3


def test_a_part_of_the_captions_is_empty():
    recipe = Recipe(empty=0.25, scenes=2000)
    texts = captions(recipe, 0, np.arange(400))
    assert 0.17 < texts.count("") / 400 < 0.33


def test_vae_batches_are_crops_first_and_whole_pictures_at_the_end():
    recipe = Recipe(size=64, crop=32, vae_batch=4, vae_steps=10, whole_share=0.2)
    assert vae_batch(recipe, 0).shape == (4, 32, 32, 3)
    assert vae_batch(recipe, 8).shape == (1, 64, 64, 3)


def test_the_inpainting_edition_has_nine_channels_and_starts_from_the_ordinary_one(trained: Path, tmp_path: Path):
    ordinary = training.trained_networks(TINY, trained)
    wide = training.widened(ordinary.unet, TINY)
    x, features = torch.randn(1, 4, 4, 4), text_features(ordinary, ["a red cup"])
    seen = torch.cat([x, torch.randn(1, 5, 4, 4)], dim=1)
    plain = ordinary.unet(x, 5, encoder_hidden_states=features).sample
    assert torch.allclose(wide(seen, 5, encoder_hidden_states=features).sample, plain, atol=1e-5)
    networks = training.trained_networks(TINY, trained, 9)
    opened = open_checkpoint(export(networks, TINY, EDITIONS["inpainting"], tmp_path, "2026-01-01T00:00:00Z"))
    assert (opened.facts.purpose, opened.facts.in_channels) == ("inpainting", 9)


def test_what_lies_in_the_hole_is_hidden_from_the_inpainting_network(networks: Networks):
    pixels = torch.randint(0, 256, (2, 32, 32, 3), dtype=torch.uint8)
    hole = holes(TINY, 0, 2)
    other = torch.where(hole.permute(0, 2, 3, 1) > 0.5, 255 - pixels, pixels)
    assert 0 < hole.mean() < 1
    assert torch.equal(surroundings(networks.vae, pixels, hole), surroundings(networks.vae, other, hole))


def test_every_scene_comes_once_in_each_pass():
    recipe = Recipe(scenes=12, batch=4)
    seen = np.concatenate([shuffled(recipe, step) for step in range(3)])
    assert sorted(seen) == list(range(12))


def test_timesteps_are_spread_evenly():
    t = stratified(np.random.default_rng(0), 10, 1000)
    assert [int(x) // 100 for x in t] == list(range(10))


def test_the_noise_schedule_is_stable_diffusions():
    bars = alphas()
    assert bars[0] == pytest.approx(1 - 0.00085, abs=1e-6)
    assert bars[-1] == pytest.approx(0.00466, abs=2e-5)


def test_sampling_leaves_what_is_outside_the_hole(networks: Networks):
    known = torch.randn(1, 4, 4, 4, generator=torch.Generator().manual_seed(0))
    hole = torch.zeros(1, 1, 4, 4)
    hole[..., 2:] = 1
    made = sample(networks, ["a red cup"], 1, (4, 4), steps=3, known=known, hole=hole)
    assert torch.allclose(made[..., :2], known[..., :2], atol=1e-5)
    assert not torch.allclose(made[..., 2:], known[..., 2:], atol=1e-2)


def test_wilsons_interval_is_the_published_one():
    assert wilson(35, 50) == pytest.approx((0.5625, 0.8090), abs=1e-4)
