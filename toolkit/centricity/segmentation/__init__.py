"""Who is alike: RFM scores, deciles, value tiers, life stages, clusters, and moves between them."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "clusters": ["Clustering", "kmeans", "mixture"],
        "inequality": ["Concentration", "concentration", "deciles"],
        "movements": ["Migration", "migration"],
        "profiles": ["profile"],
        "rfm": ["rfm_scores", "rfm_table", "score_report"],
        "scaling": ["Scaling"],
        "selection": ["Choice", "choose_k", "segment_stability"],
        "stages": ["life_stage", "two_way"],
        "value_tiers": ["tiers"],
    },
)
