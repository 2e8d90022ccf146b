"""Run the code cells of a notebook one by one, and draw what each leaves open, as Jupyter does.

For a clean environment: it needs what the cells need, and no Jupyter.
"""

import io
import json
import sys
from pathlib import Path
from types import ModuleType

import matplotlib

matplotlib.use("agg")

from matplotlib import pyplot as plt

shown = 0


def show():
    """Draw the open figures and close them: a cell that follows does not find them."""
    global shown
    for number in plt.get_fignums():
        plt.figure(number).savefig(io.BytesIO(), bbox_inches="tight")
        shown += 1
    plt.close("all")


plt.show = show
cells = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["cells"]
sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
# Neither the names of this file, nor where it is: a notebook is no file that Python knows of.
main = sys.modules["__main__"] = ModuleType("__main__")
for number, source in enumerate(sources, 1):
    if not source.startswith("%"):  # Cells for Jupyter itself install what the others need.
        exec(compile(source, f"code cell {number}", "exec"), main.__dict__)  # noqa: S102, our own scripts
        show()
sys.exit(None if shown else "no cell shows a figure")
