"""Runs requests in this process: request → events. Keeps the checkpoints used last in memory."""

import json
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from functools import lru_cache, partial
from pathlib import Path

import torch

from pentimento.checkpoint.embedding import Embedding, read_embedding
from pentimento.checkpoint.forecast import placed_bytes
from pentimento.checkpoint.hashes import network_hash
from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.library import BUILTIN, Library
from pentimento.checkpoint.lora import Use, applied, read_network
from pentimento.checkpoint.open import Opened, outline
from pentimento.engine.enlarge import Upscaler, enlarged, open_upscaler, upscaler_file
from pentimento.engine.erase import open_fill
from pentimento.engine.estimate import speed_of
from pentimento.engine.faces import ByNetwork, Faces, Restoring, open_restorer
from pentimento.engine.findfaces import open_detector
from pentimento.engine.forecast import forecast
from pentimento.engine.hires import LATENT_MODES, Second
from pentimento.engine.outpaint import extended
from pentimento.engine.paint import Candidate, Done, Progress, Ready, Restorer, paint
from pentimento.engine.states import start_states
from pentimento.infotext.made import Made
from pentimento.infotext.writing import write
from pentimento.jobs.control import Control
from pentimento.jobs.runner import Health, Previews, Usage
from pentimento.nets.device import device_of
from pentimento.nets.networks import Networks
from pentimento.nets.remembered import remembering
from pentimento.nets.spandrel import Purpose
from pentimento.nets.tiling import tiled
from pentimento.nets.unet import INPAINTING_CHANNELS, INSTRUCT_CHANNELS
from pentimento.pixels.codec import read_picture
from pentimento.pixels.faces.find import yunet
from pentimento.pixels.fill import Fill
from pentimento.pixels.fill import fill as blurred
from pentimento.pixels.fit import fitted
from pentimento.pixels.resize import Stretch, stretched
from pentimento.prompt.reading import Prompts, read_prompts
from pentimento.runners.machine import AUTO, route_of
from pentimento.runners.previewing import shown, tiny_decoder
from pentimento.runners.residents import Loaded, Residents
from pentimento.runners.retouching import mend_faces, mends_faces_alone, retouch
from pentimento.runners.usage import process_bytes, room_of
from pentimento.words.choices import FaceRestorer, HiresUpscaler, MaskedContent, SchedulerName
from pentimento.words.errors import ModelFileError, UnknownModelError, UnsupportedModelError
from pentimento.words.events import Event, Finished, Painted, Preparing, Started, Stepped
from pentimento.words.images import Image, Picture, size_of
from pentimento.words.reports import MACHINE, Forecast, MachineReport
from pentimento.words.request import Request, with_seeds
from pentimento.words.samplers import FACTS, scheduler_for
from pentimento.words.tasks import Task


class InlineRunner:
    """Runs one request at a time, here.

    models_dir  folder of checkpoints and add-ons, as in `Library`
    device      "auto", "cpu", "cuda", …
    dtype       number type of the networks: "float32", "float16", "bfloat16", or "auto", what is fastest on this
                machine; default PENTIMENTO_DTYPE, else "auto"
    threads     how many threads of the processor compute; none: as many as torch takes
    budget      bytes that all networks in memory may take together; none: half of what the device has
    elsewhere   requests may name files outside the folder of models by their path
    """

    def __init__(
        self,
        models_dir: Path | str,
        *,
        device: str = "auto",
        dtype: str = "",
        threads: int | None = None,
        budget: int | None = None,
        elsewhere: bool = True,
    ) -> None:
        self.library = Library(Path(models_dir), builtin=BUILTIN, elsewhere=elsewhere)
        if threads:
            torch.set_num_threads(threads)
        self.device = device_of(device)
        self.route = route_of(dtype or os.environ.get("PENTIMENTO_DTYPE") or AUTO, self.device)
        self._residents = Residents(self.library, self.device, self.route, budget)
        self._nets = self._residents.nets
        self._busy = False

    def run(
        self,
        request: Request,
        files: Mapping[str, bytes],
        control: Control | None = None,
        *,
        task: Task = Task.PAINT,
        previews: Previews | None = None,
    ) -> Iterator[Event]:
        """Everything that happens, in order; to stop, stop iterating. As `jobs.runner.Runner.run`.

        files   bytes of the pictures that the request names
        raises  any PentimentoError, before the first step where the request or a file is at fault
        """
        control, previews = control or Control(), previews or Previews()
        self._busy = True
        self._residents.begin()
        try:
            match task:
                case Task.PAINT if mends_faces_alone(request):
                    yield Preparing("opening what restores faces")
                    yield from mend_faces(request, _read(request, files)[0][0], self._faces(request), control)
                case Task.PAINT:
                    yield from self._paint(with_seeds(request), files, control, previews)
                case Task.START_STATES:
                    yield from self._start_states(with_seeds(request), files)
                case Task.UPSCALE | Task.ERASE:
                    more = (self.library, self._nets, control, self._residents.room)
                    yield from retouch(task, request, *_read(request, files), *more)
                case Task.LOAD:
                    yield from self._residents.loading(request)
                    yield Finished(None)
                case Task.UNLOAD:
                    self._residents.unload()
                    yield Finished(None)
        finally:
            self._busy = False

    def forecast(self, request: Request, files: Mapping[str, bytes]) -> Forecast:
        """As `Runner.forecast`; beside a job too."""
        request = with_seeds(request)
        pictures, mask = _read(request, files)
        prompts = read_prompts(request)
        asked, pictures, mask = extended(request, pictures, mask)
        measured = speed_of.cache_info().currsize or not self._busy
        speed = speed_of(self.device, self.route.dtype) if measured else None
        with torch.inference_mode():
            _, missing = self._enlarging(request)
            outlined, weights = self._outlined(request)
            second = None
            if request.hires:
                second, more = self._second_outlined(request)
                weights += more
            how = {
                "weights": weights,
                "speed": speed,
                "room": lambda size: self._residents.foreseen_room(weights),
                "second": second,
                "detector": yunet(self.library.face_detector()),
            }
            told = forecast(asked, prompts.plain, pictures, mask, outlined, **how)
            return replace(told, warnings=(*missing, *told.warnings))

    def _outlined(self, request: Request) -> tuple[Opened, int]:
        """The request's checkpoint without its numbers, and how many bytes they take."""
        file = self.library.checkpoint(request.checkpoint, paths=True)
        vae = self.library.vae(request.vae, file.path, paths=True, by_prefix=request.switches.vae_by_prefix)
        return outline(file.path, vae, self.route.dtype), placed_bytes(file.path, vae, self.route)

    def _second_outlined(self, request: Request) -> tuple[Second, int]:
        """What a second pass is painted with, and the bytes of its own checkpoint; nothing is opened."""
        name = request.hires_upscaler or HiresUpscaler.LATENT
        upscaler = None
        if name not in LATENT_MODES:
            upscaler_file(
                name, self.library, paths=True
            )  # has to be there, but which it is changes neither steps nor sizes
            upscaler = open_upscaler(HiresUpscaler.LANCZOS, self.library, self._nets)
        opened, weights = self._outlined(_hires(request)) if request.hires_checkpoint else (None, 0)
        return Second(read_prompts(_hires(request)).plain, opened=opened, upscaler=upscaler), weights

    def health(self) -> Health:
        """As `Runner.health`."""
        room = room_of(self.device)
        usage = Usage(room.total, room.free, process_bytes(), self._residents.budget)
        listed = self._residents.listed
        return Health(True, str(self.device), self._busy, os.getpid(), resident=listed, usage=usage)

    def close(self) -> None:
        """Let the checkpoints go."""
        self._residents.unload()

    def _paint(
        self, request: Request, files: Mapping[str, bytes], control: Control, previews: Previews
    ) -> Iterator[Event]:
        yield Preparing("reading the pictures")
        pictures, mask = _read(request, files)
        prompts = read_prompts(request)
        filled = request.task == "inpaint" and request.masked_content is not MaskedContent.ORIGINAL
        fill = self._fill(request) if filled else blurred  # else no network is read for it
        upscaler = self._second_upscaler(request)
        enlarging, missing = self._enlarging(request)
        stretch = self._stretch(enlarging)
        tiny = tiny_decoder(previews, self.library, self.device)
        loaded = other = yield from self._residents.loading(request)
        if request.hires:
            other = yield from self._residents.loading(_hires(request))
        yield Preparing("reading the prompt")
        seen = shown(previews, loaded, tiny)
        warnings = [note for picture in (*pictures, *([mask] if mask else [])) for note in picture.notes]
        warnings += [*missing, *dict.fromkeys(one.note for one in (loaded, other) if one.note)]
        with ExitStack() as stack:
            uses, hashes = self._networks(request, prompts, warnings)
            modules = loaded.opened.networks.modules
            patched = stack.enter_context(ExitStack())
            warnings += patched.enter_context(applied(modules, uses)) if uses else []
            embeddings = self._embeddings(request, prompts, loaded.opened.networks.text.width, warnings)
            bundled = {name: vectors for use in uses for name, vectors in use.network.embeddings.items()}
            vectors = {name: embedding.vectors for name, embedding in embeddings.items()} | bundled
            if request.tiling:
                stack.enter_context(tiled(loaded.opened.networks, encoder=not request.switches.zero_edges))
            asked, pictures, mask = extended(request, pictures, mask)
            second = None
            if other is not loaded:
                second = self._second_alone(request, other, stack, hashes, warnings)
            elif request.hires:
                second = self._second(_hires(request), prompts, modules, patched, uses, hashes, warnings)
            second = second and second._replace(upscaler=upscaler)
            opened = replace(loaded.opened, networks=_remembered(request, loaded))
            ended = lambda batch: control.ends(batch + 1)  # noqa: E731
            restorer = None
            if request.restore_faces is not FaceRestorer.NONE:
                yield Preparing("opening what restores faces")
                restorer = self._restorer(request, prompts, modules, patched, uses, hashes, warnings)
            spare, room = room_of(self.device).free // 2, self._residents.room
            more = (second, ended, restorer, fill, spare, room, stretch)
            happenings = paint(asked, prompts.plain, pictures, mask, opened, vectors, *more)
            ready = next(happenings)
            assert isinstance(ready, Ready)
            warnings += ready.warnings
            yield Started(
                request.batch_size * request.batch_count,
                ready.batches,
                ready.steps,
                ready.working,
                tuple(warnings),
                seen.expected(ready, request.batch_size * request.batch_count, loaded),
            )
            threads = torch.get_num_threads()
            machine = MachineReport(str(self.device), str(self.route), threads, request.batch_size)
            for happening in happenings:
                match happening:
                    case Progress():
                        step = happening.step
                        yield Stepped(happening.batch + 1, step.number + 1, step.sigma, previews=seen.of(step))
                    case Restoring():
                        yield Preparing(str(happening))
                    case Candidate():
                        names = [name for name in ready.conditioning.embeddings if name in embeddings]
                        used = {name: embeddings[name].hash for name in names}
                        made = _made(request, prompts, (loaded, other), ready, happening, hashes, used)
                        yield Painted(
                            happening.number,
                            happening.seed,
                            happening.variation_seed,
                            _recorded(happening.picture, machine),
                            write(request, made),
                            happening.mask,
                            happening.background,
                            happening.complete,
                            faces=happening.faces,
                            unrestored=happening.unrestored,
                        )
                    case Done():
                        yield Finished(machine, happening.warnings)

    def start_states(self, request: Request, files: Mapping[str, bytes]) -> Iterator[tuple[MaskedContent, Image]]:
        """What each masked content puts into the hole before the first step, decoded, at the working size.

        raises  any PentimentoError; PictureError where the mask is missing or empty
        """
        request = with_seeds(request)
        pictures, mask = _read(request, files)
        yield from start_states(
            *extended(request, pictures, mask),
            self._load(request).opened,
            self._fill(request),
            self._stretch(self._enlarging(request)[0]),
        )

    def _start_states(self, request: Request, files: Mapping[str, bytes]) -> Iterator[Event]:
        """`start_states` as events, one picture for each masked content."""
        yield Preparing("reading the pictures")
        pictures, mask = _read(request, files)
        loaded = yield from self._residents.loading(request)
        fill = self._fill(request)
        stretch = self._stretch(self._enlarging(request)[0])
        states = list(start_states(*extended(request, pictures, mask), loaded.opened, fill, stretch))
        yield Started(len(states), 1, 0, size_of(states[0][1]))
        for number, (content, image) in enumerate(states):
            yield Painted(number, request.seed, 0, Picture(image), "", None, None, label=str(content))
        yield Finished(None)

    def _fill(self, request: Request) -> Fill:
        """How its hole is filled."""
        return open_fill(request.fill, self.library, self._nets, room=self._residents.room)

    def _enlarging(self, request: Request) -> tuple[str, list[str]]:
        """The name of what enlarges pictures to the size they are worked on at, and what is to be said of it."""
        if not request.images:
            return HiresUpscaler.LANCZOS, []
        try:
            upscaler_file(request.upscaler, self.library, paths=True)
        except UnknownModelError as unknown:
            if not request.switches.ignore_unknown:
                raise
            return HiresUpscaler.LANCZOS, [f"pictures are enlarged by Lanczos: {unknown.message}"]
        return request.upscaler, []

    def _stretch(self, name: str) -> Stretch:
        return stretched if name == HiresUpscaler.LANCZOS else partial(enlarged, upscaler=self._upscaler(name))

    def _upscaler(self, name: str) -> Upscaler:
        return open_upscaler(name, self.library, self._nets, paths=True, room=self._residents.room)

    def _second_upscaler(self, request: Request) -> Upscaler | None:
        """What enlarges the first pass's pictures; None where there is no second pass, or latents are enlarged."""
        name = request.hires_upscaler or HiresUpscaler.LATENT
        return self._upscaler(name) if request.hires and name not in LATENT_MODES else None

    def _load(self, request: Request) -> Loaded:
        """The request's checkpoint, however long it takes."""
        loading = self._residents.loading(request)
        while True:
            try:
                next(loading)
            except StopIteration as done:
                return done.value

    @property
    def _loaded(self) -> list[Loaded]:
        return self._residents.kept

    def _embeddings(self, request: Request, prompts: Prompts, width: int, warnings: list[str]) -> dict[str, Embedding]:
        """Every textual inversion in the folder that fits the checkpoint; others matter only where a prompt names them.

        Those of another family are then warned of, and broken ones refused.
        """
        said = "\n".join(prompts.plain).lower()
        found: dict[str, Embedding] = {}
        for name, path in self.library.embeddings().items():
            try:
                found[name] = read_embedding(path, width)
            except ModelFileError as problem:
                if name.lower() not in said:
                    continue
                if not (request.switches.ignore_unknown or isinstance(problem, UnsupportedModelError)):
                    raise
                warnings.append(problem.message)
        return found

    def _networks(self, request: Request, prompts: Prompts, warnings: list[str]) -> tuple[list[Use], dict[str, str]]:
        """The networks that the prompt names, and their hashes by name; unknown ones are refused, or only warned of."""
        uses: list[Use] = []
        hashes: dict[str, str] = {}
        for lora in prompts.networks:
            try:
                path = self.library.network(lora.file)
            except UnknownModelError as unknown:
                if not request.switches.ignore_unknown:
                    raise
                warnings.append(unknown.message)
                continue
            uses.append(Use(read_network(path), lora.te, lora.unet, lora.dyn))
            hashes[lora.file] = network_hash(path, read_header(path).metadata)
        return uses, hashes

    def _faces(self, request: Request) -> Faces:
        """What mends faces where a network alone does."""
        net = open_restorer(request.restore_faces, self.library, self._nets)
        by_network = ByNetwork(net, request.face_weight, background=request.background_color)
        return Faces(by_network, open_detector(self.library, self._nets))

    def _restorer(
        self,
        request: Request,
        first: Prompts,
        modules: Mapping[str, torch.nn.Module],
        patched: ExitStack,
        uses: Sequence[Use],
        hashes: dict[str, str],
        warnings: list[str],
    ) -> Restorer | None:
        """What faces are restored with; None where it cannot be had and that is only to be warned of."""
        as_webui = request.switches.every_face
        try:
            detector = open_detector(self.library, self._nets, as_webui=as_webui)
            if request.restore_faces is FaceRestorer.DETAIL:
                own = request.model_copy(update={"prompt": request.face_prompt or request.prompt})
                return Restorer(None, detector, self._second(own, first, modules, patched, uses, hashes, warnings))
            net = open_restorer(request.restore_faces, self.library, self._nets)
            file = self.library.face_helper("parsing_parsenet") if as_webui else None
            parser = self._nets.open(file, Purpose.PARSE) if file else None
            return Restorer(net, detector, parser=parser)
        except ModelFileError as problem:
            if not request.switches.ignore_unknown:
                raise
            warnings.append(f"faces stay as they are: {problem.message}")
            return None

    def _second(
        self,
        request: Request,
        first: Prompts,
        modules: Mapping[str, torch.nn.Module],
        patched: ExitStack,
        uses: Sequence[Use],
        hashes: dict[str, str],
        warnings: list[str],
    ) -> Second:
        """What a second pass reads; networks that its prompt names take the place of the first pass's.

        request  with the prompts of the second pass
        """
        prompts = read_prompts(request)
        if prompts.networks == first.networks:
            return Second(prompts.plain)
        others, more = self._networks(request, prompts, warnings)
        hashes |= more

        @contextmanager
        def exchanged() -> Generator[None]:
            patched.close()
            try:
                with applied(modules, others):
                    yield
            finally:
                patched.enter_context(applied(modules, uses))

        return Second(prompts.plain, exchanged)

    def _second_alone(
        self, request: Request, other: Loaded, stack: ExitStack, hashes: dict[str, str], warnings: list[str]
    ) -> Second:
        """What the second pass is painted with where it has a checkpoint of its own; its networks stay in force."""
        prompts = read_prompts(_hires(request))
        uses, more = self._networks(request, prompts, warnings)
        hashes |= more
        networks = other.opened.networks
        if uses:
            warnings += stack.enter_context(applied(networks.modules, uses))
        if request.tiling:
            stack.enter_context(tiled(networks, encoder=not request.switches.zero_edges))
        return Second(prompts.plain, opened=replace(other.opened, networks=_remembered(request, other)))


def _hires(request: Request) -> Request:
    """The request with the checkpoint and the prompts of its second pass."""
    own = {"checkpoint": request.hires_checkpoint, "make_inpainting": ""} if request.hires_checkpoint else {}
    return request.model_copy(
        update={
            **own,
            "prompt": request.hires_prompt or request.prompt,
            "negative_prompt": request.hires_negative_prompt or request.negative_prompt,
        }
    )


def _hires_schedule(request: Request) -> SchedulerName | None:
    """The schedule of the second pass, where one's own function gives it."""
    facts = FACTS[request.hires_sampler or request.sampler]
    scheduler = request.hires_scheduler or request.scheduler
    if not request.hires or facts.on_timesteps:
        return None
    return facts.automatic if scheduler is SchedulerName.AUTOMATIC else scheduler


def _remembered(request: Request, loaded: Loaded) -> Networks:
    """The networks with their memory, but for jobs that change weights on the way."""
    prompts = (request.prompt, request.negative_prompt, request.hires_prompt, request.hires_negative_prompt)
    changes = request.tiling or any("<" in prompt for prompt in prompts)
    networks = loaded.opened.networks
    return networks if changes else remembering(networks, loaded.memory)


_decoded = lru_cache(maxsize=2)(read_picture)
"""The picture and the mask of one job are those of the next in a grid or a folder of prompts: decoded once."""


def _read(request: Request, files: Mapping[str, bytes]) -> tuple[list[Picture], Picture | None]:
    """The request's pictures and its mask, scaled to the picture if that is asked for."""
    pictures = [_decoded(files[name]) for name in request.images]
    mask = _decoded(files[request.mask]) if request.mask else None
    return pictures, fitted(mask, pictures[0].size) if mask and request.resize_mask else mask


def _recorded(picture: Picture, machine: MachineReport) -> Picture:
    """The picture with what bit-identical repetition needs among its text entries."""
    return replace(picture, text={**picture.text, MACHINE: json.dumps(asdict(machine))})


def _made(
    request: Request,
    prompts: Prompts,
    passes: tuple[Loaded, Loaded],
    ready: Ready,
    candidate: Candidate,
    lora_hashes: Mapping[str, str],
    embedding_hashes: Mapping[str, str],
) -> Made:
    loaded, other = passes
    facts = FACTS[request.sampler]
    schedule = request.scheduler if facts.on_timesteps or facts.only_ends else None
    if schedule is None and facts.automatic:
        schedule = scheduler_for(request.sampler, request.scheduler)
    return Made(
        seed=candidate.seed,
        variation_seed=candidate.variation_seed,
        size=ready.recorded,
        model=loaded.file.stem,
        model_hash=loaded.hash,
        vae=loaded.vae.name if loaded.vae else None,
        vae_hash=loaded.vae_hash,
        schedule=schedule,
        prompt=prompts.used[0],
        negative_prompt=prompts.used[1],
        takes_mask=loaded.opened.networks.unet.in_channels == INPAINTING_CHANNELS,
        takes_picture=loaded.opened.networks.unet.in_channels == INSTRUCT_CHANNELS,
        mask_dropped=ready.mask_dropped,
        emphasized=ready.conditioning.emphasized,
        negative_skipped=candidate.negative_skipped,
        padded=candidate.prompts_padded,
        rescheduled=ready.conditioning.rescheduled,
        hires_checkpoint=f"{other.file.stem} [{other.hash}]" if other is not loaded else None,
        hires_prompt=read_prompts(_hires(request)).used[0] if request.hires_prompt else None,
        hires_negative_prompt=read_prompts(_hires(request)).used[1] if request.hires_negative_prompt else None,
        hires_schedule=_hires_schedule(request),
        lora_hashes=lora_hashes,
        embedding_hashes=embedding_hashes,
    )
