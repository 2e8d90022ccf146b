"""The cells of a page: they share their names, and the reader's own answer stays on the device."""

ALGORITHM = "learn/sgd-algorithm.html"


def panel(page, number):
    return page.locator(".run-panel").nth(number)


def run(place):
    """Run a cell, and wait until its status says how that went."""
    place.get_by_role("button", name="Run", exact=True).click()
    page = place.page
    page.wait_for_function(
        "(panel) => panel.querySelector('.run-output').getAttribute('aria-busy') === 'false'"
        " && /^(Done|Stopped|Python|Cell)/.test(panel.querySelector('.run-status').textContent)",
        arg=place.element_handle(),
    )
    return place.locator(".run-status").inner_text()


def test_a_cell_runs_after_those_above_it(new_context, host, axe):
    page = new_context().new_page()
    page.goto(host.url + ALGORITHM)
    cells = page.locator("article .run-cell")
    third = page.locator("article .cell").nth(2)
    printed = third.locator(".cell_output pre").first.text_content()
    cells.nth(2).locator("button").click()
    third = panel(page, 0)
    third.locator("textarea").wait_for()
    assert run(third).startswith("Done")
    assert third.locator(".run-printed").first.inner_text().rstrip() == printed.rstrip()
    # A name of the cell above, altered there, is another here.
    page.locator("article .run-cell button").nth(0).click()
    panel(page, 1).locator("textarea").wait_for()  # Before, the third is the only one.
    first = panel(page, 0)
    first.locator("textarea").fill("shared = 41")
    assert run(first).startswith("Done")
    third = panel(page, 1)
    third.locator("textarea").fill("print(shared + 1)")
    assert run(third).startswith("Done")
    assert third.locator(".run-printed").first.inner_text() == "42\n"
    # What fails above is said here.
    first.locator("textarea").fill("1 / 0")
    assert "Cell 1 above has failed: ZeroDivisionError" in run(third)
    page.evaluate(axe)
    assert (
        page.evaluate(
            "async () => (await axe.run()).violations.map(({ id, nodes }) => id + nodes[0].html)"
        )
        == []
    )


def test_the_value_at_the_end_of_a_cell_is_shown(new_context, host):
    page = new_context().new_page()
    page.goto(host.url + ALGORITHM)
    page.locator("article .run-cell button").first.click()
    cell = panel(page, 0)
    cell.locator("textarea").fill("6 * 7")
    assert run(cell).startswith("Done")
    assert cell.locator(".run-printed").inner_text() == "42\n"


def test_the_reader_s_answer_is_kept(new_context, host):
    page = new_context().new_page()
    page.goto(host.url + ALGORITHM)
    answer = page.locator("#exercises .run-answer button").first
    answer.click()
    own = panel(page, 0)
    own.locator("textarea").fill("print(np.mean([1, 2]), x.size)")
    # It knows what the page has, though nothing of it has been run.
    assert run(own).startswith("Done")
    assert own.locator(".run-printed").inner_text().startswith("1.5 ")
    page.reload()
    page.locator("#exercises .run-answer button").first.click()
    own = panel(page, 0)
    own.locator("textarea").wait_for()
    assert own.locator("textarea").input_value() == "print(np.mean([1, 2]), x.size)"
    own.locator(".run-status", has_text="from last time").wait_for()
