"""Rules that compute (按数据核定的规则): shares, splits, floors, draw order, factors."""
