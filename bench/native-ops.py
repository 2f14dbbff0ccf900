#!/usr/bin/python3
"""Native OpenCV on one thread, doing what our operations do: the other half of bench/ops.ts, which starts it.

Standard input: one JSON object { rgb, gray: paths of raw samples; widthPx, heightPx; operations: { name: parameters },
grayOnly: [name]; roundMs }. Standard output: { opencv, operations: { name: median milliseconds } }, without those that OpenCV has nothing for.
"""

import json
import statistics
import sys
import time

import cv2
import numpy

cv2.setNumThreads(1)

CHANNELS = {"red": 0, "green": 1, "blue": 2}
THRESHOLDS = {"binary": cv2.THRESH_BINARY, "inv": cv2.THRESH_BINARY_INV}
METHODS = {"nearest": cv2.INTER_NEAREST, "linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC, "area": cv2.INTER_AREA}
SEPIA = numpy.float32([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])


def luma(image):
    return image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def smooth(image, sigma):
    return cv2.GaussianBlur(image, (0, 0), sigma)


def table(of_level):
    return numpy.clip(numpy.round([of_level(level) for level in range(256)]), 0, 255).astype(numpy.uint8)


def crop(image, p):
    for _ in range(p["rounds"]):
        image = cv2.medianBlur(cv2.GaussianBlur(image, (5, 5), 0), 5)
    side = int(min(image.shape[:2]) * p["side"] / 100)
    return image[:side, :side].copy()


def affine(image, p):
    height, width = image.shape[:2]
    x, y = (width - 1) / 2, (height - 1) / 2
    matrix = numpy.float64([[p["xx"], p["xy"], 0], [p["yx"], p["yy"], 0]])
    matrix[:, 2] = [x + p["dx"], y + p["dy"]] - matrix[:, :2] @ [x, y]
    return cv2.warpAffine(image, matrix, (width, height), flags=METHODS[p["method"]])


def warp_perspective(image, p):
    height, width = image.shape[:2]
    corners = numpy.float32([[p[f"x{i}"] * width / 100, p[f"y{i}"] * height / 100] for i in (1, 2, 3, 4)])
    target = numpy.float32([[0, 0], [width, 0], [width, height], [0, height]])
    matrix = cv2.getPerspectiveTransform(corners, target)
    return cv2.warpPerspective(image, matrix, (width, height), flags=METHODS[p["method"]])


def equalize(image, p):
    if image.ndim == 2:
        return cv2.equalizeHist(image)
    planes = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    planes[:, :, 0] = cv2.equalizeHist(numpy.ascontiguousarray(planes[:, :, 0]))
    return cv2.cvtColor(planes, cv2.COLOR_YCrCb2RGB)


def clahe(image, p):
    enhance = cv2.createCLAHE(p["clip"], (p["columns"], p["rows"]))
    planes = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    planes[:, :, 0] = enhance.apply(numpy.ascontiguousarray(planes[:, :, 0]))
    return cv2.cvtColor(planes, cv2.COLOR_YCrCb2RGB)


def gray(image, p):
    equal = cv2.equalizeHist(luma(image))
    binary = cv2.adaptiveThreshold(equal, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, p["block"], p["offset"])
    square = cv2.getStructuringElement(cv2.MORPH_RECT, (p["kernel"], p["kernel"]))
    return cv2.morphologyEx(cv2.morphologyEx(binary, cv2.MORPH_OPEN, square), cv2.MORPH_CLOSE, square)


def edges(image, p):
    found = cv2.Canny(cv2.blur(luma(image), (p["blur"], p["blur"])), p["low"], p["high"], apertureSize=p["aperture"])
    result = cv2.convertScaleAbs(image, alpha=0.5)
    result[found != 0] = (0, 255, 0)
    return result


def morphology(operation):
    def run(image, p):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (p["size"], p["size"]))
        return cv2.morphologyEx(image, operation, kernel, iterations=p["iterations"])

    return run


def both(derivative, p):
    def run(image):
        x, y = derivative(image, 1, 0), derivative(image, 0, 1)
        return cv2.convertScaleAbs(cv2.magnitude(x.reshape(-1), y.reshape(-1)), alpha=p["scale"])

    return run


def binary(image):
    return cv2.threshold(image, 127, 255, cv2.THRESH_BINARY)[1]


def remove_specks(image, p):
    white = binary(image)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(white, connectivity=8)
    kept = numpy.where(stats[:, cv2.CC_STAT_AREA] >= p["area"], 255, 0).astype(numpy.uint8)
    kept[0] = 0
    return kept[labels]


def foreground(image):
    return cv2.threshold(luma(image), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]


def contours(image, p):
    found, _ = cv2.findContours(foreground(image), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    kept = [contour for contour in found if cv2.contourArea(contour) >= p["area"]]
    return cv2.drawContours(image.copy(), kept, -1, (0, 255, 0), p["width"])


def corners(image, p):
    found = cv2.goodFeaturesToTrack(luma(image), p["count"], p["quality"] / 100, p["distance"])
    result = image.copy()
    for point in found.reshape(-1, 2):
        cv2.circle(result, (int(point[0]), int(point[1])), p["radius"], (0, 255, 0), cv2.FILLED)
    return result


def lines(image, p):
    is_edge = cv2.Canny(luma(image), p["low"], p["high"])
    found = cv2.HoughLinesP(is_edge, 1, numpy.pi / 180, p["votes"], None, p["length"], p["gap"])
    result = image.copy()
    for x1, y1, x2, y2 in [] if found is None else found.reshape(-1, 4):
        cv2.line(result, (x1, y1), (x2, y2), (0, 255, 0), p["width"])
    return result


def circles(image, p):
    smoothed = smooth(luma(image), 1.5)
    return cv2.HoughCircles(
        smoothed, cv2.HOUGH_GRADIENT_ALT, 1.5, p["distance"], None, p["edge"], p["quality"] / 100, p["min"], p["max"]
    )


def components(image, p):
    count, labels = cv2.connectedComponents(foreground(image), connectivity=8)
    colors = numpy.random.randint(0, 256, (count, 3), numpy.uint8)
    return colors[labels]


def sketch(image, p):
    return cv2.divide(image, smooth(image, p["radius"]), scale=255)


OPERATIONS = {
    "crop": crop,
    "resize": lambda i, p: cv2.resize(i, None, fx=p["scale"] / 100, fy=p["scale"] / 100, interpolation=METHODS[p["method"]]),
    "rotate": lambda i, p: cv2.rotate(i, cv2.ROTATE_90_CLOCKWISE),
    "flip": lambda i, p: cv2.flip(i, 1),
    "pad": lambda i, p: cv2.copyMakeBorder(i, p["all"], p["all"], p["all"], p["all"], cv2.BORDER_CONSTANT),
    "affine": affine,
    "warp-perspective": warp_perspective,
    "grayscale": lambda i, p: luma(i),
    "invert": lambda i, p: cv2.bitwise_not(i),
    "sepia": lambda i, p: cv2.transform(i, SEPIA),
    "colormap": lambda i, p: cv2.applyColorMap(i, cv2.COLORMAP_VIRIDIS),
    "brightness-contrast": lambda i, p: cv2.LUT(i, table(lambda v: (v - 128) * p["contrast"] / 100 + 128 + p["brightness"])),
    "gamma": lambda i, p: cv2.LUT(i, table(lambda v: 255 * (v / 255) ** (1 / p["gamma"]))),
    "posterize": lambda i, p: cv2.LUT(i, table(lambda v: round(v * (p["levels"] - 1) / 255) * 255 / (p["levels"] - 1))),
    "solarize": lambda i, p: cv2.LUT(i, table(lambda v: 255 - v if v >= p["level"] else v)),
    "swap-channels": lambda i, p: cv2.cvtColor(i, cv2.COLOR_RGB2BGR),
    "extract-channel": lambda i, p: cv2.extractChannel(i, CHANNELS[p["channel"]]),
    "equalize": equalize,
    "clahe": clahe,
    "normalize": lambda i, p: cv2.normalize(i, None, p["low"], p["high"], cv2.NORM_MINMAX),
    "gray": gray,
    "threshold": lambda i, p: cv2.threshold(i, p["value"], 255, THRESHOLDS[p["type"]])[1],
    "adaptive-threshold": lambda i, p: cv2.adaptiveThreshold(
        i, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, THRESHOLDS[p["type"]], p["block"], p["offset"]
    ),
    "in-range": lambda i, p: cv2.inRange(i, (0, 0, 0), (127, 127, 127)),
    "gaussian": lambda i, p: cv2.GaussianBlur(i, (p["size"], p["size"]), p["sigma"]),
    "median": lambda i, p: cv2.medianBlur(i, p["size"]),
    "box": lambda i, p: cv2.blur(i, (p["size"], p["size"])),
    "bilateral": lambda i, p: cv2.bilateralFilter(i, p["diameter"], p["color"], p["space"]),
    "sharpen": lambda i, p: cv2.filter2D(i, -1, numpy.float32([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])),
    "unsharp": lambda i, p: cv2.addWeighted(i, 1 + p["amount"], smooth(i, p["radius"]), -p["amount"], 0),
    "high-pass": lambda i, p: cv2.addWeighted(i, p["gain"], smooth(i, p["radius"]), -p["gain"], 128),
    "difference-of-gaussians": lambda i, p: cv2.addWeighted(
        smooth(i, p["narrow"]), p["gain"], smooth(i, p["wide"]), -p["gain"], 128
    ),
    "emboss": lambda i, p: cv2.filter2D(i, -1, numpy.float32([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])),
    "motion-blur": lambda i, p: cv2.filter2D(i, -1, numpy.full((1, p["length"]), 1 / p["length"], numpy.float32)),
    "erode": morphology(cv2.MORPH_ERODE),
    "dilate": morphology(cv2.MORPH_DILATE),
    "open": morphology(cv2.MORPH_OPEN),
    "close": morphology(cv2.MORPH_CLOSE),
    "gradient": morphology(cv2.MORPH_GRADIENT),
    "tophat": morphology(cv2.MORPH_TOPHAT),
    "blackhat": morphology(cv2.MORPH_BLACKHAT),
    "remove-specks": remove_specks,
    "distance-transform": lambda i, p: cv2.convertScaleAbs(
        cv2.distanceTransform(binary(i), cv2.DIST_L2, cv2.DIST_MASK_PRECISE), alpha=p["scale"]
    ),
    "edges": edges,
    "canny": lambda i, p: cv2.Canny(i, p["low"], p["high"], apertureSize=p["aperture"], L2gradient=p["l2"]),
    "sobel": lambda i, p: both(lambda j, dx, dy: cv2.Sobel(j, cv2.CV_32F, dx, dy, ksize=p["size"]), p)(i),
    "scharr": lambda i, p: both(lambda j, dx, dy: cv2.Scharr(j, cv2.CV_32F, dx, dy), p)(i),
    "laplacian": lambda i, p: cv2.convertScaleAbs(cv2.Laplacian(i, cv2.CV_32F, ksize=p["size"]), alpha=p["scale"]),
    "contours": contours,
    "corners": corners,
    "lines": lines,
    "circles": circles,
    "connected-components": components,
    "sketch": sketch,
}


def median_ms(run, round_ms):
    run()
    times = []
    while len(times) < 3 or (len(times) < 25 and sum(times) < round_ms):
        started = time.thread_time()
        run()
        times.append((time.thread_time() - started) * 1000)
    return statistics.median(times)


def main():
    order = json.load(sys.stdin)
    height, width = order["heightPx"], order["widthPx"]
    rgb = numpy.fromfile(order["rgb"], numpy.uint8).reshape(height, width, 3)
    one = numpy.fromfile(order["gray"], numpy.uint8).reshape(height, width)
    result = {}
    for name, parameters in order["operations"].items():
        if name not in OPERATIONS:
            continue
        image = one if name in order["grayOnly"] else rgb
        result[name] = median_ms(lambda: OPERATIONS[name](image, parameters), order["roundMs"])
    json.dump({"opencv": cv2.__version__, "operations": result}, sys.stdout)


main()
