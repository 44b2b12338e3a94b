"""What a job is thought to take: operations in closed form, against a machine that counts them as they are done."""

from collections.abc import Callable

import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from pentimento.engine.estimate import Costs, Pass, Work, costs_of, estimate, work_of
from pentimento.nets.networks import Networks
from pentimento.nets.text import TextEncoder
from pentimento.nets.unet import UNet, unet_module
from pentimento.nets.vae import VAE
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.events import Started
from pentimento.words.request import Request
from pentimento.words.sizes import Size
from tiny import WIDTH, tiny_modules


@pytest.fixture(scope="module")
def networks() -> Networks:
    modules = tiny_modules()
    return Networks(UNet(modules["unet"]), VAE(modules["vae"], 1), TextEncoder(modules["text"]))


def counted(work: Callable[[], object]) -> int:
    """Operations, counted one by one; attention as the products of matrices that it is."""
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops()


@pytest.mark.parametrize(("rows", "columns"), [(8, 8), (16, 24), (48, 32)])
@pytest.mark.parametrize("attention", [(True, True), (True, False, True, False)], ids=["tiny", "four levels"])
def test_a_call_of_the_u_net_is_counted_to_the_last_operation(rows, columns, attention):
    unet = unet_module(
        in_channels=9, out_channels=4, channels=(32, 64, 64, 96)[: len(attention)], attention=attention, layers=2,
        context=WIDTH, heads=4,
    ).requires_grad_(False)  # fmt: skip
    given = torch.zeros(1, 9, rows, columns), torch.zeros(1), torch.zeros(1, 77, WIDTH)
    assert work_of(unet.named_modules(), len(attention)).at(rows * columns) == counted(lambda: unet(*given))


@pytest.mark.parametrize(("width", "height"), [(64, 64), (64, 128)])
def test_the_autoencoder_is_counted_to_the_last_operation(networks, width, height):
    costs, vae = costs_of(networks), networks.vae.module
    assert costs.encoder.at(width * height) == counted(lambda: vae.encode(torch.zeros(1, 3, height, width)))
    assert costs.decoder.at(width * height) == counted(lambda: vae.decode(torch.zeros(1, 4, height // 8, width // 8)))


def test_attention_grows_with_the_square_of_the_size():
    """Stable Diffusion 1.5, known from its sizes alone: 0.8 teraflops at 512 × 512 (0.4 multiply-adds)."""
    with torch.device("meta"):
        unet = unet_module(
            in_channels=4, out_channels=4, channels=(320, 640, 1280, 1280), attention=(True, True, True, False),
            layers=2, context=768, heads=8,
        )  # fmt: skip
    work = work_of(unet.named_modules(), 4)
    assert work.at(64 * 64) == pytest.approx(0.8e12, rel=0.02)
    assert work.at(256 * 256) > 3 * 16 * work.at(64 * 64)


@pytest.fixture
def expected(tiny_checkpoint, monkeypatch, tmp_path):
    """(settings) → the seconds of a job at one operation a second, and its bytes."""
    monkeypatch.setenv("PENTIMENTO_CACHE", str(tmp_path))
    monkeypatch.setattr("pentimento.engine.paint.speed_of", lambda device, dtype: 1.0)
    runner = InlineRunner(tiny_checkpoint.parent.parent, device="cpu", threads=1)

    def run(**settings):
        usual = {"checkpoint": "tiny", "steps": 4, "sampler": "Euler", "width": 64, "height": 64, "seed": 1}
        job = runner.run(Request(**usual | settings), Files())
        started = next(event for event in job if isinstance(event, Started))
        job.close()
        return started.expected

    return run


COSTS = Costs(10**9, 2, Work(1e6, 1e6, 10), Work(places=1e4), Work(places=2e4), unet_width=320, vae_width=128)
ONE = Pass(COSTS, Size(512, 512), calls=20, rows=2, encoded=1, decoded=1)


@pytest.mark.parametrize("more", [{"calls": 40}, {"rows": 4}], ids=["steps", "pictures at once"])
def test_twice_the_work_takes_about_twice_the_time(more):
    one, two = (estimate([ONE._replace(**how)], weights=0, speed=1e12) for how in ({}, more))
    assert 1.5 < two.seconds / one.seconds <= 2


def test_half_the_speed_takes_twice_the_time():
    fast, slow = (estimate([ONE], weights=0, speed=speed) for speed in (1e12, 5e11))
    assert slow.seconds == 2 * fast.seconds


def test_passes_add_up_in_time_and_the_largest_counts_in_memory():
    large = ONE._replace(size=Size(1024, 1024))
    both = estimate([ONE, large], weights=7, speed=1)
    apart = [estimate([one], weights=7, speed=1) for one in (ONE, large)]
    assert both.seconds == pytest.approx(sum(one.seconds for one in apart))
    assert both.memory == max(one.memory for one in apart) > min(one.memory for one in apart) > 7


def test_memory_does_not_grow_with_the_steps():
    more = estimate([ONE._replace(calls=150)], weights=0, speed=1)
    assert more.memory == estimate([ONE], weights=0, speed=1).memory


def test_a_job_is_thought_to_take_what_its_passes_take(expected, networks):
    costs = costs_of(networks)

    def work(calls: int, decoded: int = 1) -> float:
        return calls * costs.unet.at(8 * 8) + decoded * costs.decoder.at(64 * 64)

    assert expected().seconds == pytest.approx(work(4 * 2))
    assert expected(cfg_scale=1).seconds == pytest.approx(work(4)), "the negative prompt is left out"
    assert expected(prompt="a AND b").seconds == pytest.approx(work(4 * 3))
    assert expected(sampler="Heun").seconds == pytest.approx(work(4 * 2 * 2)), "it asks twice a step"
    assert expected(batch_size=3, batch_count=2).seconds == pytest.approx(work(4 * 2 * 6, decoded=6))


def test_a_second_pass_is_thought_of_at_its_own_size(expected, networks):
    costs, first = costs_of(networks), expected()
    larger = 4 * 2 * costs.unet.at(16 * 16)
    latent = expected(hires_scale=2)
    assert latent.seconds == pytest.approx(4 * 2 * costs.unet.at(8 * 8) + larger + costs.decoder.at(128 * 128))
    pixels = expected(hires_scale=2, hires_upscaler="Lanczos")
    assert pixels.seconds == pytest.approx(latent.seconds + costs.decoder.at(64 * 64) + costs.encoder.at(128 * 128))
    assert latent.memory > first.memory
