"""The page on the fit lists every link of the code."""

from __future__ import annotations

from fit_table import PAGE, table

from calibration.fit_targets import links
from sim.parameters import Registry


def test_the_table_of_links_is_that_of_the_code() -> None:
    """When it fails: `make docs`."""
    assert table() in PAGE.read_text(encoding="utf-8")


def test_every_fitted_parameter_has_a_link() -> None:
    fitted = {key for key, parameter in Registry.load().items() if parameter.status == "fitted"}
    assert fitted == {link.key for link in links()}


def test_the_place_of_the_rest_state_is_kept() -> None:
    assert PAGE.read_text(encoding="utf-8").count("<!-- rest table -->") == 1
