import numpy as np
from skimage.exposure import match_histograms

from pentimento.pixels.color import corrected, matching, with_luminosity


def test_colour_correction_is_the_references(golden):
    made = corrected(golden("chelsea_192x128", "RGB"), golden("astronaut_192x128", "RGB"), truncate=True)
    name = "colorcorrect__target_astronaut_192x128__image_chelsea_192x128"
    np.testing.assert_array_equal(made, golden(name))


def test_histograms_are_matched_as_scikit_image_matches_them(golden):
    source, wanted = golden("chelsea_192x128", "L"), golden("astronaut_192x128", "L")
    made = matching(source.ravel(), wanted.ravel())[source]
    np.testing.assert_allclose(made, match_histograms(source, wanted), rtol=1e-12)


def test_a_picture_matched_to_itself_stays(golden):
    image = golden("chelsea_192x128", "RGB")
    assert np.abs(corrected(image, image, truncate=False).astype(int) - image).max() <= 4


def test_colours_are_learned_only_outside_the_mask(golden):
    image, target = golden("chelsea_192x128", "RGB"), golden("astronaut_192x128", "RGB")
    keep = np.zeros((128, 192), np.uint8)
    keep[40:90, 50:120] = 255
    changed = target.copy()
    changed[keep > 0] = 0
    before, after = (corrected(image, wanted, keep, truncate=False) for wanted in (target, changed))
    np.testing.assert_array_equal(before, after)


def test_nothing_to_learn_from_changes_nothing(golden):
    image = golden("chelsea_192x128", "RGB")
    full = np.full((128, 192), 255, np.uint8)
    np.testing.assert_array_equal(corrected(image, image[::-1], full, truncate=False), image)


def test_luminosity_of_grey_is_kept_through_colour():
    color = np.random.default_rng(2).uniform(0, 1, (4, 5, 3))
    light = np.repeat(np.random.default_rng(3).uniform(0, 1, (4, 5, 1)), 3, axis=2)
    made = with_luminosity(color, light)
    np.testing.assert_allclose(made @ (0.299, 0.587, 0.114), light[..., 0], atol=1e-9)
