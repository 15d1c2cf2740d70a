"""How a programme changes what its members do; every effect is a switch, and zero is off."""

from dataclasses import dataclass, fields

from centricity import _validate

SETTINGS = ("fade", "half_worth")


@dataclass(frozen=True)
class Behaviour:
    r"""The effects of a programme on its members.

    In each period a member's purchase rate is multiplied by

    .. math:: 1 + (1 - w)\,(\text{the sum of the effects below}) - \text{frustration},

    where w is the share of wallet: who already buys everything here cannot buy more, as the
    heavy buyers of Liu (2007). The defaults are deliberately modest: together they move the
    sales of a usual programme by one or two per cent, the size that Nastasoiu et al. (2021)
    measured (1.74 %). Where a source gives an effect in a small experiment, its value there is
    named and the default is a fraction of it.

    Parameters
    ----------
    goal_gradient : float
        Points pressure: extra purchase rate just before the cheapest reward, falling in
        proportion to the progress made; nothing once a reward can be had. In Kivetz,
        Urminsky & Zheng (2006) the time between coffees fell by 20 % from first to last
        stamp. On a card of ten the first gap comes after one stamp and the last one after
        nine, so that (1 + 0.1 g) / (1 + 0.9 g) = 0.8 and g = 0.32; the default is a sixth of
        that.
    endowed_progress : float
        Extra purchase rate, until the first reward, of a member whose joining bonus is at least a
        fifth of the way there, as in Nunes & Drèze (2006); in proportion for a smaller head
        start. There 34 % against 19 % completed a card of eight washes within nine months, which
        among customers whose purchase rates are gamma distributed with shape 1.2 takes a rate
        that is 54 % higher (0.54); the default is about a tenth of that.
    rewarded : float
        Rewarded behaviour: extra purchase rate in the period after a redemption (Taylor &
        Neslin, 2005, for the effect; Nastasoiu et al., 2021, for its dominance). The default
        is chosen so that a shared points card moves its members' sales by one or two per cent,
        mostly through this effect, as theirs did.
    fade : float
        Share of the rewarded effect, and of frustration, left one period later, in [0, 1).
    tier_pressure : float
        Extra purchase rate of a forward-looking member who stands just below the next
        threshold in the last period of the window; it grows with the progress towards the
        threshold and with the share of the window gone (Kopalle et al., 2012, for the effect).
        A rolling window has no deadline; there half the window counts as gone.
    expiry_response : float
        Extra purchase rate of a fully flexible member whose whole balance is about to expire
        (Breugelmans & Liu-Thompkins, 2017: only flexible customers respond).
    price_response : float
        Points as a discount: rise of the purchase rate, in per cent, of a customer with price
        sensitivity 1 for each per cent of a purchase that comes back in points (at face value;
        multipliers of tiers and campaigns count). Bijmolt, van Heerde & Pieters (2005) found an
        average price elasticity of −2.62 (1,851 estimates from 81 studies); a whole shop's is
        smaller, and points are not money, so the default is a tenth of that.
    frustration : float
        Fall of the purchase rate after a demotion, or after points were taken away by a change
        of the rules; it fades (Wagner, Hennig-Thurau & Rudolph, 2009: demoted customers mean
        to be less loyal than those who never held the status).
    referral : float
        Chance per period that a member brings a friend, once at most, where the programme pays
        for it. At the two firms of Kumar, Petersen & Leone (2007) 12 and 14 % of customers
        brought a new one, far fewer than meant to; the default, our choice, makes it one in
        fourteen within three years of months, before members leave.
    privileges : float
        How much of the tiers' own ``hazard_cut`` and ``rate_lift`` comes true: 1 = all.
    half_worth : float
        Face value, in euros, of a reward that pulls half as strongly as a very dear one:
        goal gradient, endowed progress, rewarded behaviour, response to expiry and referral are
        multiplied by :math:`v/(v + \text{half\_worth})`, where v is the face value of the reward
        (of the bonus). 0 = worth does not matter. Its shape and size are our assumption.

    Raises
    ------
    ValueError, TypeError
        If an effect lies outside [0, 1], or ``half_worth`` is negative.

    References
    ----------
    Bijmolt, van Heerde & Pieters (2005). New empirical generalizations on the determinants of
    price elasticity. Journal of Marketing Research 42(2), 141-156.
    Breugelmans & Liu-Thompkins (2017). The effect of loyalty program expiration policy on
    consumer behavior. Marketing Letters 28, 537-550.
    Kivetz, Urminsky & Zheng (2006). The goal-gradient hypothesis resurrected. Journal of
    Marketing Research 43(1), 39-58.
    Kopalle, Sun, Neslin, Sun & Swaminathan (2012). The joint sales impact of frequency reward
    and customer tier components of loyalty programs. Marketing Science 31(2), 216-235.
    Kumar, Petersen & Leone (2007). How valuable is word of mouth? Harvard Business Review
    85(10), 139-146.
    Liu (2007). Journal of Marketing 71(4), 19-35.
    Nastasoiu, Bendle, Bagga, Vandenbosch & Navarro (2021). Separating customer heterogeneity,
    points pressure and rewarded behavior to assess a retail loyalty program. Journal of the
    Academy of Marketing Science 49, 1132-1150.
    Nunes & Drèze (2006). The endowed progress effect. Journal of Consumer Research 32(4),
    504-512.
    Taylor & Neslin (2005). The current and future sales impact of a retail frequency reward
    program. Journal of Retailing 81(4), 293-305.
    Wagner, Hennig-Thurau & Rudolph (2009). Does customer demotion jeopardize loyalty? Journal
    of Marketing 73(3), 69-85.

    Examples
    --------
    >>> Behaviour.none().rewarded
    0.0
    >>> only_points_pressure = Behaviour.only(goal_gradient=0.1)
    >>> only_points_pressure.goal_gradient, only_points_pressure.rewarded
    (0.1, 0.0)
    """

    goal_gradient: float = 0.05
    endowed_progress: float = 0.05
    rewarded: float = 0.10
    fade: float = 0.5
    tier_pressure: float = 0.05
    expiry_response: float = 0.02
    price_response: float = 0.25
    frustration: float = 0.05
    referral: float = 0.002
    privileges: float = 1.0
    half_worth: float = 1.0

    def __post_init__(self) -> None:
        for entry in fields(self):
            top = None if entry.name == "half_worth" else 1
            value = getattr(self, entry.name)
            _validate.number(value, entry.name, "Behaviour", minimum=0, maximum=top)
        _validate.number(self.fade, "fade", "Behaviour", minimum=0, below=1)

    @classmethod
    def none(cls) -> "Behaviour":
        """Return the behaviour of members whom no programme moves: sales equal the twin's.

        Examples
        --------
        >>> Behaviour.none() == Behaviour.only()
        True
        """
        return cls.only()

    @classmethod
    def only(cls, **effects: float) -> "Behaviour":
        """Return a behaviour with these effects and no others.

        ``fade`` and ``half_worth``, which are no effects, keep their defaults unless given.

        Examples
        --------
        >>> Behaviour.only(rewarded=0.1).goal_gradient
        0.0
        """
        names = [entry.name for entry in fields(cls)]
        unknown = [name for name in effects if name not in names]
        if unknown:
            raise _validate.problem(
                "Behaviour.only",
                f"there is no effect {_validate.listing(unknown)}",
                "It takes the names of effects",
                _validate.did_you_mean(unknown[0], names),
                error=TypeError,
            )
        return cls(**(dict.fromkeys((n for n in names if n not in SETTINGS), 0.0) | effects))

    def pull(self, worth: float) -> float:
        r"""Return how strongly a reward of this face value pulls, in [0, 1].

        Examples
        --------
        >>> Behaviour(half_worth=1).pull(4.0)
        0.8
        >>> Behaviour(half_worth=0).pull(0.01)
        1.0
        """
        return worth / (worth + self.half_worth) if worth > 0 else float(self.half_worth == 0)
