"""Older years from files: spreadsheets, CSV and TOML are read, checked row by row, and brought in as testimony."""
