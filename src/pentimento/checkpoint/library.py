"""The folder of models: what lies in it, and which file a name means. Lists are made from names; no file is opened.

An AUTOMATIC1111 `models` folder is taken as it is. Names resolve to listed files alone; a path to a file elsewhere is
followed only where the caller says `paths=True`, because a person typed it at this machine.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pentimento.checkpoint.families import kind
from pentimento.checkpoint.folder import INDEX, header_of, is_folder, weights_file
from pentimento.checkpoint.hashes import cached_hash, legacy_hash, short_hash
from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.memory import remembered
from pentimento.version import __version__
from pentimento.words.errors import ModelFileError, UnknownModelError

CHECKPOINTS = (".ckpt", ".safetensors")
VAES = (".ckpt", ".pt", ".safetensors")
NETWORKS = (".pt", ".ckpt", ".safetensors")
EMBEDDINGS = (".pt", ".bin", ".safetensors")
PICTURE_NETS = (".pth", ".pt", ".ckpt", ".safetensors")
DETECTORS = (".onnx",)
FACE_HELPERS = ("detection_", "parsing_", "alignment_")
"""How the names of files begin that lie beside face restorers and are none."""
TINY = re.compile(r"taesd(?!xl|3|-xl)(?!.*encoder)", re.IGNORECASE)
"""What the path of a tiny decoder for Stable Diffusion 1.x has in it; beside it lie encoders and those of others."""
VAE_MARK = ".vae"
"""`model.vae.pt` is the VAE of `model`."""

FOLDERS: Mapping[str, tuple[str, ...]] = {
    # what lies there, and the folders' names in small letters
    "checkpoints": ("stable-diffusion", "checkpoints"),
    "vaes": ("vae",),
    "networks": ("lora", "loras", "lycoris"),
    "embeddings": ("embeddings",),
    "controlnets": ("controlnet",),
    "faces": ("codeformer", "gfpgan", "restoreformer"),
    "detectors": ("yunet", "codeformer", "gfpgan"),
    "upscalers": ("esrgan", "realesrgan", "swinir", "dat", "hat", "scunet", "upscale_models"),
    "erasers": ("lama", "mat"),
    "tiny": ("vae-approx", "vae_approx", "vae-taesd"),
}

NEW_FOLDERS: Mapping[str, str] = {"checkpoints": "Stable-diffusion", "vaes": "VAE", "networks": "Lora"}
"""What a folder is called where there is none of its kind yet, as webui calls it."""

BUILTIN = Path(__file__).parent.parent / "starter" / "weights"
"""The checkpoints that ship with the program."""

AUTOMATIC = "Automatic"
NO_VAE = "None"


@dataclass(frozen=True)
class ModelFile:
    """A checkpoint by the names it answers to.

    path  the file, or the folder that diffusers keeps it in
    name  its path inside the folder of checkpoints, with `/`
    """

    path: Path
    name: str

    @property
    def stem(self) -> str:
        return _without_suffix(self.path.name)

    @property
    def model_name(self) -> str:
        return _without_suffix(self.name).replace("/", "_")

    @property
    def weights(self) -> Path:
        """The file whose hash names it: itself, or the U-Net's weights in a folder."""
        return weights_file(self.path)

    @property
    def sha256(self) -> str | None:
        """The file's hash if it is remembered."""
        return cached_hash(self.weights)

    @property
    def kind(self) -> str:
        """What it is, in a few words, "" if unknown; remembered as long as neither the file nor this program changes.

        Raises what `read_header` raises; a refusal is not remembered.
        """
        return remembered(self.path, f"kind {__version__}", lambda: kind(header_of(self.path)))

    @property
    def shorthash(self) -> str | None:
        return short_hash(self.sha256) if self.sha256 else None

    @property
    def title(self) -> str:
        """Its file, and its hash as soon as that is known. Clients take the title nearest to what they are told, so
        one without suffix, shorter than all others, would be taken for nearly any word."""
        file = self.name if self.name.endswith(self.path.name) else self.path.name
        return f"{file} [{self.shorthash}]" if self.sha256 else file

    @property
    def short_title(self) -> str:
        return f"{self.stem} [{self.shorthash}]" if self.sha256 else self.stem

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every name it answers to but those with the legacy hash, which would have to be computed."""
        hashes = (self.shorthash, self.sha256, self.title, self.short_title) if self.sha256 else ()
        return (self.name, self.model_name, self.stem, *(text for text in hashes if text))

    @property
    def legacy_aliases(self) -> tuple[str, ...]:
        legacy = legacy_hash(self.weights)
        return (legacy, f"{self.name} [{legacy}]")


class Library:
    """A folder of models, and the one that ships with the program.

    models_dir  a `models` folder: one folder for each kind, as in `FOLDERS`; checkpoints may also lie in it directly
    builtin     folder of checkpoints that are always listed under their stems, such as "starter"
    elsewhere   False: no path to a file elsewhere is followed, whatever a caller says; for requests from a network
    Folders are looked through anew at every call, so a file just dropped there is found.
    """

    def __init__(self, models_dir: Path, builtin: Path | None = None, *, elsewhere: bool = True) -> None:
        self.models_dir = models_dir
        self.builtin = builtin
        self.elsewhere = elsewhere

    def folders(self, kind: str) -> list[Path]:
        """The folders that hold a kind of file (a key of `FOLDERS`), those that exist; embeddings also lie beside."""
        places = [self.models_dir, self.models_dir.parent] if kind == "embeddings" else [self.models_dir]
        inside = [child for place in places if place.is_dir() for child in sorted(place.iterdir()) if child.is_dir()]
        return [child for name in FOLDERS[kind] for child in inside if child.name.lower() == name]

    def place(self, kind: str) -> Path:
        """The folder that a new file of a kind (a key of `NEW_FOLDERS`) belongs into; it need not exist yet."""
        return next(iter(self.folders(kind)), self.models_dir / NEW_FOLDERS[kind])

    def files(self, kind: str, suffixes: Sequence[str]) -> list[Path]:
        """Every file of a kind, in natural order."""
        return [path for folder in self.folders(kind) for path in walk(folder, suffixes)]

    def checkpoints(self) -> list[ModelFile]:
        """Every checkpoint, the built-in ones first, then in natural order of their names."""
        builtin = [ModelFile(path, path.stem) for path in walk(self.builtin, CHECKPOINTS)] if self.builtin else []
        direct = [path for path in checkpoints_in(self.models_dir) if path.parent == self.models_dir]
        found = {path: ModelFile(path, path.name) for path in direct}
        for folder in self.folders("checkpoints"):
            found |= {path: ModelFile(path, path.relative_to(folder).as_posix()) for path in checkpoints_in(folder)}
        own = [file for file in found.values() if not file.stem.lower().endswith(VAE_MARK)]
        return builtin + sorted(own, key=lambda file: natural(file.name))

    def checkpoint(self, name: str, *, paths: bool = False) -> ModelFile:
        """The checkpoint that a name means.

        Tried in turn: any alias exactly (name, stem, title, hashes, legacy hash); any alias in another case; with
        `paths`, a file's path; the shortest title that contains it; the same without a hash in brackets at its end.
        Raises UnknownModelError with the nearest names and where was looked.
        """
        files = self.checkpoints()
        path = Path(name).expanduser()
        if paths and self.elsewhere and (is_folder(path) or (path.suffix.lower() in CHECKPOINTS and path.is_file())):
            return next((file for file in files if file.path == path), ModelFile(path, path.name))
        for look in (_exactly, _by_legacy_hash, _in_any_case, _contained, _contained_without_hash):
            if found := look(files, name):
                return found
        raise self._unknown("checkpoint", name, [file.stem for file in files], "checkpoints")

    def vaes(self) -> dict[str, Path]:
        """VAE files by file name: the VAE folder's, and `*.vae.*` beside the checkpoints."""
        beside = [
            path
            for folder in [self.models_dir, *self.folders("checkpoints")]
            for path in walk(folder, VAES)
            if path.stem.lower().endswith(VAE_MARK)
        ]
        return {path.name: path for path in [*beside, *self.files("vaes", VAES)]}

    def vae(self, name: str, checkpoint: Path, *, paths: bool = False, by_prefix: bool = False) -> Path | None:
        """The VAE file to use with a checkpoint, or None for the one inside it.

        name       "Automatic", "None", or a VAE by file name or stem (with `paths`, also a file's path)
        by_prefix  Automatic takes any VAE whose name starts with the checkpoint's stem, as the reference does (Q-21);
                   else only `STEM.vae.*` and `STEM.*`
        """
        vaes = self.vaes()
        if name == NO_VAE:
            return None
        if name == AUTOMATIC:
            return _preferred_vae(vaes, checkpoint) or _own_vae(vaes, checkpoint, by_prefix=by_prefix)
        path = Path(name).expanduser()
        if paths and self.elsewhere and path.suffix.lower() in VAES and path.is_file():
            return path
        by_stem = {path.stem: path for path in vaes.values()}
        found = vaes.get(name) or by_stem.get(name) or _folded({**by_stem, **vaes}).get(name.lower())
        if found is None:
            raise self._unknown("VAE", name, [*by_stem, *vaes], "vaes")
        return found

    def networks(self) -> dict[str, Path]:
        """LoRA files by stem."""
        return {path.stem: path for path in self.files("networks", NETWORKS)}

    def network(self, name: str, alias: Callable[[Path], str | None] | None = None) -> Path:
        """The LoRA file that a name in the prompt means: its stem, else its alias `ss_output_name`, else in any case.

        alias  reads a file's alias; by default from its header. An alias that two files share means neither.
        """
        networks = self.networks()
        read = alias or output_name
        if found := networks.get(name):
            return found
        owners = [path for path in networks.values() if read(path) == name]
        found = owners[0] if len(owners) == 1 else _folded(networks).get(name.lower())
        if found is None:
            raise self._unknown("LoRA", name, list(networks), "networks")
        return found

    def embeddings(self) -> dict[str, Path]:
        """Textual inversions by the name that stands for them in a prompt; previews and empty files left out."""
        return {
            path.stem: path
            for path in self.files("embeddings", EMBEDDINGS)
            if not path.stem.lower().endswith(".preview") and path.stat().st_size
        }

    def upscalers(self) -> dict[str, Path]:
        """Networks that enlarge, by stem."""
        return {path.stem: path for path in self.files("upscalers", PICTURE_NETS)}

    def erasers(self) -> dict[str, Path]:
        """Networks that fill holes, by stem."""
        return {path.stem: path for path in self.files("erasers", PICTURE_NETS)}

    def tiny_decoders(self) -> dict[str, Path]:
        """Tiny decoders, which make previews, by their path inside their folder."""
        folders = self.folders("tiny")
        found = {path.relative_to(one).as_posix(): path for one in folders for path in walk(one, PICTURE_NETS)}
        return {name: path for name, path in found.items() if TINY.search(name)}

    def face_restorers(self) -> dict[str, Path]:
        """Networks that restore faces, by stem."""
        files = self.files("faces", PICTURE_NETS)
        return {path.stem: path for path in files if not path.name.lower().startswith(FACE_HELPERS)}

    def face_detector(self) -> Path | None:
        """YuNet's file, where a person brought it: `face_detection_yunet_….onnx`."""
        found = self.files("detectors", DETECTORS)
        return next((path for path in found if "yunet" in path.stem.lower()), None)

    def face_helper(self, name: str) -> Path | None:
        """A file beside the restorers that is none, such as webui keeps there, by the beginning of its name."""
        return next((path for path in self.files("faces", PICTURE_NETS) if path.name.lower().startswith(name)), None)

    def picture_net(self, kind: str, name: str, *, paths: bool = False) -> Path:
        """The file that a name means: its stem in any case, else the first whose stem contains it.

        kind   "upscalers", "erasers" or "faces"
        paths  a path to a file elsewhere is followed too
        """
        listed = {"upscalers": self.upscalers, "erasers": self.erasers, "faces": self.face_restorers}[kind]()
        path = Path(name).expanduser()
        if paths and self.elsewhere and path.suffix.lower() in PICTURE_NETS and path.is_file():
            return path
        folded = _folded(listed)
        found = folded.get(name.lower()) or next((path for stem, path in folded.items() if name.lower() in stem), None)
        if found is None:
            raise self._unknown(kind[:-1].replace("face", "face restorer"), name, list(listed), kind)
        return found

    def _unknown(self, what: str, name: str, known: Sequence[str], kind: str) -> UnknownModelError:
        nearest = get_close_matches(name, known, n=3, cutoff=0.4) or list(known)[:3]
        places = self.folders(kind) or [self.models_dir]
        return UnknownModelError(
            f"no {what} is called {name!r}" + (f"; nearest: {', '.join(nearest)}" if nearest else ""),
            f"Looked in {', '.join(map(str, places))}.",
        )


def checkpoints_in(folder: Path) -> Iterator[Path]:
    """Checkpoint files below a folder, and checkpoints that are folders themselves (diffusers)."""
    found = list(walk(folder, (*CHECKPOINTS, ".json")))
    folders = {path.parent: None for path in found if path.name == INDEX}
    yield from folders
    yield from (
        path for path in found if path.suffix.lower() in CHECKPOINTS and folders.keys().isdisjoint(path.parents)
    )


def walk(folder: Path, suffixes: Sequence[str]) -> Iterator[Path]:
    """Files with these endings (in any case) below a folder, links followed, in natural order."""
    seen: set[str] = set()
    found: list[Path] = []
    for place, folders, names in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(place)) in seen:
            folders.clear()  # a link that leads back up
            continue
        seen.add(real)
        found += [path for name in names if (path := Path(place, name)).suffix.lower() in suffixes and path.is_file()]
    yield from sorted(found, key=lambda path: natural(path.relative_to(folder).as_posix()))


def natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts v2 before v10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name.lower())]


def output_name(path: Path) -> str | None:
    """A LoRA's own name for itself, `ss_output_name`; None where it has none or cannot be read."""
    try:
        return read_header(path).metadata.get("ss_output_name")
    except ModelFileError:
        return None


def _without_suffix(name: str) -> str:
    """A folder's name has no suffix, though it may have a dot in it."""
    path = Path(name)
    return path.with_suffix("").as_posix() if path.suffix.lower() in CHECKPOINTS else path.as_posix()


def _folded(files: Mapping[str, Path]) -> dict[str, Path]:
    return {name.lower(): path for name, path in files.items()}


def _exactly(files: Sequence[ModelFile], name: str) -> ModelFile | None:
    """The whole name before any alias; of two files with one alias the later, as the reference has it."""
    by_alias = {alias: file for file in files for alias in file.aliases}
    return next((file for file in files if file.name == name), by_alias.get(name))


def _by_legacy_hash(files: Iterable[ModelFile], name: str) -> ModelFile | None:
    if not re.fullmatch(r"(.* \[)?[0-9a-f]{8}\]?", name):
        return None
    return {alias: file for file in files for alias in file.legacy_aliases}.get(name)


def _in_any_case(files: Iterable[ModelFile], name: str) -> ModelFile | None:
    return {alias.lower(): file for file in files for alias in file.aliases}.get(name.lower())


def _contained(files: Iterable[ModelFile], name: str) -> ModelFile | None:
    holding = [file for file in files if name and name.lower() in file.title.lower()]
    return min(holding, key=lambda file: len(file.title), default=None)


def _contained_without_hash(files: Iterable[ModelFile], name: str) -> ModelFile | None:
    bare = re.sub(r"\s*\[[^\]]*\]\s*$", "", name)
    return _contained(files, bare) if bare != name else None


def _preferred_vae(vaes: Mapping[str, Path], checkpoint: Path) -> Path | None:
    """The VAE named in `<checkpoint>.json`, a person's own notes on it."""
    try:
        notes = json.loads(checkpoint.with_suffix(".json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    name = notes.get("vae") if isinstance(notes, dict) else None
    return vaes.get(name) if isinstance(name, str) else None


def _own_vae(vaes: Mapping[str, Path], checkpoint: Path, *, by_prefix: bool) -> Path | None:
    stem = checkpoint.stem.lower()
    for name, path in vaes.items():
        mine = path.stem.lower().removesuffix(VAE_MARK) == stem
        if mine or (by_prefix and name.lower().startswith(stem)):
            return path
    return None
