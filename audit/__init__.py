"""The audit: what Temporal remembers, held against what the ledger knows."""
