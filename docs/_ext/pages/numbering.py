"""Numbers of part II and of the results that no lesson has: page R2, Figure R2.1, equation (R2.1).

Sphinx begins again with 1 in each numbered table of contents, so the first lesson and the first
result would have the same number, and so would their figures. It has no setting for this; Sphinx's
own collector is wrapped: what it writes gets a letter afterwards, and loses it again before Sphinx
compares old numbers with new ones.
"""

from docutils import nodes

import upstream

# Folder of a numbered table of contents -> letter before its numbers.
LETTERS = {"practice/": "P", "results/": "R"}

_assign = upstream.SECTION_NUMBERS.theirs()


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


upstream.SECTION_NUMBERS.put(assign_section_numbers)


def setup(app):
    return {"parallel_read_safe": True, "parallel_write_safe": True}
