"""From an order log to a customers table: summarize, cells."""

from centricity.transactions._cells import cells
from centricity.transactions._summarize import UNITS, left_out, summarize

__all__ = ["UNITS", "cells", "left_out", "summarize"]
