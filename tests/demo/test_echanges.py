"""The exchanges of the demonstration: consistent with the files, told once, told again when they are of another day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

