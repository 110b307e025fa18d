"""The edge of a workflow: what reaches outside, one file per thing; safe to repeat."""
