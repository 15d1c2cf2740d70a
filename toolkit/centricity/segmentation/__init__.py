"""Who is alike: scores, tiers, life stages, clusters, moves between them, roles and look-alikes."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "categories": ["category_profile"],
        "chains": ["chain_kind", "stationary", "steady_customers"],
        "clusters": ["Clustering", "kmeans", "mixture"],
        "inequality": ["Concentration", "concentration", "deciles"],
        "lookalike": ["LookAlikes", "look_alikes"],
        "movements": ["Migration", "migration"],
        "naming": ["names"],
        "over_time": ["OverTime", "stability_over_time"],
        "panel": ["segment_panel"],
        "periods": ["ChainTest", "Migrations", "migrations"],
        "plan": ["BELOW_ZERO", "GROUPS", "Group", "action_table", "actions"],
        "profiles": ["profile"],
        "rfm": ["rfm_scores", "rfm_table", "score_report"],
        "scaling": ["Scaling"],
        "selection": ["Choice", "choose_k", "segment_stability"],
        "stages": ["life_stage", "two_way"],
        "value_roles": ["roles"],
        "value_tiers": ["tiers"],
    },
)
