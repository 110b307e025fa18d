"""A county's year, played against the time-skipping server."""
