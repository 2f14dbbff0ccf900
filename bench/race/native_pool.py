#!/usr/bin/python3
"""Native OpenCV in a pool of two processes, no network: the limit of the machine. Argument: processes.

Each line { input, output, operation, quality } of standard input is a folder to do; one line is printed when it is done.
"""

import json
import multiprocessing
import os
import sys

from native_operations import process


def run(order):
    source, target, operation, quality = order
    with open(source, "rb") as file:
        result = process(file.read(), operation, quality)
    with open(target, "wb") as file:
        file.write(result)


def main():
    with multiprocessing.Pool(int(sys.argv[1])) as pool:
        pool.map(len, [()] * 100)
        print(json.dumps({"event": "ready"}), flush=True)
        for line in sys.stdin:
            job = json.loads(line)
            os.makedirs(job["output"], exist_ok=True)
            orders = [
                (os.path.join(job["input"], name), os.path.join(job["output"], name), job["operation"], job["quality"])
                for name in sorted(os.listdir(job["input"]))
            ]
            done = sum(1 for _ in pool.imap_unordered(run, orders, chunksize=max(1, len(orders) // 100)))
            print(json.dumps({"done": done, "failed": 0}), flush=True)


if __name__ == "__main__":
    main()
