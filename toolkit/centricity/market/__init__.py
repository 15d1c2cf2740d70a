"""Product or customer centric: a small market, where the better strategy flips, a scorecard."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "crossing": ["Crossing", "crossing"],
        "model": ["Market"],
        "result": ["Result", "Strategy"],
        "scorecard": ["CONDITIONS", "Condition", "Scorecard", "scorecard"],
        "simulation": ["simulate", "sweep"],
    },
)
