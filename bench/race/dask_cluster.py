#!/usr/bin/python3
"""Dask distributed and native OpenCV: a scheduler and workers of one thread as processes, bytes over its wire, which is not
encrypted here. Argument: workers.

Each line { input, output, operation, quality } of standard input is a folder to do; one line is printed when it is done. The
client keeps a few tasks of each worker ahead, which was faster than handing in all at once.
"""

import json
import logging
import os
import sys

import dask
from distributed import Client, LocalCluster, as_completed

from native_operations import process

AHEAD_PER_WORKER = 16


def run_job(client, job, ahead):
    os.makedirs(job["output"], exist_ok=True)
    names = iter(sorted(os.listdir(job["input"])))

    def submit():
        name = next(names, None)
        if name is None:
            return None
        with open(os.path.join(job["input"], name), "rb") as file:
            future = client.submit(process, file.read(), job["operation"], job["quality"], pure=False)
        names_by_key[future.key] = name
        return future

    names_by_key = {}
    first = [future for future in (submit() for _ in range(ahead)) if future is not None]
    results = as_completed(first, with_results=True)
    done = 0
    for future, result in results:
        with open(os.path.join(job["output"], names_by_key.pop(future.key)), "wb") as file:
            file.write(result)
        done += 1
        following = submit()
        if following is not None:
            results.add(following)
    return done


def main():
    workers = int(sys.argv[1])
    logging.getLogger("distributed").setLevel(logging.ERROR)
    dask.config.set({"distributed.worker.daemon": True})
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        client.upload_file(os.path.join(os.path.dirname(os.path.abspath(__file__)), "native_operations.py"))
        print(json.dumps({"event": "ready"}), flush=True)
        for line in sys.stdin:
            done = run_job(client, json.loads(line), AHEAD_PER_WORKER * workers)
            print(json.dumps({"done": done, "failed": 0}), flush=True)


if __name__ == "__main__":
    main()
