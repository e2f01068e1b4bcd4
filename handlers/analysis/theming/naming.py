"""Names for themes: what their messages say and the others' do not. A theme that means the same keeps its name."""

from collections.abc import Sequence

import numpy as np

from handlers.analysis.meaning import titles
from handlers.analysis.phrases import title_for
from handlers.analysis.theming.graph import Numbers

READ = 40
"""Messages of a theme that are read for its name, and as many of the others'."""


def named(texts: Sequence[str], themes: Numbers, before: dict[int, str]) -> dict[int, str]:
    """A name of at most 60 characters for each theme, no two alike; those that had one (`before`) keep it."""
    names = {one: before[one] for one in np.unique(themes).tolist() if one in before}
    taken = {name.lower() for name in names.values()}
    others = [texts[place] for place in np.linspace(0, len(texts) - 1, min(READ * 2, len(texts))).astype(int).tolist()]
    for theme in np.unique(themes).tolist():
        if theme not in names:
            inside = [texts[place] for place in np.flatnonzero(themes == theme)[:READ].tolist()]
            wanted = title_for(inside, others) or titles.cut(" ".join(inside[0].split())) or "?"
            names[theme] = titles.unique([wanted], taken)
            taken.add(names[theme].lower())
    return names
