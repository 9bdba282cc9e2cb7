"""Measurements: accuracy on gold sets, coverage of intervals, speed as ratios within one run."""
