"""Licences of the packages whose metadata do not say theirs in a few words."""

from typing import Final

LICENCES: Final = {
    "axe-playwright-python": "MIT",
    "polars": "MIT",
    "pypdfium2": "BSD-3-Clause ou Apache-2.0",
    "pyrage": "MIT",
    "pyphen": "MPL 1.1",
}
