"""Where the tests' data lies."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
SAMPLE_COUNTY = SAMPLES / "sample-county"
HISTORIES = ROOT / "tests" / "histories"
UNKNOWN_COUNTY = ROOT / "tests" / "unknown_county" / "river-2024"
