"""Tables typed in from the literature, each with its citation."""

import pandas as pd

from centricity.datasets._files import read_table


def load_donations() -> pd.DataFrame:
    """Load the giving of 11,104 donors over six yearly occasions, as 22 cells.

    The donors made their first gift in 1995; the occasions are 1996 to 2001.

    Returns
    -------
    pandas.DataFrame
        ``frequency`` (years with a gift), ``recency`` (last such year, 0 for none), ``T``
        (years, always 6) and ``n`` (donors): all whole numbers.

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Shang, J. (2010). Customer-base analysis in a discrete-time
    noncontractual setting. Marketing Science, 29(6), 1086–1108.

    Examples
    --------
    >>> cells = load_donations()
    >>> len(cells), int(cells["n"].sum())
    (22, 11104)
    """
    return read_table("donations.csv", "load_donations")


def load_retention() -> pd.DataFrame:
    """Load how many of 1,000 subscribers of two segments survive each yearly renewal.

    Returns
    -------
    pandas.DataFrame
        Index ``year`` 0 … 12; ``regular`` and ``high_end``: subscribers left of the 1,000 who
        started (the paper prints per cent with one decimal).

    References
    ----------
    Fader, P. S., & Hardie, B. G. S. (2007). How to project customer retention. Journal of
    Interactive Marketing, 21(1), 76–90. Table 1.

    Examples
    --------
    >>> load_retention().loc[[0, 1, 12]]
          regular  high_end
    year
    0        1000      1000
    1         631       869
    12        173       394
    """
    return read_table("retention.csv", "load_retention").set_index("year")


def load_five_firms() -> pd.DataFrame:
    """Load what the published accounts of five firms say about their customers (March 2002).

    Returns
    -------
    pandas.DataFrame
        Index ``firm``; ``customers`` (million), ``margin`` (US$ per customer and quarter),
        ``acquisition_cost`` (US$ per new customer), ``retention`` (rate, as the paper gives it);
        ``growth_alpha`` (million), ``growth_beta``, ``growth_gamma`` (per quarter): parameters of
        the paper's S-shaped curve for the cumulative number of customers.

    References
    ----------
    Gupta, S., Lehmann, D. R., & Stuart, J. A. (2004). Valuing customers. Journal of Marketing
    Research, 41(1), 7–18.

    Examples
    --------
    >>> load_five_firms()[["customers", "margin", "retention"]]
                 customers  margin  retention
    firm
    Amazon          33.800    3.87       0.70
    Ameritrade       1.877   50.39       0.95
    Capital One     46.600   13.71       0.85
    eBay            46.100    4.31       0.80
    E*Trade          4.117   43.02       0.95
    """
    return read_table("five_firms.csv", "load_five_firms", text=("firm",)).set_index("firm")


def load_behaviour_findings() -> pd.DataFrame:
    """Load sizes of effects that research on loyalty, referral and retention has reported.

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``measure`` (in words), ``value``, ``unit`` and ``source`` (authors and year;
        full citations in ``datasets/README.md``).

    Examples
    --------
    >>> findings = load_behaviour_findings()
    >>> findings.loc[findings["topic"] == "endowed progress", ["measure", "value"]]
                                           measure  value
    1  cards completed with a head start of stamps   34.0
    2         cards completed without a head start   19.0
    3                             cards handed out  300.0
    """
    return read_table(
        "behaviour_findings.csv",
        "load_behaviour_findings",
        text=("topic", "measure", "unit", "source"),
    )
