"""A thousand random addresses for each figure: no error, no NaN, nothing injected."""

import random
from urllib.parse import quote

import pytest

VALUES = [
    "",
    " ",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "-1e999",
    "1e-999",
    "0x10",
    "1e3",
    "-0",
    "null",
    "undefined",
    "constructor",
    "__proto__",
    "toString",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "%",
    "\0",
    "9" * 40,
    "sorted",
    "reversed",
    "reshuffled",
    "replacement",
    "trap",
    "article",
    "ten",
]
STATES = 1000


def states(names, seed):
    """Yield random queries: good values, bad values, unknown names, doubled names."""
    draw = random.Random(seed)
    for _ in range(STATES):
        pairs = []
        for _ in range(draw.randint(1, 8)):
            name = draw.choice([*names, *names, *names, "nothing", "__proto__", "constructor"])
            number = draw.choice([draw.uniform(-6, 6), draw.uniform(0, 1), draw.randint(-10, 250)])
            value = draw.choice([draw.choice(VALUES), str(number), str(10 ** draw.uniform(-5, 5))])
            pairs.append(f"{quote(name)}={quote(value)}")
        yield "&".join(pairs)


@pytest.mark.slow
def test_random_states(open_figure, name):
    figure = open_figure(name)
    queries = list(states(list(figure.state()), name))
    failed = figure.element.evaluate(
        """async (figure, queries) => {
            const failed = [];
            window.alert = () => failed.push("alert");
            addEventListener("error", (event) => failed.push(event.message));
            // Software that stands in for a graphics card would draw for minutes.
            if (figure.relief) figure.relief.gl.drawElements = () => {};
            // Browsers refuse a flood of history entries, so the entries are made up.
            let query;
            Object.defineProperty(history, "state", { get: () => ({ [figure.id]: query }) });
            for (query of queries) {
                dispatchEvent(new PopStateEvent("popstate"));
                for (const [name, value] of Object.entries(figure.state)) {
                    if (Number.isNaN(value) || Math.abs(value) > 1e6) failed.push([query, name]);
                }
                if (figure.frame) {
                    figure.clock ??= 0;
                    for (let i = 0; i < 3; i += 1) figure.frame(0.02);
                }
                const markup = figure.querySelector(".live-stage").outerHTML;
                const odd = markup.search(/NaN|undefined|Infinity/);
                if (odd >= 0) failed.push([query, markup.slice(Math.max(odd - 80, 0), odd + 30)]);
                if (figure.querySelector("script, .live-stage img")) failed.push([query, "injected"]);
                await null;
            }
            return failed.slice(0, 5);
        }""",
        queries,
    )
    assert failed == []


def test_fresh_page_with_a_bad_address(open_figure, name):
    figure = open_figure(name)
    opening = figure.state()
    page = figure.page.url.partition("?")[0].partition("#")[0]
    bad = ["NaN", "1e999", "<script>alert(1)</script>", "%00", "9" * 1000]
    # A bad value in each name's place, and each of them once.
    for turn in (0, 2):
        values = {key: bad[(i + turn) % len(bad)] for i, key in enumerate(opening)}
        query = "&".join(f"{key}={quote(value)}" for key, value in values.items())
        figure.page.goto(f"{page}?{query}#{name}")
        figure.wake()
        assert figure.state() == opening


def test_a_megabyte_is_ignored(open_figure):
    figure = open_figure("travel")
    figure.page.evaluate(
        """() => {
            history.pushState({ travel: `eta=${"9".repeat(1e6)}` }, "", "#elsewhere");
            dispatchEvent(new PopStateEvent("popstate"));
        }"""
    )
    assert figure.element.evaluate("(figure) => figure.state.eta") == 0.01
