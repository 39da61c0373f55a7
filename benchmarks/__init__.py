"""What the docs claim, measured: whole processes, side by side, in turns. Run with `make bench`."""
