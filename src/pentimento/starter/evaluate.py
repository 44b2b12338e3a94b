"""Does the hole show what was asked? Unseen scenes, the main thing masked, another asked for, painted by the engine."""

import argparse
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image as Pillow
from PIL import ImageDraw

from pentimento.checkpoint.open import Opened, open_checkpoint
from pentimento.engine.paint import Candidate, paint
from pentimento.nets.vae import VAE
from pentimento.starter.data import UNSEEN
from pentimento.starter.holes import box_over
from pentimento.starter.judge import colour_in_hole
from pentimento.starter.networks import pixels_to_tensor, tensor_to_pixels
from pentimento.starter.scenes.captions import mended
from pentimento.starter.scenes.colours import COLOURS
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.lots import pick
from pentimento.starter.scenes.mixture import foot, scene_of
from pentimento.starter.scenes.sayings import thing as named
from pentimento.starter.scenes.scene import Scene, Thing
from pentimento.starter.scenes.things import THINGS
from pentimento.words.choices import MaskedContent, SamplerName
from pentimento.words.images import Image, Mask, Picture
from pentimento.words.request import Request
from pentimento.words.sizes import Size

WEIGHTS = Path(__file__).parent / "weights"
SIDE = 128
SEED = 4


@dataclass(frozen=True)
class Case:
    """An unseen scene, and the thing that is to take its main thing's place."""

    scene: Scene
    asked: Thing

    @property
    def prompt(self) -> str:
        return mended(f"a {named(self.asked)}")

    @property
    def picture(self) -> Image:
        return draw(self.scene, Size(SIDE, SIDE))

    @property
    def empty(self) -> Image:
        """The truth with nothing there."""
        return draw(self.scene.without(self.scene.main), Size(SIDE, SIDE))

    @property
    def truth(self) -> Image:
        """The truth with the asked thing there."""
        return draw(self.scene.with_thing(self.scene.main, self.asked), Size(SIDE, SIDE))

    @property
    def hole(self) -> Mask:
        return box_over(self.scene.main, Size(SIDE, SIDE))


def case_of(number: int) -> Case:
    """Case `number`: another kind and another colour than what is there."""
    scene = scene_of(SEED, UNSEEN + number, "things")
    rng = np.random.default_rng([SEED, 7, number])
    kind = pick(rng, tuple(k for k in THINGS if k != scene.main.kind))
    colour = pick(rng, tuple(c for c in COLOURS if c != scene.main.colour))
    y = foot(rng, scene.place, kind, scene.main.size)
    return Case(scene, replace(scene.main, kind=kind, colour=colour, y=y))


def request_of(case: Case, content: MaskedContent, strength: float, cfg_scale: float, seed: int) -> Request:
    return Request(
        images=(named_by_hash(case.picture),),
        mask=named_by_hash(case.hole),
        prompt=case.prompt,
        masked_content=content,
        denoising_strength=strength,
        cfg_scale=cfg_scale,
        mask_blur=2,
        sampler=SamplerName.DPMPP_2M,
        steps=20,
        seed=seed,
    )


def named_by_hash(pixels: Image | Mask) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()


def repainted(request: Request, case: Case, opened: Opened) -> Image:
    """What the engine makes of a case."""
    picture, mask = Picture(case.picture), Picture(case.hole[..., None])
    happenings = paint(request, (request.prompt, ""), [picture], mask, opened, {})
    (made,) = [h.picture for h in happenings if isinstance(h, Candidate)]
    return np.asarray(made.samples, np.uint8)


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    share, spread = hits / count, z * z / count
    middle = (share + spread / 2) / (1 + spread)
    reach = z * np.sqrt(share * (1 - share) / count + spread / count / 4) / (1 + spread)
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def row(what: str, hits: int, count: int) -> str:
    low, high = wilson(hits, count)
    return f"| {what} | {hits} / {count} | {hits / count:.0%} | {low:.0%} … {high:.0%} |"


SETTINGS: Sequence[tuple[MaskedContent, float]] = (
    (MaskedContent.LATENT_NOISE, 1.0),
    (MaskedContent.LATENT_NOISE, 0.75),
    (MaskedContent.FILL, 1.0),
    (MaskedContent.FILL, 0.75),
)


def table(opened: Opened, count: int, sheet: Path, cfg_scale: float = 7) -> Iterator[str]:
    """Rows as they are known; the first setting's pictures go onto the sheet."""
    cases = [case_of(number) for number in range(count)]
    yield "| asked colour in the hole | cases | share | 95 % interval |\n|---|---|---|---|"
    yield row("judge on drawn truth", sum(judged(case, case.truth) for case in cases), count)
    decoded = [through_vae(case.truth, opened.networks.vae) for case in cases]
    yield row("judge on drawn truth through the VAE", sum(map(judged, cases, decoded)), count)
    for number, (content, strength) in enumerate(SETTINGS):
        made = [repainted(request_of(case, content, strength, cfg_scale, 1), case, opened) for case in cases]
        yield row(f"{content}, {strength}", sum(map(judged, cases, made)), count)
        if number == 0:
            save_contact_sheet(sheet, cases, made)
            yield misses(cases, made)


def through_vae(picture: Image, vae: VAE) -> Image:
    """The picture encoded and decoded again: the best that any painting with this VAE can look."""
    x = pixels_to_tensor(torch.from_numpy(picture.copy())[None])
    return tensor_to_pixels(vae.decode(vae.encode(x).mean))[0].numpy()


def judged(case: Case, picture: Image) -> bool:
    return colour_in_hole(picture, case.empty, case.hole) == case.asked.colour


def misses(cases: Sequence[Case], made: Sequence[Image]) -> str:
    """Which colours were missed, and for what."""
    seen = [(case.asked.colour, colour_in_hole(m, case.empty, case.hole)) for case, m in zip(cases, made, strict=True)]
    wrong = Counter(f"{asked} → {shown or 'nothing'}" for asked, shown in seen if asked != shown)
    return "missed: " + (", ".join(f"{words} {n}×" for words, n in wrong.most_common()) or "none")


def save_contact_sheet(file: Path, cases: Sequence[Case], made: Sequence[Image], columns: int = 5) -> None:
    """Before and after of each case side by side, the prompt below; a red line under what the judge refused."""
    width, height = 2 * SIDE + 8, SIDE + 20
    sheet = Pillow.new("RGB", (columns * width, -(-len(cases) // columns) * height), "white")
    pen = ImageDraw.Draw(sheet)
    for i, (case, picture) in enumerate(zip(cases, made, strict=True)):
        x, y = i % columns * width, i // columns * height
        sheet.paste(Pillow.fromarray(np.where(case.hole[..., None] > 0, case.picture // 2 + 127, case.picture)), (x, y))
        sheet.paste(Pillow.fromarray(picture), (x + SIDE, y))
        colour = (40, 40, 40) if judged(case, picture) else (200, 30, 30)
        pen.text((x + 4, y + SIDE + 4), case.prompt, fill=colour)
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(file)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=WEIGHTS / "starter.safetensors")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--cfg-scale", type=float, default=7)
    parser.add_argument("--out", type=Path, default=Path("training/evaluation"), help="folder of table and sheet")
    chosen = parser.parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    with (chosen.out / "table.md").open("w") as kept:
        for line in table(open_checkpoint(chosen.checkpoint), chosen.count, chosen.out / "sheet.png", chosen.cfg_scale):
            print(line, flush=True)
            kept.write(line + "\n")


if __name__ == "__main__":
    main()
