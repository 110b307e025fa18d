"""The door at the command line."""
