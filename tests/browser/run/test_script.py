"""A script of the gallery, edited and run in its page."""

import json
import re

import pytest
from playwright.sync_api import expect

from sgd_explained.palette import INK

SURFACES = "gallery/1_surfaces/plot_three_surfaces.html"
TRAVEL = "gallery/3_travel/plot_travel.html"
VIOLATIONS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
}"""


def accessible(page, axe):
    page.evaluate(axe)
    assert page.evaluate(VIOLATIONS) == []


def test_before_the_click_nothing_is_fetched(new_context, host):
    page = new_context().new_page()
    page.goto(host.url + SURFACES)
    page.locator(".run-script button").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.locator(".run-size").inner_text() == "loads 10 MB, once"
    parts = [path for path in host.asked if "/run-" in path or "/python-" in path]
    assert parts == []


def test_a_script_runs_as_on_the_site(opened, host, axe):
    script = opened(SURFACES, viewport={"width": 1280, "height": 900})
    page = script.page
    assert script.editor.evaluate("(area) => area === document.activeElement")
    # It opens behind the imports, where there are numbers to change.
    here = "(area) => area.value.slice(0, area.selectionEnd).split('\\n').pop()"
    assert script.editor.evaluate(here) == "x = np.linspace(-5, 5, 3)"
    accessible(page, axe)
    script.await_status("/ready/")
    assert re.match(r"Done in [\d.]+ s\.", script.run())
    printed = page.locator(".sphx-glr-script-out pre").first.text_content()
    assert script.printed().rstrip() == printed.rstrip()
    script.output.locator(".run-told p").wait_for()
    assert script.output.locator(".run-told p").inner_text().startswith("All ")
    picture = script.output.locator("img.run-figure")
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 300
    assert len(picture.get_attribute("alt")) > 40
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    accessible(page, axe)
    parts = [path for path in host.asked if "/run-" in path or "/python-" in path]
    assert len(parts) <= 12
    packs = [path for path in parts if path.endswith((".bin", "worker.js"))]
    assert len(packs) == len(set(packs)) == 5
    assert page.complaints == []


def test_a_script_of_scikit_learn_fetches_its_pack(opened, host):
    script = opened("gallery/10_clinic/plot_changed_batch.html")
    script.await_status("/ready/")
    assert not any(path.endswith("learning.bin") for path in host.asked)
    assert re.match(r"Done in [\d.]+ s\.", script.run())
    script.output.locator(".run-told p").wait_for()
    assert script.output.locator(".run-told p").inner_text().startswith("All ")
    assert any(path.endswith("learning.bin") for path in host.asked)


def test_what_a_reader_changes(opened):
    script = opened(SURFACES)
    source = script.editor.input_value()
    assert script.button("Reset").is_disabled()

    # A number: it is told beside the site's own.
    assert script.run(source.replace('print(f"', 'numbers["lowest_loss"] = 7.5\nprint(f"', 1))
    numbers = script.output.locator(".run-told")
    numbers.locator("tr td").first.wait_for()
    assert "7.5" in numbers.inner_text()

    # A mistake: its line is marked, and a sentence says where it is.
    assert script.run("x = 1\nprint(x)\nprint(y)\n") == "Stopped by an error, see below."
    assert script.printed() == "1\n"
    failed = script.output.locator(".run-failed p").inner_text()
    assert failed == "Line 3: Python stopped here. NameError: name 'y' is not defined"
    assert script.panel.locator(".run-marked").inner_text().strip() == "print(y)"
    assert script.run("x = (1,\n").startswith("Stopped")
    assert "Line 1:" in script.output.locator(".run-failed p").inner_text()

    # An assert of the site's: it is a note, and the script goes on.
    assert script.run('assert 1 > 2, "one is more"\nprint("on")').startswith("Done")
    assert script.output.locator(".run-claims li").inner_text() == "Line 1: one is more"
    assert script.printed() == "on\n"

    # A loop without end is stopped, and what it prints is cut.
    script.write("while True:\n    print('again')\n")
    script.button("Run").click()
    script.output.get_by_text("which is not shown").wait_for()
    script.button("Stop").click()
    script.await_status("/^Stopped\\.$/")
    assert script.run("print('alive')").startswith("Done")
    assert script.printed() == "alive\n"

    # The reader's version stays on this device until it is given back.
    script.page.reload()
    script.page.locator(".run-script button").click()
    script.await_status("/from last time/")
    assert script.editor.input_value() == "print('alive')"
    script.button("Reset").click()
    assert script.editor.input_value() == source
    script.page.reload()
    script.page.locator(".run-script button").click()
    script.await_status("/ready/")
    assert script.editor.input_value() == source


def test_a_film_is_drawn_frame_by_frame_on_a_phone(opened, axe):
    script = opened(
        TRAVEL, viewport={"width": 360, "height": 740}, color_scheme="dark", has_touch=True
    )
    page = script.page
    source = script.editor.input_value()
    changed = source.replace("w0, learning_rate = -0.3, 0.01", "w0, learning_rate = 0.5, 0.03")
    assert changed != source
    shorter = changed.replace("frames=len(x)", "frames=6")
    assert script.run(shorter).startswith("Done")
    slider = script.output.locator("input[type=range]")
    assert slider.get_attribute("max") == "5"
    script.output.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.run-player input').value === '5'")
    assert "no longer holds" in script.output.locator(".run-claims").inner_text()
    script.output.locator(".run-told p").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    accessible(page, axe)
    assert page.complaints == []


def test_by_keyboard_from_the_button_to_the_result_and_back(new_context, host):
    page = new_context().new_page()
    page.goto(host.url + SURFACES)
    opener = page.locator(".run-script button")
    # Its script comes after the page, and what is disabled takes no focus.
    expect(opener).to_be_enabled()
    opener.focus()
    page.keyboard.press("Enter")
    editor = page.locator(".run-panel textarea")
    editor.wait_for()
    page.wait_for_function("() => document.activeElement.matches('.run-panel textarea')")
    page.keyboard.press("Control+Home")
    page.keyboard.type("print('first')\n")
    page.keyboard.press("Tab")  # It indents, and the next undoes it.
    page.keyboard.press("Control+z")
    assert editor.input_value().startswith("print('first')\n")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("() => /^Done/.test(document.querySelector('.run-status').textContent)")
    assert page.locator(".run-printed").first.inner_text().startswith("first\n")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Run"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("() => document.activeElement.matches('textarea')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_are_drawn_for_the_scheme_in_use(opened, scheme):
    script = opened(SURFACES, color_scheme=scheme)
    script.run("import matplotlib.pyplot as plt\nplt.plot([0, 1])\n")
    picture = script.output.locator("img.run-figure")
    assert picture.get_attribute("data-scheme") == scheme
    svg = picture.evaluate("({ src }) => atob(src.split(',')[1])")
    assert (INK in svg) is (scheme == "light")


def test_the_card_of_a_number_leads_to_its_line(new_context, host):
    page = new_context().new_page()
    page.goto(host.url + "learn/travelling.html")
    page.wait_for_selector("a.number[tabindex='-1']", state="attached")
    link = page.locator("a.number[href*='plot_travel']").first
    file, _, key = link.evaluate("(link) => link.href").partition("#number-")
    numbers = json.loads(page.request.get(file.replace(".html", ".numbers.json")).text())
    line = numbers["numbers"][key]["line"]
    link.hover()
    page.get_by_role("link", name="Change it").click()
    page.locator(".run-panel textarea").wait_for()
    script = page.locator(".run-panel")
    marked = script.locator(".run-marked")
    marked.wait_for()
    area = script.locator("textarea")
    assert area.input_value().split("\n")[line - 1].strip() == marked.inner_text().strip()
    assert (
        area.evaluate(
            "({ value, selectionEnd }) => value.slice(0, selectionEnd).split('\\n').length"
        )
        == line
    )
    # An address opens the editor, and spends nothing more of the reader's.
    assert not any("/python-" in path for path in host.asked)
