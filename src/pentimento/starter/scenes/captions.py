"""Scenes → captions, as people prompt: tags and sentences, whole and partial, about the main thing first."""

from numpy.random import Generator

from pentimento.starter.scenes.colours import COLOURS
from pentimento.starter.scenes.places import PLACES
from pentimento.starter.scenes.scene import Scene, Thing, pick
from pentimento.starter.scenes.things import THINGS

# fmt: off
FORMS: dict[str, float] = {
    "a {thing}": 0.26,
    "{thing}": 0.10,
    "a {thing} {where}": 0.24,
    "{thing}, {place}": 0.10,
    "{thing} {where}, {style}": 0.08,
    "a picture of a {thing} {where}": 0.06,
    "{style}, a {thing}": 0.04,
    "a {kind}": 0.05,
    "a {kind} {where}": 0.03,
    "something {colour} {where}": 0.02,
    "{place}": 0.02,
}
# fmt: on
STYLES = ("flat illustration", "picture book", "simple drawing")


def caption_of(scene: Scene, rng: Generator) -> str:
    """One of the many things a person might say of the scene."""
    form = pick(rng, tuple(FORMS), tuple(FORMS.values()))
    main = scene.main
    text = form.format(
        thing=named(main),
        kind=main.kind,
        colour=main.colour,
        place=scene.place,
        where=pick(rng, PLACES[scene.place].phrases),
        style=pick(rng, STYLES),
    )
    others = scene.things[1:]
    if others and rng.random() < 0.5:
        text += " and " + " and ".join(f"a {named(thing)}" for thing in others)
    return mended(text)


def named(thing: Thing) -> str:
    return f"{thing.colour} {thing.kind}"


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
    return (*FORMS, *STYLES, *THINGS, *COLOURS, *PLACES, *places, "an", "and", "")
