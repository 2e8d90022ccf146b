"""After one visit code runs offline, and a new version of the site is seen at the next visit."""

SURFACES = "gallery/1_surfaces/plot_three_surfaces.html"
KEPT = "() => 'kept' in document.documentElement.dataset"


def visit(page, host):
    """Run a script once, and wait until all of it is kept."""
    page.goto(host.url + SURFACES)
    page.locator(".run-script button").click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_function("() => /^Done/.test(document.querySelector('.run-status').textContent)")
    page.wait_for_function(KEPT)


def test_offline_after_one_visit(new_context, new_host):
    host = new_host()
    page = new_context().new_page()
    visit(page, host)
    url = host.url
    host.gone = True
    page.reload()
    page.locator(".run-script button").click()
    page.locator(".run-panel textarea").fill("print('without a host')")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("without a host", exact=True).last.wait_for()
    page.wait_for_function("() => /^Done/.test(document.querySelector('.run-status').textContent)")
    # A page that was never read is not there, and says so.
    page.goto(url + "learn/travelling.html")
    assert "You are offline" in page.locator("body").inner_text()


def test_a_new_version_is_seen_at_the_next_visit(new_context, new_host, own_site):
    host = new_host(own_site)
    page = new_context().new_page()
    visit(page, host)
    file = own_site / SURFACES
    old = next((own_site / "_static").glob("run-*"))
    new = old.rename(old.with_name("run-0123456789ab"))
    text = file.read_text(encoding="utf-8")
    assert "<h1>Three loss surfaces" in text
    text = text.replace("<h1>Three loss surfaces", "<h1>A new title").replace(old.name, new.name)
    file.write_text(text, encoding="utf-8")
    module = new / "page.js"
    program = module.read_text(encoding="utf-8")
    module.write_text(program.replace(old.name, new.name), encoding="utf-8")
    page.reload()
    assert page.locator("h1").inner_text().startswith("A new title")
    page.locator(".run-script button").click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_function(KEPT)
    assert (
        page.evaluate(
            """async () => {
          const cache = await caches.open("sgd-explained");
          return (await cache.keys()).map(({ url }) => url.match(/run-[0-9a-f]{12}/)?.[0]);
        }"""
        ).count(old.name)
        == 0
    )
