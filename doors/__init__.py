"""What the doors share: language, names, words, and how what is sealed is said; no rule, no SQL."""
