"""What a fit says when it cannot stand behind its numbers."""


class ConvergenceError(ValueError):
    """The likelihood has no usable maximum for these data."""


class ConvergenceWarning(UserWarning):
    """A maximum was reported that the data do not pin down, or was not reached."""
