"""A person's sitting, start to end, in a real browser."""

import pytest


@pytest.fixture
def sitting(page, serving):
    """The page of a server of its own, the bundled picture on it."""
    page.goto(serving())
    page.get_by_text("Paint over what should change").wait_for()
    return page


def canvas_of(page):
    return page.get_by_label("The picture; paint over what is to be changed")


def paint(page, *, of=0.3, lifted=True):
    """A wavy stroke over the middle of the picture; or one whose end is still to come."""
    box = canvas_of(page).bounding_box()
    middle, level, reach = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["height"] * of
    page.mouse.move(middle - reach / 2, level)
    page.mouse.down()
    for i in range(1, 13):
        page.mouse.move(middle - reach / 2 + reach * i / 12, level + (i % 3) * 10)
    if lifted:
        page.mouse.up()


def undo(page):
    return page.get_by_role("button", name="Undo")


def candidates(page):
    return page.get_by_role("button", name="Candidate")


def rounds(page):
    return page.get_by_role("region", name="Rounds").get_by_role("treeitem")


def generate(page, prompt):
    page.get_by_label("Prompt", exact=True).fill(prompt)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Keep").wait_for()


def test_a_sitting_from_the_first_stroke_to_the_second_round(sitting, shot):
    paint(sitting)
    shot("masked")
    generate(sitting, "(a blue cup:1.2) on a table")
    assert candidates(sitting).count() == 4
    assert sitting.get_by_text("outside the mask: 0 of 255 changed").is_visible()
    shot("candidates")
    candidates(sitting).nth(1).click()
    sitting.get_by_role("button", name="Keep").click()
    sitting.get_by_role("button", name="Keep").wait_for(state="detached")
    generate(sitting, "a green cup on a table")
    assert rounds(sitting).count() == 3
    shot("second round")
    assert sitting.troubles == []


def test_a_reload_brings_everything_back_even_in_mid_stroke(sitting):
    clear = sitting.get_by_role("button", name="Clear")
    paint(sitting, lifted=False)
    assert clear.is_disabled(), "it is not done yet"
    sitting.reload()
    sitting.locator("button:has-text('Clear'):enabled").wait_for()
    sitting.mouse.up()
    paint(sitting)
    generate(sitting, "a cup, (blue:1.3)")
    sitting.reload()
    sitting.get_by_role("button", name="Candidate 4").wait_for()
    assert sitting.get_by_label("Prompt", exact=True).input_value() == "a cup, (blue:1.3)"
    assert clear.is_enabled(), "the mask is there"
    assert rounds(sitting).count() == 2


def test_a_stroke_is_undone_and_done_again(shown):
    clear = shown.get_by_role("button", name="Clear")
    assert clear.is_disabled()
    paint(shown)
    assert clear.is_enabled()
    canvas_of(shown).focus()
    shown.keyboard.press("Control+z")
    assert clear.is_disabled()
    shown.keyboard.press("Control+y")
    assert clear.is_enabled()
    shown.keyboard.press("Control+z")


def test_a_tool_that_is_used_while_its_key_is_held_is_lent_and_one_whose_key_is_pressed_stays_however_slowly(shown):
    brush, eraser = (shown.get_by_role("button", name=name, exact=True) for name in ("Brush", "Eraser"))
    canvas_of(shown).focus()
    shown.keyboard.down("e")
    shown.wait_for_timeout(500)
    assert eraser.get_attribute("aria-pressed") == "true"
    canvas_of(shown).click()
    shown.keyboard.up("e")
    assert brush.get_attribute("aria-pressed") == "true"
    shown.keyboard.press("Control+z")
    shown.keyboard.press("e", delay=500)
    assert eraser.get_attribute("aria-pressed") == "true"
    shown.keyboard.press("b")


@pytest.mark.long
def test_a_mask_is_painted_by_keys_alone(sitting):
    canvas_of(sitting).focus()
    sitting.keyboard.press("ArrowLeft")
    sitting.keyboard.down(" ")
    for _ in range(5):
        sitting.keyboard.press("ArrowDown")
    sitting.keyboard.up(" ")
    assert sitting.get_by_role("button", name="Clear").is_enabled()
    sitting.keyboard.press("Control+Enter")
    sitting.get_by_role("button", name="Keep").wait_for()


def test_the_selected_words_are_made_stronger_by_keys(shown):
    prompt = shown.get_by_label("Prompt", exact=True)
    prompt.fill("a blue cup")
    prompt.press("Home")
    for _ in range(2):
        prompt.press("ArrowRight")
    for _ in range(4):
        prompt.press("Shift+ArrowRight")
    prompt.press("Control+ArrowUp")
    assert prompt.input_value() == "a (blue:1.1) cup"


def test_an_intent_sets_its_values_where_one_sees_them(shown):
    shown.get_by_role("button", name="Fix").click()
    assert shown.get_by_role("spinbutton", name="Denoising strength").input_value() == "0.5"
    assert shown.get_by_role("button", name="original").get_attribute("aria-pressed") == "true"


def test_tokens_are_counted_and_what_a_prompt_changes_to_is_told(shown):
    shown.get_by_label("Prompt", exact=True).fill("a [blue:red:0.5] cup")
    shown.get_by_text("to step 10: a blue cup").wait_for()
    assert shown.get_by_text("3/75").is_visible()
    assert shown.get_by_text("to step 20: a red cup").is_visible()
