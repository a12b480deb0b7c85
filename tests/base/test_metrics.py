from seriatim.base import metrics


def test_figures_are_told_in_prometheus_text() -> None:
    metrics.REFUSALS.labels(code="test_only").inc(2)

    assert 'seriatim_refusals_total{code="test_only"} 2.0' in metrics.exposition().decode().splitlines()
