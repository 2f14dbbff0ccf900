#!/usr/bin/python3
"""Computes the mission's operations with native OpenCV, for test/cv/native-opencv.test.ts to compare with.

Run from the project's folder, where `npm install` has been run:
    apt-get install -y python3-opencv && /usr/bin/python3 scripts/make-opencv-fixtures.py

Both sides get the same samples: the images of data/images as our own decoder gives them (src/cv/codec/decode.ts, called
here through Node). Results are written as shape and SHA-256, because all of them turned out equal to the last bit. An
operation that is not would need its samples stored for one small image, so that the largest difference can be stated.
"""

import hashlib
import json
import pathlib
import subprocess

import cv2
import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "test" / "fixtures" / "opencv"

DECODE = """
import { readFileSync } from 'node:fs'
import { decodeImage } from './src/cv/codec/decode.ts'
const bytes = readFileSync(process.argv[1])
const { pixels } = await decodeImage(bytes, { maxPixels: 50_000_000, timeoutMs: 60_000 })
process.stdout.write(JSON.stringify([pixels.heightPx, pixels.widthPx, pixels.channels]) + '\\n')
process.stdout.write(pixels.data)
"""


def decode(path):
    node = ROOT / "node_modules" / ".bin" / "node"
    command = [str(node), "--input-type=module-typescript", "-e", DECODE, str(path)]
    shape, samples = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.split(b"\n", 1)
    height, width, channels = json.loads(shape)
    image = numpy.frombuffer(samples, numpy.uint8)
    return image.reshape(height, width) if channels == 1 else image.reshape(height, width, channels)


def grayscale(image):
    return image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def edges(image):
    is_edge = cv2.Canny(cv2.blur(grayscale(image), (3, 3)), 10, 30, apertureSize=5, L2gradient=False)
    result = cv2.convertScaleAbs(image, alpha=0.5)
    if result.ndim == 2:
        result = cv2.cvtColor(result, cv2.COLOR_GRAY2RGB)
    result[is_edge > 0] = (0, 255, 0)
    return result


def gray(image):
    result = cv2.equalizeHist(grayscale(image))
    result = cv2.adaptiveThreshold(result, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 11, 2)
    kernel = numpy.ones((5, 5), numpy.uint8)
    result = cv2.morphologyEx(result, cv2.MORPH_OPEN, kernel)
    return cv2.morphologyEx(result, cv2.MORPH_CLOSE, kernel)


def smooth(image):
    """What `crop` does before it cuts."""
    for _ in range(3):
        image = cv2.medianBlur(cv2.GaussianBlur(image, (5, 5), 0), 5)
    return image


OPERATIONS = {"edges": edges, "gray": gray, "grayscale": grayscale, "smooth": smooth}


def main():
    cv2.setNumThreads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    images = {}
    for path in sorted((ROOT / "data" / "images").iterdir()):
        image = decode(path)
        results = {}
        for name, operation in OPERATIONS.items():
            result = numpy.ascontiguousarray(operation(image))
            results[name] = {"shape": list(result.shape), "sha256": hashlib.sha256(result.tobytes()).hexdigest()}
        images[path.name] = {
            "inputShape": list(image.shape),
            "inputSha256": hashlib.sha256(image.tobytes()).hexdigest(),
            "results": results,
        }
    facts = {"opencv": cv2.__version__, "images": images}
    (OUT / "native.json").write_text(json.dumps(facts, indent=1) + "\n")


main()
