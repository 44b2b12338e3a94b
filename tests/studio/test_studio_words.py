"""Without a picture to begin with, and with one for other programs."""

from test_studio_sitting import candidates, rounds, sitting

__all__ = ["sitting"]


def test_a_picture_can_be_begun_from_words_alone_and_then_worked_on(sitting, shot):
    sitting.get_by_role("button", name="Begin from words alone").click()
    sitting.get_by_text("Say what the picture should show").wait_for()
    sitting.get_by_label("Prompt", exact=True).fill("a red balloon on a beach")
    sitting.keyboard.press("Control+Enter")
    candidates(sitting).nth(3).wait_for()
    sitting.get_by_text("Say what the picture should show").wait_for(state="detached")
    shot("begun")
    candidates(sitting).nth(2).click()
    sitting.get_by_role("button", name="Keep").click()
    sitting.get_by_role("button", name="Keep").wait_for(state="detached")
    sitting.keyboard.press("Control+Enter")
    sitting.get_by_role("button", name="Keep").wait_for()
    rounds(sitting).nth(2).wait_for()
    shot("worked on")
    assert sitting.troubles == []


def test_the_empty_canvas_outlives_a_reload_and_is_gone_back_to_with_its_words(sitting):
    words = sitting.get_by_label("Prompt", exact=True)
    empty = sitting.get_by_text("Say what the picture should show")
    sitting.get_by_role("button", name="Begin from words alone").click()
    empty.wait_for()
    words.fill("a red balloon")
    sitting.reload()
    empty.wait_for()
    assert words.input_value() == "a red balloon"
    for number in (1, 2):
        sitting.keyboard.press("Control+Enter")
        rounds(sitting).nth(number).wait_for()
        words.fill("a green one")
        sitting.get_by_role("treeitem", name="words alone").click()
        empty.wait_for()
        assert words.input_value() == "a red balloon"
    assert sitting.troubles == []


def test_a_picture_is_copied_for_other_programs(sitting):
    sitting.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sitting.get_by_role("button", name="Copy the picture").click()
    kinds = "() => navigator.clipboard.read().then((all) => all.flatMap(({ types }) => types))"
    sitting.wait_for_function(f"{kinds}.then((kinds) => kinds.includes('image/png'), () => false)")
