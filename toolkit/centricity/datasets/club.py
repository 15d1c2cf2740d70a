"""The data of Quillmere Club, fictional subscriptions whose true parameters are known."""

import json

import pandas as pd

from centricity.datasets._files import locate, read_table


def load_club_members() -> pd.DataFrame:
    """Load everybody who ever joined Quillmere Club, 2015 to 2025, one row each.

    Contracts run for a year from January (plan *yearly*) or for a month (plan *monthly*, since
    2022), and are renewed or not on the day after they end. The table is as of 2025-12-31, when
    the next renewal of every running contract is due the next day.

    Returns
    -------
    pandas.DataFrame
        ``member_id`` (text); ``joined`` (first day); ``plan`` (yearly or monthly); ``offer`` (full
        price or half price, of the first contract); ``joining_price`` and ``fee`` (€ for the first
        contract and for each renewed one); ``margin`` (€ that a contract at the full fee leaves
        when the boxes are packed and sent); ``renewals`` (made so far); ``still_member`` (True or
        False); ``ended`` (last day of the last contract, missing for those who are still there).

    Notes
    -----
    Simulated: see :func:`club_truth` and the datasheet in ``datasets/README.md``.

    Examples
    --------
    >>> members = load_club_members()
    >>> members.groupby("plan")["still_member"].agg(["size", "sum"])
             size   sum
    plan
    monthly  2160   878
    yearly   8800  4459
    """
    return read_table(
        "club_members.csv",
        "load_club_members",
        text=("member_id", "plan", "offer"),
        dates=("joined", "ended"),
    )


def club_truth() -> pd.DataFrame:
    """Load the true parameters by which each kind of member of the club renews.

    Returns
    -------
    pandas.DataFrame
        Index ``plan``, ``offer``, ``cohort`` (year of joining). ``members`` (count);
        ``alpha, beta, c`` of ``clv.BetaDiscreteWeibull``, in years for the yearly plan and in
        months for the monthly one. Where c is 1 this is ``clv.ShiftedBetaGeometric``.

    Examples
    --------
    >>> club_truth().loc["yearly", "half price"].loc[[2015, 2025]]
            members  alpha  beta    c
    cohort
    2015         25    0.9   1.1  1.0
    2025        660    0.9   0.8  1.0
    """
    path = locate("club_truth.json", "club_truth")
    cohorts = json.loads(path.read_text(encoding="utf-8"))["cohorts"]
    return pd.DataFrame(cohorts).set_index(["plan", "offer", "cohort"]).sort_index()
