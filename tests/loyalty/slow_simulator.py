"""A second, slow simulator: one member at a time, loops and a queue of lots, no NumPy in it."""

import math

from centricity.loyalty import Calendar, Closed, Open, PayWithPoints, Rolling
from centricity.loyalty.events import Close, CutValidity, Run


def poisson_from(u, mean):
    k, mass = 0, math.exp(-mean)
    reached = mass
    while u >= reached:
        k += 1
        mass = mass * mean / k
        reached += mass
    return k


def binomial_from(u, n, p):
    k, reached = 0, 0.0
    while True:
        reached += math.comb(n, k) * p**k * (1 - p) ** (n - k)
        if u < reached or k == n:
            return k
        k += 1


def event_of(case, kind):
    return next((e for e in case.events if isinstance(e, kind)), None)


class Member:
    """One customer in the world with the programme; ``traits`` are plain numbers."""

    def __init__(self, case, traits, joins, held, when):
        self.case, self.rules, self.moved = case, case.programme, case.behaviour
        self.t = traits
        self.joins, self.held, self.when = joins, held, when
        self.lots = []  # [earned in, issued, redeemed, expired, left]
        self.here, self.inside, self.asked = False, False, False
        self.group, self.joined = "nonmember", -1
        self.tier, self.closed_windows = 0, 0
        self.earned = {}  # what counts towards status, by period
        self.window_start = 0
        self.due, self.fallback = None, 0
        self.glow = self.sore = self.head_start = 0.0
        self.last_order = 0
        self.friend_due = None
        self.spent = {}  # cents, by period
        self.sales_before = self.sales = self.orders = 0
        self.fees, self.paid_for = 0.0, set()
        self.validity = self.rules.validity

    # --- the programme's calendar
    def running(self, now):
        close = event_of(self.case, Close)
        return now >= self.case.launch and (close is None or now < close.period)

    def alive(self, now):
        close = event_of(self.case, Close)
        return now >= self.case.launch and (close is None or now < close.period + close.notice)

    def pull(self, worth):
        half = self.moved.half_worth
        return 1.0 if half == 0 else worth / (worth + half)

    def goal(self, now):
        there = [r for r in self.rules.rewards if r.available(now)]
        return min(there, key=lambda r: r.points) if there else None

    def balance(self):
        return sum(lot[4] for lot in self.lots)

    # --- expire
    def lose(self, lots):
        lost = sum(lot[4] for lot in lots)
        for lot in lots:
            lot[3], lot[4] = lot[3] + lot[4], 0
        return lost

    def expire(self, now):
        if self.validity is not None:
            self.lose([lot for lot in self.lots if now - lot[0] >= self.validity])
        if self.rules.inactivity is not None and now - self.last_order >= self.rules.inactivity:
            self.lose(self.lots)
        cut = event_of(self.case, CutValidity)
        if cut is not None and cut.period == now:
            self.validity = cut.validity
            if self.lose([lot for lot in self.lots if now - lot[0] >= self.validity]):
                self.hurt()
        close = event_of(self.case, Close)
        if close is not None and now == close.period + close.notice:
            if self.lose(self.lots):
                self.hurt()
            if close.refund:
                self.give_back(now)
            self.dismiss()

    def hurt(self):
        if self.moved.frustration:
            self.sore = self.moved.frustration

    def dismiss(self):
        if self.inside:
            self.inside, self.tier, self.earned = False, 0, {}

    # --- enrol, pay
    def pay(self, now):
        self.fees += self.rules.fee.amount
        self.paid_for |= set(range(now, now + self.rules.fee.periods))

    def give_back(self, now):
        """One period of the term after another that has been paid for and will not be had."""
        if self.rules.fee is not None:
            owed = sum(self.rules.fee.amount for period in self.paid_for if period >= now)
            self.fees -= round(100 * owed / self.rules.fee.periods) / 100

    def kind(self):
        rule = self.rules.enrolment
        if rule is None:
            return True
        pull = rule.share * self.t["purchase_rate"] ** rule.selection
        chance = pull / (pull + 1 - rule.share) if pull + 1 - rule.share > 0 else 1.0
        return self.joins < chance

    def wants_in(self, now):
        rule = self.rules.enrolment
        if isinstance(rule, Closed):
            recent = sum(self.spent.get(p, 0) for p in range(now - rule.periods, now))
            if self.here and not self.asked and recent >= rule.minimum * 100:
                self.asked = True
                return self.joins < rule.share
            return False
        if not self.kind() or not self.here:
            return False
        start = max(self.case.launch, self.t["arrives"])
        if isinstance(rule, Open) and rule.pace < 1:
            start += math.floor(math.log1p(-self.when) / math.log1p(-rule.pace))
        return now == start

    def enrol(self, now):
        if self.group == "nonmember" and self.wants_in(now):
            self.joined = now
            self.group = "holdout" if self.held < self.case.holdout else "member"
            if self.group == "holdout":
                return
            self.inside, self.last_order, self.tier, self.earned = True, now, 0, {}
            bonus, goal = self.rules.joining_bonus, self.goal(now)
            self.lots.append([now, bonus, 0, 0, bonus])
            if bonus and goal is not None:
                part = min(bonus / goal.points / 0.2, 1.0)
                self.head_start = self.moved.endowed_progress * part * self.pull(goal.face_value)
            if self.rules.fee is not None:
                self.pay(now)

    def renew(self, now, chance):
        fee = self.rules.fee
        age = now - self.joined
        if fee is None or not (self.inside and self.here and age > 0 and age % fee.periods == 0):
            return
        if chance < fee.renewal:
            self.pay(now)
        else:
            self.dismiss()

    # --- review
    def level(self, now):
        window = self.rules.window
        if isinstance(window, Rolling):
            counted = [p for p in self.earned if p >= now - window.periods]
        elif isinstance(window, Calendar):
            first = now - (now - 1 + window.start) % window.periods - 1
            counted = [p for p in self.earned if p >= first]
        else:
            first = now - (now - 1 - self.joined) % window.periods - 1
            counted = [p for p in self.earned if p >= first]
        total = sum(self.earned[p] for p in counted)
        return max(i for i, threshold in enumerate(self.thresholds()) if total >= threshold)

    def thresholds(self):
        cents = 100 if self.rules.qualify_by == "spend" else 1
        return [tier.threshold * cents for tier in self.rules.tiers]

    def closing(self, now):
        window = self.rules.window
        if isinstance(window, Rolling):
            return True
        if isinstance(window, Calendar):
            return now > 0 and (now + window.start) % window.periods == 0
        return now > self.joined and (now - self.joined) % window.periods == 0

    def review(self, now):
        if not (self.inside and self.here) or len(self.rules.tiers) == 1:
            return
        reached = self.level(now)
        before, grace = self.tier, self.rules.grace
        low = max(reached, before - 1) if self.rules.downgrade == "one_level" else reached
        new = max(before, reached)
        if self.closing(now):
            if not grace:
                new = max(low, 0)
            elif reached < before and self.due is None:
                self.due, self.fallback = now + grace, low
        if grace:
            if reached >= before:
                self.due = None
            if self.due == now:
                new, self.due = max(reached, self.fallback), None
        self.tier = new
        if new < before:
            self.hurt()

    # --- buy
    def multiplier(self, now):
        tier = self.rules.tiers[self.tier]
        factor = tier.multiplier
        for c in self.rules.campaigns:
            if c.first <= now <= c.last and (not c.tiers or tier.name in c.tiers):
                factor *= c.multiplier
        return factor * self.running(now) * self.inside

    def change(self, now):
        m, t, rules = self.moved, self.t, self.rules
        tier, goal, balance = rules.tiers[self.tier], self.goal(now), self.balance()
        back = rules.points_per_euro + rules.points_per_visit / max(t["basket"], 0.01)
        total = self.glow + m.privileges * tier.rate_lift
        total += (
            m.price_response * t["price_sensitivity"] * back * rules.point_value
            * self.multiplier(now)
        )  # fmt: skip
        close, pull = event_of(self.case, Close), self.pull(goal.face_value) if goal else 0.0
        pressed = close is None or now < close.period
        if not pressed and now == close.period + close.notice - 1 and balance:
            total += m.expiry_response * t["flexibility"] * pull
        if pressed and goal is not None:
            if balance < goal.points:
                total += m.goal_gradient * pull * balance / goal.points
            total += self.head_start
            if self.validity is not None and balance:
                last = sum(lot[4] for lot in self.lots if lot[0] == now + 1 - self.validity)
                total += m.expiry_response * t["flexibility"] * pull * last / balance
        if pressed and len(rules.tiers) > 1:
            total += m.tier_pressure * t["forward_looking"] * self.nearness(now)
        room = 1 - t["share_of_wallet"] if self.inside else 0.0
        return room * total - self.sore

    def nearness(self, now):
        window = self.rules.window
        if isinstance(window, Rolling):
            gone = 0.5
            earned = sum(v for p, v in self.earned.items() if p >= now - window.periods)
        elif isinstance(window, Calendar):
            place = (now + window.start) % window.periods
            gone = (place + 1) / window.periods
            earned = sum(v for p, v in self.earned.items() if p >= now - place)
        else:
            place = (now - self.joined) % window.periods
            gone = (place + 1) / window.periods
            earned = sum(v for p, v in self.earned.items() if p >= now - place)
        ahead = [threshold for threshold in self.thresholds() if threshold > earned]
        return earned / ahead[0] * gone if ahead else 0.0

    def buy(self, now, draws, launched):
        usual = poisson_from(draws["buy"], self.t["purchase_rate"])
        orders, change = usual, self.change(now) if launched else 0.0
        if change > 0:
            orders += poisson_from(draws["more"], self.t["purchase_rate"] * change)
        elif change < 0:
            orders -= binomial_from(draws["more"], usual, min(-change, 1.0))
        orders = orders if self.here else 0
        mean = math.log(self.t["basket"] * 100) - 0.35**2 / 2
        price = round(math.exp(mean + 0.35 * draws["basket"]))
        cents = orders * price
        self.spent[now] = cents
        if launched:
            self.sales += cents
            self.orders += orders
        else:
            self.sales_before += cents
        return orders, cents

    # --- earn, redeem, leave, refer
    def earn(self, now, orders, cents):
        if orders:
            self.last_order = now
        if not (self.running(now) and self.inside):
            return
        base = self.rules.points_per_euro * cents / 100 + self.rules.points_per_visit * orders
        credit = math.floor(base * self.multiplier(now) + 1e-9)
        self.lots.append([now, credit, 0, 0, credit])
        points = math.floor(base + 1e-9)
        counts = {"spend": cents, "visits": orders, "points": points}
        self.earned[now] = counts[self.rules.qualify_by]

    def redeem(self, now, chance, orders, cents):
        self.glow *= self.moved.fade
        self.sore *= self.moved.fade
        there = sorted((r for r in self.rules.rewards if r.available(now)), key=lambda r: -r.points)
        if not there or not self.alive(now):
            return
        run = any(isinstance(e, Run) and e.period == now for e in self.case.events)
        would = self.t["redemption"]
        close = event_of(self.case, Close)
        if close is not None and not self.running(now):
            would = max(would, close.rush)
        usable = [lot for lot in self.lots if lot[0] <= now - self.rules.pending]
        have = sum(lot[4] for lot in usable)
        if have < there[-1].points:
            return
        if not run and not (self.inside and orders > 0 and chance < would):
            return
        worth, spend = 0.0, 0
        for reward in there:
            units = (have - spend) // reward.points
            if isinstance(reward, PayWithPoints) and not run:
                bill = max(cents / 100 - worth, 0)
                units = min(units, math.floor(bill / reward.face_value + 1e-9))
            worth += units * reward.face_value
            spend += units * reward.points
        if not spend:
            return
        self.glow, self.head_start = self.moved.rewarded * self.pull(worth), 0.0
        for lot in usable:
            taken = min(lot[4], spend)
            lot[2], lot[4], spend = lot[2] + taken, lot[4] - taken, spend - taken

    def leave(self, chance):
        hazard = self.t["hazard"]
        if self.inside:
            hazard *= 1 - self.moved.privileges * self.rules.tiers[self.tier].hazard_cut
        self.here = self.here and chance >= hazard

    def refer(self, now, chance):
        bonus = self.rules.referral_bonus
        able = self.inside and self.here and self.friend_due is None
        if bonus and self.moved.referral and self.running(now) and able:
            limit = self.moved.referral * self.pull(bonus * self.rules.point_value)
            if chance < limit:
                self.friend_due = now + 1
                self.lots.append([now, bonus, 0, 0, bonus])

    def live(self, draws):
        """Live through all periods; ``draws`` are one dict of random numbers for each."""
        for now in range(self.case.periods):
            mine, launched = draws[now], now >= self.case.launch
            if now == self.t["arrives"]:
                self.here = True
            if now == self.case.launch and not self.here and self.t["arrives"] < now:
                self.group = "gone"
            if launched:
                self.expire(now)
                if self.running(now):
                    self.enrol(now)
                    self.renew(now, mine["renew"])
                    self.review(now)
            orders, cents = self.buy(now, mine, launched)
            if launched:
                self.earn(now, orders, cents)
                self.redeem(now, mine["redeem"], orders, cents)
            self.leave(mine["leave"])
            if launched:
                self.refer(now, mine["refer"])
        return self
