"""A checkpoint's path → its networks in memory."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from pentimento.checkpoint import architecture, keys
from pentimento.checkpoint.families import Checkpoint, identify
from pentimento.checkpoint.folder import read_description
from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.inpainting import Parents
from pentimento.checkpoint.tensors import load_tensors, read_tensors
from pentimento.nets.hollow import hollow
from pentimento.nets.kept import Kept
from pentimento.nets.layers import ROOM, settling
from pentimento.nets.networks import Networks
from pentimento.nets.route import PLAIN, Route
from pentimento.nets.text import CLIPTextModel, TextEncoder, text_module
from pentimento.nets.unet import UNet, UNet2DConditionModel, unet_module
from pentimento.nets.vae import VAE, AutoencoderKL, vae_module
from pentimento.words.errors import ModelFileError

Module = TypeVar("Module", bound=nn.Module)

UNET = "model.diffusion_model."
AUTOENCODER = "first_stage_model."
TEXT = "cond_stage_model.transformer.text_model."


@dataclass(frozen=True, eq=False)
class Opened:
    """A checkpoint in memory: what it is, and its networks."""

    facts: Checkpoint
    networks: Networks


def open_checkpoint(
    path: Path,
    *,
    vae: Path | None = None,
    device: torch.device | str = "cpu",
    route: Route = PLAIN,
) -> Opened:
    """Load an SD 1.x checkpoint, a file or a folder of diffusers, with another file's VAE if one is given.

    Raises ModelFileError (unreadable, incomplete), UnsupportedModelError (another family), UnsafePickleError.
    """
    return _result(opening(path, vae=vae, device=device, route=route))


def opening(
    path: Path, *, vae: Path | None = None, device: torch.device | str = "cpu", route: Route = PLAIN
) -> Generator[int, None, Opened]:
    """The same, tensor by tensor: yields the bytes of each that is in its place."""
    with _naming(path):
        header, sidecar = read_description(path)
        return (yield from _opening(identify(header, sidecar), read_tensors(header), vae, device, route))


def open_made_inpainting(
    parents: Parents,
    *,
    vae: Path | None = None,
    device: torch.device | str = "cpu",
    route: Route = PLAIN,
) -> Opened:
    """Make an ordinary checkpoint an inpainting one in memory; else as `open_checkpoint`."""
    return _result(opening_made_inpainting(parents, vae=vae, device=device, route=route))


def opening_made_inpainting(
    parents: Parents, *, vae: Path | None = None, device: torch.device | str = "cpu", route: Route = PLAIN
) -> Generator[int, None, Opened]:
    """The same, tensor by tensor, as `opening`."""
    tensors = {}
    for name, tensor in parents.tensors():
        tensors[name] = tensor.to(route.dtype)
        yield 0
    with _naming(parents.inpainting):
        return (yield from _opening(parents.facts, tensors, vae, device, route))


def _result(work: Generator[int, None, Opened]) -> Opened:
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value


@contextmanager
def _naming(path: Path) -> Generator[None]:
    """Refusals of a network name the file it came from."""
    try:
        yield
    except architecture.PartError as fault:
        raise ModelFileError(f"{path.name} cannot be used: {fault.message}", fault.hint) from fault


def _opening(
    facts: Checkpoint, tensors: Mapping[str, Tensor], vae: Path | None, device: torch.device | str, route: Route
) -> Generator[int, None, Opened]:
    with _naming(vae) if vae else nullcontext():
        autoencoder = _vae(load_vae(vae) if vae else _part(tensors, AUTOENCODER))
    unet, encoder = _unet(_part(tensors, UNET), facts.heads), _text(_part(tensors, TEXT))
    settled = ((unet, route, ROOM[route.method]), (autoencoder, route.finer, 0), (encoder, route, 0))
    for module, its_route, room in settled:
        yield from settling(module, its_route, device, Kept(room))
    networks = Networks(UNet(unet), VAE(autoencoder, facts.latent_scale), TextEncoder(encoder))
    return Opened(facts, networks)


def outline(path: Path, vae: Path | None, dtype: torch.dtype) -> Opened:
    """A checkpoint without its numbers: networks of the right sizes, on no device, known from the header alone.

    Raises what `open_checkpoint` raises, but for what only the numbers tell.
    """
    header, sidecar = read_description(path)
    shapes = {**header.shapes} | (
        {AUTOENCODER + name: shape for name, shape in _vae_shapes(vae).items()} if vae else {}
    )
    tensors = {name: torch.empty(shape, dtype=dtype, device="meta") for name, shape in shapes.items()}
    facts = identify(header, sidecar)
    with _naming(path):
        unet, encoder = _unet(_part(tensors, UNET), facts.heads), _text(_part(tensors, TEXT))
        networks = Networks(
            UNet(unet), VAE(_vae(_part(tensors, AUTOENCODER)), facts.latent_scale), TextEncoder(encoder)
        )
    return Opened(facts, networks)


def _vae_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    shapes = read_header(path).shapes
    inside = {key.removeprefix(AUTOENCODER): shape for key, shape in shapes.items() if key.startswith(AUTOENCODER)}
    return inside or dict(shapes)


def load_vae(path: Path) -> dict[str, Tensor]:
    """The tensors of a VAE file, alone or inside a whole checkpoint."""
    tensors = load_tensors(path)
    return _part(tensors, AUTOENCODER) or tensors


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key[len(prefix) :]: tensor for key, tensor in tensors.items() if key.startswith(prefix)}


def _unet(tensors: dict[str, Tensor], heads: int) -> UNet2DConditionModel:
    sizes = architecture.unet_architecture(_shapes(tensors), heads=heads)
    with hollow():
        module = unet_module(**asdict(sizes))
    return _filled(module, tensors, keys.renamed(tensors, keys.unet_modules(sizes)), "U-Net")


def _vae(tensors: dict[str, Tensor]) -> AutoencoderKL:
    sizes = architecture.vae_architecture(_shapes(tensors))
    with hollow():
        module = vae_module(**asdict(sizes))
    return _filled(module, tensors, keys.renamed(tensors, keys.vae_modules(sizes)), "VAE")


def _text(tensors: dict[str, Tensor]) -> CLIPTextModel:
    sizes = architecture.text_architecture(_shapes(tensors))
    with hollow():
        module = text_module(**asdict(sizes), heads=sizes.heads)
    module.embeddings.register_buffer("position_ids", torch.arange(sizes.positions)[None], persistent=False)
    return _filled(module, tensors, {key: key for key in tensors}, "text encoder")


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(tensor.shape) for key, tensor in tensors.items()}


def _filled(module: Module, tensors: Mapping[str, Tensor], names: Mapping[str, str], network: str) -> Module:
    """The module with the file's tensors in it, all of them and of the right size.

    Linear layers may come as 1 × 1 convolutions.
    """
    wanted = module.state_dict()
    given = {new: tensors[old] for old, new in names.items() if new in wanted}
    if missing := sorted(wanted.keys() - given.keys()):
        raise architecture.PartError(
            f"the {network} lacks {len(missing)} tensors, among them {missing[0]}",
            "The file may be truncated or only a part of a checkpoint; download it again.",
        )
    for name, tensor in given.items():
        if tensor.numel() != wanted[name].numel():
            raise architecture.PartError(
                f"the {network}'s {name} is {tuple(tensor.shape)} where {tuple(wanted[name].shape)} belongs",
                "The file mixes two kinds of networks; try another one.",
            )
    parts = dict(module.named_modules())
    for name, like in wanted.items():
        part, _, kind = name.rpartition(".")
        numbers = given[name].reshape(like.shape)
        if kind in parts[part]._buffers:
            parts[part]._buffers[kind] = numbers
        else:
            parts[part]._parameters[kind] = nn.Parameter(numbers, requires_grad=False)
    return module
