"""From a file to a clean order log, and from there to a customers table and its cells."""

from centricity._formerly import pointing
from centricity.transactions._cells import cells, gather
from centricity.transactions._clean import Cleaned, clean
from centricity.transactions._columns import guess_columns
from centricity.transactions._gaps import log_gaps
from centricity.transactions._read import read
from centricity.transactions._summarize import UNITS, left_out, summarize

__all__ = [
    "UNITS",
    "Cleaned",
    "cells",
    "clean",
    "gather",
    "guess_columns",
    "left_out",
    "log_gaps",
    "read",
    "summarize",
]

__getattr__ = pointing(__name__)
