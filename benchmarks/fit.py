"""How long one mixed model for repeated measures takes, beside statsmodels and, where it is installed, R mmrm.

OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.fit [--repeats 30]

Every program fits the same rows in the same run. CPU time is what one core computed, so a busy machine moves it less
than the time on the clock; both are medians. Ours is timed from the rows already coded (`fit_frame`) to coefficients
with degrees of freedom, and once more from the table; statsmodels and R from the table. statsmodels has no covariance
over visits and no small-sample degrees of freedom: the nearest model, a random level and slope, stands in.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl
import statsmodels.formula.api as smf

from daybreak.stats.frame import Frame, frame
from daybreak.stats.mmrm import fit_frame, mmrm

FORMULA = "change ~ baseline + arm * visit + us(visit | id)"
HEAD = ("program", "model", "people", "visits", "rows", "ms", "CPU ms", "times")
R_PROGRAM = """
suppressMessages(library(mmrm)); d <- read.csv("{data}", stringsAsFactors = TRUE)
once <- function() system.time(mmrm(change ~ baseline + arm * visit + us(visit | id), d, method = "{method}"))
t <- replicate({repeats}, once()); cat(median(t["elapsed", ]) * 1000, median(t["user.self", ]) * 1000)
"""


@dataclass(frozen=True)
class Line:
    """One line of the table; times in ms."""

    program: str
    model: str
    people: int
    visits: int
    rows: int
    clock: float
    cpu: float
    times: int

    def cells(self) -> tuple[str, ...]:
        """Return it for the table."""
        counts = (str(self.people), str(self.visits), str(self.rows))
        return (self.program, self.model, *counts, f"{self.clock:.1f}", f"{self.cpu:.1f}", str(self.times))


def main() -> None:
    """Measure and print the table of docs/benchmarks.md, section Fits."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=30)
    repeats = parser.parse_args().repeats
    print(f"load average before: {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores\n")
    print("| " + " | ".join(HEAD) + " |\n" + "| --- " * len(HEAD) + "|")
    for people, visits in ((154, 6), (1000, 10)):
        for line in measured(people, visits, repeats):
            print("| " + " | ".join(line.cells()) + " |", flush=True)
    print(f"\nload average after: {os.getloadavg()[0]:.1f}")


def measured(people: int, visits: int, repeats: int) -> Iterator[Line]:
    """Yield the lines of one study."""
    table = study(people, visits)
    levels = {"visit": [f"v{each:02d}" for each in range(visits)]}
    coded = frame(FORMULA, table, levels=levels)

    def line(program: str, model: str, work: Callable[[], object], times: int) -> Line:
        return Line(program, model, people, visits, len(table), *clocked(work, times), times)

    yield line("daybreak", "us, Satterthwaite", lambda: fitted(coded, "satterthwaite"), repeats)
    yield line("daybreak", "us, Kenward-Roger", lambda: fitted(coded, "kenward-roger"), repeats)
    yield line("daybreak", "the same, from the table", lambda: from_table(table, levels, "kenward-roger"), repeats)
    pandas = table.to_pandas()
    yield line("statsmodels", "random level and slope, no df", lambda: mixed(pandas), 3)
    for method in ("Satterthwaite", "Kenward-Roger"):
        found = by_r(table, method, 3)
        if found is not None:
            yield Line("R mmrm", f"us, {method}", people, visits, len(table), *found, 3)


def study(people: int, visits: int) -> pl.DataFrame:
    """Return a study of three arms with dropouts (a fifth by the end) and single gaps (4 %)."""
    chance = np.random.default_rng(20251125)
    factor = np.linalg.cholesky(60 * (0.4 + 0.6 * 0.8 ** np.abs(np.subtract.outer(range(visits), range(visits)))))
    baseline = chance.normal(34, 4, people).round()
    arm = np.arange(people) % 3
    y = chance.normal(size=(people, visits)) @ factor.T - 12 + 0.5 * (34 - baseline)[:, None]
    left = chance.random(people) < 0.2
    last = np.where(left, chance.integers(1, visits, people), visits)
    kept = (np.arange(visits) < last[:, None]) & (chance.random((people, visits)) > 0.04)
    kept[:, 0] = True
    who, when = np.nonzero(kept)
    return pl.DataFrame(
        {
            "id": [f"P{each:04d}" for each in who],
            "arm": [("active", "sham", "control")[each] for each in arm[who]],
            "visit": [f"v{each:02d}" for each in when],
            "day": when.astype(float),
            "baseline": baseline[who],
            "change": (y[who, when] + arm[who] * when * 0.3).round(),
        }
    )


def fitted(coded: Frame, df: str) -> object:
    """Fit coded rows and return the coefficients."""
    return fit_frame(coded, df=df).coefficients


def from_table(table: pl.DataFrame, levels: dict[str, list[str]], df: str) -> object:
    """Fit a table and return the coefficients."""
    return mmrm(FORMULA, table, levels=levels, df=df).coefficients


def mixed(table: object) -> object:
    """Fit statsmodels' nearest model."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = smf.mixedlm("change ~ baseline + arm * visit", table, groups="id", re_formula="~ day")
        return model.fit(reml=True)


def clocked(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Return the median time on the clock and of the processor, in ms, after one run to warm up."""
    work()
    found = []
    for _ in range(times):
        before = (time.perf_counter(), time.process_time())
        work()
        found.append((time.perf_counter() - before[0], time.process_time() - before[1]))
    return 1000 * median(each[0] for each in found), 1000 * median(each[1] for each in found)


def by_r(table: pl.DataFrame, method: str, times: int) -> tuple[float, float] | None:
    """Return R mmrm's times, or none where R or mmrm is missing."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.csv"
        table.write_csv(data)
        text = R_PROGRAM.format(data=data, method=method, repeats=times)
        done = subprocess.run([program, "-e", text], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    clock, cpu = map(float, done.stdout.split())
    return clock, cpu


if __name__ == "__main__":
    main()
