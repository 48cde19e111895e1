"""The whole path, from raw files to five published tables, against DuckDB and Polars.

Called by `Benchmarks/run pipeline`. `lake run` starts from a workspace that was never crawled and
has everything switched on: crawl, consent, checks, log, publish. The peers do just the five jobs
(pipeline_duckdb.py, pipeline_polars.py) and are timed without the start of Python. All read the
same files, in turns, and every row count must be the one that the generator promises.
"""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import time

TABLES = {
    "customer_trusted": "trusted/customer",
    "accelerometer_trusted": "trusted/accelerometer",
    "customers_curated": "curated/customers",
    "step_trainer_trusted": "trusted/step_trainer",
    "machine_learning_curated": "curated/machine_learning",
}
RATIO_ASKED = 1.0
MEGABYTES_ASKED = 1536
COLD_ASKED, AGAIN_ASKED, SELECT_ASKED = 300, 100, 8


def measured(command):
    """Seconds, peak memory in megabytes and the output of a whole command."""
    before = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{output.decode()}")
    return {"seconds": seconds, "megabytes": usage.ru_maxrss / 1024, "output": output}


def generated(lake, data, scale):
    """The landing files and what a right pipeline makes of them."""
    truth = data + ".json"
    if not os.path.exists(truth):
        shutil.rmtree(data, ignore_errors=True)
        answer = subprocess.run([lake, "generate", "stedi", "--json", "--scale", scale, data],
                                check=True, capture_output=True)
        with open(truth, "wb") as file:
            file.write(answer.stdout)
    with open(truth, encoding="utf-8") as file:
        return json.load(file)


def fresh_workspace(lake, workspace, data):
    """A workspace as `lake init` makes it, its landing files those of `data`, as hard links."""
    shutil.rmtree(workspace, ignore_errors=True)
    subprocess.run([lake, "init", "--template", "stedi", workspace], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for table in ("customer", "accelerometer", "step_trainer"):
        folder = os.path.join(workspace, "lake/landing", table)
        shutil.rmtree(folder)
        os.mkdir(folder)
        for path in glob.glob(os.path.join(data, table, "*.json")):
            os.link(path, os.path.join(folder, os.path.basename(path)))


def checked(name, rows, truth):
    if rows != truth["expected"]:
        sys.exit(f"{name} made {rows}, and right is {truth['expected']}")


def lake_run(lake, workspace, data, truth):
    fresh_workspace(lake, workspace, data)
    os.sync()
    answer = measured([lake, "-C", workspace, "--json", "run", "stedi"])
    jobs = json.loads(answer["output"])["jobs"]
    checked("lake", {job["table"]: job["rows"] for job in jobs}, truth)
    paths = [path for folder in TABLES.values()
             for path in glob.glob(os.path.join(workspace, "lake", folder, "*.parquet"))]
    return {"seconds": answer["seconds"], "megabytes": answer["megabytes"],
            "bytes": sum(map(os.path.getsize, paths))}


def peer_run(name, data, out, truth):
    shutil.rmtree(out, ignore_errors=True)
    os.mkdir(out)
    os.sync()
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"pipeline_{name}.py")
    answer = measured([sys.executable, script, data, out])
    said = json.loads(answer["output"].splitlines()[-1])
    checked(name, said["rows"], truth)
    paths = glob.glob(os.path.join(out, "*.parquet"))
    return {"seconds": said["seconds"], "megabytes": answer["megabytes"],
            "bytes": sum(map(os.path.getsize, paths))}


def in_turns(rounds, programs):
    """The fastest answer of each program, with the highest memory it was seen with."""
    best = {}
    for turn in range(rounds):
        for name, run in programs.items():
            answer = run()
            print(f"round {turn + 1}: {name} {answer['seconds']:.2f} s", file=sys.stderr)
            known = best.get(name, answer)
            peak = max(known["megabytes"], answer["megabytes"])
            best[name] = dict(min(known, answer, key=lambda one: one["seconds"]), megabytes=peak)
    return best


def small_marks(lake, workspace, data, truth, rounds):
    """What a person waits for at scale 1, in milliseconds, each the best of several."""
    cold = min(lake_run(lake, workspace, data, truth)["seconds"] for _ in range(max(rounds, 5)))
    again = []
    for _ in range(10):
        answer = measured([lake, "-C", workspace, "--json", "run", "stedi"])
        states = {job["state"] for job in json.loads(answer["output"])["jobs"]}
        if states != {"up to date"}:
            sys.exit(f"the second run said {states}")
        again.append(answer["seconds"])
    select = min(measured([lake, "query", "SELECT 1"])["seconds"] for _ in range(30))
    return [
        ("scale 1 cold: lake run", cold * 1000, COLD_ASKED),
        ("again: up to date", min(again) * 1000, AGAIN_ASKED),
        ('lake query "SELECT 1"', select * 1000, SELECT_ASKED),
    ]


def verdict(is_reached):
    return "reached" if is_reached else "MISSED"


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run pipeline")
    parser.add_argument("--root", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--lake", help="the program (default: the release build)")
    parser.add_argument("--scale", default="100")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    lake = os.path.abspath(arguments.lake or os.path.join(arguments.root, ".build/release/lake"))

    data = os.path.join(arguments.work, f"pipeline-{arguments.scale}")
    small = os.path.join(arguments.work, "pipeline-1")
    workspace = os.path.join(arguments.work, "pipeline-workspace")
    out = os.path.join(arguments.work, "pipeline-out")
    truth = generated(lake, data, arguments.scale)
    small_truth = generated(lake, small, "1")
    best = in_turns(arguments.rounds, {
        "lake": lambda: lake_run(lake, workspace, data, truth),
        "duckdb": lambda: peer_run("duckdb", data, out, truth),
        "polars": lambda: peer_run("polars", data, out, truth),
    })
    marks = small_marks(lake, workspace, small, small_truth, arguments.rounds)
    shutil.rmtree(workspace)
    shutil.rmtree(out)

    ratio = best["lake"]["seconds"] / min(best["duckdb"]["seconds"], best["polars"]["seconds"])
    megabytes = best["lake"]["megabytes"]
    marks = [("ratio to the faster peer", ratio, RATIO_ASKED),
             ("peak memory, MB", megabytes, MEGABYTES_ASKED), *marks]
    import duckdb
    import polars
    head = {"date": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(), "scale": arguments.scale,
            "rounds": arguments.rounds, "duckdb": duckdb.__version__, "polars": polars.__version__,
            "landing_bytes": sum(table["bytes"] for table in truth["landing"].values())}
    reached = [value <= asked for _, value, asked in marks]
    if arguments.json:
        print(json.dumps({**head, "programs": best, "rows": truth["expected"], "marks": [
            {"what": what, "value": round(value, 3), "asked": asked, "reached": value <= asked}
            for what, value, asked in marks]}, indent=2))
        sys.exit(0 if all(reached) else 1)

    print(f"{head['date']}, {head['cores']} cores, scale {head['scale']}, best of "
          f"{head['rounds']}; DuckDB {head['duckdb']}, Polars {head['polars']}; landing "
          f"{head['landing_bytes'] / 1e6:.0f} MB; rows as promised")
    for name, answer in best.items():
        print(f"{name:<26} {answer['seconds']:8.2f} s  {answer['megabytes']:6.0f} MB peak  "
              f"{answer['bytes'] / 1e6:6.1f} MB out")
    for (what, value, asked), is_reached in zip(marks, reached):
        digits = 2 if asked < 10 else 0
        print(f"{what:<26} {value:8.{digits}f}    asked at most {asked}: {verdict(is_reached)}")
    sys.exit(0 if all(reached) else 1)


if __name__ == "__main__":
    main()
