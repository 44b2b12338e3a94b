"""What became of faces is told, and each candidate is held against itself before they were restored."""

import re

from test_studio_sitting import generate, paint, sitting

__all__ = ["sitting"]

BOX = {"left": 40, "top": 8, "right": 80, "bottom": 48}
REPORT = {
    "restored": 1,
    "faces": [
        {"box": BOX, "confidence": 0.9, "left": ""},
        {"box": BOX, "confidence": 0.8, "left": "it does not touch the mask"},
    ],
}


def restored(page):
    """The server that paints nothing finds no faces either: its rounds are told as if it had."""

    def tell(route):
        answer = route.fetch()
        tree = answer.json()
        for candidate in (each for made in tree["all_rounds"] for each in made["candidates"]):
            candidate.update(faces=REPORT, unrestored=tree["root"])
        route.fulfill(response=answer, json=tree)

    page.route(re.compile(r"/api/v1/pictures/[0-9a-f]{12}$"), tell)


def test_faces_are_told_and_seen_before_and_after(sitting, shot):
    restored(sitting)
    paint(sitting)
    generate(sitting, "a blue cup")
    told = sitting.get_by_text("2 faces found, 1 restored")
    told.wait_for()
    assert "it does not touch the mask" in told.get_attribute("title")
    against = sitting.get_by_role("toolbar", name="Compare with").get_by_role("combobox")
    against.select_option(label="with its faces as they were")
    sitting.get_by_role("button", name="Wipe").click()
    sitting.get_by_role("slider", name="Line between").wait_for()
    shot("before and after")
    assert sitting.troubles == []
