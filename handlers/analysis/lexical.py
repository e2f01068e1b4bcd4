"""Vectors of a text's words and letters: nothing to fit, nothing to fetch, the same for the same text for ever.

Good for joining a message to others that share words; blind to paraphrases that share none.
"""

import re

import numpy as np

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]

DIMENSIONS = 1024
READ_AT_MOST = 2_000

_TOKEN = re.compile(r"[぀-ヿ一-鿿々ー]+|[^\W_]+(?:['’][^\W_]+)?")
_JAPANESE = re.compile(r"[一-鿿々]+|[ァ-ヿー]+|[ぁ-ゟ]+")
