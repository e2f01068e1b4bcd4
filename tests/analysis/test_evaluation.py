import pytest

from handlers.analysis.evaluation import evaluate_emergency, evaluate_kind
from handlers.analysis.local_model import LocalModel

MODEL = LocalModel(("en",), with_encoder=False)
DOWN = "Your whole platform is down, none of our 200 agents can log in!"
WISH = "Please add a dark mode to the dashboard"
PAID = "You charged us twice in October, please refund one payment"


def test_kinds_are_counted_per_class_and_per_language() -> None:
    rows = [
        {"text": WISH, "label": "Feature request", "language": "en"},
        {"text": PAID, "label": "billing", "language": "en"},
        {"text": PAID, "label": "bug", "language": "es"},
    ]
    figures = evaluate_kind(rows, model=MODEL)
    assert figures["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["macro_f1"] == pytest.approx((1 + 2 / 3 + 0) / 3, abs=1e-4)
    assert figures["per_class"]["billing"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "n": 1}  # type: ignore[index]
    assert figures["per_language"]["es"]["accuracy"] == 0.0  # type: ignore[index]


@pytest.mark.parametrize(
    ("yes", "no"), [("1", "0"), ("true", "False"), ("yes", "no"), ("outage", ""), ("Outage", "none"), ("1.0", "0.0")]
)
def test_an_emergency_may_be_labelled_in_several_ways(yes: str, no: str) -> None:
    rows = [{"text": DOWN, "label": yes}, {"text": WISH, "label": no}]
    figures = evaluate_emergency(rows, model=MODEL)
    assert (figures["recall"], figures["page_recall"]) == (1.0, 1.0)
    assert (figures["page_false_alarms"], figures["look_first_share"]) == (0.0, 0.0)
    assert "per_language" not in figures


def test_no_rows_give_zeros_instead_of_an_error() -> None:
    assert evaluate_kind([], model=MODEL)["macro_f1"] == 0.0
    assert evaluate_emergency([], model=MODEL)["recall"] == 0.0
