"""diffusers, loaded and called as its own documents say."""

import gc
import time
from typing import Any

import model
import torch
from diffusers import StableDiffusionInpaintPipeline
from diffusers.utils import logging
from PIL import Image
from worker import forget_peak, resident, timed

TYPES = {
    "diffusers": torch.float32,
    "diffusers bf16": torch.bfloat16,
    "diffusers bf16 cl": torch.bfloat16,
}


logging.set_verbosity_error()
logging.disable_progress_bar()


class Diffusers:
    """One way to run diffusers' inpaint pipeline; the networks are loaded when they are first asked for."""

    def __init__(self, name: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self.dtype = TYPES[name]
        self.channels_last = name.endswith("cl")
        self._pipe: Any = None

    @property
    def pipe(self) -> Any:
        if self._pipe is None:
            self._pipe = self._loaded(model.safetensors(), self.dtype)
            if self.channels_last:
                self._pipe.unet.to(memory_format=torch.channels_last)
                self._pipe.vae.to(memory_format=torch.channels_last)
        return self._pipe

    def _loaded(self, file: Any, dtype: torch.dtype) -> Any:
        pipe = StableDiffusionInpaintPipeline.from_single_file(
            str(file), config=str(model.diffusers_folder()), local_files_only=True, torch_dtype=dtype
        )
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def rate(self) -> float:
        """TFLOP/s of a convolution in this number type: tells what can be afforded."""
        conv = torch.nn.Conv2d(320, 320, 3, padding=1).to(self.dtype).requires_grad_(False)
        x = torch.zeros(1, 320, 32, 32, dtype=self.dtype)
        conv(x)
        return 2 * conv.weight.numel() * 32 * 32 / timed(lambda: conv(x))["wall"] / 1e12

    @torch.inference_mode()
    def step(self, side: int, batch: int = 2) -> dict[str, float]:
        cells = side // 8
        x = torch.randn(batch, 9, cells, cells).to(self.dtype)
        context = torch.randn(batch, 77, model.sizes().unet.context).to(self.dtype)
        unet = self.pipe.unet
        return timed(lambda: unet(x, 500, encoder_hidden_states=context, return_dict=False))

    @torch.inference_mode()
    def encode(self, side: int) -> dict[str, float]:
        x = torch.rand(1, 3, side, side).to(self.dtype) * 2 - 1
        vae = self.pipe.vae
        return timed(lambda: vae.encode(x))

    @torch.inference_mode()
    def decode(self, side: int) -> dict[str, float]:
        x = torch.randn(1, 4, side // 8, side // 8).to(self.dtype)
        vae = self.pipe.vae
        return timed(lambda: vae.decode(x, return_dict=False))

    def job(self, side: int, steps: int) -> dict[str, float]:
        """A whole inpainting job; 20 steps computed from `steps` of them."""
        pipe = self.pipe
        picture = Image.effect_noise((side, side), 64).convert("RGB")
        mask = Image.new("L", (side, side))
        mask.paste(255, (side // 4, side // 4, side // 2, side // 2))
        stamps: list[float] = []

        def stamped(pipe: Any, number: int, t: Any, kept: dict[str, Any]) -> dict[str, Any]:
            stamps.append(time.perf_counter())
            return kept

        forget_peak()
        done = timed(
            lambda: pipe(
                "a red cup on a table", image=picture, mask_image=mask, height=side, width=side,
                strength=1.0, num_inference_steps=steps, callback_on_step_end=stamped,
            )
        )  # fmt: skip
        step = (stamps[-1] - stamps[0]) / max(1, len(stamps) - 1) if len(stamps) > 1 else self.step(side)["wall"]
        wall = done["wall"] + (20 - steps) * step
        return {"wall": wall, "cpu": wall, "step": step, "peak": resident(peak=True)}

    def load(self, kind: str) -> dict[str, float]:
        """As float16, which is what the file holds: diffusers' best."""
        file = model.pickled() if kind == "ckpt" else model.safetensors()
        made: list[Any] = []
        forget_peak()
        before = resident()
        done = timed(lambda: made.append(touched(self._loaded(file, torch.float16))))
        made.clear()
        gc.collect()
        return {**done, "peak": resident(peak=True) - before}


def touched(pipe: Any) -> Any:
    for module in (pipe.unet, pipe.vae, pipe.text_encoder):
        for tensor in module.parameters():
            tensor.view(-1)[:: 4096 // tensor.element_size()].sum()
    return pipe
