"""How a programme changes what its members do; every effect is a switch, and zero is off."""

from dataclasses import dataclass, fields

from centricity import _validate
from centricity._typing import Float


@dataclass(frozen=True)
class Behaviour:
    r"""The effects of a programme on its members' purchase rate.

    In each period a member's purchase rate is multiplied by
    :math:`1 + (1 - w)\,(\text{the sum of the effects below})`, where w is the share of wallet:
    who already buys everything here cannot buy more, as the heavy buyers of Liu (2007).
    An effect of at most 1 never asks for more orders than the member makes in the whole
    category. The defaults are deliberately modest: together they move the sales of a usual
    programme by one or two per cent, the size that Nastasoiu et al. (2021) measured (1.74 %).

    Parameters
    ----------
    goal_gradient : float
        Points pressure: extra purchase rate just before the cheapest reward, falling in
        proportion to the progress made; nothing once a reward can be had. In Kivetz,
        Urminsky & Zheng (2006) the time between coffees fell by 20 % from first to last
        stamp, a rate 25 % higher (0.25); the default is a fifth of that.
    rewarded : float
        Rewarded behaviour: extra purchase rate in the period after a redemption (Taylor &
        Neslin, 2005, for the effect; Nastasoiu et al., 2021, for its dominance).
    fade : float
        Share of the rewarded effect that is left one period later, in [0, 1).
    tier_pressure : float
        Extra purchase rate of a forward-looking member who stands just below the next
        threshold in the last period of the window; it grows with the progress towards the
        threshold and with the share of the window gone (Kopalle et al., 2012, for the effect).
    expiry_response : float
        Extra purchase rate of a fully flexible member whose whole balance is about to expire
        (Breugelmans & Liu-Thompkins, 2017: only flexible customers respond).

    privileges : float
        How much of the tiers' own ``retention`` comes true: 1 = all, 0 = none.

    Raises
    ------
    ValueError, TypeError
        If an effect lies outside [0, 1].

    References
    ----------
    Breugelmans & Liu-Thompkins (2017). The effect of loyalty program expiration policy on
    consumer behavior. Marketing Letters 28, 537-550.
    Kivetz, Urminsky & Zheng (2006). The goal-gradient hypothesis resurrected. Journal of
    Marketing Research 43(1), 39-58.
    Kopalle, Sun, Neslin, Sun & Swaminathan (2012). The joint sales impact of frequency reward
    and customer tier components of loyalty programs. Marketing Science 31(2), 216-235.
    Liu (2007). Journal of Marketing 71(4), 19-35.
    Nastasoiu, Bendle, Bagga, Vandenbosch & Navarro (2021). Separating customer heterogeneity,
    points pressure and rewarded behavior to assess a retail loyalty program. Journal of the
    Academy of Marketing Science 49, 1132-1150.
    Taylor & Neslin (2005). The current and future sales impact of a retail frequency reward
    program. Journal of Retailing 81(4), 293-305.

    Examples
    --------
    >>> import dataclasses
    >>> Behaviour.none().rewarded
    0.0
    >>> only_points_pressure = dataclasses.replace(Behaviour.none(), goal_gradient=0.1)
    """

    goal_gradient: float = 0.05
    rewarded: float = 0.05
    fade: float = 0.5
    tier_pressure: float = 0.05
    expiry_response: float = 0.02
    privileges: float = 1.0

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            _validate.number(value, entry.name, "Behaviour", minimum=0, maximum=1)
        _validate.number(self.fade, "fade", "Behaviour", minimum=0, below=1)

    @classmethod
    def none(cls) -> "Behaviour":
        """Return the behaviour of members whom no programme moves: sales equal the twin's."""
        return cls(
            goal_gradient=0.0, rewarded=0.0, tier_pressure=0.0, expiry_response=0.0, privileges=0.0
        )

    def multiplier(
        self,
        *,
        room: Float,
        progress: Float,
        glow: Float,
        tier_pull: Float,
        expiring: Float,
    ) -> Float:
        """Return the factor on the purchase rate, one per member.

        Parameters
        ----------
        room : array of float
            1 − share of wallet.
        progress : array of float
            Progress towards the cheapest reward, [0, 1).
        glow : array of float
            1 in the period after a redemption, fading.
        tier_pull : array of float
            Progress towards the next tier × share of the window gone × forward-looking.
        expiring : array of float
            Share of the balance in its last period × flexibility.

        Examples
        --------
        >>> import numpy as np
        >>> one, half = np.ones(1), np.full(1, 0.5)
        >>> Behaviour(goal_gradient=0.2, rewarded=0).multiplier(
        ...     room=half, progress=half, glow=one, tier_pull=one * 0, expiring=one * 0)
        array([1.05])
        """
        effects = (
            self.goal_gradient * progress
            + self.rewarded * glow
            + self.tier_pressure * tier_pull
            + self.expiry_response * expiring
        )
        return 1.0 + room * effects
