"""A finer escape map, computed by as many processes or machines as there are.

The map of the gallery (plot_escape_map.py) has about a hundred cells: pairs of learning
rate and batch size, each with the share of walkers that have left the trap. This one has
about twice as many learning rates and batch sizes, and each cell draws its own
orders of the data. So no cell needs another, and Dask can hand them out.

Without an address, the script starts a cluster of processes on this machine for each
number of workers, and closes it: see how the time falls. With the address of a
scheduler, the same code runs there.

    python escape_map_on_dask.py --workers 1 2
    python escape_map_on_dask.py --address tcp://192.0.2.1:8786
"""

import argparse
import os
import sys
import time

import numpy as np
from dask.distributed import Client, as_completed

from sgd_explained import problems, sgd
from sgd_explained.measure import fraction

RATES = 0.005 * 2 ** (np.arange(33) / 4)
# From 1 to 91. A batch of all the data leaves nothing to chance: it needs no crowd.
SIZES = np.unique(np.rint(2 ** (np.arange(14) / 2)).astype(int))
SEED = 41


def share_out(rate, size, seed, walkers, epochs):
    """Estimate which share of a crowd is out of the trap when the time is up."""
    trap = problems.trap
    w = sgd(
        trap.gradient,
        trap.start,
        *trap.data,
        learning_rate=rate,
        epochs=epochs,
        batch_size=size,
        walkers=walkers,
        rng=np.random.default_rng(seed),
        keep="last",
    ).final
    wall, barrier = (top.w for top in trap.landscape.maxima)
    return fraction((w < wall) | (w > barrier))


def cells_of(rates, sizes, walkers, epochs):
    """List what `share_out` needs for each cell, with a seed that is the cell's own.

    The seeds are spawned before any cell is computed. Which worker computes a cell, and
    when, changes nothing.
    """
    pairs = [(float(rate), int(size)) for size in sizes for rate in rates]
    seeds = np.random.SeedSequence(SEED).spawn(len(pairs))
    return [
        (*pair, seed, walkers, epochs) for pair, seed in zip(pairs, seeds, strict=True)
    ]


def connect(address, workers):
    """Return the client of a running cluster, or of one that ends with the client."""
    if address:
        return Client(address)
    # A free port for each cluster, none for a dashboard, and a process for each worker.
    return Client(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
    )


def compute(client, cells):
    """Return the estimates of all cells, in their order, and show how many are done.

    What a worker was computing when it was lost is computed again by another one.
    """
    futures = client.map(share_out, *zip(*cells, strict=True), pure=False)
    place = {future.key: i for i, future in enumerate(futures)}
    estimates = [None] * len(cells)
    done = as_completed(futures, with_results=True)
    for count, (future, estimate) in enumerate(done, start=1):
        estimates[place[future.key]] = estimate
        if sys.stderr.isatty():
            end = "\n" if count == len(cells) else ""
            print(
                f"\r{count} of {len(cells)} cells", end=end, file=sys.stderr, flush=True
            )
    return estimates


def numbers_of(estimates):
    """Return the shares and the ends of their intervals as an array with three columns."""
    return np.array([(each.value, each.low, each.high) for each in estimates])


def check(cells, numbers, every):
    """Compute some of the cells here as well: they must agree to the last bit."""
    chosen = range(0, len(cells), every)
    here = numbers_of(share_out(*cells[i]) for i in chosen)
    for i, row in zip(chosen, here, strict=True):
        if not np.array_equal(row, numbers[i]):
            raise RuntimeError(
                f"cell {i}, rate {cells[i][0]:.4g} and batch size {cells[i][1]}: the "
                f"cluster has {numbers[i]}, this process has {row}. Are the processors "
                "and the versions of NumPy and sgd_explained the same?"
            )
    return len(chosen)


def drawn(numbers):
    """Draw the map in letters: a row for each batch size, a tenth for each cell."""
    shares = numbers[:, 0].reshape(SIZES.size, RATES.size)
    rows = [
        f"{size:5} " + "".join(".123456789#"[int(10 * share)] for share in row)
        for size, row in zip(SIZES[::-1], shares[::-1], strict=True)
    ]
    axis = f"learning rates {RATES[0]:.3g} to {RATES[-1]:.3g}"
    legend = "tenths of the walkers that have left: . less than one, # all"
    return "\n".join(["batch size", *rows, axis, legend])


def positive(text):
    """Return the positive integer that an argument holds."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"must be a positive integer, got {text!r}")
    return int(text)


def main(arguments=None):
    """Compute the map with each number of workers, and print it with the times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", help="the scheduler of a cluster that is running")
    parser.add_argument(
        "--workers", type=positive, nargs="+", default=[1, 2], metavar="N"
    )
    parser.add_argument("--walkers", type=positive, default=400)
    parser.add_argument("--epochs", type=positive, default=50)
    parser.add_argument(
        "--check", type=positive, default=20, help="compare each such cell"
    )
    parser.add_argument("--save", help="a file of NumPy for the map, such as map.npz")
    options = parser.parse_args(arguments)

    cells = cells_of(RATES, SIZES, options.walkers, options.epochs)
    print(f"{len(cells)} cells; this machine has {os.cpu_count()} processors")
    print("workers  seconds  speed  processors")
    numbers = first = None
    for count in [None] if options.address else options.workers:
        with connect(options.address, count) as client:
            # One cell on each worker: what is imported is imported before the clock runs.
            workers = len(client.run(share_out, *cells[0]))
            before, start = client.run(time.process_time), time.perf_counter()
            found = numbers_of(compute(client, cells))
            seconds = time.perf_counter() - start
            after = client.run(time.process_time)
        # What the workers got of the machine. A worker that was lost is not counted.
        used = sum(after[name] - before[name] for name in before.keys() & after)
        first = first or seconds
        speed, processors = first / seconds, used / seconds
        print(f"{workers:7}  {seconds:7.2f}  {speed:5.2f}  {processors:10.2f}")
        if numbers is not None and not np.array_equal(numbers, found):
            raise RuntimeError("the map must not depend on the number of workers")
        numbers = found
    checked = check(cells, numbers, options.check)
    print(f"{checked} cells computed here as well: equal to the last bit")
    print(drawn(numbers))
    if options.save:
        table = numbers.reshape(SIZES.size, RATES.size, 3)
        np.savez(options.save, rates=RATES, sizes=SIZES, share=table)


# Workers that are started anew import this file, and must not start a cluster of their own.
if __name__ == "__main__":
    main()
