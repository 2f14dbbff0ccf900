"""The operations of the race in native OpenCV, on one thread, for native_pool.py and dask_cluster.py."""

import cv2
import numpy

cv2.setNumThreads(1)


def canny(image):
    return cv2.Canny(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), 100, 200)


def gray(image):
    equal = cv2.equalizeHist(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    return cv2.morphologyEx(equal, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (5, 5)))


def gaussian(image):
    return cv2.GaussianBlur(image, (15, 15), 0)


OPERATIONS = {"canny": canny, "gray": gray, "gaussian": gaussian}


def process(encoded, operation, quality):
    """Bytes of a file in, bytes of a file out."""
    image = cv2.imdecode(numpy.frombuffer(encoded, numpy.uint8), cv2.IMREAD_COLOR)
    _, result = cv2.imencode(".jpg", OPERATIONS[operation](image), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return result.tobytes()
