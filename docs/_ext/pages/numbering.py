"""Numbers of part II and of the results that no lesson has: page R2, Figure R2.1, equation (R2.1).

Sphinx begins again with 1 in each numbered table of contents, so the first lesson and the first
result would have the same number, and so would their figures. It has no setting for this; Sphinx's
own collector is wrapped: what it writes gets a letter afterwards, and loses it again before Sphinx
compares old numbers with new ones.

To number figures, Sphinx loads all pages in each build, also where nothing has changed. Here it is
given what their numbers depend on, which is kept.
"""

from docutils import nodes
from sphinx import addnodes

import upstream
from by_page import ByPage

# Folder of a numbered table of contents -> letter before its numbers.
LETTERS = {"practice/": "P", "results/": "R"}

SKELETONS = ByPage("skeletons")

_assign = upstream.SECTION_NUMBERS.theirs()
_assign_to_figures = upstream.FIGURE_NUMBERS.theirs()


def _letter(docname):
    return next((LETTERS[folder] for folder in LETTERS if docname.startswith(folder)), "")


def _marked(number, letter):
    return (f"{letter}{number[0]}", *number[1:]) if number else number


def _unmarked(number, letter):
    return (int(number[0].removeprefix(letter)), *number[1:]) if number else number


def _change(env, change):
    for docname, numbers in env.toc_secnumbers.items():
        letter = _letter(docname)
        if letter:
            env.toc_secnumbers[docname] = {
                anchor: change(number, letter) for anchor, number in numbers.items()
            }


def assign_section_numbers(self, env):
    """Stand-in for Sphinx's method of this name, which puts letters before some numbers."""
    _change(env, _unmarked)
    renumbered = _assign(self, env)
    _change(env, _marked)
    for docname in filter(_letter, env.toc_secnumbers):
        for numbered in (env.titles[docname], *env.tocs[docname].findall(nodes.reference)):
            if numbered.get("secnumber"):
                numbered["secnumber"] = _marked(numbered["secnumber"], _letter(docname))
    return renumbered


# Attributes that Sphinx asks for when it numbers figures.
ASKED_FOR = ("ids", "entries", "literal_block")


def skeleton(element, env):
    """Make a part of a page anew, with no more in it than the numbers of figures depend on."""
    bare = nodes.Element() if isinstance(element, nodes.document) else type(element)()
    bare.attributes |= {name: element[name] for name in ASKED_FOR if name in element}
    for part in element.children:
        if isinstance(part, nodes.caption | nodes.title):
            bare.append(type(part)("", part.astext()))
        elif isinstance(part, nodes.Element):
            kept = skeleton(part, env)
            if kept.children or isinstance(part, addnodes.toctree) or _may_have_number(part, env):
                bare.append(kept)
    return bare


def _may_have_number(element, env):
    # A listing has its number by the code in it.
    return isinstance(element, nodes.literal_block) or any(
        domain.get_enumerable_node_type(element) for domain in env.domains.sorted()
    )


def assign_figure_numbers(self, env):
    """Stand-in for Sphinx's method of this name, which loads only pages that are new to it."""
    kept, load = SKELETONS(env), env.get_doctree

    def known(docname):
        if docname not in kept:
            kept[docname] = skeleton(load(docname), env)
        return kept[docname]

    env.get_doctree = known
    try:
        return _assign_to_figures(self, env)
    finally:
        del env.get_doctree


upstream.SECTION_NUMBERS.put(assign_section_numbers)
upstream.FIGURE_NUMBERS.put(assign_figure_numbers)


def setup(app):
    SKELETONS.connect(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
