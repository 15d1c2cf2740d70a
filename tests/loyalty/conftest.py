"""Lets the tests of this folder share their programmes and the slow simulator."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
