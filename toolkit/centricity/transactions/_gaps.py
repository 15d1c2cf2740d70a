"""How regularly each customer buys: the one statistic of it that a model needs."""

import numpy as np
import pandas as pd

from centricity._validate import require_frame
from centricity.transactions._in_engine import check_unit
from centricity.transactions._log import Moment
from centricity.transactions._summarize import UNITS, summarize


def log_gaps(
    log: pd.DataFrame,
    customer: str = "customer_id",
    date: str = "date",
    unit: str = "W",
    calibration_end: Moment | None = None,
) -> pd.Series:
    """Sum the logarithms of each customer's times between purchases.

    Of two customers with as many purchases in as long a time, the more regular one has the larger
    sum. `clv.MBGCNBDk` reads it from a column ``log_gaps`` of the customers table.

    Parameters
    ----------
    log : pandas.DataFrame
        Order log. Purchases of a customer on one calendar day (hour, for ``"h"``) are one, as in
        `summarize`.
    customer, date : str
        Names of the columns.
    unit : {"h", "D", "W", "M", "Q", "Y"}
        Time unit of the customers table.
    calibration_end : date, optional
        Last day (inclusive) that counts, as in `summarize`.

    Returns
    -------
    pandas.Series
        Natural logarithms of times in ``unit``, summed; 0 for a customer without a repeat purchase.
        On the customers that `summarize` keeps, in its order.

    Raises
    ------
    ValueError, TypeError
        As `summarize`: for missing columns, customers or dates, and dates that are not dates.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-01-01", "2025-01-15", "2025-02-05"])
    >>> log = pd.DataFrame({"customer_id": "A", "date": days})
    >>> log_gaps(log).round(3).to_dict()  # ln 2 + ln 3 weeks
    {'A': 1.792}
    """
    where = "transactions.log_gaps"
    frame = require_frame(log, where)
    check_unit(unit, where)
    kept = summarize(
        frame.assign(**{"__amount": 0.0}), customer, date, "__amount", unit, calibration_end
    ).index
    moments = frame[date].dt.tz_localize(None).dt.floor("h" if unit == "h" else "D")
    periods = pd.DataFrame({"customer": frame[customer], "moment": moments}).drop_duplicates()
    if calibration_end is not None:
        last = pd.Timestamp(calibration_end)
        whole_day = last == last.normalize()
        periods = periods[periods["moment"] < last + pd.Timedelta(days=1 if whole_day else 0)]
    periods = periods.sort_values(["customer", "moment"])
    seconds = periods.groupby("customer")["moment"].diff().dt.total_seconds()
    sums = np.log(seconds / 86_400 / UNITS[unit]).groupby(periods["customer"]).sum()
    return sums.reindex(kept).rename("log_gaps")
