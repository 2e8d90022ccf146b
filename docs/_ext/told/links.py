"""Numbers that open the code that computed them, and tables of such numbers.

The role ``number`` quotes a number that a gallery script tells, in one of Python's formats::

    {number}`freed_by_noise.hot:.1%`         99.8 %
    {number}`noise_ball.spread:.4f ±`        0.0343 ± 0.0011
    {number}`freed_by_noise.hot:.1% to`      99.5 to 99.9 %

The name is that of the script, without ``plot_``, and that of the number. The second form adds half
of the width of its 95 % interval, the third gives the interval's ends. The directive ``numbers``
shows a table that a script tells. Its content is the head of the table, and each column has a format,
or ``-`` where it holds texts::

    :::{numbers} escape_map.thresholds
    :formats: d | .4f | .4f to
    batch size $b$ | threshold | 95 % interval
    :::

Each number is a link to the block of code on the script's page that computed it; ``numbers.js``
makes a card of the link. A name that no script tells is a warning that lists those that there are,
and so is a number that no page quotes.
"""

import difflib
import json
import re
import shutil
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from by_page import ByPage
from gallery.uses import note_use

logger = logging.getLogger(__name__)

# Names of the numbers that each page quotes.
_quoted = ByPage("quoted_numbers")
# The file of a script's numbers, beside its page.
SUFFIX = ".numbers.json"
QUOTED = re.compile(r"(?P<name>[^:\s]+)(?::(?P<format>[^\s]*))?(?: (?P<interval>±|to))?")
# A number as Python prints it: sign, digits, exponent, percent sign.
NUMBER = re.compile(r"(-)?(\d[\d.,]*)(?:e([+-]\d+))?(%)?")
UNBROKEN = "\u00a0"


class Mistake(ValueError):
    """What is wrong with a quotation, in words."""


# Finding


def read(path):
    """Return the records of the numbers that a script tells, by their names."""
    return json.loads(path.read_text("utf-8"))["numbers"]


class Shelf:
    """All numbers of the gallery, read from the files of its scripts as they are asked for."""

    def __init__(self, env):
        self.root = Path(env.srcdir, env.config.sphinx_gallery_conf["gallery_dirs"])
        self.env = env

    def files(self):
        """Files of numbers, by the names of their scripts."""
        return {
            path.name.removeprefix("plot_").removesuffix(SUFFIX): path
            for path in sorted(self.root.glob(f"*/*{SUFFIX}"))
        }

    def find(self, name):
        """Return the file and the record of a number, and what a page must be read again with."""
        script, _, key = name.partition(".")
        files = self.files()
        if script not in files:
            raise Mistake(
                f"no script {script!r} tells numbers; those that do: {_nearest(script, files)}"
            )
        self.env.note_dependency(str(files[script]))
        records = read(files[script])
        if key not in records:
            raise Mistake(f"{script} tells no {key!r}, but {_nearest(key, records)}")
        return files[script], records[key]


def _nearest(wrong, names):
    """List names, the ones that are most like a wrong one first."""
    near = difflib.get_close_matches(wrong, names, n=len(names) or 1, cutoff=0)
    return ", ".join([*near, *sorted(set(names) - set(near))])


# Writing


def written(value, spec):
    """Write a value in a format of Python's, or say why that does not fit."""
    if isinstance(value, float) and not spec:
        raise Mistake("needs a format, such as :.3f")
    try:
        return format(value, spec)
    except ValueError as error:
        raise Mistake(f"cannot be written as {spec!r}: {error}") from None


def texts(record, spec="", interval=None):
    """Parts of a quotation as text: numbers as Python writes them, and words between them."""
    if "value" not in record:
        raise Mistake("is a table: show it with the directive numbers")
    if interval is None:
        return [written(record["value"], spec)]
    if "low" not in record:
        raise Mistake("has no interval: it is no Estimate")
    value, low, high = (record[end] for end in ("value", "low", "high"))
    if interval == "to":
        ends = [written(low, spec), written(high, spec)]
        first = ends[0].removesuffix("%") if ends[1].endswith("%") else ends[0]
        return [first, " to ", ends[1]]
    error = written((high - low) / 2, spec)
    if not re.search(r"[1-9]", error):
        raise Mistake(f"has an interval too narrow for {spec!r}: it would read ± {error}")
    number = written(value, spec)
    return [number.removesuffix("%"), f"{UNBROKEN}±{UNBROKEN}", error]


def typeset(text):
    """Write a number as one does in a text: a minus sign, powers of ten, a space before per cent."""
    number = NUMBER.fullmatch(text)
    if number is None:
        return [nodes.Text(text)]
    sign, digits, exponent, percent = number.groups()
    # What is rounded to 0 has no sign.
    minus = "−" if sign and digits.strip("0.,") else ""
    parts: list[nodes.Node] = [
        nodes.Text(minus + digits + (f"{UNBROKEN}⋅{UNBROKEN}10" if exponent else ""))
    ]
    if exponent:
        parts.append(nodes.superscript("", str(int(exponent)).replace("-", "−")))
    if percent:
        parts.append(nodes.Text(f"{UNBROKEN}%"))
    return parts


def tails(words):
    """Empty places after the numbers of a column, which bring their points under each other."""
    texts = ["".join(parts) for parts in words]
    if not all(re.fullmatch(r"[-+\d.,]+", text) for text in texts):  # Powers of ten, intervals.
        return [[] for _ in texts]
    halves = [text.partition(".") for text in texts]
    longest = max(len(decimals) for _, _, decimals in halves)
    missing = [
        ["point"] * (not point and longest > 0) + ["digit"] * (longest - len(decimals))
        for _, point, decimals in halves
    ]
    return [[nodes.inline("", "", classes=[place]) for place in places] for places in missing]


def link(env, name, path, words):
    """Link to the block of code that computed a number; its address is known when pages are written."""
    shown = [part for text in words for part in typeset(text)]
    document = quoted(env, name, path)
    node = nodes.reference("", "", *shown, internal=True, refuri="", classes=["number"])
    node["told"] = document, identifier(name.partition(".")[2])
    return node


def quoted(env, name, path):
    """Note that the page being read shows a number; return the page of the script that tells it."""
    document = path.relative_to(env.srcdir).as_posix().removesuffix(SUFFIX)
    _quoted(env).setdefault(env.docname, set()).add(name)
    note_use(env, document)
    return document


def rows(env, name):
    """Return the values of a table, for a picture that the page draws of them."""
    path, record = Shelf(env).find(name)
    if "rows" not in record:
        raise Mistake("is no table")
    quoted(env, name, path)
    return [[cell["value"] for cell in row] for row in record["rows"]]


def identifier(key):
    """Identifier of the block that tells a number."""
    return f"number-{key}"


class NumberRole(SphinxRole):
    """A number that a gallery script tells."""

    def run(self):
        quoted = QUOTED.fullmatch(self.text.strip())
        try:
            if quoted is None:
                raise Mistake("must read: script.name:format, and then ± or to for its interval")
            path, record = Shelf(self.env).find(quoted["name"])
            words = texts(record, quoted["format"] or "", quoted["interval"])
        except Mistake as mistake:
            message = f"number {self.text!r}: {mistake}"
            return [], [self.inliner.reporter.warning(message, line=self.lineno)]
        node = link(self.env, quoted["name"], path, words)
        self.set_source_info(node)
        return [node], []


class NumbersTable(SphinxDirective):
    """A table that a gallery script tells."""

    required_arguments = 1
    has_content = True
    option_spec = {
        "caption": directives.unchanged_required,
        "formats": directives.unchanged_required,
        "name": directives.unchanged,
        "class": directives.class_option,
    }

    def run(self):
        name = self.arguments[0]
        head = [cell.strip() for cell in " ".join(self.content).strip().strip("|").split(" | ")]
        formats = [spec.strip() for spec in self.options.get("formats", "").split("|")]
        try:
            path, record = Shelf(self.env).find(name)
            if "rows" not in record:
                raise Mistake("is no table: quote it with the role number")
            width = len(record["rows"][0])
            if not len(head) == len(formats) == width:
                raise Mistake(
                    f"has {width} columns: got {len(head)} heads and {len(formats)} formats"
                )
            columns = [
                self.column(name, path, cells, spec)
                for cells, spec in zip(zip(*record["rows"], strict=True), formats, strict=True)
            ]
        except Mistake as mistake:
            return [
                self.state.document.reporter.warning(
                    f"numbers {name!r}: {mistake}", line=self.lineno
                )
            ]
        heads = [self.parse_inline(cell)[0] for cell in head]
        table = nodes.table("", classes=["colwidths-auto", *self.options.get("class", [])])
        if "caption" in self.options:
            table += nodes.title("", "", *self.parse_inline(self.options["caption"])[0])
        group = nodes.tgroup("", cols=width)
        table += group
        group += [nodes.colspec("", colwidth=1) for _ in head]
        group += nodes.thead("", self.row(heads, formats))
        rows = zip(*columns, strict=True)
        group += nodes.tbody("", *(self.row(row, formats) for row in rows))
        self.set_source_info(table)
        self.add_name(table)
        return [table]

    def column(self, name, path, records, spec):
        """Contents of a column's cells: texts, or numbers that open their code, point under point."""
        if spec == "-":
            return [self.parse_inline(str(record["value"]))[0] for record in records]
        spec, _, interval = spec.partition(" ")
        words = [texts(record, spec, interval or None) for record in records]
        return [
            [link(self.env, name, path, number), *tail]
            for number, tail in zip(words, tails(words), strict=True)
        ]

    def row(self, cells, formats):
        return nodes.row(
            "",
            *(
                nodes.entry(
                    "",
                    nodes.paragraph("", "", *content),
                    classes=["text-left" if spec == "-" else "text-right"],
                )
                for content, spec in zip(cells, formats, strict=True)
            ),
        )


# On the site


def address(app, doctree, docname):
    """Give the links of a page their addresses."""
    for node in doctree.findall(nodes.reference):
        if "told" in node:
            document, place = node.attributes.pop("told")
            node["refuri"] = f"{app.builder.get_relative_uri(docname, document)}#{place}"


def anchor_blocks(app, doctree):
    """Let the blocks of a script's page be found by the numbers that they compute."""
    env = app.env
    path = Path(env.srcdir, env.docname + SUFFIX)
    if not path.is_file():
        return
    env.note_dependency(str(path))
    blocks = [
        block
        for block in doctree.findall(nodes.literal_block)
        if block.get("language", "").lower() == "python"
    ]
    names: dict[int, list[str]] = {}
    for key, record in read(path).items():
        names.setdefault(record["block"], []).append(identifier(key))
    for number, ids in names.items():
        # Before the block: sphinx-gallery puts another node in the place of the block itself.
        blocks[number].parent.insert(
            blocks[number].parent.index(blocks[number]), nodes.target("", "", ids=ids)
        )


def complain_of_unused(app, env):
    """Warn of numbers that are told and that no page quotes."""
    used = set().union(*_quoted(env).values())
    for script, path in Shelf(env).files().items():
        for key in read(path):
            if f"{script}.{key}" not in used:
                document = path.relative_to(env.srcdir).as_posix().removesuffix(SUFFIX)
                logger.warning(
                    "the number %r of %s is told, and no page quotes it",
                    key,
                    script,
                    location=document,
                    type="numbers",
                )


def publish(app, exception):
    """Put the files of numbers beside the pages of their scripts, where cards fetch them."""
    if exception is not None or app.builder.format != "html":
        return
    for path in Shelf(app.env).files().values():
        target = Path(app.outdir, path.relative_to(app.srcdir))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def setup(app):
    app.add_role("number", NumberRole())
    app.add_directive("numbers", NumbersTable)
    app.connect("doctree-read", anchor_blocks)
    app.connect("doctree-resolved", address)
    _quoted.connect(app)
    app.connect("env-check-consistency", complain_of_unused)
    app.connect("build-finished", publish)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
