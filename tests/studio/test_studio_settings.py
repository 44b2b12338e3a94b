"""Settings, words and what is seen beforehand: each control sets what it says."""

import re

import pytest

LORA, EMBEDDING = "ink", "easyneg"


@pytest.fixture
def sitting(page, studio):
    """The page of the shared server, the bundled picture on it."""
    page.goto(studio)
    page.get_by_text("Paint over what should change").wait_for()
    return page


def paint(page):
    stage = page.locator("canvas").last.bounding_box()
    x, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    page.mouse.move(x - 80, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 40, steps=6)
    page.mouse.up()


def prompt_of(page):
    return page.get_by_label("Prompt", exact=True)


def opened(page, group):
    """A group of settings, opened where it stands."""
    found = page.locator("details").filter(has=page.locator("summary .name", has_text=re.compile(f"^{group}$")))
    found.locator("summary").click()
    return found


def test_the_four_starting_states_are_seen_before_anything_is_painted(sitting, shot):
    contents = sitting.get_by_role("group", name="Masked content")
    assert contents.get_by_role("img", include_hidden=True).count() == 0
    paint(sitting)
    contents.locator("img").nth(3).wait_for()
    contents.get_by_role("button", name="fill").click()
    assert contents.get_by_role("button", name="fill").get_attribute("aria-pressed") == "true"
    shot("starting states")
    assert sitting.troubles == []


def test_a_closed_group_tells_what_was_set_in_it(sitting):
    sampling = opened(sitting, "Sampling")
    sampling.get_by_label("Sampling method").select_option("Euler a")
    sampling.get_by_label("Clip skip", exact=True).last.fill("2")
    sampling.get_by_label("Clip skip", exact=True).last.press("Tab")
    sampling.locator("summary").click()
    assert sampling.locator("summary .values").inner_text() == "Euler a · Automatic · Clip skip 2"
    faces = opened(sitting, "Restore faces")
    assert faces.get_by_label("Restore faces").locator("option").all_inner_texts() == ["none", "detail"]
    size = opened(sitting, "Size")
    assert size.get_by_label("Width").get_attribute("placeholder") == "automatic"


def test_cards_and_styles_and_what_was_said_before_go_into_the_prompt(sitting):
    prompt_of(sitting).fill("a cup")
    sitting.get_by_role("button", name=LORA).click()
    assert prompt_of(sitting).input_value() == f"a cup <lora:{LORA}:1>"
    sitting.get_by_role("button", name=LORA).click()
    sitting.get_by_label("Negative prompt").focus()
    sitting.get_by_role("button", name=EMBEDDING).click()
    assert sitting.get_by_label("Negative prompt").input_value() == EMBEDDING
    prompt_of(sitting).fill("oil of {prompt}")
    sitting.get_by_role("button", name="Styles").click()
    sitting.get_by_label("Name of the style").fill("oil")
    sitting.get_by_role("button", name="Keep", exact=True).click()
    prompt_of(sitting).fill("a cup")
    sitting.get_by_role("button", name="oil", exact=True).click()
    assert prompt_of(sitting).input_value() == "oil of a cup"
    sitting.get_by_role("button", name="Delete the style oil").click()
    sitting.get_by_text("No styles yet").wait_for()


def test_how_a_prompt_is_read_is_shown_and_a_mistake_is_marked_where_it_stands(sitting):
    prompt_of(sitting).fill("a (cup:1.3) on [a table")
    sitting.get_by_role("button", name="How it is read").click()
    sitting.locator(".fragment", has_text="cup").get_by_text("1.3").wait_for()
    assert sitting.locator(".back .wrong").inner_text() == "["
    sitting.get_by_role("button", name="is never closed").click()
    chosen = "(box) => box.value.slice(box.selectionStart, box.selectionEnd)"
    assert prompt_of(sitting).evaluate(chosen) == "["


def test_the_look_is_kept_and_what_is_set_for_the_server_holds_where_nothing_is_said(page, serving, tmp_path, shot):
    page.goto(serving())
    page.get_by_text("Paint over what should change").wait_for()
    page.get_by_role("button", name="Settings of the studio").click()
    page.get_by_role("button", name="Dark").click()
    page.get_by_text(str(tmp_path / "models")).wait_for()
    page.get_by_role("dialog").get_by_label("Restore faces").select_option("detail")
    shot("preferences")
    page.keyboard.press("Escape")
    page.reload()
    page.locator("summary", has_text="Restore faces").get_by_text("detail").wait_for()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_the_lesson_checks_each_step_when_it_is_done(sitting):
    sitting.get_by_role("button", name="Lesson", exact=True).click()
    lesson = sitting.get_by_role("complementary", name="Lesson")
    lesson.get_by_text("Paint a mask").wait_for()
    paint(sitting)
    lesson.get_by_text("Make some words stronger").wait_for()
    prompt_of(sitting).fill("a woman, (waving:1.2)")
    lesson.get_by_text("See what it begins with").wait_for()
    sitting.get_by_role("spinbutton", name="Denoising strength").fill("0.5")
    sitting.get_by_role("button", name="original").click()
    lesson.locator("[aria-current=step]", has_text="Set the denoising strength").wait_for()
    lesson.get_by_role("button", name="Skip").click()
    lesson.locator("[aria-current=step]", has_text="Generate").wait_for()
    sitting.reload()
    sitting.get_by_role("button", name="Lesson", exact=True).click()
    lesson.locator("[aria-current=step]", has_text="Generate").wait_for()
