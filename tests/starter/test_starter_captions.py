"""Captions say what a shot shows, in many ways, and nothing that is not there."""

from collections.abc import Mapping

import numpy as np
import pytest

from pentimento.prompt.tokenizer import encode
from pentimento.starter.scenes import sayings
from pentimento.starter.scenes.arms import POSES
from pentimento.starter.scenes.captions import LONE, bare, caption_of, mended, phrases
from pentimento.starter.scenes.colours import COLOURS, EYES, HAIRS
from pentimento.starter.scenes.dress import DRESSES
from pentimento.starter.scenes.figure import Arm, Face, Figure
from pentimento.starter.scenes.hair import LENGTHS
from pentimento.starter.scenes.mixture import MIXTURES
from pentimento.starter.scenes.places import PLACES
from pentimento.starter.scenes.shot import Shot, shot_of
from pentimento.starter.scenes.things import THINGS

COUNT = 400


def words_of(*texts: str) -> set[str]:
    return {word for text in texts for word in text.replace(",", " ").split()}


def shots(mixture: str) -> list[Shot]:
    return [shot_of(2, number, mixture) for number in range(COUNT)]


def names_of(kind: str) -> tuple[str, ...]:
    return (kind, *sayings.NAMES.get(kind, ()))


ASKED_FOR: Mapping[str, set[str]] = {
    "things": words_of(*(name for kind in THINGS for name in names_of(kind))) - {"hand"},
    "people": words_of(*(name for names in sayings.KINDS.values() for name in names)),
    "colours": {*COLOURS, *HAIRS, *EYES},
    "dresses": set(DRESSES),
    "lengths": set(LENGTHS),
    "expressions": words_of(*(p for ps in sayings.EXPRESSIONS.values() for p in ps)) - {"with", "a", "face"},
    "hair": {"curly", "curls", "bun", "ponytail", "braid", "braided", "beard", "bald"},
    "patterns": {"striped", "stripes", "dotted", "dots", "golden", "trim"},
    "gestures": words_of(*(p for pose in POSES.values() for p in pose.phrases)) - {"with", "a", "an", "the", "hand"},
}
"""Words that name something that may be there or not."""


def facts_of(shot: Shot) -> set[str]:
    """All that may be said of a shot, word by word."""
    scene = shot.scene
    facts = words_of(*PLACES[scene.place].phrases, scene.place, *sayings.STYLES[scene.style], *sayings.ANY_STYLE)
    facts |= words_of(*sayings.LIGHTS[scene.light], "a picture of", "something", "portrait")
    facts |= words_of(*(word for thing in scene.things for word in (*names_of(thing.kind), thing.colour)))
    return facts.union(*(figure_facts(figure) for figure in scene.figures))


def figure_facts(figure: Figure) -> set[str]:
    hair, face, dress = figure.hair, figure.face, figure.dress
    assert hair
    assert face
    shown = [figure.kind, *sayings.KINDS[figure.kind], *sayings.hair(hair), *sayings.dress(dress)]
    shown += [*sayings.EXPRESSIONS[face.expression], face.eyes, *sayings.gestures(figure), *sayings.SKINS[figure.skin]]
    shown += [word for held in figure.held for word in (*names_of(held.kind), held.colour)]
    shown += ["open" if arm and POSES[arm.pose].hand == "open" else "hand" for arm in (figure.left, figure.right)]
    return words_of(*shown, *sayings.FRAMINGS[figure.framing])


@pytest.mark.parametrize("mixture", MIXTURES)
def test_captions_name_nothing_that_is_not_there(mixture: str):
    rng = np.random.default_rng(0)
    asked = set().union(*ASKED_FOR.values())
    for shot in shots(mixture):
        caption = caption_of(shot, rng)
        assert words_of(caption) & asked <= facts_of(shot), caption


def test_captions_of_a_close_up_say_so():
    rng = np.random.default_rng(1)
    for shot in shots("sitting"):
        caption = caption_of(shot, rng)
        if shot.subject == "face":
            assert words_of(caption) & {"face", "portrait", "close-up"}, caption
        elif shot.subject != "whole":
            assert "hand" in words_of(caption), caption


def test_a_held_thing_is_nearly_always_named():
    rng = np.random.default_rng(2)
    named = [
        any((words_of(*names_of(held.kind)) - {"hand"}) & words_of(caption_of(shot, rng)) for held in figure.held)
        for shot in shots("sitting")
        for figure in shot.scene.figures
        if figure.held and shot.subject == "whole"
    ]
    assert np.mean(named) > 0.9


def test_the_same_shot_is_told_in_many_ways():
    rng = np.random.default_rng(3)
    for shot in shots("figure")[:10]:
        assert len({caption_of(shot, rng) for _ in range(50)}) > (10 if "hand" in shot.subject else 25)


def test_spoilt_faces_and_shut_eyes_are_not_described():
    assert sayings.face(Face(spoilt=3)) == ()
    rng = np.random.default_rng(4)
    for shot in shots("figure"):
        face = shot.scene.figures[0].face
        if face and face.expression == "laughing":
            assert "eyes" not in words_of(caption_of(shot, rng))


def test_a_missing_arm_does_nothing_and_both_may_do_the_same():
    figure = Figure("woman", "half", 0.5, 1.4, 1.3, left=Arm("raised"), right=Arm("raised"))
    assert set(sayings.gestures(figure)) == set(sayings.BOTH["raised"])
    assert set(sayings.gestures(figure.without("left arm"))) == set(POSES["raised"].phrases)
    assert sayings.gestures(figure.without("left arm").without("right arm")) == ()


def test_tags_have_no_prepositions_before_them():
    assert bare("with long black hair") == "long black hair"
    assert bare("wearing a red stola") == bare("in a red stola") == "red stola"
    assert bare("holding a cup") == "holding a cup"


def test_captions_fit_into_one_chunk_of_the_text_encoder():
    rng = np.random.default_rng(5)
    assert max(len(encode(caption_of(shot, rng))) for shot in shots("sitting")) <= 75


def test_forms_of_things_alone_are_shares_of_one():
    assert sum(LONE.values()) == pytest.approx(1)


def test_an_article_before_a_vowel_gets_its_n():
    assert mended("a apple and a cup on a umbrella") == "an apple and a cup on an umbrella"


@pytest.mark.parametrize("mixture", MIXTURES)
def test_phrases_hold_every_token_that_captions_have(mixture: str):
    known = {token for phrase in phrases() for token in encode(phrase)}
    rng = np.random.default_rng(1)
    for shot in shots(mixture):
        caption = caption_of(shot, rng)
        assert set(encode(caption)) <= known, caption
