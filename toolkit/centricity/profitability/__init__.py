"""Who makes you money: cost to serve, profit by customer, the whale, and what to do about it."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "actions": ["KEEP", "RELEASE", "Action", "compare_actions", "expected_change"],
        "break_even": ["BreakEven", "break_even_loss", "break_even_rise", "simulate_break_even"],
        "classes": ["abc_classes"],
        "costing": ["CostToServe", "cost_to_serve"],
        "luck": ["regression_to_mean"],
        "reaction": ["Reaction"],
        "shrinkage": ["Shrinkage", "shrink"],
        "simulation": ["Simulation", "simulate"],
        "statement": ["bridge", "statement"],
        "usage": ["usage_table"],
        "whale": ["Whale", "whale_curve"],
    },
)
