"""Where Python cannot run, a sentence says why, and the page stays as it is."""

import pytest
from playwright.sync_api import expect

SURFACES = "gallery/1_surfaces/plot_three_surfaces.html"
NO_WASM = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; script-src 'self' 'unsafe-inline'; worker-src 'self' blob:"
)


def stays(page):
    expect(page.locator(".gallery-figure img").first).to_be_visible()
    assert page.locator(".sphx-glr-download-python a").count() == 1


def test_without_javascript_there_is_no_button(new_context, host):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(host.url + SURFACES)
    assert page.locator(".run-here").count() == 1
    expect(page.locator(".run-here")).not_to_be_visible()
    stays(page)


def test_on_paper_there_is_no_button(new_context, host):
    page = new_context().new_page()
    page.goto(host.url + SURFACES)
    page.emulate_media(media="print")
    expect(page.locator(".run-here")).not_to_be_visible()


def test_a_host_that_refuses_webassembly(opened, new_host):
    script = opened(SURFACES, url=new_host(policy=NO_WASM).url)
    assert script.await_status("/does not run in this browser/")
    stays(script.page)


def test_a_browser_without_webassembly(new_context, host):
    context = new_context()
    context.add_init_script("delete globalThis.WebAssembly")
    page = context.new_page()
    page.goto(host.url + SURFACES)
    page.locator(".run-script button").click()
    page.get_by_text("this browser has no WebAssembly").wait_for()
    stays(page)


def test_a_browser_that_is_too_old_for_the_editor(new_context, host):
    page = new_context().new_page()
    page.route("**/page.js", lambda route: route.fulfill(body="(", content_type="text/javascript"))
    page.goto(host.url + SURFACES)
    page.locator(".run-script button").click()
    page.get_by_text("The editor could not be opened").wait_for()
    assert page.locator(".run-script button").is_enabled()
    stays(page)


def test_a_failed_download_can_be_tried_again(new_context, host):
    context = new_context(service_workers="block")
    page = context.new_page()
    page.route("**/libraries.bin", lambda route: route.abort())
    page.goto(host.url + SURFACES)
    page.locator(".run-script button").click()
    page.get_by_text("Python could not be had").wait_for()
    stays(page)
    page.unroute("**/libraries.bin")
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_function("() => /^Done/.test(document.querySelector('.run-status').textContent)")


@pytest.mark.parametrize(
    "device",
    [
        "Object.defineProperty(navigator, 'deviceMemory', { value: 1 })",
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })",
    ],
)
def test_who_saves_data_or_memory_is_asked_first(new_context, host, device):
    context = new_context()
    context.add_init_script(device)
    page = context.new_page()
    page.goto(host.url + SURFACES)
    page.locator(".run-script button").click()
    page.get_by_text("Run fetches 10 MB of Python, once.").wait_for()
    assert not any("/python-" in path for path in host.asked)
