"""Exercises of lesson 07, Contracts: survival and retention."""

from centricity.exercises._contracts import (
    MARGIN,
    RATE,
    by_formula,
    by_month,
    dial,
    error,
    fifth_year,
    left_of_two_kinds,
    misses,
    month_model,
    scores,
    two_kinds,
    yearly,
)
from centricity.exercises._model import Exercise, Mistake

EXERCISES = (
    Exercise(
        "07.1",
        "number",
        answer=two_kinds,
        tolerance=0.0015,
        why="Nobody changed, and yet the rate is higher than at the first renewal: many of the "
        "fickle have gone, so the loyal weigh more.",
        hint="Count both kinds after one renewal and after two. Divide the second total by the "
        "first.",
        mistakes=(
            Mistake(
                lambda: two_kinds(1),
                "That is the rate at the first renewal. By the second, the mixture has changed.",
            ),
            Mistake(
                lambda: 0.6 * 0.95**2 + 0.4 * 0.5**2,
                "That is the share of all who joined that is left after two renewals. Who came up "
                "for the second one?",
            ),
            Mistake(
                lambda: two_kinds(3),
                "That is the rate at the third renewal: those left after three, of those left "
                "after two.",
            ),
            Mistake(
                lambda: left_of_two_kinds(2),
                "That is how many are left. Which share is it of those who came up for the second "
                "renewal?",
            ),
            Mistake(
                0.95,
                "That is the loyal kind by itself. Some of the fickle come up as well.",
            ),
            Mistake(
                (0.95 + 0.5) / 2,
                "That is the plain average of the two probabilities. The kinds are not equally "
                "many, and less so after a renewal.",
            ),
        ),
    ),
    Exercise(
        "07.2",
        "table",
        answer=scores,
        tolerance=0.06,
        why="The larger model forecasts far better here, although four renewals are few: in this "
        "segment retention first falls, and the sBG cannot follow. It is no law: in Regular the "
        "sBG does well too. Only a hold-out tells.",
        hint="For each model: fit to high[:5], survival at the years 5 to 12, absolute difference "
        "from high / 1000, mean, times 100.",
        mistakes=(
            Mistake(
                lambda: scores(used=3),
                "You fitted to three renewals. Four renewals are five numbers: the cohort's size "
                "comes first.",
            ),
            Mistake(
                lambda: scores(used=12),
                "The models have peeked: they were fitted to all the years. Give them the first "
                "four renewals only.",
            ),
            Mistake(
                lambda: scores(used=7),
                "You fitted to seven renewals, as the lesson did. The exercise asks for four.",
            ),
            Mistake(
                lambda: scores(start=0),
                "You scored all the years. Those that were fitted do not count as a forecast: "
                "score years 5 to 12.",
            ),
            Mistake(
                lambda: scores(start=4),
                "You scored from year 4 on. The fit has seen year 4: begin with year 5.",
            ),
            Mistake(
                lambda: scores(segment="regular"),
                "That is Regular, as in the lesson. Take High End.",
            ),
            Mistake(
                lambda: misses().mean(),
                "Errors of both signs cancel in a plain mean. Take the size of each error first: "
                "np.abs.",
            ),
            Mistake(
                lambda: (misses() ** 2).mean() ** 0.5,
                "That is the root of the mean squared error. Take the mean of the absolute errors.",
            ),
            Mistake(
                lambda: misses().abs().sum(),
                "You added the errors up. Take their mean.",
            ),
            Mistake(
                lambda: scores() / 100,
                "Those are shares. In percentage points they are a hundred times as large.",
            ),
        ),
    ),
    Exercise(
        "07.3",
        "number",
        answer=fifth_year,
        tolerance=0.8,
        why="About twice what the formula gives for anybody. It is the value of a member of whom "
        "you know no more than the renewals; one who has just asked how to cancel is worth less.",
        hint="survivors with cohort='year', fit, then model.clv(renewals made, margin=48, "
        "discount_rate=0.10).",
        mistakes=(
            Mistake(
                lambda: fifth_year(made=5),
                "A member in the fifth year has renewed one time less than that: the first year "
                "needs no renewal.",
            ),
            Mistake(
                lambda: fifth_year(made=0),
                "That is the value of somebody in the first year, before any renewal. What have "
                "four more contracts told you?",
            ),
            Mistake(
                lambda: fifth_year(made=3),
                "One renewal too few: the first year began without one, and the second to the "
                "fifth with one each.",
            ),
            Mistake(
                lambda: fifth_year(margin=1.0),
                "That is DERL, the number of payments still to come. What does each leave?",
            ),
            Mistake(
                lambda: MARGIN + fifth_year(made=0, wait=1.0),
                "That is somebody who joins today. What have four more contracts told you?",
            ),
            Mistake(
                lambda: fifth_year(model="BetaDiscreteWeibull"),
                "That is the beta-discrete-Weibull. The exercise asks for the sBG.",
            ),
            Mistake(
                lambda: fifth_year(margin=120.0),
                "You took the fee. Lifetime value is net: only the margin counts.",
            ),
            Mistake(
                lambda: fifth_year(wait=1.0),
                "That is the value right after a renewal, with the next payment a year away. "
                "Tonight it is due tomorrow.",
            ),
            Mistake(
                lambda: fifth_year(end=2021),
                "That is the model of New Year's Eve 2021. Fit again with what is known at the end "
                "of 2025.",
            ),
            Mistake(
                lambda: fifth_year(offer=None),
                "You fitted all members in one pot. Take those who joined at full price.",
            ),
            Mistake(
                lambda: fifth_year(offer="half price"),
                "That is a member who joined at half price. Take those who joined at full price.",
            ),
            Mistake(
                by_formula,
                "That is the formula with one rate for everybody. Ask the model.",
            ),
            Mistake(
                lambda: by_formula(dial(2021)),
                "That is the formula, and with the dial of 2021. Ask the model, fitted again.",
            ),
        ),
    ),
    Exercise(
        "07.4",
        "number",
        answer=error,
        tolerance=0.8,
        why="The formula misses two fifths of what the members are worth. Those who have renewed "
        "most often hold half of the value, and it takes them for average members.",
        hint="By formula: number of members times 48 · r · 1.1 / (1.1 − r). By model: the sum of "
        "model.clv(renewals, ...) over the members, offer by offer.",
        mistakes=(
            Mistake(
                lambda: -error(),
                "The size is right, the sign is not: formula minus model.",
            ),
            Mistake(
                lambda: error(by_formula(eve=False)),
                "Your formula takes the next payment to be a year away. It is due tomorrow: "
                "multiply by 1.1.",
            ),
            Mistake(
                lambda: error(by_formula(eve=False), wait=1.0),
                "You took the next payment to be a year away, in both. It is due tomorrow.",
            ),
            Mistake(
                lambda: error(wait=1.0),
                "In your model the next payment is a year away. It is due tomorrow: leave wait at "
                "0.",
            ),
            Mistake(
                lambda: error(end=2021),
                "Those are the models of New Year's Eve 2021. Fit both again with what is known "
                "tonight.",
            ),
            Mistake(
                lambda: error(extra=1),
                "You counted tomorrow's renewal as made. renewals holds those made so far.",
            ),
            Mistake(
                lambda: error(pot="full price"),
                "You valued half-price members by the model of full price. Each offer needs its "
                "own.",
            ),
            Mistake(
                lambda: error(pot="half price"),
                "You valued full-price members by the model of half price. Each offer needs its "
                "own.",
            ),
            Mistake(
                lambda: error(everybody=True),
                "Your model valued everybody who ever joined. Whoever has left is worth nothing.",
            ),
            Mistake(
                lambda: error(pot=None),
                "You used one model for all members. Those of full and of half price need one "
                "each.",
            ),
            Mistake(
                lambda: error(by_formula(dial(2021))),
                "That is the dial of 2021. Take the one of 2025, printed above.",
            ),
            Mistake(
                lambda: error(members=len(yearly())),
                "You counted everybody who ever joined. Whoever has left is worth nothing more.",
            ),
            Mistake(
                lambda: error(beginners=True),
                "Your model takes everybody for a beginner. Give it each member's own number of "
                "renewals.",
            ),
            Mistake(lambda: error() * 1000, "Give it in thousands of euros."),
        ),
    ),
    Exercise(
        "07.5",
        "number",
        answer=by_month,
        tolerance=0.6,
        why="Two fifths of a new full-price member of the yearly plan. The dial would mislead "
        "here as well: nine in ten renew each month, which sounds better than eight in ten a year, "
        "and leaves four in ten after twelve months.",
        hint="clv.BetaDiscreteWeibull.fit(by_month), then clv_new with the margin of a month and a "
        "rate per month.",
        mistakes=(
            Mistake(
                lambda: by_month(rate=RATE),
                "You discounted by 10 % a month. The rate must be per period of the contract: per "
                "month.",
            ),
            Mistake(
                lambda: by_month(rate=RATE / 12),
                "Nearly. A twelfth of the yearly rate, twelve times with interest on interest, "
                "makes more than 10 % a year.",
            ),
            Mistake(
                lambda: by_month(name="ShiftedBetaGeometric"),
                "That is the sBG. Here coins drift: take the beta-discrete-Weibull.",
            ),
            Mistake(
                lambda: by_month(margin=12.0),
                "You took the fee. Only the margin counts.",
            ),
            Mistake(
                lambda: by_month(rate=1.1**12 - 1),
                "The power is upside down: twelve months with your rate make far more than 10 %.",
            ),
            Mistake(
                lambda: fifth_year(made=0, wait=1.0) + MARGIN,
                "That is the yearly plan. Fit the months: by_month.",
            ),
            Mistake(
                lambda: by_month() - 4.2,
                "You left out the first month, which is paid on joining.",
            ),
            Mistake(
                lambda: float(
                    month_model("BetaDiscreteWeibull").clv(
                        0, margin=4.2, discount_rate=1.1 ** (1 / 12) - 1
                    )
                ),
                "That is the value on the eve of the first renewal. On the day of joining the "
                "first month is paid, and that renewal is a month away: clv_new.",
            ),
        ),
    ),
)
