"""What a fit says when it cannot stand behind its numbers."""


class ConvergenceError(ValueError):
    """The likelihood has no usable maximum for these data.

    Examples
    --------
    >>> import pandas as pd
    >>> from centricity.clv import BGNBD
    >>> table = pd.DataFrame({"frequency": [2, 1, 0], "recency": [9.0, 5.0, 0.0], "T": 20.0,
    ...                       "channel": ["shop", "shop", "web"]})
    >>> try:
    ...     BGNBD.fit(table, buying="channel")  # nobody from the web came back
    ... except ConvergenceError as error:
    ...     print(str(error).split(":")[0])
    BGNBD.fit
    """


class ConvergenceWarning(UserWarning):
    """A maximum was reported that the data do not pin down, or was not reached.

    Examples
    --------
    >>> import warnings
    >>> from centricity.clv import ShiftedBetaGeometric
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     fit = ShiftedBetaGeometric.fit([1, 1, 0])  # one customer proves nothing
    >>> fit.converged, caught[0].category is ConvergenceWarning
    (False, True)
    """
