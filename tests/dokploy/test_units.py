"""Sizes, CPUs and durations by value."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dokploy.units import cpu_text, memory_bytes, memory_text, nano_cpus, nanoseconds, seconds


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2048Mi", 2_147_483_648),
        ("2Gi", 2_147_483_648),
        ("1.5Gi", 1_610_612_736),
        ("4096Mi", 4_294_967_296),
        ("64Ki", 65_536),
        ("1Ti", 1_099_511_627_776),
        ("500M", 500_000_000),
        ("1G", 1_000_000_000),
        ("2147483648", 2_147_483_648),
    ],
)
def test_a_size_is_a_number_of_bytes(text: str, size: int) -> None:
    assert memory_bytes(text) == size


@pytest.mark.parametrize(
    "text",
    ["", "Mi", "64m", "2 Gi", "-1Mi", "+1Mi", "1e3Mi", "0x10", "2048mi", "2048MB", "\u0661Mi", "1Mi\n", ".5Gi"],
)
def test_a_size_that_dokploy_would_misread_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"memory .* is not a size; write it as 2048Mi"):
        memory_bytes(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [("0Mi", "above 0"), ("0.3", "whole number of bytes"), ("99999999Ti", "above the limit")],
)
def test_a_size_that_cannot_be_kept_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        memory_bytes(text)


@pytest.mark.parametrize("text", ["2048Mi", "1Mi", "1536Mi", "3Ki", "1000"])
def test_a_size_reads_back_as_it_was_written(text: str) -> None:
    assert memory_text(memory_bytes(text)) == text


def test_equal_sizes_read_back_alike() -> None:
    assert memory_text(memory_bytes("2Gi")) == memory_text(memory_bytes("2048Mi")) == "2048Mi"


@pytest.mark.parametrize(
    ("text", "nano"),
    [
        ("1000m", 1_000_000_000),
        ("1", 1_000_000_000),
        ("2000m", 2_000_000_000),
        ("0.5", 500_000_000),
        ("1.25", 1_250_000_000),
        ("0.5m", 500_000),
    ],
)
def test_cpus_are_billionths_of_a_core(text: str, nano: int) -> None:
    assert nano_cpus(text) == nano


@pytest.mark.parametrize("text", ["", "m", "1 m", "-1", "1e3m", "1000M", "one", "1000m\n"])
def test_anything_else_is_no_number_of_cpus(text: str) -> None:
    with pytest.raises(ValueError, match=r"cpu .* is not a number of CPUs; write it as 1000m"):
        nano_cpus(text)


@pytest.mark.parametrize(("text", "said"), [("0", "above 0"), ("0m", "above 0"), ("0.0000001m", "whole number")])
def test_cpus_that_would_silently_mean_no_limit_are_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        nano_cpus(text)


@pytest.mark.parametrize("text", ["1000m", "250m", "1500m", "0.5m"])
def test_cpus_read_back_as_they_were_written(text: str) -> None:
    assert cpu_text(nano_cpus(text)) == text


@pytest.mark.parametrize(
    ("duration_s", "nano"), [(30.0, 30_000_000_000), (0.1, 100_000_000), (300, 300_000_000_000), (0, 0)]
)
def test_a_duration_is_nanoseconds_and_back(duration_s: float, nano: int) -> None:
    assert nanoseconds(duration_s) == nano
    assert seconds(nano) == duration_s


@pytest.mark.parametrize("duration_s", [-1, float("nan"), float("inf"), 1e300])
def test_a_duration_that_is_none_is_refused(duration_s: float) -> None:
    with pytest.raises(ValueError, match="duration"):
        nanoseconds(duration_s)


@pytest.mark.parametrize("read", [memory_text, cpu_text])
def test_a_negative_amount_is_refused(read: Callable[[int], str]) -> None:
    with pytest.raises(ValueError, match="negative"):
        read(-1)


def test_a_message_stays_short_whatever_was_given() -> None:
    with pytest.raises(ValueError, match="not a size") as caught:
        memory_bytes("9" * 100_000)
    assert len(str(caught.value)) < 120
