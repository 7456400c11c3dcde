"""No secret of a run is left in what it prints."""

from __future__ import annotations

from ops.masking import MASK, Masking

SECRET = "c0ffee-1234567890"


def test_a_secret_is_masked_wherever_it_stands() -> None:
    masked = Masking([SECRET]).value({"url": f"https://u:{SECRET}@host", "list": [SECRET, 1, None, {"k": SECRET}]})

    assert masked == {"url": f"https://u:{MASK}@host", "list": [MASK, 1, None, {"k": MASK}]}


def test_each_line_of_a_secret_is_masked_on_its_own() -> None:
    masking = Masking(["first-line-of-key\nsecond-line-of-key"])

    assert masking.text("see second-line-of-key") == f"see {MASK}"


def test_a_secret_that_holds_another_leaves_no_rest() -> None:
    assert Masking([SECRET, f"{SECRET}-and-more"]).text(f"{SECRET}-and-more") == MASK


def test_a_value_too_short_to_tell_from_a_word_masks_nothing() -> None:
    assert Masking(["on", ""]).text("on and on") == "on and on"
