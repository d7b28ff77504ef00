"""Every host answers every call as Python does, or differs for a stated reason; `docs/hosts.md` says so."""

from __future__ import annotations

from importlib import import_module

import pytest
from hostpage import HOSTS, compared, page_column

from engine.registry import functions


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_answers_as_python_does(host: str) -> None:
    column = compared(import_module(f"host_{host}"))
    assert not column.wrong, "\n".join(column.wrong)
    assert column.cells == page_column(host), "docs/hosts.md is old: run `python docs/make_hosts.py`"


def test_the_page_has_every_function() -> None:
    assert page_column("headless").keys() == functions().keys()
