"""Shots → captions, as people prompt: tags and sentences, whole and partial, in many orders, about what is there."""

from collections.abc import Mapping, Sequence

from numpy.random import Generator

from pentimento.starter.scenes import sayings
from pentimento.starter.scenes.colours import COLOURS, EYES, HAIRS
from pentimento.starter.scenes.dress import DRESSES
from pentimento.starter.scenes.figure import Figure
from pentimento.starter.scenes.hair import LENGTHS
from pentimento.starter.scenes.lots import chance, pick, pick_by
from pentimento.starter.scenes.places import PLACES
from pentimento.starter.scenes.scene import Scene
from pentimento.starter.scenes.shot import Shot
from pentimento.starter.scenes.things import THINGS

SAID: Mapping[str, float] = {
    "hair": 0.62,
    "dress": 0.78,
    "held": 0.98,
    "expression": 0.45,
    "gesture": 0.4,
    "skin": 0.16,
    "eyes": 0.12,
    "framing": 0.2,
    "beside": 0.8,
    "place": 0.7,
    "light": 0.2,
    "style": 0.4,
}
"""How often each fact is told."""

SUBJECTS = ("a {kind}", "a {kind}", "a {kind}", "1 {kind}", "{kind}")

TAGS = 0.45
"""Share of captions that are tags; the others are sentences."""

JOINED = ("with ", "in ", "wearing ", "holding ")
"""Phrases that may follow a subject without a comma."""

LONE: Mapping[str, float] = {
    "a {thing}": 0.28,
    "{thing}": 0.12,
    "a {thing} {where}": 0.26,
    "{thing}, {place}": 0.1,
    "a picture of a {thing} {where}": 0.07,
    "a {kind}": 0.07,
    "a {kind} {where}": 0.06,
    "something {colour} {where}": 0.02,
    "{place}": 0.02,
}
"""Of a scene of things alone; `thing` is its colour and kind."""

FACES = (
    "face",
    "a face",
    "close-up of a face",
    "portrait",
    "face of a {kind}",
    "portrait of a {kind}",
    "close-up of a {kind}",
)
HANDS = ("a hand", "hand", "close-up of a hand")
OPEN_HANDS = ("an open hand", "close-up of an open hand")


def caption_of(shot: Shot, rng: Generator) -> str:
    """One of the many things a person might say of what the shot shows."""
    scene = shot.scene
    if shot.subject == "face":
        parts = of_face(scene.figures[0], rng)
    elif shot.subject != "whole":
        parts = of_hand(scene.figures[0], shot.subject.removesuffix(" hand"), rng)
    elif scene.figures:
        parts = of_figures(scene, rng)
    else:
        parts = [of_things(scene, rng)]
    if scene.figures and shot.subject == "whole" and told(rng, "place"):
        parts.append(pick(rng, PLACES[scene.place].phrases) if chance(rng, 0.75) else scene.place)
    return finished([*parts, *of_manner(scene, rng)], scene, rng)


def told(rng: Generator, fact: str) -> bool:
    return chance(rng, SAID[fact])


def finished(parts: Sequence[str], scene: Scene, rng: Generator) -> str:
    """Commas between, seldom another order."""
    if scene.figures and chance(rng, 0.12):
        parts = [parts[i] for i in rng.permutation(len(parts))]
    return mended(", ".join(part for part in parts if part))


# ── Whole figures ──


def of_figures(scene: Scene, rng: Generator) -> list[str]:
    if len(scene.figures) == 2:
        first, second = (short(figure, rng) for figure in scene.figures)
        return ["two people"] if chance(rng, 0.1) else [f"{first} and {second}"]
    figure = scene.figures[0]
    parts = tags(figure, rng) if chance(rng, TAGS) else [sentence(figure, rng)]
    beside = [sayings.thing(thing) for thing in scene.things if told(rng, "beside")]
    return [*parts, *(pick(rng, ("a {}", "{}", "beside a {}", "next to a {}")).format(name) for name in beside)]


def short(figure: Figure, rng: Generator) -> str:
    """A figure among others: `a woman in a red gown`."""
    kind = pick(rng, sayings.KINDS[figure.kind])
    lot = rng.random()
    if lot < 0.55:
        return f"a {kind} in a {pick(rng, sayings.dress(figure.dress))}"
    if lot < 0.75 and figure.hair:
        return f"a {kind} with {pick(rng, sayings.hair(figure.hair))}"
    return f"a {kind}"


def tags(figure: Figure, rng: Generator) -> list[str]:
    """`1 woman`, `long black hair`, `red stola` …: the subject first, the rest in any order."""
    said = facts(figure, rng)
    rest = [said[i] for i in rng.permutation(len(said))]
    return [pick(rng, SUBJECTS).format(kind=pick(rng, sayings.KINDS[figure.kind])), *(bare(tag) for tag in rest)]


def sentence(figure: Figure, rng: Generator) -> str:
    """`a woman with long black hair in a red stola, holding a hand fan`."""
    kind = pick(rng, sayings.KINDS[figure.kind])
    said = facts(figure, rng)
    joined = next((i for i, phrase in enumerate(said) if not phrase.startswith(JOINED)), len(said))
    return ", ".join([" ".join([f"a {kind}", *said[: min(joined, 2)]]), *said[min(joined, 2) :]])


def facts(figure: Figure, rng: Generator) -> list[str]:
    """Some of what there is to say, each as it follows a subject."""
    said = []
    if figure.hair and told(rng, "hair"):
        said.append(f"with {pick(rng, sayings.hair(figure.hair))}")
    if told(rng, "dress"):
        said.append(f"{pick(rng, ('in', 'in', 'wearing'))} a {pick(rng, sayings.dress(figure.dress))}")
    for held in figure.held:
        if told(rng, "held"):
            said.append(pick(rng, sayings.HOLDING).format(thing=pick(rng, sayings.held(held))))
    said += [pick(rng, phrases) for fact, phrases in minor(figure).items() if phrases and told(rng, fact)]
    return said


def minor(figure: Figure) -> Mapping[str, tuple[str, ...]]:
    """Fact → its phrasings, of what is told more seldom."""
    face = figure.face
    return {
        "gesture": sayings.gestures(figure),
        "expression": sayings.face(face) if face else (),
        "skin": sayings.SKINS[figure.skin],
        "eyes": eyes(figure),
        "framing": sayings.FRAMINGS[figure.framing],
    }


def eyes(figure: Figure) -> tuple[str, ...]:
    """Not those of a laughing face, which are shut, nor of a spoilt one."""
    face = figure.face
    return (f"with {face.eyes} eyes",) if face and not face.spoilt and face.expression != "laughing" else ()


def bare(phrase: str) -> str:
    """A phrase as a tag: without its first `with`, `in` or `wearing`, and the article after it."""
    for first in ("with a ", "with ", "in a ", "wearing a ", "in hand "):
        if phrase.startswith(first):
            return phrase.removeprefix(first)
    return phrase


# ── Close-ups ──


def of_face(figure: Figure, rng: Generator) -> list[str]:
    kind = pick(rng, sayings.KINDS[figure.kind])
    parts = [pick(rng, FACES).format(kind=kind)]
    if figure.hair and told(rng, "hair"):
        parts.append(pick(rng, sayings.hair(figure.hair)))
    if figure.face and chance(rng, 0.75):
        parts += [pick(rng, phrases) for phrases in (sayings.face(figure.face),) if phrases]
    parts += [bare(phrase) for phrase in eyes(figure) if chance(rng, 0.35)]
    if told(rng, "skin"):
        parts.append(bare(pick(rng, sayings.SKINS[figure.skin])))
    return parts


def of_hand(figure: Figure, side: str, rng: Generator) -> list[str]:
    arm = figure.arm(side)
    if arm and arm.held:
        return [f"{pick(rng, HANDS)} holding a {pick(rng, sayings.held(arm.held))}"]
    shows_open = arm is not None and sayings.is_open(arm)
    return [pick(rng, (*HANDS, *OPEN_HANDS) if shows_open else HANDS)]


# ── Things, and how all is drawn ──


def of_things(scene: Scene, rng: Generator) -> str:
    where = pick(rng, PLACES[scene.place].phrases)
    if not scene.things:
        return where if chance(rng, 0.5) else scene.place
    main = scene.main
    form = pick_by(rng, LONE)
    text = form.format(thing=sayings.thing(main), kind=main.kind, colour=main.colour, place=scene.place, where=where)
    others = [f"a {sayings.thing(thing)}" for thing in scene.things[1:]]
    return f"{text} and {' and '.join(others)}" if others and chance(rng, 0.5) else text


def of_manner(scene: Scene, rng: Generator) -> list[str]:
    """Light and style."""
    said = []
    if len(PLACES[scene.place].lights) > 1 and told(rng, "light"):
        said.append(pick(rng, sayings.LIGHTS[scene.light]))
    if told(rng, "style"):
        said.append(pick(rng, (*sayings.STYLES[scene.style], pick(rng, sayings.ANY_STYLE))))
    return said


def mended(text: str) -> str:
    """`a` before a vowel becomes `an`."""
    words = text.split(" ")
    return " ".join(
        "an" if word == "a" and following[:1] in "aeiou" else word
        for word, following in zip(words, [*words[1:], "x"], strict=True)
    )


def phrases() -> tuple[str, ...]:
    """Every piece that captions are made of: together they hold every word a caption can have."""
    places = tuple(phrase for place in PLACES.values() for phrase in place.phrases)
    tables = (*COLOURS, *HAIRS, *EYES, *LENGTHS, *DRESSES, *THINGS, *PLACES, *places, *LONE, *SUBJECTS)
    beside = ("beside a", "next to a", "two people and", "an", "")
    return (*sayings.every_phrase(), *tables, *FACES, *HANDS, *OPEN_HANDS, *beside)
