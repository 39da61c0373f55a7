"""All conformance tests, for `tests/test_conformance.py` of a repo to import.

Each may be switched off by its name, with a reason, in `[tool.modelyard.conformance.skip]`.
"""

from .checks.contract import (
    test_contract_accepts_the_snapshots,
    test_contract_refuses_a_cut_snapshot,
    test_contract_refuses_damage,
    test_contract_refuses_other_units,
)
from .checks.features import (
    test_features_are_made_row_by_row,
    test_features_are_the_same_each_time,
    test_features_do_not_know_what_comes_after,
    test_features_keep_every_row,
    test_features_keep_the_order,
    test_features_leave_the_frame_alone,
)
from .checks.gate import test_gate_names_exist, test_gate_refuses_shuffled_labels
from .checks.metrics import (
    test_metrics_are_those_declared,
    test_metrics_prefer_perfect_predictions,
    test_plots_are_figures,
    test_slices_are_valid,
)
from .checks.model import (
    test_baseline_is_valid,
    test_fit_is_deterministic,
    test_predictions_are_finite,
    test_predictions_are_made_row_by_row,
    test_predictions_have_the_declared_shape,
    test_weights_are_valid,
)
from .checks.signatures import test_signatures
from .checks.source import test_fetch_gives_the_same_bytes, test_snapshots_are_sorted
from .checks.target import (
    test_target_has_no_missing_label,
    test_target_is_known_after,
    test_target_labels_every_row,
)

__all__ = [
    "test_baseline_is_valid",
    "test_contract_accepts_the_snapshots",
    "test_contract_refuses_a_cut_snapshot",
    "test_contract_refuses_damage",
    "test_contract_refuses_other_units",
    "test_features_are_made_row_by_row",
    "test_features_are_the_same_each_time",
    "test_features_do_not_know_what_comes_after",
    "test_features_keep_every_row",
    "test_features_keep_the_order",
    "test_features_leave_the_frame_alone",
    "test_fetch_gives_the_same_bytes",
    "test_fit_is_deterministic",
    "test_gate_names_exist",
    "test_gate_refuses_shuffled_labels",
    "test_metrics_are_those_declared",
    "test_metrics_prefer_perfect_predictions",
    "test_plots_are_figures",
    "test_predictions_are_finite",
    "test_predictions_are_made_row_by_row",
    "test_predictions_have_the_declared_shape",
    "test_signatures",
    "test_slices_are_valid",
    "test_snapshots_are_sorted",
    "test_target_has_no_missing_label",
    "test_target_is_known_after",
    "test_target_labels_every_row",
    "test_weights_are_valid",
]
