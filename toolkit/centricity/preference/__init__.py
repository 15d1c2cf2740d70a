"""What customers value: choices, willingness to pay, key drivers, gaps, both sides of value."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "choice": ["ConditionalLogit", "shares_by_segment"],
        "choice_fit": ["ChoiceFit"],
        "drivers": ["KeyDrivers", "key_drivers"],
        "gaps": ["gap_table", "service_chain"],
        "quadrants": ["Quadrants", "value_quadrants"],
        "value": ["CustomerValue", "customer_value"],
    },
)
