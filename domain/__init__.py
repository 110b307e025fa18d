"""The rules, pure: no clock, no file, no network, no framework."""
