"""The whole way in miniature: train, be interrupted, resume, export, open by the ordinary loader, paint."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from safetensors import safe_open

from pentimento.checkpoint.open import open_checkpoint
from pentimento.starter import autoencoder, learning
from pentimento.starter import train as training
from pentimento.starter.data import UNSEEN, Pool, captions, heeded, pictures, stratified, surroundings, vae_batch
from pentimento.starter.export import EDITIONS, TOKEN_EMBEDDING, export
from pentimento.starter.networks import Geometry, Networks, decode, encode, pixels_to_tensor, standardise, vae_of
from pentimento.starter.optimiser import orthogonal
from pentimento.starter.recipe import Phase, Recipe
from pentimento.starter.sampling import alphas, sample, text_features
from pentimento.starter.scenes.person import face_of
from pentimento.starter.scenes.shot import shot_of
from pentimento.starter.sheets import Log
from pentimento.starter.tokens import token_ids
from pentimento.starter.unpack import unpacked
from pentimento.words.sizes import Size

SIZES = (Size(32, 32), Size(48, 32))
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
    vae_steps=4,
    vae_batch=2,
    vae_heights=(32, 48),
    crops=(32,),
    decoder_size=Size(32, 32),
    decoder_steps=2,
    decoder_batch=2,
    phases=(
        Phase("first", "figure", 12, SIZES, 4, 1e-3),
        Phase("second", "sitting", 12, SIZES, 2, 1e-3),
        Phase("inpainting", "sitting", 12, SIZES, 2, 1e-3, holes=2),
        Phase("repairs", "repairs", 12, SIZES, 2, 1e-3, holes=1, first=100),
    ),
    batch=4,
    look_every=4,
)
FIRST, SECOND, INPAINTING, REPAIRS = TINY.phases


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("training")
    training.train(TINY, out)
    return out


@pytest.fixture(scope="module")
def networks(trained: Path) -> Networks:
    return training.trained_networks(TINY, SECOND, trained)


def test_an_interrupted_training_resumes_to_the_very_same_weights(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    plain = training.captions

    def interrupted(recipe: Recipe, phase: Phase, step: int, numbers: list[int]) -> list[str]:
        if step == 3:
            raise KeyboardInterrupt
        return plain(recipe, phase, step, numbers)

    monkeypatch.setattr(learning, "SAVE_EVERY", 2)
    with monkeypatch.context() as patch:
        patch.setattr(training, "captions", interrupted)
        with pytest.raises(KeyboardInterrupt):
            training.train(TINY, tmp_path)
    training.train(TINY, tmp_path)
    for name in ("vae-final.pt", "first-unet.pt", "first-text.pt", "inpainting-unet.pt"):
        once, twice = (torch.load(out / name, weights_only=True) for out in (trained, tmp_path))
        assert all(torch.equal(once[key], twice[key]) for key in once)


def test_training_leaves_a_log_a_curve_and_sheets(trained: Path):
    made = {str(file.relative_to(trained)) for file in trained.rglob("*")}
    assert {"vae.csv", "vae.png", "vae.log", "first.csv", "first.png", "first.log"} <= made
    assert {"sheets/vae-00004.png", "sheets/first-00004-0.png", "sheets/inpainting-00002-1.png"} <= made
    assert len((trained / "first.csv").read_text().splitlines()) == FIRST.steps


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


def test_the_decoder_goes_on_alone_so_that_latents_stay_what_they_are(tmp_path: Path):
    (tmp_path / "sheets").mkdir()
    autoencoder.train_vae(TINY, tmp_path, None)
    joint = torch.load(tmp_path / "vae-final.pt", weights_only=True)
    autoencoder.train_decoder(TINY, tmp_path)
    alone = torch.load(tmp_path / "vae-final.pt", weights_only=True)
    changed = {key.split(".")[0] for key in joint if not torch.equal(joint[key], alone[key])}
    assert changed == {"decoder"}
    assert (tmp_path / "sheets" / "decoder-00002.png").exists()


@pytest.mark.parametrize("number", range(4))
def test_the_decoder_heeds_faces_most(number: int):
    shot = shot_of(1, number, "figure")
    heed = heeded(shot, Size(64, 64), 6.0)
    x, y = face_of(shot.scene.figures[0])
    view = shot.view
    middle = (round(((y - view.y) / view.height + 0.5) * 64), round(((x - view.x) / view.height + 0.5) * 64))
    assert heed.shape == (64, 64)
    assert heed.min() >= 1
    if shot.subject == "whole":
        assert heed[middle] == pytest.approx(6, abs=0.3)


def test_the_exported_file_opens_as_an_ordinary_checkpoint_and_computes_the_same(networks: Networks, tmp_path: Path):
    file = export(
        networks,
        TINY,
        replace(SECOND, sizes=(Size(64, 64), Size(96, 64))),
        EDITIONS["ordinary"],
        tmp_path,
        "2026-01-01T00:00:00Z",
    )
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


@pytest.mark.parametrize(("edition", "phase"), [("ordinary", SECOND), ("inpainting", INPAINTING)])
def test_a_training_can_go_on_from_a_file_that_was_exported(trained: Path, tmp_path: Path, edition: str, phase: Phase):
    networks = training.trained_networks(TINY, phase, trained)
    file = export(networks, TINY, phase, EDITIONS[edition], tmp_path, "2026-01-01T00:00:00Z")
    again = unpacked(file, TINY.geometry, phase.in_channels)
    for before, after in ((networks.unet, again.unet), (networks.vae, again.vae), (networks.text, again.text)):
        kept = after.state_dict()
        for key, weight in before.state_dict().items():
            if not key.endswith("token_embedding.weight"):
                assert torch.equal(weight.half().float(), kept[key]), key


def test_the_file_says_what_it_is_and_mutes_words_it_never_learnt(networks: Networks, tmp_path: Path):
    file = export(networks, TINY, SECOND, EDITIONS["ordinary"], tmp_path, "2026-01-01T00:00:00Z")
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
    texts = captions(Recipe(empty=0.25), FIRST, 0, list(range(400)))
    assert 0.17 < texts.count("") / 400 < 0.33


def test_a_picture_is_captioned_anew_at_every_step():
    assert len({captions(Recipe(empty=0), FIRST, step, [5])[0] for step in range(20)}) > 5


def test_vae_batches_are_crops_of_pictures_of_many_heights():
    recipe = Recipe(vae_heights=(64, 96), crops=(48,), vae_batch=1)
    once, again, other = vae_batch(recipe, 0), vae_batch(recipe, 0), vae_batch(recipe, 1)
    assert once.shape == (7, 48, 48, 3)
    assert torch.equal(once, again)
    assert not torch.equal(once, other)


def test_the_larger_the_crops_the_fewer():
    recipe = Recipe(vae_heights=(64, 256), crops=(64, 128, 256), vae_batch=3)
    shapes = {vae_batch(recipe, step).shape for step in range(30)}
    assert shapes == {(12, 64, 64, 3), (3, 128, 128, 3), (1, 256, 256, 3)}


def test_every_phase_goes_on_from_the_one_before(trained: Path):
    networks = training.beginning(TINY, SECOND, trained)
    earlier = torch.load(trained / "first-unet.pt", weights_only=True)
    assert all(torch.equal(weight, earlier[key]) for key, weight in networks.unet.state_dict().items())
    with pytest.raises(FileNotFoundError, match="run the training first"):
        training.finished(TINY.phases[:1], trained, in_channels=9)


def test_a_pools_pictures_have_their_shapes_in_turn(networks: Networks, tmp_path: Path):
    pool = Pool(TINY, INPAINTING, networks.vae, tmp_path)
    seen = set()
    for step in range(20):
        batch = pool.batch(step)
        numbers, latents, hidden = batch.numbers, batch.latents, batch.surroundings
        shape = numbers[0] % 2
        assert {number % 2 for number in numbers} == {shape}
        assert tuple(latents.shape[2:]) == (SIZES[shape].height // 8, SIZES[shape].width // 8)
        assert hidden is not None
        assert tuple(hidden.shape) == (4, 5, *latents.shape[2:])
        shown = encode(networks.vae, pictures([shot_of(TINY.seed, n, "sitting") for n in numbers], SIZES[shape]))
        assert torch.allclose(shown, latents, atol=1e-4)
        seen |= set(numbers)
    assert seen == set(range(INPAINTING.scenes)), "every picture is met"


def test_a_pool_of_unseen_pictures_begins_where_training_never_goes(networks: Networks, tmp_path: Path):
    batch = Pool(TINY, replace(FIRST, first=UNSEEN), networks.vae, tmp_path).batch(0)
    assert min(batch.numbers) >= UNSEEN
    size = SIZES[(batch.numbers[0] - UNSEEN) % len(SIZES)]
    shown = encode(networks.vae, pictures([shot_of(TINY.seed, n, FIRST.mixture) for n in batch.numbers], size))
    assert torch.allclose(shown, batch.latents, atol=1e-4)


def test_pictures_to_judge_by_are_not_among_those_trained_on():
    assert max(phase.first + phase.scenes for phase in Recipe().phases) < UNSEEN
    assert Recipe().vae_steps * Recipe().vae_batch < UNSEEN


def test_the_inpainting_edition_has_nine_channels_and_starts_from_the_ordinary_one(trained: Path, tmp_path: Path):
    ordinary = training.trained_networks(TINY, SECOND, trained)
    wide = training.widened(ordinary.unet, TINY)
    x, features = torch.randn(1, 4, 4, 4), text_features(ordinary, ["a red cup"])
    seen = torch.cat([x, torch.randn(1, 5, 4, 4)], dim=1)
    plain = ordinary.unet(x, 5, encoder_hidden_states=features).sample
    assert torch.allclose(wide(seen, 5, encoder_hidden_states=features).sample, plain, atol=1e-5)
    networks = training.trained_networks(TINY, INPAINTING, trained)
    opened = open_checkpoint(
        export(networks, TINY, INPAINTING, EDITIONS["inpainting"], tmp_path, "2026-01-01T00:00:00Z")
    )
    assert (opened.facts.purpose, opened.facts.in_channels) == ("inpainting", 9)


def test_a_further_phase_with_holes_starts_from_the_one_before_with_its_nine_channels(trained: Path):
    begun = training.beginning(TINY, REPAIRS, trained).unet.state_dict()
    left = torch.load(trained / "inpainting-unet.pt", weights_only=True)
    assert all(torch.equal(begun[name], weight) for name, weight in left.items())


def test_what_lies_in_the_hole_is_hidden_from_the_inpainting_network(networks: Networks):
    pixels = torch.randint(0, 256, (2, 32, 32, 3), dtype=torch.uint8)
    hole = torch.zeros(2, 1, 32, 32)
    hole[..., 8:20, 4:30] = 1
    other = torch.where(hole.permute(0, 2, 3, 1) > 0.5, 255 - pixels, pixels)
    assert torch.equal(surroundings(networks.vae, pixels, hole), surroundings(networks.vae, other, hole))


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
