"""Fit and calibrate the leak model: `python -m leakwatch.bench.leak_model --cases 240 --out FOLDER`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from leakwatch.bench.leak_model.calibrate import calibrate
from leakwatch.bench.leak_model.fit import fit, gather_leaks, gather_pools, held_out
from leakwatch.bench.leak_model.observe import observe
from leakwatch.bench.leak_model.record import CaseRecord, from_line, to_line
from leakwatch.config.imaging import AlarmConfig, NetworkRole
from leakwatch.imaging.credence import TERMS, Logistic, leak_model_file

_FOLDER = Path(__file__).parents[2] / "imaging"


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate and observe the cases that --out does not hold yet, then write the model."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.leak_model", description=__doc__)
    parser.add_argument("--cases", type=int, default=240, help="how many cases are drawn")
    parser.add_argument("--seed", type=int, default=1001, help="never that of a survey that judges")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time")
    parser.add_argument("--out", type=Path, default=Path("out/leak-model"), help="folder for the records")
    parser.add_argument(
        "--network",
        choices=("off", "weighs", "decides"),
        default="off",
        help="what the network is for: the model is fitted to that",
    )
    parser.add_argument("--model", type=Path, help="file to write, instead of the package's own")
    options = parser.parse_args(arguments)
    network: NetworkRole = options.network
    records = collect(options.cases, options.seed, options.jobs, options.out, network)
    leaks = gather_leaks(records)
    pools = None if network == "decides" else gather_pools(records)
    points = calibrate(records, held_out(leaks, options.seed), AlarmConfig())
    content = {
        "schema": "leakwatch.leak_model/2",
        "made_by": f"python -m leakwatch.bench.leak_model --cases {options.cases} --seed {options.seed}"
        f" --network {network}",
        "leak": _content(fit(leaks), len(leaks.true)),
        "pool": None if pools is None else _content(fit(pools), len(pools.true)),
        "calibration": [
            {
                "threshold": point.threshold,
                "false_alarms_per_run": round(point.rate, 5),
                "alarms": point.alarms,
                "runs": point.runs,
            }
            for point in points
        ],
    }
    text = json.dumps(content, indent=1, allow_nan=False) + "\n"
    (options.model or _FOLDER / leak_model_file(network)).write_text(text, encoding="utf-8")
    for point in points:
        print(f"threshold {point.threshold:4.1f}: {point.alarms}/{point.runs} runs without a leak alarm")
    return 0


def collect(cases: int, seed: int, jobs: int, out: Path, network: NetworkRole) -> list[CaseRecord]:
    """Observe what is not on record yet; the records of all cases, by index."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"seed-{seed}-{network}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    known = {record.index: record for record in map(from_line, lines)}
    missing = [index for index in range(cases) if index not in known]
    context = get_context("spawn")
    with path.open("a", encoding="utf-8") as handle, context.Pool(jobs, maxtasksperchild=20) as pool:
        for record in pool.imap_unordered(partial(observe, seed=seed, network=network), missing):
            if record is not None:
                known[record.index] = record
                handle.write(to_line(record))
                handle.flush()
    return [known[index] for index in sorted(known) if index < cases]


def _content(model: Logistic, candidates: int) -> dict[str, object]:
    rows = zip(TERMS, model.mean, model.scale, model.weights, model.squares, strict=True)
    return {
        "candidates": candidates,
        "constant": round(model.constant, 5),
        "terms": [
            {
                "name": name,
                "mean": round(float(mean), 5),
                "scale": round(float(scale), 5),
                "weight": round(float(weight), 5),
                "square": round(float(square), 5),
            }
            for name, mean, scale, weight, square in rows
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
