"""Read models: what the ledger says, laid out for reading. Each can be thrown away and built again."""
