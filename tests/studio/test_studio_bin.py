"""One candidate is thrown away and brought back, while the others of its round stay."""

from test_studio_sitting import candidates, sitting

__all__ = ["sitting"]


def laid(page):
    return [card.get_attribute("aria-label") for card in candidates(page).all()]


def test_a_candidate_is_thrown_away_alone_and_brought_back(sitting, shot):
    sitting.keyboard.press("Control+Enter")
    candidates(sitting).nth(3).wait_for()
    candidates(sitting).nth(1).click()
    sitting.get_by_role("button", name="Throw this one away").click()
    sitting.get_by_text("thrown away").wait_for()
    assert laid(sitting) == ["Candidate 1", "Candidate 3", "Candidate 4"]
    sitting.locator("[aria-label='Candidate 3'][aria-pressed=true]").wait_for()
    shot("without it")
    sitting.get_by_role("button", name="Bring it back").click()
    sitting.locator("[aria-label='Candidate 2'][aria-pressed=true]").wait_for()
    candidates(sitting).nth(3).focus()
    for left in (3, 2, 1, 0):
        sitting.keyboard.press("Delete" if left == 3 else "Shift+Delete")
        sitting.wait_for_function("left => document.querySelectorAll('.cards .card').length === left", arg=left)
        if left:
            sitting.locator(".cards [aria-pressed=true]").wait_for()
        sitting.get_by_label("The picture; paint over").focus()
    assert sitting.get_by_role("treeitem").count() == 1, "the last one took its round along"
    assert sitting.troubles == []
