"""Figures are values; each part can be left out or exchanged, and its region says where that shows."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import maximum_filter

from pentimento.starter.measures import cielab
from pentimento.starter.scenes.arms import CARRIED, POSES, SLEEVES, WRONG_PLACES
from pentimento.starter.scenes.body import BUILDS
from pentimento.starter.scenes.canvas import View
from pentimento.starter.scenes.colours import COLOURS, EYES, HAIRS, RGB, SKINS
from pentimento.starter.scenes.drawing import draw, outlines, region
from pentimento.starter.scenes.dress import DRESSES
from pentimento.starter.scenes.face import EXPRESSIONS
from pentimento.starter.scenes.figure import SIDES, Arm, Dress, Face, Figure, Hair, Held, ThirdHand
from pentimento.starter.scenes.hair import LENGTHS
from pentimento.starter.scenes.hair import STYLES as HAIR_STYLES
from pentimento.starter.scenes.mixture import MIXTURES, scene_of
from pentimento.starter.scenes.people import ALIKE
from pentimento.starter.scenes.places import PLACES, STUDIOS
from pentimento.starter.scenes.scene import FIGURE_PARTS, STYLES, Detail, Scene, Thing
from pentimento.starter.scenes.sewing import PATTERNS
from pentimento.starter.scenes.shot import shot_of
from pentimento.starter.scenes.things import THINGS
from pentimento.words.images import Image, Mask
from pentimento.words.sizes import Size

SMALL = Size(64, 64)
MIDDLE = Size(128, 128)

WOMAN = Figure(
    "woman",
    "half",
    0.5,
    1.38,
    1.3,
    hair=Hair("straight", "black", "long"),
    dress=Dress("stola", "red"),
    left=Arm("on the hip"),
    right=Arm("up", held=Held("hand fan", "blue")),
    third=ThirdHand("below the arm", "left"),
)
CHILD = Figure("child", "full", 0.82, 0.94, 0.5, "brown", Hair("curly", "pink"), dress=Dress("tunic", "green", "dots"))
CAT = Thing("cat", "orange", 0.15, 0.95, 0.24)
PALACE = Scene("palace hall", "day", (Detail("urn", 0.9, 0.8),), (CAT,), (WOMAN, CHILD))

STYLED = [style for style in HAIR_STYLES if style != "bald"]
LEFT_OUT = [
    other + part
    for other in ("", "other ")
    for part in ("figure", "face", "hair", "left arm", "right arm")
] + ["held", "third hand", "thing 1"]  # fmt: skip

EXCHANGES = {
    "dress": lambda figure: replace(figure, dress=replace(figure.dress, colour="purple", pattern="stripes")),
    "hair": lambda figure: replace(figure, hair=replace(figure.hair, colour="white")),
    "face": lambda figure: replace(figure, face=Face("blue", "laughing")),
    "held": lambda figure: replace(figure, right=replace(figure.right, held=Held("hand fan", "yellow"))),
}


def alone(figure: Figure, place: str = "studio", style: str = "flat") -> Scene:
    return Scene(place, "day", (), (), (figure,), style)


def changed(before: Scene, after: Scene, size: Size = MIDDLE) -> Mask:
    return (draw(before, size) != draw(after, size)).any(axis=2)


# ── Leaving out and exchanging ──


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("part", LEFT_OUT)
def test_a_part_left_out_changes_its_region_and_nothing_beside_it(part: str, style: str):
    scene = replace(PALACE, style=style)
    difference, own = changed(scene, scene.without(part)), region(scene, part, MIDDLE)
    assert difference.any()
    assert not difference[own == 0].any()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("part", EXCHANGES)
def test_a_part_exchanged_changes_nothing_beside_it(part: str, style: str):
    scene = replace(PALACE, style=style)
    difference = changed(scene, scene.with_figure(EXCHANGES[part](WOMAN)))
    assert difference.any()
    assert not difference[region(scene, part, MIDDLE) == 0].any()


def test_a_spoilt_face_is_another_face_in_the_same_place():
    pictures = []
    for spoilt in range(1, 9):
        scene = PALACE.with_figure(replace(WOMAN, face=Face(spoilt=spoilt)))
        difference = changed(PALACE, scene)
        assert not difference[region(PALACE, "face", MIDDLE) == 0].any()
        assert difference.sum() > 0.1 * (region(PALACE, "face", MIDDLE) > 127).sum()
        pictures.append(draw(scene, MIDDLE).tobytes())
    assert len(set(pictures)) == 8


@pytest.mark.parametrize("place", WRONG_PLACES)
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("kind", BUILDS)
def test_a_third_hand_is_seen_wherever_it_is_wrong(kind: str, side: str, place: str):
    figure = replace(WOMAN, kind=kind, third=ThirdHand(place, side), left=Arm(), right=Arm())
    assert changed(alone(figure), alone(figure.without("third hand"))).mean() > 0.002


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("dress", DRESSES)
def test_a_missing_arm_leaves_a_closed_shoulder(dress: str, side: str):
    figure = replace(WOMAN, dress=Dress(dress, "red"), hair=None, third=None, left=Arm(), right=Arm())
    bare = alone(figure.without(f"{side} arm"), "mint studio")
    shoulder = region(bare, "dress", MIDDLE)[: MIDDLE.height // 2] > 127
    other = region(alone(figure.without("left arm").without("right arm"), "mint studio"), "dress", MIDDLE)
    half = slice(0, 64) if side == "left" else slice(64, 128)
    assert np.array_equal(shoulder[:, half], other[: MIDDLE.height // 2, half] > 127)


@pytest.mark.parametrize("part", ["head", "dress", "wing", "other"])
def test_what_a_figure_cannot_do_without_is_said(part: str):
    with pytest.raises(ValueError, match="out"):
        PALACE.without(part)


def test_parts_are_those_that_are_there():
    assert set(PALACE.parts()) == {
        *FIGURE_PARTS,
        *(f"other {part}" for part in FIGURE_PARTS if part not in ("held", "third hand")),
        "thing 1",
    }
    for part in LEFT_OUT:
        gone = PALACE.without(part)
        assert part not in gone.parts() or (part, len(gone.figures)) == ("figure", 1) or part.startswith("thing")
        assert region(PALACE, part, SMALL).any()


# ── Regions and outlines ──


@pytest.mark.parametrize("part", PALACE.parts())
def test_a_region_is_the_same_at_any_size_and_part_of_its_figure(part: str):
    small, large = region(PALACE, part, SMALL).astype(float), region(PALACE, part, MIDDLE).astype(float)
    assert np.abs(large.reshape(64, 2, 64, 2).mean((1, 3)) - small).mean() < 6
    if not part.startswith("thing"):
        whole = region(PALACE, "other figure" if part.startswith("other") else "figure", MIDDLE)
        assert (whole[large > 0] > 0).all()


def test_a_view_shows_the_same_as_the_whole_picture_there():
    for style in STYLES:
        scene = replace(PALACE, style=style)
        quarter = draw(scene, Size(64, 64), View(0.25, 0.25, 0.5))
        assert np.abs(quarter.astype(int) - draw(scene, MIDDLE)[:64, :64]).mean() < 2
        cut = region(scene, "face", Size(64, 64), View(0.25, 0.25, 0.5))
        assert np.abs(cut.astype(int) - region(scene, "face", MIDDLE)[:64, :64]).mean() < 2


@pytest.mark.parametrize("size", [Size(64, 96), Size(96, 64), Size(40, 40), Size(72, 56)])
def test_pictures_of_any_size_and_aspect_can_be_drawn(size: Size):
    assert draw(PALACE, size).shape == (size.height, size.width, 3)
    assert outlines(PALACE, size).shape == region(PALACE, "dress", size).shape == (size.height, size.width)


@pytest.mark.parametrize("number", range(6))
def test_outlines_lie_where_colours_meet(number: int):
    scene = replace(scene_of(8, number, "figure"), style="flat")
    lines = outlines(scene, MIDDLE) > 127
    picture = draw(scene, MIDDLE).astype(int)
    spread = sum(maximum_filter(picture[..., i], 5) + maximum_filter(-picture[..., i], 5) for i in range(3))
    assert 0.01 < lines.mean() < 0.25
    assert (spread[lines] > 12).mean() > 0.9


def test_outlines_do_not_know_the_style_and_hide_what_is_hidden():
    assert len({outlines(replace(PALACE, style=style), SMALL).tobytes() for style in STYLES}) == 1
    behind = replace(PALACE, things=(replace(CAT, x=0.5, y=0.9, size=0.1),), figures=(WOMAN,))
    assert np.array_equal(outlines(behind, SMALL), outlines(replace(behind, things=()), SMALL))


def test_inked_pictures_are_dark_where_their_outlines_are():
    inked = draw(replace(PALACE, style="inked"), MIDDLE).astype(int).sum(axis=2)
    assert inked[outlines(PALACE, MIDDLE) == 255].mean() < 250 < inked.mean()


# ── Colours can be judged ──


def middle_colour(scene: Scene, part: str, without: tuple[str, ...] = ()) -> RGB:
    """The most frequent colour in a region, of what is not in the others."""
    mask = region(scene, part, MIDDLE) == 255
    for other in without:
        mask &= region(scene, other, MIDDLE) == 0
    colours, counts = np.unique(draw(scene, MIDDLE)[mask], axis=0, return_counts=True)
    red, green, blue = colours[counts.argmax()].tolist()
    return red, green, blue


def nearest(colour: RGB, table: dict[str, RGB]) -> str:
    lab = cielab(np.array([colour, *table.values()], np.uint8))
    return list(table)[int(np.linalg.norm(lab[1:] - lab[0], axis=1).argmin())]


@pytest.mark.parametrize("style", STYLES)
def test_hair_dress_and_skin_have_the_colours_that_they_are_called_by(style: str):
    for hair, dress, skin in zip(HAIRS, COLOURS, [*SKINS, *SKINS], strict=False):
        figure = Figure("woman", "half", 0.5, 1.38, 1.3, skin, Hair("bun", hair), dress=Dress("dress", dress))
        scene = alone(figure, style=style)
        assert nearest(middle_colour(scene, "hair", ("face",)), dict(HAIRS)) == hair
        assert nearest(middle_colour(scene, "dress", ("left arm", "right arm", "head")), dict(COLOURS)) == dress
        assert nearest(middle_colour(scene, "face", ("hair",)), dict(SKINS)) == skin


# ── Every row of every table ──


@pytest.mark.parametrize("kind", BUILDS)
@pytest.mark.parametrize("pose", POSES)
def test_every_pose_shows_a_hand(pose: str, kind: str):
    figure = Figure(kind, "full", 0.5, 0.94, 0.8, left=Arm(pose), right=Arm("down"))
    assert region(alone(figure), "left hand", MIDDLE).mean() > 255 * 0.002
    assert changed(alone(figure), alone(figure.without("left arm"))).any()


@pytest.mark.parametrize("kind", CARRIED)
def test_what_is_carried_hides_no_face(kind: str):
    assert THINGS[kind].grip
    for pose in CARRIED[kind]:
        scene = alone(replace(WOMAN, right=Arm(pose, held=Held(kind, "red")), third=None))
        face = region(scene, "face", MIDDLE) > 127
        hidden = changed(scene, scene.without("held"))[face].mean()
        assert hidden < 0.12, pose


def test_looks_differ_from_each_other():
    looks = [
        *(replace(WOMAN, hair=Hair(style, "red", length)) for style in STYLED for length in LENGTHS),
        *(replace(WOMAN, face=Face(eyes)) for eyes in list(EYES)[1:]),
        *(replace(WOMAN, face=Face("brown", expression)) for expression in EXPRESSIONS if expression != "smiling"),
        *(replace(WOMAN, dress=Dress(kind, "red", pattern)) for kind in DRESSES for pattern in PATTERNS),
        *(replace(WOMAN, skin=skin) for skin in SKINS if skin != "light"),
        *(replace(WOMAN, kind=kind) for kind in BUILDS if kind != "woman"),
    ]  # fmt: skip
    pictures = {draw(alone(figure), MIDDLE).tobytes() for figure in looks}
    same = 1 + 2
    assert len(pictures) >= len(looks) - same, "a bun is as long as any other; WOMAN herself wears one of the stolas"


def test_tables_name_only_what_other_tables_have():
    assert {cut.sleeve for cut in DRESSES.values()} <= set(SLEEVES)
    assert {kind for cut in DRESSES.values() for kind in cut.worn_by} == set(BUILDS)
    assert set(CARRIED) == {kind for kind, model in THINGS.items() if model.grip}
    assert {pose for poses in CARRIED.values() for pose in poses} <= {pose for pose in POSES if POSES[pose].holds}


# ── Rows of scenes ──


def test_figures_of_a_row_are_of_every_kind_and_have_no_defect():
    figures = [figure for number in range(400) for figure in scene_of(6, number, "sitting").figures]
    assert {f.kind for f in figures} == set(BUILDS)
    assert {f.skin for f in figures} == set(SKINS)
    assert {f.hair.colour for f in figures if f.hair} == set(HAIRS)
    assert {f.hair.style for f in figures if f.hair} == set(HAIR_STYLES)
    assert {f.dress.kind for f in figures} == set(DRESSES)
    assert {f.dress.colour for f in figures} == set(COLOURS)
    assert {f.framing for f in figures} == {"half", "full"}
    assert {arm.pose for f in figures for arm in (f.left, f.right) if arm} == set(POSES)
    assert {held.kind for f in figures for held in f.held} == set(CARRIED)
    assert all(f.left and f.right and f.face and f.hair and not f.third and not f.face.spoilt for f in figures)
    assert not any(f.hair and (f.skin, f.hair.colour) in ALIKE for f in figures)


def test_shares_of_a_mixture_are_kept():
    scenes, shares = [scene_of(7, number, "sitting") for number in range(1000)], MIXTURES["sitting"]
    single = [scene.figures[0] for scene in scenes if len(scene.figures) == 1]
    assert sum(len(s.figures) == 2 for s in scenes) / 1000 == pytest.approx(shares.pair, abs=0.03)
    assert sum(not s.figures for s in scenes) / 1000 == pytest.approx(shares.alone + shares.empty, abs=0.04)
    assert sum(f.framing == "half" for f in single) / len(single) == pytest.approx(shares.half, abs=0.06)
    assert sum(bool(f.held) for f in single) / len(single) == pytest.approx(shares.held, abs=0.06)
    assert {s.place for s in scenes} == set(PLACES)


def test_the_figure_row_is_one_figure_with_empty_hands_on_plain_grounds():
    scenes = [scene_of(7, number, "figure") for number in range(200)]
    assert {scene.place for scene in scenes} == set(STUDIOS)
    assert all(len(scene.figures) == 1 and not scene.things and not scene.figures[0].held for scene in scenes)


def test_full_figures_stand_within_the_picture_and_half_length_ones_reach_below_it():
    for number in range(200):
        for figure in scene_of(9, number, "sitting").figures:
            assert figure.y - figure.size > 0
            assert (figure.y <= 1) == (figure.framing == "full")


def test_close_ups_show_a_face_or_a_hand_and_never_beyond_the_scene():
    subjects = set()
    for number in range(300):
        shot = shot_of(10, number, "sitting")
        subjects.add(shot.subject)
        assert 0 <= shot.view.y - shot.view.height / 2 < shot.view.y + shot.view.height / 2 <= 1 + 1e-9
        if shot.subject != "whole":
            seen = region(shot.scene, shot.subject, SMALL, shot.view)
            assert seen.mean() > 255 * (0.15 if shot.subject == "face" else 0.01)
    assert subjects == {"whole", "face", "left hand", "right hand"}


def test_points_of_interest_are_shares_of_the_picture():
    rng = np.random.default_rng(0)
    points = np.array([shot_of(11, n, "sitting").point_of_interest(rng) for n in range(200)])
    assert ((points > 0) & (points < 1)).all(axis=1).mean() > 0.85


def mean_brightness(picture: Image) -> float:
    return float(picture.mean())


def test_the_soft_style_only_darkens_and_the_flat_one_has_no_lines():
    flat, soft, inked = (draw(alone(WOMAN, style=style), MIDDLE).astype(int) for style in ("flat", "soft", "inked"))
    assert (soft <= flat + 25).all()
    assert mean_brightness(flat) > mean_brightness(soft)
    assert mean_brightness(flat) > mean_brightness(inked)
