"""A picture is worked on in one tab, also where a browser has no locks to agree by: plain http from another host."""

from test_studio_sitting import paint, sitting

__all__ = ["sitting"]

LOCKLESS = "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })"


def test_without_locks_a_second_tab_only_looks_until_it_takes_over_or_the_first_is_closed(page, sitting):
    page.context.add_init_script(LOCKLESS)
    page.reload()
    page.locator("[aria-label='Save the picture']:enabled").wait_for()
    paint(page)
    other = page.context.new_page()
    other.set_default_timeout(20_000)
    other.goto(page.url)
    notice = other.get_by_text("open in another tab")
    notice.wait_for()
    assert page.get_by_text("open in another tab").count() == 0
    other.get_by_role("button", name="Work on it here").click()
    notice.wait_for(state="detached")
    page.get_by_text("open in another tab").wait_for()
    other.close()
    page.get_by_text("open in another tab").wait_for(state="detached")
