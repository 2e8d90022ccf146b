"""The escape map on a cluster has the numbers of one core, whatever becomes of the workers."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

distributed = pytest.importorskip("distributed")

SCRIPT = Path(__file__).resolve().parents[2] / "examples/scale/escape_map_on_dask.py"
SMALL = ["--walkers", "20", "--epochs", "2"]


@pytest.fixture
def script(monkeypatch):
    """The script as a module, which the workers that it starts can import as well."""
    monkeypatch.syspath_prepend(SCRIPT.parent)
    import escape_map_on_dask

    return escape_map_on_dask


@pytest.fixture
def cells(script):
    return script.cells_of(script.RATES[8:24:4], [1, 6, 32], walkers=50, epochs=10)


def on_one_core(script, cells):
    return script.numbers_of(script.share_out(*cell) for cell in cells)


def run(*arguments):
    """What a reader gets to see: standard output of the script."""
    command = [sys.executable, SCRIPT, *SMALL, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def test_cells_have_shares_between_none_and_all_and_seeds_of_their_own(script, cells):
    shares = on_one_core(script, cells)[:, 0]
    assert shares.min() == 0
    assert shares.max() > 0.5
    assert len({tuple(seed.generate_state(4)) for _, _, seed, _, _ in cells}) == len(cells)


def test_cluster_has_the_numbers_of_one_core(script, cells):
    with script.connect(None, 2) as client:
        found = script.numbers_of(script.compute(client, cells))
    assert np.array_equal(found, on_one_core(script, cells))


def test_a_cluster_that_the_script_starts_ends_with_it(script):
    with script.connect(None, 2) as client:
        cluster = client.cluster
        processes = [nanny.process.process for nanny in cluster.workers.values()]
        assert [process.is_alive() for process in processes] == [True, True]
    assert cluster.status.name == "closed"
    assert not any(process.is_alive() for process in processes)


def test_a_lost_worker_changes_nothing(script, cells, monkeypatch, tmp_path):
    wanted = on_one_core(script, cells)
    original, lost = script.share_out, tmp_path / "lost"

    def killed_once(*cell):
        """End the worker when it has computed one cell, and before it can tell, the first time."""
        estimate = original(*cell)
        if cell[:2] == cells[5][:2] and not lost.exists():
            lost.write_text(str(os.getpid()), encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        return estimate

    monkeypatch.setattr(script, "share_out", killed_once)
    with script.connect(None, 2) as client:
        before = set(client.run(os.getpid).values())
        found = script.numbers_of(script.compute(client, cells))
    assert int(lost.read_text(encoding="utf-8")) in before
    assert np.array_equal(found, wanted)


def test_progress_is_shown_on_a_terminal_only(script, cells, monkeypatch, capsys):
    with script.connect(None, 1) as client:
        script.compute(client, cells)
        assert capsys.readouterr().err == ""
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
        script.compute(client, cells)
    lines = capsys.readouterr().err.split("\r")[1:]
    assert lines == [f"{i} of 12 cells" for i in range(1, 12)] + ["12 of 12 cells\n"]


def test_check_finds_a_cell_that_differs_in_the_last_bit(script, cells):
    numbers = on_one_core(script, cells)
    assert script.check(cells, numbers, every=1) == len(cells)
    numbers[4, 0] = np.nextafter(numbers[4, 0], 2)
    with pytest.raises(RuntimeError, match=r"cell 4, rate .* and batch size 6"):
        script.check(cells, numbers, every=2)
    assert script.check(cells, numbers, every=5) == 3


@pytest.mark.parametrize("argument", ["--workers", "--walkers", "--epochs", "--check"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "two"])
def test_wrong_numbers_are_refused(script, argument, value, capsys):
    with pytest.raises(SystemExit):
        script.main([f"{argument}={value}"])
    assert f"argument {argument}: must be a positive integer, got '{value}'" in (
        capsys.readouterr().err
    )


def test_script_measures_the_time_with_each_number_of_workers(tmp_path):
    saved = tmp_path / "map.npz"
    text = run("--workers", "1", "2", "--save", saved)
    rows = re.findall(r"^ +(\d+)((?: +\d+\.\d\d){3})$", text, re.MULTILINE)
    assert [workers for workers, _ in rows] == ["1", "2"]
    # Time and processors are more than nothing, and the first run is as fast as the first.
    assert all(float(number) > 0 for _, numbers in rows for number in numbers.split())
    assert rows[0][1].split()[1] == "1.00"
    assert "22 cells computed here as well: equal to the last bit" in text
    with np.load(saved) as file:
        assert file["share"].shape == (file["sizes"].size, file["rates"].size, 3)


@pytest.fixture
def real_cluster(tmp_path):
    """The address of a scheduler with two workers, started by the commands that the page tells."""
    with contextlib.ExitStack() as stack:

        def dask(*arguments):
            command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
            process = stack.enter_context(
                subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
            )
            stack.callback(process.terminate)
            return process

        contact = tmp_path / "scheduler.json"
        scheduler = dask("scheduler", "--host=127.0.0.1", "--port=0", f"--scheduler-file={contact}")
        while not contact.exists():
            assert scheduler.poll() is None
            time.sleep(0.05)
        address = json.loads(contact.read_text(encoding="utf-8"))["address"]
        dask("worker", address, "--nworkers=2", "--nthreads=1")
        with distributed.Client(address) as client:
            client.wait_for_workers(2)
        yield address


def test_script_runs_on_a_cluster_that_is_there_and_leaves_it_there(real_cluster):
    there, alone = run("--address", real_cluster), run("--workers", "1")
    with distributed.Client(real_cluster) as client:
        assert client.submit(sum, [1, 2]).result() == 3
    assert re.search(r"^ +2 +\d", there, re.MULTILINE)
    # The maps, which stand below the times.
    assert there.partition("bit\n")[2] == alone.partition("bit\n")[2] != ""
