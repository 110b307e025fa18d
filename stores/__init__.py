"""Copying a store whole into another database: its facts at their positions, and what lasts beside them."""
