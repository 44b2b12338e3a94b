"""Pentimento, through the same doors that its command line uses."""

import io
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import Any

import model
import numpy as np
import torch
from diffusers.models.attention_processor import Attention
from PIL import Image
from places import folder
from safetensors.torch import save_file
from torch import nn
from worker import forget_peak, resident, timed

from pentimento.checkpoint.lora import Use, applied, read_network
from pentimento.checkpoint.open import Opened, open_checkpoint
from pentimento.engine.preview import Linear, fitted
from pentimento.nets.cross import text_read_once
from pentimento.nets.kept import Kept
from pentimento.nets.layers import settle
from pentimento.nets.partial import PartialUNet, grid_of
from pentimento.nets.text import CLIPTextModel
from pentimento.nets.unet import UNet2DConditionModel
from pentimento.nets.vae import AutoencoderKL
from pentimento.pixels.codec import encode_picture
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.choices import Area, SamplerName
from pentimento.words.events import Painted
from pentimento.words.request import Request
from pentimento.words.sizes import Box

STEPS = 20
PREVIEWS = 25
RANK = 16


class Pentimento:
    """The runner with all its defaults, and its networks alone; loaded when they are first asked for."""

    def __init__(self, name: str, threads: int) -> None:
        self.runner = InlineRunner(model.safetensors().parents[1], device="cpu", threads=threads)
        self._kept = ExitStack()

    @cached_property
    def networks(self) -> Any:
        """As a job has them: a text that does not change is read at the first step."""
        networks = open_checkpoint(model.safetensors(), route=self.runner.route).networks
        self._kept.enter_context(text_read_once(networks))
        return networks

    def route(self) -> str:
        return str(self.runner.route)

    def rate(self) -> float:
        """TFLOP/s of a convolution on the route: tells what can be afforded."""
        conv = nn.Conv2d(320, 320, 3, padding=1)
        settle(conv, self.runner.route, "cpu", Kept(1 << 28))
        x = torch.zeros(1, 320, 32, 32, dtype=self.runner.route.dtype)
        conv(x)
        return 2 * conv.weight.numel() * 32 * 32 / timed(lambda: conv(x))["wall"] / 1e12

    def step(self, side: int, batch: int = 2) -> dict[str, float]:
        cells = side // 8
        x, context = torch.randn(batch, 9, cells, cells), self._text(batch)
        unet = self.networks.unet
        forget_peak()
        return {**timed(lambda: unet(x, 500, context)), "peak": resident(peak=True)}

    def part(self, side: int, around: int) -> dict[str, float]:
        """A step computed on a square of `around` pixels near the middle, with what the rest of the picture says."""
        plain, cells = self.networks.unet, side // 8
        first = cells // 2 // grid_of(plain) * grid_of(plain)
        last = first + around // 8
        x, context = torch.randn(2, 9, cells, cells), self._text(2)
        unet = PartialUNet(plain, Box(first, first, last, last), between=1)
        unet(x, 500, context)
        return timed(lambda: unet(x, 500, context))

    def text(self, batch: int = 2) -> dict[str, float]:
        """What a step takes longer where the text is read anew: its keys and values in all cross-attentions."""
        networks, context = self.networks, self._text(batch)
        asked = [one for one in networks.unet.module.modules() if isinstance(one, Attention) and one.is_cross_attention]

        @torch.inference_mode()
        def read() -> None:
            for attention in asked:
                attention.to_k(context)
                attention.to_v(context)

        return timed(read)

    def _text(self, batch: int) -> torch.Tensor:
        """Features of a prompt, the same each time."""
        draw = torch.Generator().manual_seed(batch)
        return torch.randn(batch, 77, model.sizes().unet.context, generator=draw).to(self.runner.route.dtype)

    def encode(self, side: int) -> dict[str, float]:
        x = torch.rand(1, 3, side, side) * 2 - 1
        vae = self.networks.vae
        return timed(lambda: vae.encode(x))

    def decode(self, side: int) -> dict[str, float]:
        x = torch.randn(1, 4, side // 8, side // 8)
        vae = self.networks.vae
        return timed(lambda: vae.decode(x))

    def preview(self, side: int) -> dict[str, float]:
        """The picture that a step shows, by the linear map; as long as the middle of many takes."""
        linear, x0 = self._linear, torch.randn(1, 4, side // 8, side // 8)
        runs = [timed(lambda: linear(x0)) for _ in range(PREVIEWS)]
        return {clock: statistics.median(run[clock] for run in runs) for clock in runs[0]}

    @cached_property
    def _linear(self) -> Linear:
        return fitted(self.networks.vae)

    def job(
        self, side: int, steps: int, share: float = 1 / 16, work: int | None = None, rounds: int = 1
    ) -> dict[str, Any]:
        """A whole inpainting job to the bytes of a PNG; 20 steps computed from those after the first.

        The first one also brings weights into form, once, so it tells nothing of the others.

        share   of the picture that is masked
        work    side of the part worked on, around the mask; None works on the whole picture
        rounds  how often the same picture is painted, with another seed each; the last one is told
        """
        files = Files()
        picture, mask = (files.keep(data) for data in pictures(side, share))
        area = {"area": Area.MASKED, "width": work, "height": work} if work else {}
        calls = Calls()
        self._ready()
        for number in range(rounds):
            request = Request(
                images=(picture,), mask=mask, checkpoint="bench", prompt="a red cup on a table", seed=number,
                steps=steps, denoising_strength=1, exact_steps=True, sampler=SamplerName.EULER_A, **area,
            )  # fmt: skip
            forget_peak()
            with calls.counted():
                done = timed(lambda request=request: self._paint(request, files))
        step = statistics.mean(calls.seconds["unet"][1:] or calls.seconds["unet"])
        wall = done["wall"] + (STEPS - steps) * step
        outside = done["wall"] - sum(map(sum, calls.seconds.values()))
        return {
            "wall": wall,
            "cpu": wall,
            "run": done["cpu"],
            "step": step,
            "outside": outside / wall,
            "peak": resident(peak=True),
            "calls": {what: len(each) for what, each in calls.seconds.items()},
        }

    def _ready(self) -> None:
        """The checkpoint is loaded and hashed before the clock runs, by the smallest job."""
        files = Files()
        picture, mask = (files.keep(data) for data in pictures(64, 1 / 4))
        self._paint(Request(images=(picture,), mask=mask, checkpoint="bench", seed=0, steps=1), files)

    def _paint(self, request: Request, files: Files) -> None:
        for event in self.runner.run(request, files):
            if isinstance(event, Painted):
                encode_picture(event.picture, ".png", event.parameters)

    def load(self, kind: str) -> dict[str, float]:
        """A checkpoint on this machine's route, every page of every weight touched."""
        file = model.pickled() if kind == "ckpt" else model.safetensors()
        made: list[Opened] = []
        forget_peak()
        before = resident()
        done = timed(lambda: made.append(touched(open_checkpoint(file, route=self.runner.route))))
        return {**done, "peak": resident(peak=True) - before}

    def loras(self, count: int) -> dict[str, float]:
        """That many LoRAs over all linear layers of the U-Net's attention put on, and taken off again."""
        unet = self.networks.unet.module
        layers = {
            name: layer for name, layer in unet.named_modules() if isinstance(layer, nn.Linear) and "attn" in name
        }
        parts = {}
        for name, layer in layers.items():
            key = "lora_unet_" + name.replace(".", "_")
            parts[f"{key}.lora_down.weight"] = torch.randn(RANK, layer.in_features).half() / RANK
            parts[f"{key}.lora_up.weight"] = torch.randn(layer.out_features, RANK).half() / RANK
            parts[f"{key}.alpha"] = torch.tensor(float(RANK))
        file = folder() / "lora.safetensors"
        save_file(parts, file)
        uses = [Use(read_network(file), 0.5, 0.5, None) for _ in range(count)]
        forget_peak()

        def put_on() -> None:
            with applied({"unet": unet}, uses):
                pass

        return {**timed(put_on), "peak": resident(peak=True)}

    def read(self) -> dict[str, float]:
        """The floor of loading: the same bytes read once into a buffer."""
        block = bytearray(1 << 24)

        def run() -> None:
            with model.safetensors().open("rb", buffering=0) as data:
                while data.readinto(block):
                    pass

        return timed(run)


WATCHED = {
    "unet": (UNet2DConditionModel, "forward"),
    "text": (CLIPTextModel, "forward"),
    "encode": (AutoencoderKL, "encode"),
    "decode": (AutoencoderKL, "decode"),
}


class Calls:
    """How long each network was computed, call by call, in the last job."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)

    @contextmanager
    def counted(self) -> Generator[None]:
        self.seconds.clear()
        before = {what: getattr(kind, name) for what, (kind, name) in WATCHED.items()}
        for what, (kind, name) in WATCHED.items():
            setattr(kind, name, self._watched(what, before[what]))
        try:
            yield
        finally:
            for what, (kind, name) in WATCHED.items():
                setattr(kind, name, before[what])

    def _watched(self, what: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return call(*given, **named)
            finally:
                self.seconds[what].append(time.perf_counter() - begun)

        return watched


def pictures(side: int, share: float) -> tuple[bytes, bytes]:
    """A picture and a square mask over that share of it, as PNG files."""
    pixels = np.random.default_rng(0).integers(0, 255, (side, side, 3), dtype=np.uint8)
    mask = np.zeros((side, side), np.uint8)
    hole = round(side * share**0.5)
    first = (side - hole) // 2
    mask[first : first + hole, first : first + hole] = 255
    return png(pixels), png(mask)


def png(samples: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(samples).save(out, "PNG")
    return out.getvalue()


def touched(opened: Opened) -> Opened:
    for network in (opened.networks.unet, opened.networks.vae, opened.networks.text):
        for tensor in network.module.parameters():
            tensor.as_strided((tensor.numel(),), (1,))[:: 4096 // tensor.element_size()].sum()  # in whatever layout
    return opened
